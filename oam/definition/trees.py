"""Small tools on syntax trees of CUE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.syntax import ast
from pycue.syntax.literal import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["binds", "children", "field_values", "label_name", "walk"]


def children(node: ast.Node) -> Iterator[ast.Node]:
    """The direct parts of a node, in the order of its fields."""
    for class_ in type(node).__mro__:
        for name in class_.__dict__.get("__slots__", ()) if class_ is not ast.Node else ():
            value = getattr(node, name, None)
            if isinstance(value, ast.Node):
                yield value
            elif isinstance(value, list):
                yield from (item for item in value if isinstance(item, ast.Node))


def walk(*roots: ast.Node) -> Iterator[ast.Node]:
    """All nodes below and including the roots, in no particular order; without recursion."""
    stack = list(roots)
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))


def label_name(field: ast.Field) -> str | None:
    """The name of a field with a fixed label, else None."""
    label = field.label
    if isinstance(label, ast.Alias):
        label = label.expr
    if isinstance(label, ast.Ident):
        return label.name
    if isinstance(label, ast.BasicLit) and label.kind == "STRING":
        value = unquote(label.value)
        return value if isinstance(value, str) else None
    return None


def field_values(decls: Sequence[ast.Decl], path: Sequence[str]) -> Iterator[ast.Field]:
    """The fields at ``path``, through nested struct literals, in the order of the text."""
    for decl in decls:
        if not isinstance(decl, ast.Field) or label_name(decl) != path[0]:
            continue
        if len(path) == 1:
            yield decl
        elif isinstance(decl.value, ast.StructLit):
            yield from field_values(decl.value.elts, path[1:])


def binds(decl: ast.ImportDecl, names: set[str]) -> bool:
    """Whether an import declaration gives one of the names."""
    for spec in decl.specs:
        path = spec.path.value.strip('"')
        name = spec.name.name if spec.name else path.rpartition("/")[2].partition(":")[0]
        if name in names:
            return True
    return False
