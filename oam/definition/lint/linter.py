"""All checks of one definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oam.definition.lint.arithmetic import list_arithmetic
from oam.definition.lint.imports import unused_imports
from oam.definition.lint.marking import marker_comments, patch_markers
from oam.definition.lint.order import late_results
from oam.definition.lint.references import undeclared_parameters, unguarded_parameters
from oam.definition.lint.snippets import status_snippets
from oam.definition.vet import compile_faults
from oam.errors import Finding

if TYPE_CHECKING:
    from oam.definition.lint.edits import Edit
    from oam.definition.lint.sheet import Sheet

__all__ = ["Lint", "lint"]

_CHECKS = (
    unused_imports,
    list_arithmetic,
    marker_comments,
    patch_markers,
    undeclared_parameters,
    unguarded_parameters,
    status_snippets,
    late_results,
)
_SCHEMATICS = ("cue", "terraform", "kube")
"""Kinds of schematics that can be rendered."""


@attrs.frozen
class Lint:
    """One finding; ``edits`` of the file mend it, there are none where nobody but its author can."""

    finding: Finding
    edits: tuple[Edit, ...] = ()


def lint(sheet: Sheet) -> list[Lint]:
    """Everything that looks wrong with a definition, in the order of its text."""
    definition = sheet.definition
    subject = f"{definition.kind or 'definition'} {definition.name}"
    found = []
    for item in (*definition.warnings, *compile_faults(definition)):
        severity = "error" if item.code == "OAM103" else item.severity
        found.append(Lint(Finding.of(item, subject=subject, severity=severity)))
    for check in _CHECKS:
        for finding, edits in check(sheet):
            moved = tuple(map(sheet.outer, edits)) if sheet.editable else ()
            found.append(Lint(finding, moved))
    others = [kind for kind in definition.spec.get("schematic") or {} if kind not in _SCHEMATICS]
    if definition.template is None and others:
        text = f"a schematic of kind {others[0]} cannot be rendered here"
        found.append(Lint(Finding(text, code="OAM110", subject=subject, position=definition.position)))
    return sorted(found, key=lambda item: item.finding.position.offset if item.finding.position else -1)
