"""Equality of (partially evaluated) vertices, to merge equal disjuncts."""

from __future__ import annotations

from pycue.evaluator.insert import state_of
from pycue.evaluator.node import DONE, NodeState
from pycue.evaluator.plan import plan_of
from pycue.evaluator.unifyvalue import same_scalar
from pycue.evaluator.values import (
    BasicType,
    Bottom,
    BoundValue,
    BuiltinValidator,
    Conjunction,
    Disjunction,
    ListMarker,
    StructMarker,
    Top,
    Value,
)
from pycue.evaluator.vertex import CLOSED_RECURSIVE, FINALIZED, Environment, Pattern, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.evaluator.context import OpContext
    from pycue.labels import AnyLabel

__all__ = ["lets_of", "same_value", "same_vertex"]


def same_value(ctx: OpContext, a: Value | None, b: Value | None) -> bool:
    """Whether two values are the same, constraints included."""
    if a is b:
        return True
    if a is None or b is None:
        return False
    if isinstance(a, Vertex) or isinstance(b, Vertex):
        a = a.deref() if isinstance(a, Vertex) else a
        b = b.deref() if isinstance(b, Vertex) else b
        if isinstance(a, Vertex) and isinstance(b, Vertex):
            return same_vertex(ctx, a, b)
        return _same_mixed(ctx, a, b)
    cls = type(a)
    if cls is not type(b):
        return False
    if cls is BasicType:
        return a.kind == b.kind
    if cls is Top or cls is StructMarker:
        return True
    if cls is ListMarker:
        return bool(a.open == b.open)  # type: ignore[attr-defined]
    if cls is BoundValue:
        return a.op == b.op and same_value(ctx, a.value, b.value)  # type: ignore[attr-defined]
    if cls is BuiltinValidator:
        if a.builtin is not b.builtin:  # type: ignore[attr-defined]
            return False
        return _same_list(ctx, a.args, b.args)  # type: ignore[attr-defined]
    if cls is Conjunction or cls is Disjunction:
        if cls is Disjunction and a.num_defaults != b.num_defaults:  # type: ignore[attr-defined]
            return False
        return _same_list(ctx, a.values, b.values)  # type: ignore[attr-defined]
    if cls is Bottom:
        return True  # of optional fields; it does not matter what is wrong with them
    return same_scalar(a, b)


def _same_mixed(ctx: OpContext, a: Value, b: Value) -> bool:
    """A vertex that only holds a scalar equals that scalar."""
    if isinstance(a, Vertex):
        return not a.arcs and not isinstance(a.base, Vertex) and same_value(ctx, a.base, b)
    if isinstance(b, Vertex):
        return not b.arcs and not isinstance(b.base, Vertex) and same_value(ctx, a, b.base)
    return False


def _same_list(ctx: OpContext, a: Sequence[Value], b: Sequence[Value]) -> bool:
    return len(a) == len(b) and all(same_value(ctx, x, y) for x, y in zip(a, b, strict=True))


def same_vertex(ctx: OpContext, a: Vertex, b: Vertex) -> bool:
    """Structural equality of two vertices, finished or not."""
    a, b = a.deref(), b.deref()
    if a is b:
        return True
    ctx.step()
    if (a.status == FINALIZED) != (b.status == FINALIZED) or len(a.arcs) != len(b.arcs):
        return False
    if a.status == FINALIZED:
        if not same_value(ctx, a.base, b.base) or _closes(a) != _closes(b) or lets_of(a) != lets_of(b):
            return False
    elif a.open != b.open or bool(a.closed) != bool(b.closed) or not _same_state(ctx, a, b):
        return False
    for label, arc in a.arcs.items():
        other = b.arcs.get(label)
        if other is None or other.arc_type != arc.arc_type or not same_vertex(ctx, arc, other):
            return False
    return a.status == FINALIZED or _same_patterns(ctx, a, b)


def _closes(v: Vertex) -> bool:
    """Whether a struct is closed by itself, by what was added to it, or by what is around it."""
    if type(v.base) is not StructMarker:
        return False
    node: Vertex | None = v
    while node is not None:
        if node.closed & CLOSED_RECURSIVE or (node is v and node.closed):
            return True
        if node.evidence is not None:
            for req in node.evidence.reqs.values():
                if not req.ignored and (node is v or req.recursive):
                    return True
        node = None if node.detached else node.parent
    return False


def lets_of(v: Vertex) -> set[AnyLabel]:
    """The let clauses of the struct literals that the vertex is made of."""
    return {label for info in v.structs or () for label in plan_of(info.lit).lets}


def _same_patterns(ctx: OpContext, a: Vertex, b: Vertex) -> bool:
    mine = a.patterns or ()
    theirs = b.patterns or ()
    if not mine and not theirs:
        return True
    return _covers(ctx, mine, theirs) and _covers(ctx, theirs, mine)


def _covers(ctx: OpContext, some: Sequence[Pattern], others: Sequence[Pattern]) -> bool:
    """Whether each of the other patterns is among ``some``; repetitions do not matter."""
    return all(any(_same_pattern(ctx, p, q) for p in some) for q in others)


def _same_pattern(ctx: OpContext, p: Pattern, q: Pattern) -> bool:
    x, y = p.conjunct.x, q.conjunct.x
    if x is not y and not (isinstance(x, Value) and isinstance(y, Value) and same_value(ctx, x, y)):
        return False
    return same_value(ctx, p.value, q.value)


def _same_conjuncts(a: Vertex, b: Vertex) -> bool:
    return len(a.conjuncts) == len(b.conjuncts) and all(
        x.x is y.x for x, y in zip(a.conjuncts, b.conjuncts, strict=True)
    )


def _same_state(ctx: OpContext, a: Vertex, b: Vertex) -> bool:
    n: NodeState | None = state_of(ctx, a)
    m: NodeState | None = state_of(ctx, b)
    if n is None or m is None:
        return n is m and _same_conjuncts(a, b)
    if n.kind != m.kind or n.has_struct != m.has_struct or n.list_open != m.list_open:
        return False
    if not same_value(ctx, n.scalar, m.scalar) or not same_value(ctx, n.lower, m.lower):
        return False
    if not same_value(ctx, n.upper, m.upper) or not _same_list(ctx, n.checks, m.checks):
        return False
    mine = [t for t in n.tasks if t.state != DONE]
    theirs = [t for t in m.tasks if t.state != DONE]
    return len(mine) == len(theirs) and all(
        t.x is u.x and _same_env(t.env, u.env) for t, u in zip(mine, theirs, strict=True)
    )


def _same_env(a: Environment | None, b: Environment | None) -> bool:
    """Whether two environments are the same but for being in different copies of a node."""
    while a is not b:
        if a is None or b is None or a.dynamic_label != b.dynamic_label or not _correspond(a.vertex, b.vertex):
            return False
        a, b = a.up, b.up
    return True


def _correspond(a: Vertex | None, b: Vertex | None) -> bool:
    while a is not b:
        if a is None or b is None or a.label != b.label:
            return False
        a, b = a.parent, b.parent
    return True
