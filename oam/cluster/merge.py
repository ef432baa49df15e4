"""Three-way merge of what was sent before, what is sent now and what is there."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

__all__ = ["elements_by_key", "merge_keys", "three_way", "without_nulls"]

_OWNED = ("status",)
_OWNED_METADATA = ("uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "managedFields")


def three_way(original: dict[str, Any], modified: dict[str, Any], live: dict[str, Any]) -> dict[str, Any]:
    """The live object with the changes from ``original`` to ``modified`` made to it.

    Fields of ``modified`` win, fields that only ``original`` has are removed, all others stay as they are live.
    Lists are replaced as a whole, but for those of Kubernetes' own kinds whose elements have a name: these are merged
    one by one. Status and the metadata that the server writes always stay live.
    """
    own = "." not in (group := str(modified.get("apiVersion", "")).rpartition("/")[0]) or group.endswith(".k8s.io")
    merged: dict[str, Any] = _merge(original, modified, live, own)
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


def _merge(original: Any, modified: Any, live: Any, own: bool, field: str = "") -> Any:
    if own and isinstance(modified, list) and isinstance(live, list):
        return _merge_list(original, modified, live, merge_keys(field))
    if not isinstance(modified, dict) or not isinstance(live, dict):
        return deepcopy(modified)
    before = original if isinstance(original, dict) else {}
    result = {key: value for key, value in live.items() if key in modified or key not in before}
    for key, value in modified.items():
        result[key] = _merge(before.get(key), value, live.get(key), own, key)
    return result


def _merge_list(original: Any, modified: list[Any], live: list[Any], keys: tuple[str, ...]) -> list[Any]:
    """Elements of the same key are merged; live ones that were never applied stay, behind the others."""
    for key in keys:
        wanted, there = elements_by_key(modified, key), elements_by_key(live, key)
        if wanted is not None and there is not None:
            before = elements_by_key(original if isinstance(original, list) else [], key) or {}
            kept = [value for name, value in there.items() if name not in wanted and name not in before]
            return [_merge(before.get(name), value, there.get(name), True) for name, value in wanted.items()] + kept
    return deepcopy(modified)


def merge_keys(field: str) -> tuple[str, ...]:
    """By which fields the API of Kubernetes tells the elements of a list apart that is in a field of this name."""
    return _KEYS.get(field, ())


def elements_by_key(elements: list[Any], key: str) -> dict[Any, Any] | None:
    """The elements by the value of a field; None where one lacks it, or two have the same."""
    names = [element.get(key) if isinstance(element, dict) else None for element in elements]
    if any(not isinstance(name, str | int) for name in names) or len(set(names)) < len(names):
        return None
    return dict(zip(names, elements, strict=True))


_KEYS = {
    **dict.fromkeys(
        "containers initContainers ephemeralContainers volumes env imagePullSecrets secrets".split(), ("name",)
    ),
    "ports": ("containerPort", "port"),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "ownerReferences": ("uid",),
}
"""By which fields the API of Kubernetes tells the elements of a list apart."""
