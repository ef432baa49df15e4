"""Values on their way into a step's parameter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

__all__ = ["InputError", "fill", "giver", "split_key"]

_PART = re.compile(r"""\.?([^.\[\]"']+)|\[(\d+)\]|\.?\[?"((?:[^"\\]|\\.)*)"\]?""")


class InputError(Exception):
    """A value cannot be put where a parameterKey says."""


def split_key(key: str) -> list[str | int]:
    """Labels and indices of a parameterKey: ``a.b[1]["x.y"]`` gives ``a, b, 1, x.y``. Raises :class:`InputError`."""
    parts: list[str | int] = []
    at = 0
    while at < len(key):
        part = _PART.match(key, at)
        if part is None:
            raise InputError(f'invalid parameterKey "{key}"')
        name, index, quoted = part.groups()
        parts.append(int(index) if index is not None else name if name is not None else quoted)
        at = part.end()
    if not parts:
        raise InputError(f'invalid parameterKey "{key}"')
    return parts


def giver(outputs: Mapping[str, T], name: str) -> T | None:
    """What gives the variable ``name``: the first whose output is it, or a part of it, or what it is a part of."""
    for output, found in outputs.items():
        if output == name or name.startswith(f"{output}.") or output.startswith(f"{name}."):
            return found
    return None


def fill(parameter: dict[str, Any], key: str, value: Any) -> None:
    """Put a value at a place in the parameter, in place.

    What was there is replaced, what stands beside it is kept; missing structs and lists are made, and a list is
    made longer with empty structs where it ends before the index.

    Raises:
        InputError: the key cannot be read, or an index leads into something that is no list.
    """
    place: Any = parameter
    parts = split_key(key)
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if isinstance(part, int):
            if not isinstance(place, list):
                raise InputError(f'parameterKey "{key}": index {part} into what is no list')
            place.extend({} for _ in range(part + 1 - len(place)))
        elif not isinstance(place, dict):
            raise InputError(f'parameterKey "{key}": field {part} of what is no struct')
        if following is None:
            place[part] = value
        else:
            place = _step_into(place, part, list if isinstance(following, int) else dict)


def _step_into(place: Any, part: str | int, kind: type) -> Any:
    found = place[part] if isinstance(part, int) else place.get(part)
    if not isinstance(found, kind):
        found = kind()
        place[part] = found
    return found
