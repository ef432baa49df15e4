"""Three-way merge of what was sent before, what is sent now and what is there."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

__all__ = ["three_way", "without_nulls"]

_OWNED = ("status",)
_OWNED_METADATA = ("uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "managedFields")


def three_way(original: dict[str, Any], modified: dict[str, Any], live: dict[str, Any]) -> dict[str, Any]:
    """The live object with the changes from ``original`` to ``modified`` made to it.

    Fields of ``modified`` win, fields that only ``original`` has are removed, all others stay as they are live.
    Lists are replaced as a whole. Status and the metadata that the server writes always stay live.
    """
    merged: dict[str, Any] = _merge(original, modified, live)
    for key in _OWNED:
        _keep(merged, live, key)
    for key in _OWNED_METADATA:
        _keep(merged["metadata"], live["metadata"], key)
    return merged


def without_nulls(value: Any) -> Any:
    """A copy without the fields whose value is null: to a server they are not there."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def _keep(target: dict[str, Any], live: dict[str, Any], key: str) -> None:
    if key in live:
        target[key] = live[key]
    else:
        target.pop(key, None)


def _merge(original: Any, modified: Any, live: Any) -> Any:
    if not isinstance(modified, dict) or not isinstance(live, dict):
        return deepcopy(modified)
    before = original if isinstance(original, dict) else {}
    result = {key: value for key, value in live.items() if key in modified or key not in before}
    for key, value in modified.items():
        result[key] = _merge(before.get(key), value, live.get(key))
    return result
