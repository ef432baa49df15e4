"""Printing of errors and warnings for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from oam.errors import OamError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.errors import Diagnostic, DiagnosticError

__all__ = ["place", "print_error", "print_warnings"]


def place(diagnostic: Diagnostic) -> str:
    """``file:line:column``, or ``""``."""
    return repr(diagnostic.position) if diagnostic.position else ""


def print_error(error: DiagnosticError) -> None:
    """``Error: text``, then the first diagnostic's places and hints, on standard error."""
    text = error.text if isinstance(error, OamError) else str(error)
    print(f"Error: {text}", file=sys.stderr)
    if "\n" in text:  # the text names its places itself
        return
    for diagnostic in error.diagnostics:
        for position in diagnostic.positions():
            print(f"    {position!r}", file=sys.stderr)
        if diagnostic.help:
            print(f"    hint: {diagnostic.help}", file=sys.stderr)


def print_warnings(diagnostics: Iterable[Diagnostic]) -> None:
    """One line each on standard error, in the order found, without repetition."""
    seen: set[str] = set()
    for diagnostic in diagnostics:
        where = place(diagnostic)
        line = f"{diagnostic.severity}: {where + ': ' if where else ''}{diagnostic.summary()} [{diagnostic.code}]"
        if diagnostic.help:
            line += f" ({diagnostic.help})"
        if line not in seen:
            seen.add(line)
            print(line, file=sys.stderr)
