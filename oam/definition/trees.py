"""Small tools on syntax trees of CUE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.syntax import ast
from pycue.syntax.literal import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["bare", "binds", "children", "field_values", "label_name", "part_names", "walk"]


_PARTS: dict[type, tuple[str, ...]] = {}  # which slots of a class may hold nodes
_NO_PARTS = frozenset(("colon", "comma_free", "constraint", "equal", "keyword", "kind", "op", "period", "text"))


def part_names(class_: type[ast.Node]) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold other nodes, or lists of them."""
    found = _PARTS.get(class_)
    if found is None:
        slots = [name for base in class_.__mro__ if base is not ast.Node for name in base.__dict__.get("__slots__", ())]
        places = ("pos", "brace", "brack", "paren")
        found = tuple(name for name in slots if not name.endswith(places) and name not in _NO_PARTS)
        if class_ in (ast.BasicLit, ast.Ident):
            found = ()
        _PARTS[class_] = found
    return found


def children(node: ast.Node) -> list[ast.Node]:
    """The direct parts of a node, in the order of its fields."""
    out: list[ast.Node] = []
    for name in part_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, ast.Node):
            out.append(value)
        elif type(value) is list:
            out += [item for item in value if isinstance(item, ast.Node)]
    return out


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


def bare(expr: ast.Expr) -> ast.Expr:
    """The expression without parentheses, mark of a default, ``close(...)`` and alias around it."""
    while True:
        if isinstance(expr, ast.ParenExpr) or (isinstance(expr, ast.UnaryExpr) and expr.op == "*"):
            expr = expr.x
        elif (
            isinstance(expr, ast.CallExpr)
            and isinstance(expr.fun, ast.Ident)
            and expr.fun.name == "close"
            and expr.args
        ):
            expr = expr.args[0]
        elif isinstance(expr, ast.Alias):
            expr = expr.expr
        else:
            return expr
