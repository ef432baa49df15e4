"""Where nodes begin and end in their text."""

from __future__ import annotations

from pycue.syntax import ast, token

__all__ = ["end_of", "line_end", "line_start", "start_of"]


def start_of(node: ast.Node) -> int:
    """Offset of a node's first character."""
    return token.offset(node.pos)


def end_of(node: ast.Node) -> int:
    """Offset behind a node's last character."""
    while True:
        if isinstance(node, ast.Field):
            node = node.value
        elif isinstance(node, ast.BinaryExpr):
            node = node.y
        elif isinstance(node, ast.UnaryExpr):
            node = node.x
        elif isinstance(node, ast.SelectorExpr):
            node = node.sel
        elif isinstance(node, ast.Interpolation):
            node = node.elts[-1]
        elif isinstance(node, ast.Alias | ast.EmbedDecl | ast.LetClause):
            node = node.expr
        elif isinstance(node, ast.Comprehension):
            node = node.value
        elif isinstance(node, ast.StructLit) and not node.rbrace and node.elts:
            node = node.elts[-1]
        elif isinstance(node, ast.Ident):
            return start_of(node) + len(node.name)
        elif isinstance(node, ast.BasicLit):
            return start_of(node) + len(node.value)
        else:
            closing = {"StructLit": "rbrace", "ListLit": "rbrack", "CallExpr": "rparen", "ParenExpr": "rparen"}
            name = closing.get(type(node).__name__, "rbrack")
            return token.offset(getattr(node, name, node.pos)) + 1


def line_start(text: str, offset: int) -> int:
    """Offset of the first character of a line."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Offset of a line's end, its line break excluded."""
    found = text.find("\n", offset)
    return found if found >= 0 else len(text)
