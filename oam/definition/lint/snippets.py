"""Status snippets that cannot work (OAM150)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.status import SNIPPETS
from oam.definition.trees import label_name
from oam.diagnostics import closest
from oam.errors import Finding
from pycue import Context
from pycue.errors import CueError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.definition.lint.edits import Edit
    from oam.definition.lint.sheet import Sheet

__all__ = ["status_snippets"]

_RESULTS = {"healthPolicy": "isHealth", "customStatus": "message"}


def status_snippets(sheet: Sheet) -> Iterator[tuple[Finding, tuple[Edit, ...]]]:
    """Snippets that are no CUE, refer to what there is not, or lack the field that they are for."""
    for name in SNIPPETS:
        text, position = sheet.snippet(name)
        for message, hint in _faults(name, text) if text else ():
            subject = f"{sheet.definition.kind} {sheet.definition.name}"
            yield (
                Finding(f"{name}: {message}", code="OAM150", subject=subject, position=position, help=hint),
                (),
            )


def _faults(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Message and hint of each fault; its line is that within the snippet."""
    try:
        file = parse_file(Source(name, text))
    except CueError as error:
        for item in error.diagnostics:
            yield _with_line(item.message, item.position.line if item.position else 0), ""
        return
    names = [label_name(decl) for decl in file.decls if isinstance(decl, ast.Field)]
    wanted = _RESULTS.get(name)
    hidden = any(isinstance(decl, ast.EmbedDecl | ast.Comprehension) for decl in file.decls)
    if wanted and wanted not in names and not hidden:
        meant = closest(wanted, [item for item in names if item])
        yield f'there is no field "{wanted}"', f'rename "{meant}"' if meant else ""
    extra = [ast.Field(ast.Ident(0, known), 0, ast.Ident(0, "_")) for known in ("context", "parameter")]
    try:
        Context(allow_unused_imports=True).compile_file(ast.File(name, [*file.decls, *extra], file.source))
    except CueError as error:
        for item in error.diagnostics:
            yield _with_line(item.message, item.position.line if item.position else 0), ""


def _with_line(message: str, line: int) -> str:
    return f"line {line}: {message}" if line else message
