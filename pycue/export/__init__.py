"""Finished values and their definitions as syntax trees, and the output order of fields."""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import Vertex
    from pycue.syntax import ast

__all__ = ["to_syntax"]


def to_syntax(
    ctx: OpContext,
    vertex: Vertex,
    *,
    final: bool = False,
    definitions: bool = False,
    hidden: bool = False,
    optional: bool = False,
    attributes: bool = False,
    docs: bool = False,
    schema: bool = False,
) -> ast.File:
    """A finalised vertex as a file; nothing of it has positions.

    Args:
        ctx: the evaluation that the vertex belongs to.
        vertex: what to show.
        final: take defaults.
        definitions: show definitions.
        hidden: show hidden fields.
        optional: show optional fields.
        attributes: show attributes.
        docs: show doc comments.
        schema: show what the value was defined as, not what it evaluates to.
    """
    from pycue.export.exporter import definition_file, value_file
    from pycue.export.profile import Profile

    profile = Profile(
        defaults=final,
        optional=optional,
        definitions=definitions,
        hidden=hidden,
        attributes=attributes,
        docs=docs,
    )
    return definition_file(ctx, vertex, profile) if schema else value_file(ctx, vertex, profile)
