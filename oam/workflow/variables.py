"""The variables of a run: nested data under dotted names."""

from __future__ import annotations

from typing import Any

__all__ = ["VariableConflict", "drop_variable", "set_variable"]


class VariableConflict(Exception):
    """A variable has another value already."""


def set_variable(variables: dict[str, Any], name: str, value: Any, *, replace: bool = False) -> None:
    """Set a variable in place; ``a.b`` is the field ``b`` of ``a``.

    Raises:
        VariableConflict: it has another value, and is not to be replaced.
    """
    *parents, last = name.split(".")
    place = variables
    for key in parents:
        inner = place.setdefault(key, {})
        if not isinstance(inner, dict):
            raise VariableConflict(f'variable "{name}": "{key}" has a value of its own')
        place = inner
    if not replace and last in place and place[last] != value:
        raise VariableConflict(f'variable "{name}" has another value already')
    place[last] = value


def drop_variable(variables: dict[str, Any], name: str) -> None:
    """Remove a variable, if it is there."""
    *parents, last = name.split(".")
    place: Any = variables
    for key in parents:
        place = place.get(key) if isinstance(place, dict) else None
    if isinstance(place, dict):
        place.pop(last, None)
