"""Restrictions that a qualifier such as ``data:`` puts on a CUE file. Source: ``cue help filetypes``."""

from __future__ import annotations

from pycue.errors import Diagnostic, LoadError
from pycue.source import Position, Source
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_form"]

_PLAIN = (ast.BasicLit, ast.BottomLit)
_BOUNDS = frozenset(("<", "<=", ">", ">=", "!=", "=~", "!~"))


def check_form(file: ast.File, form: str) -> None:
    """Check that a file holds no more than its form allows: ``data`` no expressions, ``graph`` references too.

    Raises:
        LoadError: with all that is not allowed.
    """
    faults: list[Diagnostic] = []
    source = file.source if isinstance(file.source, Source) else Source(file.filename, "")

    def fault(node: ast.Node, what: str) -> None:
        at = Position(source, (node.pos >> 4) - 1)
        faults.append(Diagnostic(f"{what} not allowed in {form} mode", position=at))

    for node, what in _offences(file.decls, references=form != "data"):
        fault(node, what)
    if faults:
        raise LoadError(faults)


def _offences(decls: Iterable[ast.Node], references: bool) -> Iterable[tuple[ast.Node, str]]:
    for decl in decls:
        if isinstance(decl, ast.Field):
            if decl.constraint:
                yield decl, "optional fields" if decl.constraint == "?" else "required fields"
            if isinstance(decl.label, ast.Ident) and decl.label.name[:1] == "#":
                yield decl, "definitions"
            yield from _in_value(decl.value, references)
        elif isinstance(decl, ast.EmbedDecl):
            yield from _in_value(decl.expr, references)
        elif isinstance(decl, ast.Comprehension):
            yield decl, "expressions"
        elif isinstance(decl, ast.LetClause):
            yield decl, "references"
        elif isinstance(decl, ast.ImportDecl):
            yield decl, "imports"


def _in_value(x: ast.Node, references: bool) -> Iterable[tuple[ast.Node, str]]:
    if isinstance(x, ast.StructLit):
        yield from _offences(x.elts, references)
    elif isinstance(x, ast.ListLit):
        for element in x.elts:
            yield from _in_value(element, references)
    elif isinstance(x, (ast.Ident, ast.SelectorExpr, ast.IndexExpr)):
        if not references:
            yield x, "references"
    elif isinstance(x, ast.UnaryExpr) and x.op in "+-" and isinstance(x.x, ast.BasicLit):
        return
    elif isinstance(x, ast.UnaryExpr) and x.op in _BOUNDS:
        yield x, "constraints"
    elif isinstance(x, ast.Ellipsis):
        yield x, "ellipsis"
    elif not isinstance(x, _PLAIN):
        yield x, "expressions"
