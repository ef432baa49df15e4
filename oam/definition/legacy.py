"""What earlier versions of CUE had: arithmetic on lists (before v0.11) becomes calls of the package ``list``.

``a + b`` becomes ``list.Concat([a, b])`` where one side is a list for sure (a list literal, or such a sum or product
itself), ``a * n`` becomes ``list.Repeat(a, n)`` where one side is a list literal. A field ``error`` is put in quotes,
as the name belongs to a function of the language now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.trees import children, part_names, walk
from pycue.syntax import ast, token
from pycue.syntax.literal import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["modernize", "quote_labels", "sum_terms"]

_PACKAGE = "list"
_FUNCTION = "error"
"""The function of the language that was a name like any other."""


def modernize(file: ast.File) -> list[ast.BinaryExpr]:
    """Rewrite the list arithmetic of a file, in place, and give the expressions that were rewritten."""
    rewriter = _Rewriter(_name_of_package(file.decls))
    rewriter.visit(file)
    if rewriter.found and rewriter.package == _PACKAGE and not _imports(file.decls, _PACKAGE):
        spec = ast.ImportSpec(None, ast.BasicLit(0, "STRING", '"list"'))
        file.decls.insert(0, ast.ImportDecl(0, 0, [spec], 0))
    return rewriter.found


def quote_labels(file: ast.File) -> int:
    """Put labels ``error`` in quotes, in place; gives their number. Nothing is done where the name is referred to."""
    fields = [node for node in walk(file) if isinstance(node, ast.Field) and isinstance(node.label, ast.Ident)]
    labels = [field.label for field in fields if isinstance(field.label, ast.Ident) and field.label.name == _FUNCTION]
    selected = [node.sel for node in walk(file) if isinstance(node, ast.SelectorExpr)]
    mentions = [node for node in walk(file) if isinstance(node, ast.Ident) and node.name == _FUNCTION]
    if any(node not in labels and node not in selected for node in mentions):
        return 0
    for field in fields:
        if field.label in labels:
            quoted = ast.BasicLit(field.label.pos, "STRING", f'"{_FUNCTION}"')
            quoted.comments = field.label.comments
            field.label = quoted
    return len(labels)


def _imports(decls: Iterable[ast.Decl], path: str) -> ast.ImportSpec | None:
    for decl in decls:
        for spec in decl.specs if isinstance(decl, ast.ImportDecl) else ():
            if unquote(spec.path.value) == path:
                return spec
    return None


def _name_of_package(decls: Iterable[ast.Decl]) -> str:
    spec = _imports(decls, _PACKAGE)
    return spec.name.name if spec is not None and spec.name is not None else _PACKAGE


class _Rewriter:
    """Walks a tree bottom-up (without recursion) and replaces expressions in their parents."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.found: list[ast.BinaryExpr] = []

    def visit(self, root: ast.Node) -> None:
        order: list[ast.Node] = []
        stack: list[ast.Node] = [root]
        while stack:
            node = stack.pop()
            order.append(node)
            stack.extend(children(node))
        for node in reversed(order):
            self._replace_children(node)

    def _replace_children(self, node: ast.Node) -> None:
        for name in part_names(type(node)):
            value = getattr(node, name)
            if isinstance(value, ast.BinaryExpr):
                setattr(node, name, self._rewritten(value, node))
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.BinaryExpr):
                        value[index] = self._rewritten(item, node)

    def _rewritten(self, node: ast.BinaryExpr, parent: ast.Node) -> ast.Expr:
        if node.op == "+" and isinstance(parent, ast.BinaryExpr) and parent.op == "+":
            return node  # part of a longer sum, which is rewritten as a whole
        if node.op == "+":
            terms = sum_terms(node)
            if any(self._is_list(term) for term in terms):
                self.found.append(node)
                return self._call(node, "Concat", [ast.ListLit(0, terms, 0)])
        elif node.op == "*":
            if isinstance(node.x, ast.ListLit):
                self.found.append(node)
                return self._call(node, "Repeat", [node.x, node.y])
            if isinstance(node.y, ast.ListLit):
                self.found.append(node)
                return self._call(node, "Repeat", [node.y, node.x])
        return node

    def _is_list(self, node: ast.Expr) -> bool:
        if isinstance(node, ast.ListLit):
            return True
        return (
            isinstance(node, ast.CallExpr)
            and isinstance(node.fun, ast.SelectorExpr)
            and isinstance(node.fun.x, ast.Ident)
            and node.fun.x.name == self.package
            and isinstance(node.fun.sel, ast.Ident)
            and node.fun.sel.name in ("Concat", "Repeat")
        )

    def _call(self, node: ast.BinaryExpr, function: str, args: list[ast.Expr]) -> ast.Expr:
        if isinstance(args[0], ast.ListLit):
            args[0].lbrack = token.with_relation(args[0].lbrack, token.NO_SPACE)
        fun = ast.SelectorExpr(ast.Ident(node.pos, self.package), 0, ast.Ident(0, function))
        call = ast.CallExpr(fun, 0, args, 0)
        call.comments = node.comments
        return call


def sum_terms(node: ast.BinaryExpr) -> list[ast.Expr]:
    """The operands of a sum of sums, from left to right."""
    out: list[ast.Expr] = []
    stack: list[ast.Expr] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.BinaryExpr) and item.op == "+":
            stack += [item.y, item.x]
        else:
            out.append(item)
    return out
