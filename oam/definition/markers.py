"""Markers: comment lines such as ``// +patchKey=name`` above a field.

Blanks after ``//``, after ``+`` and around ``=`` do not matter. A value is one word; a list of names may have blanks
after its commas. The historic ``// patchKey=name`` (without ``+``) is known too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oam.definition.trees import walk
from pycue.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PATCH_KEY", "PATCH_STRATEGY", "comment_lines", "historic_markers", "markers", "sink_comments"]

PATCH_KEY = "patchKey"
PATCH_STRATEGY = "patchStrategy"

_MARKER = re.compile(r"\s*\+\s*([A-Za-z]+)\s*=\s*(\S+(?:\s*,\s*\S+)*)\s*")
_HISTORIC = re.compile(r"\s*(patchKey|patchStrategy)\s*=\s*(\S+(?:\s*,\s*\S+)*)\s*")


def markers(lines: Iterable[str]) -> dict[str, str]:
    """Markers in comment lines without their slashes; of two with the same name the last one counts."""
    out: dict[str, str] = {}
    for line in lines:
        match = _MARKER.fullmatch(line) or _HISTORIC.fullmatch(line)
        if match:
            out[match[1]] = re.sub(r"\s*,\s*", ",", match[2])
    return out


def comment_lines(node: ast.Node, between: Iterable[str] = ()) -> list[str]:
    """The lines of the comments that stand above a node; ``between`` are lines to put between two groups of them."""
    out: list[str] = []
    for group in node.comments or ():
        if group.doc and not group.line:
            out += between if out else ()
            out += [comment.text[2:] for comment in group.list]
    return out


def historic_markers(file: ast.File) -> list[ast.Comment]:
    """Comments that are markers without ``+``."""
    groups = [group for node in walk(file) for group in node.comments or () if group.doc]
    return [comment for group in groups for comment in group.list if _HISTORIC.fullmatch(comment.text[2:])]


def sink_comments(file: ast.File) -> None:
    """Move the comments above short forms (``a: b: c``) to the innermost field, which they are about; in place."""
    for node in list(walk(file)):
        if not isinstance(node, ast.Field) or not node.comments:
            continue
        inner: ast.Field = node
        while isinstance(inner.value, ast.StructLit) and not inner.value.lbrace and len(inner.value.elts) == 1:
            below = inner.value.elts[0]
            if not isinstance(below, ast.Field):
                break
            inner = below
        if inner is node:
            continue
        docs = [group for group in node.comments if group.doc]
        if docs:
            node.comments = [group for group in node.comments if not group.doc]
            inner.comments = [*docs, *(inner.comments or [])]
