"""Values as documents of a schema language (``--out openapi``)."""

from __future__ import annotations

from pycue.encoding import openapi
from pycue.errors import Diagnostic, EncodeError
from pycue.evaluator import ir
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.cli.build import Item
    from pycue.evaluator.context import OpContext
    from pycue.loader.instance import Instance

__all__ = ["as_cue", "openapi_document"]


def openapi_document(ctx: OpContext, item: Item) -> dict[str, Any]:
    """The OpenAPI document of a value's definitions as plain data; its title is the comment at the file's top.

    Raises:
        EncodeError: something has no form in OpenAPI.
    """
    document = openapi.document(ctx, item.vertex, title=_title(item.instance))
    missing = openapi.unfinished(document)
    if missing:
        raise EncodeError([Diagnostic(f"incomplete value {text}", path=path) for path, text in missing])
    return document


def _title(instance: Instance) -> str:
    for file in instance.files:
        groups = list(file.comments or ())
        for decl in file.decls:
            if isinstance(decl, ast.Package):
                groups = [group for group in decl.comments or () if group.doc]
        if groups:
            return groups[0].text().strip()
    return ""


def as_cue(ctx: OpContext, data: dict[str, Any]) -> str:
    """Plain data as CUE text."""
    from pycue.encode import encode
    from pycue.export.exporter import value_file
    from pycue.export.profile import Profile
    from pycue.syntax.format import format_node

    literal = encode(data)
    assert isinstance(literal, ir.StructLit)
    vertex = ctx.new_root([literal])
    ctx.unify(vertex)
    return format_node(value_file(ctx, vertex, Profile(defaults=True)), simplify=True)
