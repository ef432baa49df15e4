"""Subsumption: whether one value allows all that another allows. Source: internal/core/subsume of the official tool.

Both values are finished. Where the answer is not certain it is no.
"""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.bounds import holds, validate
from pycue.evaluator.equality import equal
from pycue.evaluator.values import (
    BasicType,
    Bottom,
    BoundValue,
    BuiltinValidator,
    Conjunction,
    Disjunction,
    ListMarker,
    Num,
    String,
    StructMarker,
    Top,
)
from pycue.evaluator.vertex import MEMBER, OPTIONAL, REQUIRED, Vertex
from pycue.labels import LET, Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value
    from pycue.labels import AnyLabel

__all__ = ["subsumes"]

# Bounds of a direction, and for each what the bounds are that lie within it.
_BELOW = ("<", "<=")
_ABOVE = (">", ">=")


def subsumes(ctx: OpContext, general: Value, special: Value, closed: bool = True) -> bool:
    """Whether every instance of ``special`` is an instance of ``general``.

    Unless ``closed``, all structs count as open.
    """
    a, b = ctx.unwrap(general), ctx.unwrap(special)
    if isinstance(b, Bottom) or isinstance(a, Top):
        return True
    if isinstance(a, Vertex) and a.base is None:
        return a.kind == k.TOP
    if isinstance(a, Bottom):
        return False
    if isinstance(b, Disjunction):
        return all(subsumes(ctx, a, value, closed) for value in b.values)
    if isinstance(a, Disjunction):
        return any(subsumes(ctx, value, b, closed) for value in a.values)
    if isinstance(a, Conjunction):
        return all(subsumes(ctx, value, b, closed) for value in a.values)
    if isinstance(b, Conjunction):
        return any(subsumes(ctx, a, value, closed) for value in b.values) or _same_conjunction(ctx, a, b)
    if isinstance(a, BasicType):
        return b.kind & a.kind == b.kind
    if isinstance(a, BoundValue):
        return _bound(ctx, a, b)
    if isinstance(a, BuiltinValidator):
        if isinstance(b, BuiltinValidator):
            same = a.builtin is b.builtin and len(a.args) == len(b.args)
            return same and all(equal(ctx, x, y) for x, y in zip(a.args, b.args, strict=True))
        return b.concrete and validate(ctx, a, b) is None
    if isinstance(a, Vertex):
        return isinstance(b, Vertex) and _vertex(ctx, a, b, closed)
    return b.concrete and a.kind == b.kind and equal(ctx, a, b)


def _same_conjunction(ctx: OpContext, a: Value, b: Conjunction) -> bool:
    return b.kind & a.kind == b.kind and isinstance(a, BasicType)


def _bound(ctx: OpContext, a: BoundValue, b: Value) -> bool:
    if isinstance(b, BoundValue):
        return _bound_in_bound(ctx, a, b)
    return b.concrete and bool(b.kind & a.kind) and holds(ctx, a, b)


def _bound_in_bound(ctx: OpContext, a: BoundValue, b: BoundValue) -> bool:
    if a.op == b.op and equal(ctx, a.value, b.value):
        return True
    for direction in (_BELOW, _ABOVE):
        if a.op in direction and b.op in direction:
            if equal(ctx, a.value, b.value):
                return a.op == direction[1]
            return isinstance(b.value, (Num, String)) and holds(ctx, BoundValue(direction[0], a.value, a.kind), b.value)
    if a.op == "!=":  # what b excludes, a may exclude too
        return isinstance(a.value, (Num, String)) and not holds(ctx, b, a.value)
    return False


def _vertex(ctx: OpContext, a: Vertex, b: Vertex, closed: bool) -> bool:
    ctx.step()
    if isinstance(a.base, ListMarker):
        return isinstance(b.base, ListMarker) and _list(ctx, a, b, closed)
    if not isinstance(a.base, StructMarker) or not isinstance(b.base, StructMarker):
        return False
    a_closed, b_closed = closed and ctx.is_closed(a), closed and ctx.is_closed(b)
    if a_closed and not b_closed:
        return False
    for label, arc in a.arcs.items():
        if isinstance(label, Label) and label.kind == LET:
            continue
        if not _field(ctx, arc, b.arcs.get(label), b_closed, closed):
            return False
    return all(_extra(ctx, a, label, arc, a_closed, closed) for label, arc in b.arcs.items() if label not in a.arcs)


def _field(ctx: OpContext, a: Vertex, b: Vertex | None, b_closed: bool, closed: bool) -> bool:
    """Whether a declared field of the general struct allows what the special one has there."""
    if b is None:
        if a.arc_type == OPTIONAL:
            ctx.unify(a)
            return b_closed or subsumes(ctx, a, Top())
        return False
    if a.arc_type == MEMBER and b.arc_type != MEMBER:
        return False
    if a.arc_type == REQUIRED and b.arc_type == OPTIONAL:
        return False
    ctx.unify(a)
    ctx.unify(b)
    return subsumes(ctx, a, b, closed)


def _extra(ctx: OpContext, a: Vertex, label: AnyLabel, arc: Vertex, a_closed: bool, closed: bool) -> bool:
    """Whether the general struct allows a field that it does not declare."""
    if isinstance(label, Label):
        return label.kind == LET or label.is_hidden or not a_closed
    matched = False
    for pattern in a.patterns or ():
        if isinstance(label, str) and _matches(ctx, pattern.value, label):
            matched = True
            constraint = ctx.new_root([pattern.conjunct])
            ctx.unify(constraint)
            ctx.unify(arc)
            if not subsumes(ctx, constraint, arc, closed):
                return False
    return matched or not a_closed


def _matches(ctx: OpContext, pattern: Value, label: str) -> bool:
    return subsumes(ctx, pattern, String(label))


def _list(ctx: OpContext, a: Vertex, b: Vertex, closed: bool) -> bool:
    a_open, b_open = getattr(a.base, "open", False), getattr(b.base, "open", False)
    xs = [arc for label, arc in a.arcs.items() if type(label) is int]
    ys = [arc for label, arc in b.arcs.items() if type(label) is int]
    if len(ys) < len(xs) or (not a_open and (b_open or len(xs) != len(ys))):
        return False
    if not all(subsumes(ctx, x, y, closed) for x, y in zip(xs, ys, strict=False)):
        return False
    for pattern in a.patterns or ():
        for arc in ys[len(xs) :]:
            constraint = ctx.new_root([pattern.conjunct])
            ctx.unify(constraint)
            if not subsumes(ctx, constraint, arc, closed):
                return False
    return True
