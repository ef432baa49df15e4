"""The syntax of a template with its names: what a reference stands for, which alternatives and fields there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.trees import bare, label_name
from pycue import Context
from pycue.errors import CueError
from pycue.syntax import ast
from pycue.syntax.literal import parse_number, unquote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue import Value

__all__ = ["MISSING", "Scopes", "TemplateScope", "literal", "names_of", "operands", "resolve"]

Scopes = tuple[dict[str, ast.Expr], ...]
"""Fields by name, from the outermost struct to the innermost."""

MISSING = object()
"""Stands for data that there is not."""


class TemplateScope:
    """The top of a template, evaluated as far as parameters need it.

    Attributes:
        top: the fields of the template.
    """

    def __init__(self, template: ast.File) -> None:
        self.top = names_of(template.decls)
        used = [d for d in template.decls if isinstance(d, ast.Field) and _is_schema(label_name(d) or "")]
        imports = [d for d in template.decls if isinstance(d, ast.ImportDecl)]
        self.context = Context(allow_unused_imports=True)
        self.root: Value | None = None
        try:
            self.root = self.context.compile_file(ast.File(template.filename, [*imports, *used], template.source))
        except CueError:
            pass  # conditions then count as false

    def decls(self, expr: ast.StructLit, scopes: Scopes) -> list[ast.Decl]:
        """Declarations; of conditional ones those that stand when the struct is evaluated alone."""
        if not any(isinstance(decl, ast.Comprehension) for decl in expr.elts):
            return expr.elts
        present = self._labels(expr)
        out: list[ast.Decl] = []
        for decl in expr.elts:
            if not isinstance(decl, ast.Comprehension):
                out.append(decl)
            elif isinstance(decl.value, ast.StructLit):
                fields = [item for item in decl.value.elts if isinstance(item, ast.Field)]
                out += [item for item in fields if label_name(item) in present]
        return out

    def _labels(self, expr: ast.StructLit) -> set[str]:
        scopes = [self.root.lookup("parameter"), self.root] if self.root is not None else []
        for scope in scopes:
            try:
                value = self.context.compile_file(ast.File("", expr.elts), scope=scope)
                return {selector.name for selector, _ in value.fields(optional=True)}
            except CueError:
                continue
        return set()

    def data(self, expr: ast.Expr) -> Any:
        """Data of a default; missing where it is not concrete."""
        if isinstance(expr, ast.BasicLit):
            return literal(expr)
        try:
            value = self.context.compile_file(ast.File("", [ast.EmbedDecl(expr)]), scope=self.root)
            return value.decode()
        except CueError:
            return MISSING


def names_of(decls: Sequence[ast.Decl]) -> dict[str, ast.Expr]:
    """Fields by name; several declarations of one are unified."""
    out: dict[str, ast.Expr] = {}
    for decl in decls:
        name = label_name(decl) if isinstance(decl, ast.Field) else None
        if isinstance(decl, ast.Field) and name is not None:
            out[name] = ast.BinaryExpr(out[name], 0, "&", decl.value) if name in out else decl.value
    return out


def resolve(name: ast.Ident, scopes: Scopes) -> tuple[ast.Expr, Scopes] | None:
    """What a name stands for and where that stands; None for names from outside of the template."""
    for level in range(len(scopes), 0, -1):
        found = scopes[level - 1].get(name.name)
        if found is not None:
            return found, scopes[:level]
    return None


def operands(expr: ast.Expr, scopes: Scopes) -> list[tuple[ast.Expr, bool, Scopes]]:
    """The alternatives of a disjunction, each with whether it is marked as default; references to literals followed."""
    out: list[tuple[ast.Expr, bool, Scopes]] = []
    stack: list[tuple[ast.Expr, bool, Scopes]] = [(expr, False, scopes)]
    while stack:
        item, is_default, where = stack.pop()
        while isinstance(item, ast.ParenExpr):
            item = item.x
        if isinstance(item, ast.BinaryExpr) and item.op == "|":
            stack += [(item.y, is_default, where), (item.x, is_default, where)]
        elif isinstance(item, ast.UnaryExpr) and item.op == "*":
            stack.append((item.x, True, where))
        else:
            out.append((bare(item), is_default, where))
    return out


def literal(expr: ast.BasicLit) -> Any:
    """Data of a literal."""
    if expr.kind == "STRING":
        text = unquote(expr.value)
        return text if isinstance(text, str) else text.decode("utf-8", "replace")
    if expr.kind in ("INT", "FLOAT"):
        number = parse_number(expr.value)
        return number if isinstance(number, int) else float(number)
    return {"TRUE": True, "FALSE": False}.get(expr.kind)


def _is_schema(name: str) -> bool:
    return name == "parameter" or name[:1] in ("#", "_")
