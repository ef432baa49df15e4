"""Imports that nothing uses (OAM140)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.lint.edits import Edit
from oam.definition.lint.sheet import import_names
from oam.definition.lint.spans import end_of, line_end, line_start, start_of
from oam.definition.trees import walk
from pycue.syntax import ast, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.definition.lint.sheet import Sheet
    from oam.errors import Finding

__all__ = ["unused_imports"]


def unused_imports(sheet: Sheet) -> Iterator[tuple[Finding, tuple[Edit, ...]]]:
    """Imports whose name the file does not mention; the fix removes their lines."""
    decls = [decl for decl in sheet.tree.decls if not isinstance(decl, ast.ImportDecl)]
    used = {node.name for node in walk(*decls) if isinstance(node, ast.Ident)}
    for decl, spec, name, path in import_names(sheet.tree.decls):
        if name not in used:
            finding = sheet.finding("OAM140", f'import "{path}" is not used', spec.path, help="remove it")
            yield finding, _removal(sheet.text, decl, spec)


def _removal(text: str, decl: ast.ImportDecl, spec: ast.ImportSpec) -> tuple[Edit, ...]:
    """Remove the line of a spec, or of the declaration that holds nothing else; nothing where others share the line."""
    first, last = (spec, end_of(spec.path)) if len(decl.specs) > 1 else (decl, end_of(spec.path))
    start = start_of(spec.name or spec.path) if first is spec else token.offset(decl.pos)
    if first is decl and decl.lparen:
        last = token.offset(decl.rparen) + 1
    begin, end = line_start(text, start), line_end(text, last)
    if text[begin:start].strip() or text[last:end].strip() or decl.comments or spec.comments:
        return ()
    return (Edit(begin, min(end + 1, len(text)), ""),)
