"""The ``oam`` command. Each command is a module of this package with ``run(argv: list[str]) -> int``."""

from __future__ import annotations

import gc
import sys

__all__ = ["COMMANDS", "main"]

_YOUNG = 1_000_000
"""New objects between two searches for garbage: what rendering makes it mostly keeps, and looking at it again and again
cost a third of the time of a large application."""

COMMANDS: dict[str, tuple[str, str]] = {
    "def": ("oam.cli.def_", "render, check and describe definitions"),
    "vet": ("oam.cli.vet", "look for mistakes in definitions, and mend them with --fix"),
    "show": ("oam.cli.show", "print the parameters of a definition"),
    "dry-run": ("oam.cli.dry_run", "render an application and print its objects"),
    "explain": ("oam.cli.explain", "say which line made each field of an application's objects"),
    "plan": ("oam.cli.plan", "show what would change, between two versions or against a state"),
    "diff": ("oam.cli.plan", "the same as plan"),
    "simulate": ("oam.cli.simulate", "run a workflow in memory, in made-up time"),
    "graph": ("oam.cli.graph", "draw a workflow as Mermaid or SVG"),
    "test": ("oam.cli.test", "run the tests that stand beside definitions"),
    "up": ("oam.cli.up", "apply an application and run its workflow"),
    "workflow": ("oam.cli.workflow", "look at workflows and change their course"),
    "status": ("oam.cli.status", "show an application's workflow and services"),
    "cuex": ("oam.cli.cuex", "evaluate a CUE file as templates are"),
    "get": ("oam.cli.get", "print objects of the cluster"),
    "delete": ("oam.cli.delete", "delete an application and its objects"),
}
"""Command name: module to import on use, one line of help."""


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        argv: arguments without the program name; ``sys.argv[1:]`` if None.

    Returns:
        0, or 1 where anything went wrong. Free of global state: it may be called any number of times in a process.
    """
    args = sys.argv[1:] if argv is None else list(argv)
    if not args or args[0] in ("help", "-h", "--help"):
        print(_usage(), end="")
        return 0
    known = COMMANDS.get(args[0])
    if known is None:
        print(f'Error: unknown command "{args[0]}" for "oam"', file=sys.stderr)
        return 1
    threshold = gc.get_threshold()
    if threshold[0]:
        gc.set_threshold(max(threshold[0], _YOUNG), *threshold[1:])
    try:
        return _run(args[0], args[1:])
    finally:
        gc.set_threshold(*threshold)


def _run(command: str, argv: list[str]) -> int:
    from importlib import import_module

    from oam.cli.flags import Help
    from pycue.errors import DiagnosticError

    module, about = COMMANDS[command]
    try:
        status: int = import_module(module).run(argv)
        return status
    except Help as asked:
        words = [command, *argv[: 1 if command in ("def", "cuex") else 0]]
        print(f"Usage: oam {' '.join(words)} [flags]\n\n{about[0].upper()}{about[1:]}.\n\n{asked.text}", end="")
        return 0
    except DiagnosticError as error:
        from oam.cli.report import print_error

        print_error(error)
    except (OSError, UnicodeDecodeError) as error:
        print(f"Error: {error}", file=sys.stderr)
    except RecursionError:
        print("Error: the input is nested too deeply", file=sys.stderr)
    except KeyboardInterrupt:
        print("Error: interrupted", file=sys.stderr)
    except Exception as error:
        print(f"Error: internal error: {type(error).__name__}: {error}", file=sys.stderr)
    return 1


def _usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name.ljust(width)}  {about}" for name, (_, about) in COMMANDS.items()]
    return "Usage: oam COMMAND [flags]\n\nCommands:\n" + "\n".join(lines) + "\n"
