"""Diagnostics and the exceptions that carry them.

Inside the evaluator errors are values (:class:`pycue.evaluator.values.Bottom`); they become :class:`Diagnostic` objects
when somebody asks for them, and Python exceptions only at the edge of the API. Source: cue/errors/errors.go for order,
positions and text.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from pycue.source import Position

__all__ = [
    "CompileError",
    "ConflictError",
    "CueError",
    "CueSyntaxError",
    "CycleError",
    "DecodeError",
    "Diagnostic",
    "DiagnosticError",
    "EncodeError",
    "EvalError",
    "IncompleteError",
    "InternalError",
    "LimitError",
    "LoadError",
    "ValidationError",
    "sanitize",
]


class Diagnostic:
    """One error or warning.

    Attributes:
        code: stable slug such as ``cue.conflict`` or ``oam.parameter.unknown``.
        message: official text without path and positions; a wrapped error's text follows after ``": "``.
        path: data path, one printed element each (identifiers bare, other labels quoted, list indices bare).
        position: primary position, or None.
        inputs: further positions that contributed.
        severity: ``error``, ``warning`` or ``note``.
        help: a hint beyond the official text, or ``""``.
        args: what the message says something about (for a conflict both sides), each as the message prints it.
    """

    __slots__ = ("args", "code", "help", "inputs", "message", "path", "position", "severity")

    def __init__(
        self,
        message: str,
        *,
        code: str = "cue.error",
        path: Sequence[str] = (),
        position: Position | None = None,
        inputs: Iterable[Position] = (),
        severity: str = "error",
        help: str = "",
        args: Iterable[str] = (),
    ) -> None:
        self.args = tuple(args)
        self.code = code
        self.message = message
        self.path = tuple(path)
        self.position = position
        self.inputs = tuple(inputs)
        self.severity = severity
        self.help = help

    def positions(self) -> list[Position]:
        """The primary position, then the others by file and offset, without (adjacent) duplicates."""
        out = [self.position] if self.position else []
        for position in sorted(self.inputs, key=_file_key):
            if position != self.position and (not out or out[-1] != position):
                out.append(position)
        return out

    def summary(self) -> str:
        """``path: message`` on one line."""
        return f"{'.'.join(self.path)}: {self.message}" if self.path else self.message

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "path": list(self.path),
            "positions": [{"file": p.filename, "line": p.line, "column": p.column} for p in self.positions()],
            **({"args": list(self.args)} if self.args else {}),
            **({"help": self.help} if self.help else {}),
        }

    def __repr__(self) -> str:
        return f"Diagnostic({self.summary()!r})"


def sanitize(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort as the official tool prints (no position first, then file and offset, then path) and drop duplicates."""
    result: list[Diagnostic] = []
    for item in sorted(diagnostics, key=_sort_key):
        last = result[-1] if result else None
        if last and last.position == item.position and last.path == item.path and last.message == item.message:
            continue
        result.append(item)
    return result


def _sort_key(d: Diagnostic) -> tuple[Any, ...]:
    where = (1, *_file_key(d.position)) if d.position else (0, 0, "", 0)
    return (*where, d.path, d.message)


def _file_key(position: Position) -> tuple[int, str, int]:
    name, offset = position.key()
    return (0 if name.startswith("/") else 1), name, offset


class DiagnosticError(Exception):
    """Base of every exception that users see; holds at least one diagnostic, sorted."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic] | str) -> None:
        if isinstance(diagnostics, str):
            diagnostics = Diagnostic(diagnostics)
        items = [diagnostics] if isinstance(diagnostics, Diagnostic) else list(diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = tuple(sanitize(items))
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        first = self.diagnostics[0].summary() if self.diagnostics else ""
        more = len(self.diagnostics) - 1
        return f"{first} (and {more} more errors)" if more > 0 else first

    def to_dict(self) -> list[dict[str, Any]]:
        """JSON-ready form of all diagnostics."""
        return [d.to_dict() for d in self.diagnostics]


class CueError(DiagnosticError):
    """Base of the errors of the CUE language."""


class CueSyntaxError(CueError, ValueError):
    """Scanner, parser or literal."""


class LoadError(CueError):
    """Files, packages, tags, modules."""


class CompileError(CueError):
    """Unresolved references, bad imports, misuse of syntax found before evaluation."""


class EvalError(CueError):
    """A value is bottom."""


class IncompleteError(EvalError):
    """A value is not concrete, and may become so."""


class CycleError(EvalError):
    """Reference or structural cycle."""


class ConflictError(EvalError):
    """Two values do not unify."""


class ValidationError(CueError, ValueError):
    """From ``Value.validate`` and ``vet``."""


class DecodeError(CueError, ValueError):
    """A value cannot become the Python object asked for."""


class EncodeError(CueError, ValueError):
    """A Python object cannot become a value, or a value cannot be written in a format."""


class LimitError(CueError):
    """A budget of :class:`pycue.limits.Limits` is used up."""


class InternalError(CueError):
    """A defect of this library."""
