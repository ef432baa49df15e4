"""Definitions as CUE files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.definition import ALIAS, CUSTOM_PREFIX, DESCRIPTION, Definition
from oam.definition.legacy import modernize
from oam.definition.spec import KINDS
from oam.definition.status import SNIPPETS
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast, token
from pycue.syntax.format import format_node, format_source
from pycue.syntax.literal import quote_label, quote_string
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["data_tree", "to_cue"]

_ON_NEW_LINE = token.NEWLINE


def to_cue(definition: Definition) -> str:
    """The CUE format of a definition; metadata in alphabetical order, then the template.

    Raises:
        DefinitionError: the schematic is not CUE.
    """
    definition.require_template()
    file = parse_file(Source(f"{definition.name}.cue", definition.template_text))
    modernize(file)
    imports = [decl for decl in file.decls if isinstance(decl, ast.ImportDecl)]
    rest = [decl for decl in file.decls if not isinstance(decl, ast.ImportDecl | ast.Package)]
    spec = {key: value for key, value in definition.spec.items() if key != "schematic"}
    metadata = {
        "alias": definition.annotations.get(ALIAS, ""),
        "annotations": _bare(definition.annotations),
        "attributes": spec,
        "description": definition.annotations.get(DESCRIPTION, ""),
        "labels": _bare(definition.labels),
        "type": KINDS[definition.kind],
    }
    body = data_tree(metadata)
    assert isinstance(body, ast.StructLit)
    _restore_status(body)
    head = ast.Field(_label(definition.name, quoted=True), 0, body)
    template = ast.Field(ast.Ident(_ON_NEW_LINE, "template"), 0, ast.StructLit(1, rest, _ON_NEW_LINE))
    text = format_node(ast.File("", list(imports), file.source)) + "\n" if imports else ""
    text += format_node(ast.File("", [head]), simplify=True)
    body_text = format_node(ast.File("", [template], file.source))
    text += body_text.replace("template: {\n\n", "template: {\n", 1)
    return format_source(text, f"{definition.name}.cue")


def _bare(group: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix(CUSTOM_PREFIX): group[key] for key in sorted(group) if key not in (ALIAS, DESCRIPTION)}


def _restore_status(metadata: ast.StructLit) -> None:
    """Status snippets without imports are written as structs."""
    from oam.definition.trees import field_values

    for snippet in SNIPPETS:
        for field in field_values(metadata.elts, ("attributes", "status", snippet)):
            if not isinstance(field.value, ast.BasicLit):
                continue
            from pycue.syntax.literal import unquote

            text = unquote(field.value.value)
            if not isinstance(text, str) or "cue-attr:" in text:
                continue
            try:
                inner = parse_file(Source("-", text))
            except CueSyntaxError:
                continue
            if not any(isinstance(decl, ast.ImportDecl | ast.Package) for decl in inner.decls):
                field.value = ast.StructLit(1, inner.decls, _ON_NEW_LINE)


def data_tree(data: Any) -> ast.Expr:
    """Plain data as a syntax tree without positions; keys in their order.

    Raises:
        TypeError: data that JSON cannot hold.
    """
    if isinstance(data, dict):
        fields: list[ast.Decl] = [ast.Field(_label(key), 0, data_tree(value)) for key, value in data.items()]
        return ast.StructLit(0, fields, 0)
    if isinstance(data, list):
        return ast.ListLit(0, [data_tree(item) for item in data], 0)
    if isinstance(data, str):
        return ast.BasicLit(0, "STRING", quote_string(data))
    if data is None:
        return ast.BasicLit(0, "NULL", "null")
    if isinstance(data, bool):
        return ast.BasicLit(0, "TRUE" if data else "FALSE", "true" if data else "false")
    if isinstance(data, int | float):
        literal = ast.BasicLit(0, "INT" if isinstance(data, int) else "FLOAT", repr(abs(data)))
        return ast.UnaryExpr(0, "-", literal) if data < 0 else literal
    raise TypeError(f"cannot write {type(data).__name__} as CUE")


def _label(name: str, *, quoted: bool = False) -> ast.Expr:
    text = quote_string(name) if quoted else quote_label(name)
    return ast.BasicLit(0, "STRING", text) if text.startswith('"') else ast.Ident(0, text)
