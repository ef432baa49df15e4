"""Actions of a step that use the result of a later one (OAM506)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.lint.sheet import import_names
from oam.definition.trees import label_name, walk
from pycue.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.definition.lint.edits import Edit
    from oam.definition.lint.sheet import Sheet
    from oam.errors import Finding

__all__ = ["late_results"]


def late_results(sheet: Sheet) -> Iterator[tuple[Finding, tuple[Edit, ...]]]:
    """Actions run in the order of the text: what a later one gives is not there yet."""
    if sheet.definition.kind != "WorkflowStepDefinition":
        return
    packages = {name for _, _, name, path in import_names(sheet.template.decls) if path.startswith("vela/")}
    fields = [decl for decl in sheet.template.decls if isinstance(decl, ast.Field)]
    actions = {label_name(field): at for at, field in enumerate(fields) if _is_action(field.value, packages)}
    for at, field in enumerate(fields):
        if label_name(field) not in actions:
            continue
        for node in walk(field.value):
            if not isinstance(node, ast.SelectorExpr) or not isinstance(node.x, ast.Ident):
                continue
            late = actions.get(node.x.name, -1)
            if late > at:
                text = f'"{label_name(field)}" uses the result of "{node.x.name}", which runs later'
                hint = f'put "{node.x.name}" before "{label_name(field)}"'
                yield sheet.finding("OAM506", text, node, help=hint, severity="error"), ()


def _is_action(value: ast.Node, packages: set[str]) -> bool:
    """Whether a value is made of a definition of one of the packages of actions, at its top."""
    if isinstance(value, ast.BinaryExpr) and value.op == "&":
        return _is_action(value.x, packages) or _is_action(value.y, packages)
    if isinstance(value, ast.StructLit):
        return any(_is_action(decl.expr, packages) for decl in value.elts if isinstance(decl, ast.EmbedDecl))
    return (
        isinstance(value, ast.SelectorExpr)
        and isinstance(value.x, ast.Ident)
        and value.x.name in packages
        and isinstance(value.sel, ast.Ident)
        and value.sel.name.startswith("#")
    )
