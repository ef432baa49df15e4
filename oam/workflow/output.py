"""Reading the outputs of a finished step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oam.render.objects import plain
from pycue.errors import CueError, IncompleteError

if TYPE_CHECKING:
    from pycue import Context, Value

__all__ = ["OutputError", "read_output", "with_returns"]

_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")


class OutputError(Exception):
    """An output has no value.

    Attributes:
        missing: nothing stands where it looks.
        undecided: a field stands there, whose value is not known yet.
    """

    def __init__(self, text: str, missing: bool, undecided: bool) -> None:
        super().__init__(text)
        self.missing = missing
        self.undecided = undecided


def read_output(context: Context, value: Value, expression: str) -> Any:
    """The value of a ``valueFrom`` over a finished template: a path, an expression, or a script with imports.

    Older paths without ``$returns`` find what stands below it.

    Raises:
        OutputError: it does not evaluate, or not to something concrete.
    """
    try:
        return _evaluate(context, value, expression)
    except CueError as error:
        if "$returns." not in expression:
            older = with_returns(expression)
            try:
                return _evaluate(context, value, older)
            except CueError:
                pass
        incomplete = isinstance(error, IncompleteError)
        undecided = incomplete and bool(_NAMES.fullmatch(expression)) and value.lookup(expression).exists()
        raise OutputError(str(error), incomplete, undecided) from error


def _evaluate(context: Context, value: Value, expression: str) -> Any:
    if _NAMES.fullmatch(expression):
        return plain(value.lookup(expression).decode())
    if expression.lstrip().startswith("import"):
        return plain(context.compile(expression, filename="valueFrom", scope=value).decode())
    return plain(context.compile_expression(expression, filename="valueFrom", scope=value).decode())


def with_returns(expression: str) -> str:
    """The path with ``$returns`` in the place where newer operations have their results."""
    if "output." in expression:
        return expression.replace("output.", "output.$returns.", 1)
    return f"{expression}.$returns"
