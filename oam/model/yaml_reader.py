"""Reading YAML as Kubernetes does (YAML 1.1, then through JSON), with positions.

The events come from PyYAML's scanner and parser; values are built here, without recursion, so that deep input cannot
exhaust the stack, and with a limit on what aliases may expand to.
"""

from __future__ import annotations

import base64
import binascii
import math
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from oam.errors import DocumentError, warning
from oam.model.document import Document, Node
from oam.model.scalars import go_float, looks_like_bool, resolve
from pycue.source import Position

if TYPE_CHECKING:
    from pycue.errors import Diagnostic
    from pycue.source import Source

__all__ = ["load_documents"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 500
_MAX_NODES = 1_000_000
_CORE = "tag:yaml.org,2002:"


def load_documents(source: Source) -> list[Document]:
    """All documents of a YAML (or JSON) text; empty ones are left out.

    Raises:
        DocumentError: not YAML, a key that JSON cannot have, or too deep or too large an expansion.
    """
    try:
        return _Builder(source).run()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = Position(source, mark.index) if mark else None
        raise DocumentError(f"yaml: {error.problem or error.context}", code="oam.yaml", position=position) from None
    except yaml.YAMLError as error:
        raise DocumentError(f"yaml: {error}".splitlines()[0], code="oam.yaml", position=Position(source, 0)) from None


class _Frame:
    """An open collection."""

    __slots__ = ("anchor", "key", "node", "start")

    def __init__(self, node: Node, anchor: str | None, start: int) -> None:
        self.node = node
        self.anchor = anchor
        self.start = start  # number of nodes before this one
        self.key: Node | None = None  # the key that waits for its value


class _Builder:
    """State of one reading. A collection is put into its parent when it is complete, so it cannot hold itself."""

    __slots__ = ("anchors", "count", "root", "source", "stack", "warnings")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.anchors: dict[str, tuple[Node, int]] = {}  # with the number of nodes that an alias repeats
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.warnings: list[Diagnostic] = []
        self.count = 0

    def run(self) -> list[Document]:
        documents = []
        for event in yaml.parse(self.source.text, Loader=_LOADER):
            if isinstance(event, ScalarEvent):
                node = self._scalar(event)
                self._count(1, node.offset)
                self._add(node, event.anchor, 1)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._open(event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                frame = self.stack.pop()
                self._add(frame.node, frame.anchor, self.count - frame.start)
            elif isinstance(event, AliasEvent):
                self._alias(event)
            elif isinstance(event, DocumentStartEvent):
                self.anchors, self.root, self.warnings = {}, None, []
            elif isinstance(event, DocumentEndEvent) and self.root is not None and self.root.data is not None:
                documents.append(Document(self.source, self.root, self.warnings))
        return documents

    def _fail(self, message: str, offset: int) -> DocumentError:
        return DocumentError(f"yaml: {message}", code="oam.yaml", position=Position(self.source, offset))

    def _count(self, more: int, offset: int) -> None:
        self.count += more
        if self.count > _MAX_NODES:
            raise self._fail(f"document expands to more than {_MAX_NODES} values", offset)

    def _open(self, event: Any) -> None:
        offset = event.start_mark.index
        if len(self.stack) >= _MAX_DEPTH:
            raise self._fail(f"nested deeper than {_MAX_DEPTH} levels", offset)
        node = Node(offset, {} if isinstance(event, MappingStartEvent) else [])
        self.stack.append(_Frame(node, event.anchor, self.count))
        self._count(1, offset)

    def _alias(self, event: Any) -> None:
        offset = event.start_mark.index
        target = self.anchors.get(event.anchor)
        if target is None:
            raise self._fail(f"unknown anchor '{event.anchor}' referenced", offset)
        self._count(target[1], offset)
        self._add(target[0], None, 0)

    def _add(self, node: Node, anchor: str | None, size: int) -> None:
        """Put a complete value (or a key) into the innermost open collection."""
        if anchor:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        parent = frame.node
        if isinstance(parent.data, list):
            parent.children[len(parent.data)] = node
            parent.data.append(node.data)
        elif frame.key is None:
            frame.key = self._key(node)
        else:
            key, frame.key = frame.key, None
            if key.data == "<<":
                self._merge(parent, node)
            else:
                self._set(parent, key, node)

    def _set(self, parent: Node, key: Node, node: Node) -> None:
        name = key.data
        if name in parent.explicit:
            place = Position(self.source, key.offset)
            self.warnings.append(warning("oam.yaml.duplicate", f'key "{name}" is given twice', position=place))
        parent.explicit.add(name)
        parent.data[name] = node.data
        parent.children[name] = node
        parent.keys[name] = key.offset

    def _merge(self, into: Node, merged: Node) -> None:
        """The merge key: what is given explicitly, before or after, stays."""
        sources = list(merged.children.values()) if isinstance(merged.data, list) else [merged]
        for source in sources:
            if not isinstance(source.data, dict):
                raise self._fail("map merge requires map or sequence of maps as the value", source.offset)
            for name, child in source.children.items():
                if name not in into.data:
                    into.data[str(name)] = child.data
                    into.children[name] = child
                    into.keys[str(name)] = source.keys[str(name)]

    def _key(self, node: Node) -> Node:
        """The node of a key, its data turned into the string that JSON needs."""
        data = node.data
        if isinstance(data, bool):
            text = self.source.text[node.offset : node.offset + 5]
            if not text.lower().startswith(("true", "false")):
                self._warn_bool("key", node.offset, str(data).lower())
            data = "true" if data else "false"
        elif isinstance(data, int):
            data = str(data)
        elif isinstance(data, float):
            data = go_float(data)
        elif not isinstance(data, str):
            raise self._fail(f"a key must be a string, not {_TYPE_NAMES[type(data)]}", node.offset)
        return Node(node.offset, data)

    def _is_value(self) -> bool:
        """Whether the next node is a value, not a key."""
        return not self.stack or isinstance(self.stack[-1].node.data, list) or self.stack[-1].key is not None

    def _warn_bool(self, what: str, offset: int, value: str) -> None:
        text = f"this {what} is the boolean {value} in YAML 1.1"
        hint = "put it in quotes if a string is meant"
        self.warnings.append(warning("OAM130", text, position=Position(self.source, offset), help=hint))

    def _scalar(self, event: Any) -> Node:
        offset, text, tag = event.start_mark.index, event.value, event.tag
        if not event.style and (tag is None or not tag.startswith(_CORE)):
            data = resolve(text) if tag != "!" else text
            if isinstance(data, bool) and looks_like_bool(text) and self._is_value():
                self._warn_bool("value", offset, str(data).lower())
        else:
            data = self._tagged(tag.removeprefix(_CORE) if tag else "str", text, offset)
        if isinstance(data, float) and not math.isfinite(data):
            raise self._fail("json: unsupported value: " + go_float(data), offset)
        return Node(offset, data, block=event.style == "|")

    def _tagged(self, tag: str, text: str, offset: int) -> Any:
        if tag == "binary":
            try:
                return base64.b64decode(text, validate=False).decode("utf-8", "replace")
            except binascii.Error:
                raise self._fail("!!binary value contains invalid base64 data", offset) from None
        types = _TAGS.get(tag)
        if types is None:
            return text
        data = resolve(text)
        if not isinstance(data, types):
            raise self._fail(f"cannot decode !!str `{text}` as a !!{tag}", offset)
        return data


_TAGS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}
_TYPE_NAMES = {type(None): "null", dict: "a mapping", list: "a list"}
