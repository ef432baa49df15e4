"""Writing snapshots into suites; everything else in the text stays as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from oam.definition.trees import label_name, walk
from oam.errors import OamError
from oam.model import to_yaml
from oam.testing.datapath import find
from oam.testing.matching import same
from pycue.source import Source
from pycue.syntax import ast, token
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_expr, parse_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oam.testing.datapath import Path
    from oam.testing.running import Retake
    from oam.testing.suite import Suite
    from pycue.source import Position

__all__ = ["retaken"]

_COMMENT = re.compile(r"[ \t]+#[^\n]*")
_COLON = re.compile(r"\s*:")
_UNPRINTABLE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


def retaken(suite: Suite, retakes: Iterable[Retake]) -> str:
    """The text of a suite with new snapshots.

    Raises:
        OamError: a snapshot stands for several cases that would differ.
    """
    values: dict[Path, Any] = {}
    for retake in retakes:
        if retake.row:
            values.setdefault(retake.where, _rows(suite, retake.where))[retake.row] = retake.value
        else:
            values[retake.where] = retake.value
    edit = _in_cue if suite.name.endswith(".cue") else _in_yaml
    return edit(suite, values)


def _rows(suite: Suite, where: Path) -> dict[str, Any]:
    """The snapshots there are of a parametrised case, by row; rows that are gone are left out."""
    recorded = find(suite.data, where)
    known = {case.row for case in suite.cases if case.path == where[: len(case.path)]}
    return {row: value for row, value in recorded.items() if row in known} if isinstance(recorded, dict) else {}


def _shared(position: Position | None) -> OamError:
    text = "this snapshot stands for several cases, which differ"
    return OamError(text, code="oam.test.snapshot", position=position, help="write one for each of them")


# ---- YAML


def _in_yaml(suite: Suite, values: dict[Path, Any]) -> str:
    text = suite.source.text
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    edits: dict[tuple[int, int], tuple[str, Any]] = {}
    for path, value in values.items():
        key, node, flow = _find(root, path)
        if key is None or node is None:
            raise _shared(suite.locate(path))
        edit = _edit(text, key, node, flow, value)
        known = edits.setdefault(edit[:2], (edit[2], value))
        if not same(known[1], value):
            raise _shared(suite.locate(path))
    for (start, end), (new, _) in sorted(edits.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _find(node: Any, path: Path) -> tuple[Any, Any, bool]:
    """The key and the value at a path, and whether they stand within braces; None where an alias hides them."""
    key, flow = None, False
    for step in path:
        flow = flow or bool(node.flow_style)
        if isinstance(step, int):
            node = node.value[step]
            continue
        found = next(((k, v) for k, v in node.value if k.value == step), None)
        if found is None:
            return None, None, flow
        key, node = found
    return key, node, flow


def _edit(text: str, key: Any, node: Any, flow: bool, value: Any) -> tuple[int, int, str]:
    """Start and end of what stands after the key's colon, and what is to stand there."""
    colon = _COLON.match(text, key.end_mark.index)
    start = colon.end() if colon else key.end_mark.index
    end = max(_end(node, text), start)
    if flow:
        return start, end, " " + _UNPRINTABLE.sub(_escaped, json.dumps(value, ensure_ascii=False))
    lines = to_yaml({"snapshot": value}).rstrip("\n").split("\n")
    pad = " " * key.start_mark.column
    first = lines[0].partition(":")[2]
    rest = "".join(f"\n{pad}{line}" if line else "\n" for line in lines[1:])
    head, tail = _COMMENT.match(text, start), _COMMENT.match(text, end)
    kept = ""
    if head is not None and head.end() < end:
        kept = head[0]
    elif tail is not None and "\n" not in text[start:end]:
        kept = tail[0]
    end = tail.end() if tail else end  # it belongs to what is replaced, or is kept
    return start, end, first + kept + rest


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _end(node: Any, text: str) -> int:
    """Where a value ends, without the white space and comments that follow."""
    while not node.flow_style if isinstance(node, yaml.CollectionNode) else False:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        end = len(text[:end].rstrip())
    return end


# ---- CUE


def _in_cue(suite: Suite, values: dict[Path, Any]) -> str:
    file = parse_file(Source(suite.name, suite.source.text))
    fields = {
        token.offset(node.value.pos): node
        for node in walk(file)
        if isinstance(node, ast.Field) and label_name(node) == "snapshot"
    }
    done: dict[int, Any] = {}
    for path, value in values.items():
        position = suite.locate(path)
        field = fields.get(position.offset) if position is not None else None
        if field is None or not same(done.setdefault(id(field), value), value):
            raise _shared(position)
        field.value = parse_expr(Source("snapshot", json.dumps(value, indent=4, ensure_ascii=False)))
    return format_node(file, simplify=True)
