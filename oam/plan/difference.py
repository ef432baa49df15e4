"""Differences of plain data, field by field; elements of lists are told apart by their keys where they have any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.cluster.merge import elements_by_key, merge_keys
from pycue.syntax.literal import quote_label

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Change", "Key", "difference", "path_text"]


@attrs.frozen
class Key:
    """A list element as a step of a path: the one whose ``field`` is ``value``."""

    field: str
    value: str | int


Step = str | int | Key


@attrs.frozen
class Change:
    """One difference.

    Attributes:
        path: field names, indices, and keys of list elements.
        kind: ``add``, ``remove`` or ``change``; ``order`` for a list whose elements only change places, and whose old
            and new keys are then ``old`` and ``new``.
        old: what was there; None where nothing was.
        new: what is there; None where nothing is.
    """

    path: tuple[Step, ...]
    kind: str
    old: Any = None
    new: Any = None


def difference(old: Any, new: Any) -> list[Change]:
    """The changes that make ``new`` of ``old``, done in their order.

    What is added to a list is put behind the elements that stay. Numbers and booleans are never the same.

    >>> [(path_text(c.path), c.kind, c.old, c.new) for c in difference({"a": 1, "b": [1]}, {"a": 2, "b": [1], "c": {}})]
    [('a', 'change', 1, 2), ('c', 'add', None, {})]
    """
    return list(_changes(old, new, (), ""))


def path_text(path: tuple[Step, ...]) -> str:
    """A path for people, e.g. ``spec.containers[name=web].args[0]``."""
    out = ""
    for step in path:
        if isinstance(step, str):
            out += f".{quote_label(step)}" if out else quote_label(step)
        else:
            out += f"[{step.field}={step.value}]" if isinstance(step, Key) else f"[{step}]"
    return out


def _changes(old: Any, new: Any, path: tuple[Step, ...], field: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in old.items():
            if name not in new:
                yield Change((*path, name), "remove", value)
            else:
                yield from _changes(value, new[name], (*path, name), name)
        for name, value in new.items():
            if name not in old:
                yield Change((*path, name), "add", None, value)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_changes(old, new, path, field)
    elif not _same(old, new):
        yield Change(path, "change", old, new)


def _same(old: Any, new: Any) -> bool:
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)


def _list_changes(old: list[Any], new: list[Any], path: tuple[Step, ...], field: str) -> Iterator[Change]:
    for key in dict.fromkeys((*merge_keys(field), "name")):
        before, after = elements_by_key(old, key), elements_by_key(new, key)
        if before and after is not None:
            yield from _keyed_changes(before, after, path, key)
            return
    if not any(isinstance(item, dict | list) for item in (*old, *new)):
        if len(old) != len(new) or not all(map(_same, old, new)):
            yield Change(path, "change", old, new)
        return
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        yield from _changes(before, after, (*path, index), "")
    for index in range(len(old) - 1, len(new) - 1, -1):
        yield Change((*path, index), "remove", old[index])
    for index in range(len(old), len(new)):
        yield Change((*path, index), "add", None, new[index])


def _keyed_changes(
    old: dict[str | int, Any], new: dict[str | int, Any], path: tuple[Step, ...], key: str
) -> Iterator[Change]:
    kept = [name for name in old if name in new]
    for name, value in old.items():
        if name not in new:
            yield Change((*path, Key(key, name)), "remove", value)
        else:
            yield from _changes(value, new[name], (*path, Key(key, name)), "")
    added = [name for name in new if name not in old]
    for name in added:
        yield Change((*path, Key(key, name)), "add", None, new[name])
    if [*kept, *added] != list(new):
        yield Change(path, "order", [*kept, *added], list(new))
