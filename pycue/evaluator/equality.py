"""Structural equality of evaluated values. Source: internal/core/adt/equality.go."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.values import (
    INCOMPLETE,
    STRUCTURAL_CYCLE,
    BasicType,
    Bool,
    Bottom,
    BoundValue,
    Builtin,
    BuiltinValidator,
    Bytes,
    Conjunction,
    Disjunction,
    ListMarker,
    Null,
    Num,
    String,
    StructMarker,
    Top,
    Value,
)
from pycue.evaluator.vertex import FINALIZED, MEMBER, OPTIONAL, REQUIRED, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Src
    from pycue.labels import AnyLabel

__all__ = ["equal", "equal_data", "not_settled"]


def equal(ctx: OpContext, a: Value, b: Value) -> bool:
    """Whether two values are the same in everything that matters for unification (used to merge disjuncts)."""
    if a is b:
        return True
    if isinstance(a, Vertex) or isinstance(b, Vertex):
        return _equal_vertices(ctx, a, b)
    if type(a) is not type(b) or a.kind != b.kind:
        return False
    if isinstance(a, (Bool, Num, String, Bytes)):
        return bool(a.value == b.value)  # type: ignore[attr-defined]
    if isinstance(a, (Null, Top, BasicType, StructMarker)):
        return True
    if isinstance(a, ListMarker) and isinstance(b, ListMarker):
        return a.open == b.open
    if isinstance(a, BoundValue) and isinstance(b, BoundValue):
        return a.op == b.op and equal(ctx, a.value, b.value)
    if isinstance(a, BuiltinValidator) and isinstance(b, BuiltinValidator):
        return a.builtin is b.builtin and _all_equal(ctx, list(a.args), list(b.args))
    if isinstance(a, Builtin):
        return False
    if isinstance(a, Conjunction) and isinstance(b, Conjunction):
        return _all_equal(ctx, list(a.values), list(b.values))
    if isinstance(a, Disjunction) and isinstance(b, Disjunction):
        return a.num_defaults == b.num_defaults and _all_equal(ctx, list(a.values), list(b.values))
    return False


def _all_equal(ctx: OpContext, xs: list[Value], ys: list[Value]) -> bool:
    return len(xs) == len(ys) and all(equal(ctx, x, y) for x, y in zip(xs, ys, strict=True))


def _equal_vertices(ctx: OpContext, a: Value, b: Value) -> bool:
    a, b = ctx.deref(a), ctx.deref(b)
    if a is b:
        return True
    ctx.step()
    base_a = a.base if isinstance(a, Vertex) else a
    base_b = b.base if isinstance(b, Vertex) else b
    if base_a is None or base_b is None or not equal(ctx, base_a, base_b):
        return False
    arcs_a = _visible(a) if isinstance(a, Vertex) else {}
    arcs_b = _visible(b) if isinstance(b, Vertex) else {}
    if len(arcs_a) != len(arcs_b):
        return False
    if isinstance(a, Vertex) and isinstance(b, Vertex) and not _same_openness(a, b):
        return False
    for label, arc in arcs_a.items():
        other = arcs_b.get(label)
        if other is None or other.arc_type != arc.arc_type or not _equal_vertices(ctx, arc, other):
            return False
    return True


def _same_openness(a: Vertex, b: Vertex) -> bool:
    if a.kind != k.STRUCT:
        return True
    return a.closed == b.closed and a.open == b.open and len(a.patterns or ()) == len(b.patterns or ())


def _visible(v: Vertex) -> dict[AnyLabel, Vertex]:
    return {
        label: arc
        for label, arc in v.arcs.items()
        if arc.arc_type in (MEMBER, REQUIRED, OPTIONAL) and getattr(label, "kind", 0) != 4
    }


def equal_data(ctx: OpContext, a: Value, b: Value) -> bool:
    """``==`` of two values: regular present fields only, numbers of different kinds may be equal."""
    a, b = ctx.unwrap(ctx.default(a)), ctx.unwrap(ctx.default(b))
    if isinstance(a, Num) and isinstance(b, Num):
        return a.value == b.value
    if a.kind != b.kind:
        return False
    if not isinstance(a, Vertex) or not isinstance(b, Vertex):
        return equal(ctx, a, b)
    ctx.unify(a)
    ctx.unify(b)
    a, b = a.deref(), b.deref()
    if a is b:
        return True
    ctx.step()
    fields, others = ctx.fields(a), dict(ctx.fields(b))
    if len(fields) != len(others):
        return False
    return all(label in others and equal_data(ctx, arc, others[label]) for label, arc in fields)


def not_settled(ctx: OpContext, src: Src | None, value: Value) -> Bottom | None:
    """Why a list or struct cannot be the operand of an expression at ``src``: an error, or something not concrete."""
    value = ctx.unwrap(ctx.default(value))
    if not isinstance(value, Vertex):
        return value if isinstance(value, Bottom) else None
    ctx.unify_at(src, value)
    if value.status != FINALIZED:
        if value.child_error is not None and value.child_error.code == STRUCTURAL_CYCLE:
            return value.child_error
        frozen = ctx.freeze(value, src)  # the expression is part of it
        return frozen if isinstance(frozen, Bottom) else _unknown(ctx, value)
    return _not_concrete(ctx, value)


def _not_concrete(ctx: OpContext, v: Vertex) -> Bottom | None:
    from pycue.evaluator.validate import validate

    error = ctx.error_of(v)
    if error is None:
        return validate(ctx, v, concrete=True, only_first=True)
    while error.child is not None:
        error = error.child
    return error


def _unknown(ctx: OpContext, v: Vertex) -> Bottom | None:
    """That a field of a struct that is being evaluated has no value yet."""
    for arc in v.arcs.values():
        if arc.arc_type != MEMBER:
            continue
        if arc.state is None:
            ctx.unify(arc)
        n = arc.state
        if n is None:
            error = _not_concrete(ctx, arc)
        elif n.scalar is None and arc.base is None and not n.is_struct():
            saved = ctx.vertex
            ctx.vertex = arc
            from pycue.evaluator.unifyvalue import constraint_value  # which imports what imports this module

            error = ctx.error(INCOMPLETE, None, "incomplete value %s", constraint_value(n))
            ctx.vertex = saved
        else:
            error = _unknown(ctx, arc)
        if error is not None:
            return error
    return None
