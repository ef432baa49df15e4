"""Exceptions of this package and the making of their diagnostics.

Codes are ``oam.<area>.<what>``; the message of a diagnostic is one line, its help a hint. Positions point into the
YAML or CUE text that the user wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.errors import Diagnostic, DiagnosticError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pycue.source import Position

__all__ = [
    "DefinitionError",
    "DocumentError",
    "Interruption",
    "OamError",
    "RenderError",
    "UsageError",
    "note",
    "warning",
]


class OamError(DiagnosticError):
    """Base of every error of this package that users see."""

    def __init__(
        self,
        message: str | Diagnostic | Iterable[Diagnostic],
        *,
        code: str = "oam.error",
        position: Position | None = None,
        path: Sequence[str] = (),
        help: str = "",
    ) -> None:
        if isinstance(message, str):
            message = Diagnostic(message, code=code, position=position, path=path, help=help)
        super().__init__(message)

    @property
    def text(self) -> str:
        """The whole message as the command prints it after ``Error: ``."""
        return self.diagnostics[0].message if self.diagnostics else ""


class Interruption(OamError):
    """What everything rests on, a store or a cluster, is not to be had: no fault of a step, which can be done again."""


class DocumentError(OamError):
    """A YAML text, or an object in it, is not what it should be."""


class DefinitionError(OamError):
    """A definition cannot be read, converted or found."""


class RenderError(OamError):
    """An application cannot be rendered. :attr:`text` has several lines: heading, groups of entries, places."""

    def __init__(
        self,
        text: str,
        *,
        code: str = "oam.render",
        diagnostics: Sequence[Diagnostic] = (),
        position: Position | None = None,
    ) -> None:
        super().__init__(diagnostics or Diagnostic(text, code=code, position=position))
        self._text = text

    @property
    def text(self) -> str:
        return self._text

    def __str__(self) -> str:
        return self._text


class UsageError(OamError):
    """A wrong command line."""


def warning(code: str, message: str, *, position: Position | None = None, help: str = "") -> Diagnostic:
    """A diagnostic that stops nothing."""
    return Diagnostic(message, code=code, position=position, severity="warning", help=help)


def note(code: str, message: str, *, position: Position | None = None) -> Diagnostic:
    """A diagnostic that only informs."""
    return Diagnostic(message, code=code, position=position, severity="note")
