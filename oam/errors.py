"""Exceptions of this package and the making of their diagnostics.

Codes are ``oam.<area>.<what>``; the message of a diagnostic is one line, its help a hint. Positions point into the
YAML or CUE text that the user wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pycue.errors import Diagnostic, DiagnosticError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pycue.source import Position

__all__ = [
    "DefinitionError",
    "DocumentError",
    "Failures",
    "Finding",
    "Interruption",
    "OamError",
    "RenderError",
    "UsageError",
    "note",
    "warning",
]


class Finding(Diagnostic):
    """A diagnostic that says what was being looked at.

    ``position`` is the place to look at first (in the application, where it has one), ``inputs`` are the others;
    ``subject`` names the component, trait, policy, step or definition, or is ``""``.
    """

    __slots__ = ("subject",)

    def __init__(self, message: str, *, subject: str = "", **fields: Any) -> None:
        super().__init__(message, **fields)
        self.subject = subject

    @classmethod
    def of(cls, item: Diagnostic, *, subject: str = "", **changed: Any) -> Finding:
        """The same diagnostic with a subject and other changes."""
        names = ("code", "path", "position", "inputs", "severity", "help", "args")
        fields = {name: getattr(item, name) for name in names} | changed
        return cls(item.message, subject=subject, **fields)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return super().to_dict() | ({"subject": self.subject} if self.subject else {})


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


class Failures(OamError):
    """Several errors that were found in one go, in the order of the work."""

    def __init__(self, errors: Sequence[OamError]) -> None:
        super().__init__(item for error in errors for item in error.diagnostics)
        self.errors = tuple(errors)

    @classmethod
    def raise_any(cls, errors: Iterable[OamError]) -> None:
        """Raise what there is, if anything; errors of the same text are one, a single one is raised as it is.

        Raises:
            OamError: there is one error, or there are several.
        """
        unique = list({error.text: error for error in errors}.values())
        if len(unique) == 1:
            raise unique[0]
        if unique:
            raise cls(unique)

    @property
    def text(self) -> str:
        """The texts of all of them, each after ``Error: `` but the first."""
        return "\n\nError: ".join(error.text for error in self.errors)

    def __str__(self) -> str:
        return self.text


class UsageError(OamError):
    """A wrong command line."""


def warning(code: str, message: str, *, position: Position | None = None, help: str = "") -> Diagnostic:
    """A diagnostic that stops nothing."""
    return Diagnostic(message, code=code, position=position, severity="warning", help=help)


def note(code: str, message: str, *, position: Position | None = None) -> Diagnostic:
    """A diagnostic that only informs."""
    return Diagnostic(message, code=code, position=position, severity="note")
