"""Syntax nodes without positions, with the parentheses that precedence asks for."""

from __future__ import annotations

from pycue.labels import Label
from pycue.syntax import ast
from pycue.syntax.literal import label_needs_quotes, quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.labels import AnyLabel

__all__ = ["binary", "call", "field_label", "ident", "join", "line_comment", "operand", "struct", "unary"]

_PRECEDENCE = {"|": 1, "&": 2, "||": 3, "&&": 4, "+": 6, "-": 6, "*": 7, "/": 7}  # all others: 5


def ident(name: str) -> ast.Ident:
    """An identifier."""
    return ast.Ident(0, name)


def struct(elts: Iterable[ast.Decl | ast.Expr] = ()) -> ast.StructLit:
    """A struct literal; expressions become embeddings."""
    return ast.StructLit(0, [e if isinstance(e, ast.Decl) else ast.EmbedDecl(e) for e in elts], 0)


def field_label(label: AnyLabel) -> ast.Label:
    """A label as written before a colon or after a dot."""
    if isinstance(label, Label):
        return ident(label.name)
    if isinstance(label, int):
        return ast.BasicLit(0, "INT", str(label))
    return ast.BasicLit(0, "STRING", quote_string(label)) if label_needs_quotes(label) else ident(label)


def binary(op: str, x: ast.Expr, y: ast.Expr) -> ast.BinaryExpr:
    """``x op y``."""
    level = _PRECEDENCE.get(op, 5)
    if isinstance(x, ast.BinaryExpr) and _PRECEDENCE.get(x.op, 5) < level:
        x = _parens(x)
    if isinstance(y, ast.BinaryExpr) and _PRECEDENCE.get(y.op, 5) <= level:
        y = _parens(y)
    return ast.BinaryExpr(x, 0, op, y)


def join(op: str, operands: list[ast.Expr]) -> ast.Expr:
    """All operands joined from the left by ``op``; ``_`` if there are none."""
    if not operands:
        return ident("_")
    result = operands[0]
    if isinstance(result, ast.BinaryExpr) and len(operands) > 1 and result.op == "|" != op:
        result = _parens(result)
    for other in operands[1:]:
        result = binary(op, result, other)
    return result


def unary(op: str, x: ast.Expr) -> ast.UnaryExpr:
    """``op x``."""
    return ast.UnaryExpr(0, op, _parens(x) if isinstance(x, ast.BinaryExpr) else x)


def operand(x: ast.Expr) -> ast.Expr:
    """``x`` such that a selector, index, slice or call may follow."""
    return _parens(x) if isinstance(x, (ast.BinaryExpr, ast.UnaryExpr)) else x


def call(fun: ast.Expr, args: list[ast.Expr]) -> ast.CallExpr:
    """``fun(args)``."""
    return ast.CallExpr(operand(fun), 0, args, 0)


def line_comment(node: ast.Node, text: str, slot: int) -> None:
    """Add ``// text`` behind a node's part number ``slot``."""
    group = ast.CommentGroup([ast.Comment(0, f"// {text}")], line=True, position=slot)
    node.comments = [*(node.comments or ()), group]


def _parens(x: ast.Expr) -> ast.ParenExpr:
    return ast.ParenExpr(0, x, 0)
