"""From evaluated values to objects."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from oam.errors import OamError
from oam.model.scalars import from_float, json_text

if TYPE_CHECKING:
    from pycue import Value

__all__ = ["plain", "sorted_keys", "to_object"]


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


def to_object(value: Value) -> dict[str, Any]:
    """The Kubernetes object that a value is.

    Raises:
        CueError: the value is missing, incomplete or in error.
        OamError: it is no object with a kind.
    """
    data = plain(value.decode())
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
