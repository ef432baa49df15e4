"""One run of the command: global flags, choice of the subcommand, and what happens when anything fails."""

from __future__ import annotations

import gc
import os
import sys

from pycue.cli.commands import COMMANDS, flag_set
from pycue.cli.console import Console
from pycue.cli.flags import UsageError
from pycue.errors import DiagnosticError

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.cli.flags import Values
    from pycue.errors import Diagnostic

__all__ = ["Run", "run"]

_MODULES = {"def": "definitions"}


class Run:
    """What a command gets: its flags' values, the remaining arguments, the streams and the working directory."""

    __slots__ = ("args", "console", "cwd", "environ", "values")

    def __init__(self, values: Values, args: list[str], console: Console, cwd: str, environ: dict[str, str]) -> None:
        self.values = values
        self.args = args
        self.console = console
        self.cwd = cwd
        self.environ = environ

    def given(self, name: str) -> bool:
        """Whether a flag stood on the command line."""
        given = self.values[""]
        return isinstance(given, set) and name in given

    def flag(self, name: str) -> bool:
        """Value of a boolean flag; false for one that the command does not have."""
        return self.values.get(name) is True

    def text(self, name: str) -> str:
        """Value of a string flag."""
        return str(self.values.get(name, ""))

    def list(self, name: str) -> tuple[str, ...]:
        """Values of a flag that may be repeated."""
        value = self.values.get(name, ())
        return value if isinstance(value, tuple) else ()

    def report(self, diagnostics: Iterable[Diagnostic], *, goes_on: bool = False) -> None:
        """Print diagnostics to standard error; ``goes_on``: the command does not end with them."""
        from pycue.cli.report import format_diagnostics

        self.console.error(format_diagnostics(diagnostics, self.cwd, grouped=goes_on))


def run(argv: list[str] | None = None) -> int:
    """Run one command line; see :func:`pycue.cli.main`."""
    console = Console()
    limit, threshold = sys.getrecursionlimit(), gc.get_threshold()
    sys.setrecursionlimit(max(limit, RECURSION))
    if threshold[0]:
        gc.set_threshold(max(threshold[0], 100_000), *threshold[1:])
    try:
        return _guarded(sys.argv[1:] if argv is None else list(argv), console)
    finally:
        sys.setrecursionlimit(limit)
        gc.set_threshold(*threshold)


def _guarded(args: list[str], console: Console) -> int:
    """Run a command line; whatever goes wrong becomes one clear message."""
    try:
        status = _dispatch(args, console)
        console.flush()
    except UsageError as error:
        console.error(f"{error}\n")
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return _fail(console, "interrupted")
    except RecursionError:
        return _fail(console, "expression or value is nested too deeply")
    except MemoryError:
        return _fail(console, "out of memory")
    except OSError as error:
        return _fail(console, _os_error(error))
    except Exception as error:  # the edge of the program: a defect must not end in a traceback
        return _fail(console, f"internal error: {type(error).__name__}: {error}")
    return status


RECURSION = 200_000  # frames; Python-to-Python calls need no C stack


def _fail(console: Console, text: str) -> int:
    try:
        console.error(" ".join(text.splitlines()) + "\n")
    except OSError:
        pass
    return 1


def _os_error(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"open {error.filename}: {reason}" if error.filename else reason


def _dispatch(args: list[str], console: Console) -> int:
    name, before, after = _command(args)
    if name == "help" or not name:
        from pycue.cli.help import run as run_help

        return run_help(before, after, console)
    if name not in COMMANDS:
        from pycue.cli.help import unknown_command

        raise UsageError(unknown_command(name))
    values, rest = flag_set(name).parse(before + after)
    if values["help"]:
        from pycue.cli.help import command_help

        console.write(command_help(name))
        return 0
    previous = _change_directory(str(values["chdir"]))
    try:
        module = __import__(f"pycue.cli.{_MODULES.get(name, name)}", fromlist=["run"])
        this = Run(values, rest, console, os.getcwd(), dict(os.environ))
        _check_experiments(this.environ.get("CUE_EXPERIMENT", ""))
        try:
            return int(module.run(this))
        except DiagnosticError as error:
            this.report(error.diagnostics)
            return 1
    finally:
        if previous:
            os.chdir(previous)


def _command(args: list[str]) -> tuple[str, list[str], list[str]]:
    """(name of the command or ``""``, global flags before it, everything after it)."""
    at = 0
    takes_value = {"-C", "--chdir"}
    while at < len(args) and args[at][:1] == "-" and len(args[at]) > 1 and args[at] != "--":
        at += 2 if args[at] in takes_value else 1
    if at >= len(args) or args[at] == "--":
        return "", args, []
    return args[at], args[:at], args[at + 1 :]


def _change_directory(directory: str) -> str:
    """Enter a directory; the one to go back to, or ``""``."""
    if not directory:
        return ""
    previous = os.getcwd()
    try:
        os.chdir(directory)
    except OSError as error:
        raise UsageError(f"chdir {directory}: {(error.strerror or str(error)).lower()}") from None
    return previous


_EXPERIMENTS = frozenset(
    ("modules", "yamlv3decoder", "decodeint64", "embed", "toposort", "evalv3", "keepvalidators", "cmdreferencepkg")
)


def _check_experiments(text: str) -> None:
    """Check the variable CUE_EXPERIMENT: all its experiments have ended and are on."""
    for item in text.split(","):
        name, equals, value = item.strip().partition("=")
        if not name:
            continue
        if name not in _EXPERIMENTS and name != "formatv2":
            raise UsageError(f'error in CUE_EXPERIMENT: unknown experiment "{name}"')
        if equals and value not in ("1", "t", "T", "TRUE", "true", "True") and name in _EXPERIMENTS:
            raise UsageError(f'error in CUE_EXPERIMENT: cannot disable stable experiment "{name}"')
