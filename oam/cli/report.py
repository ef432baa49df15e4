"""Printing of errors and warnings for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from oam.diagnostics import render
from oam.diagnostics.text import line, place, places
from oam.errors import Failures, Finding, OamError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.errors import Diagnostic, DiagnosticError

__all__ = ["Report", "place", "print_error", "print_warnings"]


class Report:
    """What a command has to tell beside its result.

    As text, warnings and errors are printed on standard error as they come. In the other formats they are collected
    and printed on standard output at the end, in place of the result.

    Args:
        form: one of :data:`oam.diagnostics.FORMATS`.
        strict: whether warnings are errors.
    """

    def __init__(self, form: str = "text", *, strict: bool = False) -> None:
        self.form = form
        self.strict = strict
        self.failed = False
        self.diagnostics: list[Diagnostic] = []

    def warn(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Tell warnings, which are printed in :meth:`close` so that each is printed once."""
        for item in diagnostics:
            if self.strict and item.severity == "warning":
                item = Finding.of(item, subject=getattr(item, "subject", ""), severity="error")
            self.diagnostics.append(item)

    def tell(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Tell what was found, errors or warnings, on standard output."""
        fresh = len(self.diagnostics)
        self.warn(diagnostics)
        if self.form == "text":
            sys.stdout.write(render(self.diagnostics[fresh:], "text"))

    def summary(self, looked_at: str, *, mended: int, fixable: int) -> int:
        """Close a report of findings with a line of figures; gives the exit status."""
        errors = sum(item.severity == "error" for item in self.diagnostics)
        if self.form != "text":
            sys.stdout.write(render(self.diagnostics, self.form))
            return 1 if errors else 0
        warnings = sum(item.severity == "warning" for item in self.diagnostics)
        text = f"{looked_at}, {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        text += f", {mended} mended" if mended else ""
        text += f" ({fixable} can be mended with --fix)" if fixable else ""
        print(text)
        return 1 if errors else 0

    def fail(self, error: DiagnosticError) -> None:
        """Tell an error."""
        self.failed = True
        if self.form == "text":
            self._print_warnings()
            print_error(error)
        else:
            self.diagnostics += error.diagnostics

    def close(self, result: str) -> int:
        """Print what is left, and the result of a command that has not failed; gives the exit status."""
        if self.form != "text":
            sys.stdout.write(render(self.diagnostics, self.form))
            return 1 if self.failed or any(item.severity == "error" for item in self.diagnostics) else 0
        wrong = self._print_warnings()
        if wrong:
            print(f"Error: {wrong} warning(s) in strict mode", file=sys.stderr)
        elif not self.failed:
            sys.stdout.write(result)
        return 1 if self.failed or wrong else 0

    def _print_warnings(self) -> int:
        """How many of them count as errors."""
        lines = dict.fromkeys((line(item), item.severity) for item in self.diagnostics)
        self.diagnostics = []
        for text, _ in lines:
            print(text, file=sys.stderr)
        return sum(severity == "error" for _, severity in lines)


def print_error(error: DiagnosticError) -> None:
    """``Error: text``, then the diagnostics' places and hints, on standard error."""
    if isinstance(error, Failures):
        for index, each in enumerate(error.errors):
            if index:
                print(file=sys.stderr)
            print_error(each)
        return
    text = error.text if isinstance(error, OamError) else str(error)
    print(f"Error: {text}", file=sys.stderr)
    if "\n" in text:  # the text names its places itself
        return
    for diagnostic in error.diagnostics:
        for row in places(diagnostic.positions(), "    "):
            print(row, file=sys.stderr)
        if diagnostic.help:
            print(f"    hint: {diagnostic.help}", file=sys.stderr)


def print_warnings(diagnostics: Iterable[Diagnostic]) -> None:
    """One line each on standard error, in the order found, without repetition."""
    for text in dict.fromkeys(map(line, diagnostics)):
        print(text, file=sys.stderr)
