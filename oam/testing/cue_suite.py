"""Suites in CUE: values that are not concrete are constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.errors import OamError
from oam.render.objects import plain
from oam.testing.matching import Constraint
from pycue import Selector
from pycue.source import Position
from pycue.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.testing.datapath import Path
    from pycue import Context, Value
    from pycue.source import Source

__all__ = ["read_cue_data"]


def read_cue_data(source: Source, cue: Context) -> tuple[Any, Callable[[Path], Position | None]]:
    """The data of a suite in CUE, and where the value at a path of it was written.

    Raises:
        CueError: the text is malformed or in error.
    """
    root = cue.compile(source.text, filename=source.name)
    error = root.error()
    if error is not None:
        raise error
    if root.kind != "struct":
        raise OamError("a suite is a struct", code="oam.test.suite", position=Position(source, 0))
    return _data(root), lambda path: _place(root, path) or Position(source, 0)


def _data(value: Value) -> Any:
    kind = value.kind
    if kind == "struct":
        return {selector.name: _data(field) for selector, field in value.fields()}
    if kind == "list" and not _is_open(value):
        return [_data(item) for item in value.elements()]
    if kind in ("_|_", "list"):
        return Constraint(value, " ".join(value.format().split()))
    return plain(value.decode())


def _is_open(value: Value) -> bool:
    """Whether a list may have more elements."""
    tree: ast.Node = value.syntax()
    if isinstance(tree, ast.File) and len(tree.decls) == 1 and isinstance(tree.decls[0], ast.EmbedDecl):
        tree = tree.decls[0].expr
    return isinstance(tree, ast.ListLit) and bool(tree.elts) and isinstance(tree.elts[-1], ast.Ellipsis)


def _place(root: Value, path: Path) -> Position | None:
    """Where the value at a path was written, or the nearest one above it that was."""
    found, at = None, root
    for step in path:
        at = at.lookup(step if isinstance(step, int) else Selector.field(step))
        if not at.exists():
            break
        found = at.position or found
    return found
