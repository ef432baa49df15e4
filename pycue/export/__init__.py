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
    schema: bool = False,
    final: bool = False,
    definitions: bool = True,
    hidden: bool = False,
    optional: bool = False,
    attributes: bool = False,
    docs: bool = False,
    errors: bool = False,
    package_id: str = "",
) -> ast.File:
    """File that holds a value.

    Args:
        ctx: the context that the vertex belongs to.
        vertex: what to show.
        schema: show the constraints as they were written, unevaluated; all that is declared is shown.
        final: take the default of every disjunction.
        definitions: show definitions.
        hidden: show hidden fields.
        optional: show optional fields.
        attributes: show attributes.
        docs: show doc comments.
        errors: show errors as ``_|_`` with a comment.
        package_id: show only this package's hidden fields; all if empty.
    """
    from pycue.export.exporter import definition_file, value_file
    from pycue.export.profile import Profile

    profile = Profile(
        defaults=final,
        definitions=definitions or schema,
        hidden=hidden or schema,
        optional=optional or schema,
        attributes=attributes,
        docs=docs,
        errors=errors,
        package_clause=schema,
        package_id=package_id,
    )
    return definition_file(ctx, vertex, profile) if schema else value_file(ctx, vertex, profile)
