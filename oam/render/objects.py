"""From evaluated values to objects."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from oam.errors import OamError
from oam.model.scalars import from_float, json_text

if TYPE_CHECKING:
    from pycue import Context, Value

__all__ = ["KnownData", "plain", "sorted_keys", "to_object"]


def plain(data: Any) -> Any:
    """Python data of a CUE value as JSON carries it: bytes in base64, whole floats as ints. Gives a copy."""
    if isinstance(data, dict):
        return {key: plain(item) for key, item in data.items()}
    if isinstance(data, list):
        return [plain(item) for item in data]
    if isinstance(data, float):
        return from_float(data)
    if isinstance(data, bytes):
        return base64.b64encode(data).decode("ascii")
    return data


def sorted_keys(data: Any) -> Any:
    """The same data with the keys of all mappings in order, as the reference hands parameters to templates."""
    if isinstance(data, dict):
        return {key: sorted_keys(data[key]) for key in sorted(data)}
    if isinstance(data, list):
        return [sorted_keys(item) for item in data]
    return data


def to_object(value: Value, known: KnownData | None = None) -> dict[str, Any]:
    """The Kubernetes object that a value is; ``known`` may have its data.

    Raises:
        CueError: the value is missing, incomplete or in error.
        OamError: it is no object with a kind.
    """
    data = known.read(value) if known is not None else plain(value.decode())
    if not isinstance(data, dict):
        kinds: dict[type, str] = {str: "string", bool: "bool", list: "array"}
        got = kinds.get(type(data), "number")
        text = f"json: cannot unmarshal {got} into Go value of type map[string]interface {{}}"
        raise OamError(text, code="oam.render.object", position=value.position)
    if not data.get("kind"):
        text = f"Object 'Kind' is missing in '{json_text(data)}'"
        raise OamError(text, code="oam.render.kind", position=value.position)
    if not isinstance(data.get("metadata"), dict):
        data["metadata"] = {}
    return data


class KnownData:
    """The data of values that were made of data, so that they need not be evaluated to be read."""

    __slots__ = ("_of",)

    def __init__(self) -> None:
        self._of: dict[int, tuple[Value, Any]] = {}

    def encode(self, cue: Context, data: Any) -> Value:
        """A value of plain data, whose data is known from now on; nobody may change it."""
        value = cue.encode(data)
        self._of[id(value)] = value, data
        return value

    def read(self, value: Value, *, sort: bool = False) -> Any:
        """A copy of the plain data of a value.

        Raises:
            CueError: the value is missing, incomplete or in error.
        """
        found = self._of.get(id(value))
        if found is None:
            return plain(value.decode(sort=sort))
        return sorted_keys(found[1]) if sort else plain(found[1])
