"""Checks of a definition's template beyond its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.legacy import modernize
from oam.errors import warning
from pycue import CompileError, Context
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from oam.definition.definition import Definition
    from pycue.errors import Diagnostic

__all__ = ["compile_faults", "hard_faults", "vet_template"]

_TOLERATED = ("reference ", "builtin package ", "package ", "imported and not used", "undefined field", "import ")
"""What a template may do when it is checked alone: names and packages may come with the engine."""


def hard_faults(error: CompileError) -> list[Diagnostic]:
    """What is wrong with a template whatever names and packages there may be."""
    return [item for item in error.diagnostics if not item.message.startswith(_TOLERATED)]


def vet_template(definition: Definition) -> list[Diagnostic]:
    """Compile the template; what cannot be judged without an engine is a warning.

    Raises:
        CompileError: the template cannot be compiled at all.
    """
    if definition.template is None:
        return []
    warnings = []
    for node in modernize(parse_file(Source(definition.template.filename, definition.template_text))):
        text = f"list arithmetic ({node.op}) belongs to an earlier version of CUE"
        warnings.append(warning("OAM120", text, position=definition.position, help="use oam def upgrade"))
    found = compile_faults(definition)
    hard = [item for item in found if item.severity == "error"]
    if hard:
        raise CompileError(hard)
    return warnings + found


def compile_faults(definition: Definition) -> list[Diagnostic]:
    """What the compiler finds in the template: errors, and warnings for what the engine may have."""
    file = definition.template
    if file is None:
        return []
    extra = [ast.Field(ast.Ident(0, name), 0, ast.Ident(0, "_")) for name in ("context", "parameter")]
    whole = ast.File(file.filename, [*file.decls, *extra], file.source)
    try:
        Context(allow_unused_imports=True).compile_file(whole)
    except CompileError as error:
        hard = hard_faults(error)
        if hard:
            return hard
        soft = [item for item in error.diagnostics if '"vela/' not in item.message]
        return [warning("oam.definition.reference", item.summary(), position=item.position) for item in soft]
    return []
