"""Going over syntax trees and comparing them. No function here recurses: trees may be as deep as their text is long."""

from __future__ import annotations

from pycue.syntax.ast import (
    Alias,
    Attribute,
    BasicLit,
    BinaryExpr,
    BottomLit,
    CallExpr,
    Comprehension,
    Ellipsis,
    EmbedDecl,
    FallbackClause,
    Field,
    File,
    ForClause,
    Ident,
    IfClause,
    ImportDecl,
    ImportSpec,
    IndexExpr,
    Interpolation,
    LetClause,
    ListLit,
    Node,
    Package,
    ParenExpr,
    PostfixAlias,
    PostfixExpr,
    SelectorExpr,
    SliceExpr,
    StructLit,
    TryClause,
    UnaryExpr,
)

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = ["children", "same", "walk"]

# Attributes that hold nodes, lists of nodes or None, in the order of the text; then those that hold something else
# that is part of what the tree says.
_ATTRIBUTES: dict[type[Any], tuple[tuple[str, ...], tuple[str, ...]]] = {
    Alias: (("ident", "expr"), ()),
    Attribute: ((), ("text",)),
    BasicLit: ((), ("kind", "value")),
    BinaryExpr: (("x", "y"), ("op",)),
    BottomLit: ((), ()),
    CallExpr: (("fun", "args"), ()),
    Comprehension: (("clauses", "value", "fallback"), ()),
    Ellipsis: (("type",), ()),
    EmbedDecl: (("expr",), ()),
    FallbackClause: (("body",), ("keyword",)),
    Field: (("label", "alias", "value", "attrs"), ("constraint",)),
    File: (("decls",), ()),
    ForClause: (("key", "value", "source"), ()),
    Ident: ((), ("name",)),
    IfClause: (("condition",), ()),
    ImportDecl: (("specs",), ()),
    ImportSpec: (("name", "path"), ()),
    IndexExpr: (("x", "index"), ()),
    Interpolation: (("elts",), ()),
    LetClause: (("ident", "expr"), ()),
    ListLit: (("elts",), ()),
    Package: (("name",), ()),
    ParenExpr: (("x",), ()),
    PostfixAlias: (("label", "field"), ()),
    PostfixExpr: (("x",), ("op",)),
    SelectorExpr: (("x", "sel"), ()),
    SliceExpr: (("x", "low", "high"), ()),
    StructLit: (("elts",), ()),
    TryClause: (("ident", "expr"), ()),
    UnaryExpr: (("x",), ("op",)),
}


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below ``node``, in the order of the text. Comments are not nodes."""
    for name in _ATTRIBUTES[type(node)][0]:
        value = getattr(node, name)
        if isinstance(value, list):
            yield from value
        elif value is not None:
            yield value


def walk(
    node: Node,
    before: Callable[[Node], bool | None] | None = None,
    after: Callable[[Node], object] | None = None,
) -> None:
    """Call ``before`` on each node ahead of its children and ``after`` behind them.

    Where ``before`` returns False the node's children are left out, and ``after`` is not called on it.
    """
    stack: list[tuple[Node, Iterator[Node] | None]] = [(node, None)]
    while stack:
        current, rest = stack.pop()
        if rest is None:
            if before is not None and before(current) is False:
                continue
            rest = children(current)
        child = next(rest, None)
        if child is not None:
            stack.append((current, rest))
            stack.append((child, None))
        elif after is not None:
            after(current)


def same(a: Node, b: Node) -> bool:
    """Do two trees say the same? Positions, comments and how list elements are separated do not matter.

    Braces do: ``a: b: 1`` and ``a: {b: 1}`` are different trees.
    """
    stack: list[tuple[Node | None, Node | None]] = [(a, b)]
    while stack:
        left, right = stack.pop()
        if left is None or right is None:
            if left is not right:
                return False
            continue
        if type(left) is not type(right):
            return False
        nodes, plain = _ATTRIBUTES[type(left)]
        if any(getattr(left, name) != getattr(right, name) for name in plain):
            return False
        if isinstance(left, StructLit) and isinstance(right, StructLit) and bool(left.lbrace) != bool(right.lbrace):
            return False
        for name in nodes:
            one, other = getattr(left, name), getattr(right, name)
            if not isinstance(one, list):
                stack.append((one, other))
            elif len(one) != len(other):
                return False
            else:
                stack += zip(one, other, strict=True)
    return True
