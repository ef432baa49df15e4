"""The same program in another order: what the specification says changes no value."""

from __future__ import annotations

from functools import reduce

from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file
from pycue.syntax.walk import walk

__all__ = ["operands", "reverse"]

_HEADS = (ast.Package, ast.ImportDecl)


def reverse(text: str) -> str | None:
    """The program with the declarations of every struct and the operands of every ``&`` and ``|`` the other way round.

    None where the program itself makes a value of an order: a list of what is found in a struct, JSON text of one.
    """
    tree = parse_file(Source("in.cue", text))
    ordered = False

    def turn(node: ast.Node) -> bool:
        nonlocal ordered
        if isinstance(node, ast.File):
            heads = [decl for decl in node.decls if isinstance(decl, _HEADS)]
            node.decls = heads + [decl for decl in node.decls if not isinstance(decl, _HEADS)][::-1]
        elif isinstance(node, ast.StructLit):
            node.elts.reverse()
        elif isinstance(node, ast.BinaryExpr) and node.op in ("&", "|"):
            chain = operands(node)[::-1]
            node.x, node.y = reduce(lambda x, y: ast.BinaryExpr(x, node.op_pos, node.op, y), chain[:-1]), chain[-1]
            for operand in chain:
                walk(operand, before=turn)
            return False
        elif isinstance(node, ast.ListLit):
            ordered |= any(isinstance(element, ast.Comprehension) for element in node.elts)
        elif isinstance(node, ast.SelectorExpr):
            ordered |= isinstance(node.sel, ast.Ident) and node.sel.name == "Marshal"
        return True

    walk(tree, before=turn)
    return None if ordered else format_node(tree)


def operands(node: ast.BinaryExpr) -> list[ast.Expr]:
    """Operands of a chain of one operator, ``a & b & c``, in the order of the text."""
    found: list[ast.Expr] = [node.y]
    left = node.x
    while isinstance(left, ast.BinaryExpr) and left.op == node.op:
        found.append(left.y)
        left = left.x
    return [left, *found[::-1]]
