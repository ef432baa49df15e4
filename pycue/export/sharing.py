"""Which vertex a reference resolves to where fields that are mere references share the vertex they refer to."""

from __future__ import annotations

from pycue.evaluator.ir import BinaryExpr, Field, Resolver
from pycue.evaluator.values import Top
from pycue.evaluator.vertex import CLOSED_RECURSIVE, Vertex
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext

__all__ = ["shared_target"]


def shared_target(ctx: OpContext, vertex: Vertex) -> Vertex:
    """The vertex at the end of the references that ``vertex`` consists of; itself if it has a value of its own."""
    seen = {vertex}
    while True:
        following = _target(ctx, vertex)
        if following is None or following in seen:
            return vertex
        seen.add(following)
        vertex = following


def _target(ctx: OpContext, vertex: Vertex) -> Vertex | None:
    """What a vertex shares: all its conjuncts are references to that (or itself), not embedded ones."""
    if type(vertex.base) is Vertex:
        return vertex.base
    target: Vertex | None = None
    pending = [(conjunct, conjunct.x) for conjunct in vertex.conjuncts]
    while pending:
        conjunct, x = pending.pop()
        if isinstance(x, Field):
            x = x.value
        if isinstance(x, BinaryExpr) and x.op == "&":
            pending += [(conjunct, x.x), (conjunct, x.y)]
            continue
        if isinstance(x, Top):
            continue
        if not isinstance(x, Resolver) or conjunct.env is None or conjunct.close.from_embed:
            return None
        found = x.resolve(ctx, conjunct.env)
        if not isinstance(found, Vertex):
            return None
        found = found.deref()
        if found is vertex:
            continue
        if target is not None and target is not found:
            return None
        target = found
    if target is None or target.label is None or vertex.label is None:
        return None
    if isinstance(vertex.label, Label) and vertex.label.is_definition and not target.closed & CLOSED_RECURSIVE:
        return None
    return target
