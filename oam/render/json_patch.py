"""JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396) on plain data."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

__all__ = ["PatchError", "json_patch", "merge_patch"]


class PatchError(ValueError):
    """An operation cannot be done; the text names the operation and its path."""


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396: null removes, objects merge, everything else replaces. The arguments stay unchanged."""
    if not isinstance(patch, dict):
        return deepcopy(patch)
    out = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merge_patch(out.get(key), value)
    return out


def json_patch(target: Any, operations: Any) -> Any:
    """RFC 6902; gives a new value.

    Raises:
        PatchError: malformed operations, a missing path, or a test that fails.
    """
    if not isinstance(operations, list):
        raise PatchError("operations is not a list")
    root = [deepcopy(target)]  # so that the whole document has a place too
    for number, operation in enumerate(operations):
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise PatchError(f"operation {number} has no path")
        op = operation.get("op")
        handler = _OPERATIONS.get(str(op))
        if handler is None:
            raise PatchError(f'unexpected kind: {op} of operation {number} at "{operation["path"]}"')
        handler(root, operation)
    return root[0]


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise PatchError(f'path "{text}" does not start with a slash')
    return ["0", *(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])]


def _parent(root: list[Any], path: str, op: str) -> tuple[Any, str]:
    steps = _pointer(path)
    at: Any = root
    for step in steps[:-1]:
        at = _child(at, step, op, path)
    return at, steps[-1]


def _child(at: Any, step: str, op: str, path: str) -> Any:
    if isinstance(at, dict) and step in at:
        return at[step]
    if isinstance(at, list):
        return at[_index(at, step, len(at) - 1, op, path)]
    raise PatchError(f'{op} operation does not apply: doc is missing path: "{path}"')


def _index(at: list[Any], step: str, highest: int, op: str, path: str) -> int:
    if not step.isdigit() or (len(step) > 1 and step[0] == "0") or int(step) > highest:
        raise PatchError(f'{op} operation does not apply: doc is missing path: "{path}"')
    return int(step)


def _add(root: list[Any], operation: dict[str, Any], op: str = "add") -> None:
    if "value" not in operation:
        raise PatchError(f'{op} operation at "{operation["path"]}" has no value')
    at, step = _parent(root, operation["path"], op)
    value = deepcopy(operation["value"])
    if at is root:
        root[0] = value
    elif isinstance(at, dict):
        at[step] = value
    elif isinstance(at, list):
        at.insert(len(at) if step == "-" else _index(at, step, len(at), op, operation["path"]), value)
    else:
        raise PatchError(f'{op} operation does not apply: doc is missing path: "{operation["path"]}"')


def _remove(root: list[Any], operation: dict[str, Any], op: str = "remove") -> Any:
    at, step = _parent(root, operation["path"], op)
    if isinstance(at, dict) and step not in at:
        reason = f"Unable to remove nonexistent key: {step}: missing value"
        raise PatchError(f"error in {op} for path: '{operation['path']}': {reason}")
    value = _child(at, step, op, operation["path"])
    if at is root:
        root[0] = None
    else:
        del at[step if isinstance(at, dict) else int(step)]
    return value


def _replace(root: list[Any], operation: dict[str, Any]) -> None:
    at, step = _parent(root, operation["path"], "replace")
    _child(at, step, "replace", operation["path"])
    if "value" not in operation:
        raise PatchError(f'replace operation at "{operation["path"]}" has no value')
    at[step if isinstance(at, dict) else int(step)] = deepcopy(operation["value"])


def _source(operation: dict[str, Any], op: str) -> dict[str, Any]:
    if not isinstance(operation.get("from"), str):
        raise PatchError(f'{op} operation at "{operation["path"]}" has no from')
    return {"path": operation["from"]}


def _move(root: list[Any], operation: dict[str, Any]) -> None:
    value = _remove(root, _source(operation, "move"), "move")
    _add(root, {"path": operation["path"], "value": value}, "move")


def _copy(root: list[Any], operation: dict[str, Any]) -> None:
    source = _source(operation, "copy")
    at, step = _parent(root, source["path"], "copy")
    value = _child(at, step, "copy", source["path"])
    _add(root, {"path": operation["path"], "value": value}, "copy")


def _test(root: list[Any], operation: dict[str, Any]) -> None:
    at, step = _parent(root, operation["path"], "test")
    found = _child(at, step, "test", operation["path"])
    if not _equal(found, operation.get("value")):
        raise PatchError(f"testing value {operation['path']} failed: test failed")


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_equal, a, b))
    return bool(a == b)


_OPERATIONS: dict[str, Any] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
