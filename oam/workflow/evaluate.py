"""Evaluating the ``if`` of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.workflow.engine import ConditionError
from pycue.errors import CueError

if TYPE_CHECKING:
    from pycue import Context

__all__ = ["evaluate_condition"]


def evaluate_condition(context: Context, expression: str, scope: dict[str, Any]) -> bool:
    """Whether the expression is true where the scope's names stand for its values. Raises :class:`ConditionError`."""
    try:
        value = context.compile_expression(expression, filename="if", scope=context.encode(scope)).decode()
    except CueError as error:
        raise ConditionError(f"invalid if value: {error}") from error
    if not isinstance(value, bool):
        raise ConditionError(f"invalid if value: {expression} is not a boolean")
    return value
