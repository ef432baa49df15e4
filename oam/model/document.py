"""A YAML document: plain data and where each part of it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pycue.source import Position

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.errors import Diagnostic
    from pycue.source import Source

__all__ = ["Document", "Node"]


class Node:
    """One value: its data and the offsets (code points) of its start and, for mappings, of its keys."""

    __slots__ = ("block", "children", "data", "explicit", "keys", "offset")

    def __init__(self, offset: int, data: Any, *, block: bool = False) -> None:
        self.offset = offset
        self.data = data
        self.block = block  # a literal block scalar
        self.children: dict[str | int, Node] = {}
        self.keys: dict[str, int] = {}
        self.explicit: set[str] = set()  # keys that did not come through a merge


class Document:
    """One document of a YAML stream.

    ``data`` is plain: dict with str keys, list, str, int, float, bool, None. ``warnings`` tell about spellings that
    YAML 1.1 reads in a surprising way.
    """

    __slots__ = ("data", "root", "source", "warnings")

    def __init__(self, source: Source, root: Node, warnings: list[Diagnostic]) -> None:
        self.source = source
        self.root = root
        self.data = root.data
        self.warnings = warnings

    def position(self, path: Iterable[str | int] = ()) -> Position:
        """Where the value at ``path`` stands; where there is none, its nearest parent.

        A mapping or list within a mapping is found at its key, a scalar at itself.
        """
        node, offset = self.root, self.root.offset
        for step in path:
            child = node.children.get(step)
            if child is None:
                break
            scalar = not isinstance(child.data, dict | list)
            offset = child.offset if scalar or not isinstance(step, str) else node.keys.get(step, child.offset)
            node = child
        return Position(self.source, offset)

    def node(self, path: Iterable[str | int]) -> Node | None:
        """The node at ``path``, or None."""
        node: Node | None = self.root
        for step in path:
            node = node.children.get(step) if node else None
        return node
