"""The ``pycue`` command: the official ``cue`` command's arguments, texts and exit codes."""

from __future__ import annotations

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        argv: arguments without the program name; ``sys.argv[1:]`` if None.

    Returns:
        0, or 1 where anything went wrong. Free of global state: it may be called any number of times in a process.
    """
    from pycue.cli.app import run

    return run(argv)
