"""Arithmetic on lists, which belongs to an earlier version of the language (OAM120)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.legacy import modernize, sum_terms
from oam.definition.lint.edits import Edit
from oam.definition.lint.sheet import import_names
from oam.definition.lint.spans import end_of, line_end, start_of
from oam.definition.trees import walk
from pycue.syntax import ast, token
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.definition.lint.sheet import Sheet
    from oam.errors import Finding

__all__ = ["list_arithmetic"]


def list_arithmetic(sheet: Sheet) -> Iterator[tuple[Finding, tuple[Edit, ...]]]:
    """Sums and products of lists; the fix calls the package ``list`` and imports it."""
    names = {path: name for _, _, name, path in import_names(sheet.tree.decls)}
    package = names.get("list", "list")
    written = {
        token.offset(node.op_pos): node for node in walk(sheet.tree) if isinstance(node, ast.BinaryExpr)
    }  # modernize changes its tree
    for node in modernize(parse_file(sheet.source)):
        text = f"list arithmetic ({node.op}) belongs to an earlier version of CUE"
        original = written[token.offset(node.op_pos)]
        edits = _call(sheet.text, original, package)
        if edits and "list" not in names:
            edits = (*edits, _import(sheet))
        yield sheet.finding("OAM120", text, token.offset(node.op_pos), help="use the package list"), edits


def _call(text: str, node: ast.BinaryExpr, package: str) -> tuple[Edit, ...]:
    start, end = start_of(node), end_of(node)
    if node.op == "*":
        list_, number = (node.x, node.y) if isinstance(node.x, ast.ListLit) else (node.y, node.x)
        parts = (text[start_of(part) : end_of(part)] for part in (list_, number))
        return (Edit(start, end, f"{package}.Repeat({', '.join(parts)})"),)
    terms = [text[start_of(term) : end_of(term)] for term in sum_terms(node)]
    if "//" in text[start:end]:
        return ()  # a comment between the terms would be lost
    return (Edit(start, end, f"{package}.Concat([{', '.join(terms)}])"),)


def _import(sheet: Sheet) -> Edit:
    """The import of the package, behind the imports that there are."""
    imports = [decl for decl in sheet.tree.decls if isinstance(decl, ast.ImportDecl)]
    if not imports:
        first = next((decl for decl in sheet.tree.decls if isinstance(decl, ast.Package)), None)
        at = line_end(sheet.text, start_of(first)) + 1 if first is not None else 0
        return Edit(at, at, 'import "list"\n\n')
    last = imports[-1]
    end = token.offset(last.rparen) + 1 if last.lparen else end_of(last.specs[-1].path)
    at = min(line_end(sheet.text, end) + 1, len(sheet.text))
    return Edit(at, at, 'import "list"\n')
