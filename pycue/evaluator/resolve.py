"""References as conjuncts: what a resolved vertex adds to a node, and structure sharing."""

from __future__ import annotations

from pycue.evaluator import closedness, cycle
from pycue.evaluator.insert import insert_arc, insert_struct_marker, insert_value, schedule
from pycue.evaluator.ir import Field, FieldReference, IndexExpr, Resolver, SelectorExpr
from pycue.evaluator.node import ANCESTORS, ATTEMPT, NODE_NEEDS, NodeState
from pycue.evaluator.unify import unify
from pycue.evaluator.values import Bottom, ListMarker, StructMarker
from pycue.evaluator.vertex import (
    FINALIZED,
    IN_EXPRESSION,
    IS_CYCLIC,
    UNPROCESSED,
    WITHIN_DEFINITION,
    Chosen,
    Conjunct,
    Vertex,
)
from pycue.labels import LET, Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import CloseInfo, Environment

__all__ = ["add_vertex", "run_resolver", "unshare"]


def run_resolver(ctx: OpContext, n: NodeState, env: Environment, x: Resolver, close: CloseInfo) -> None:
    """Resolve a reference and add what it denotes to the node."""
    found = ctx.resolve(env, x)
    if isinstance(found, Bottom):
        closedness.note(n, close, closedness.TOP)
        required, found.required = found.required, None
        ctx.add_error(n, found)
        if required is None or not found.incomplete:
            return
        found = required  # what is known of it holds all the same
        if not n.no_share:
            unshare(ctx, n)
    target = found
    end = target
    while end.shared and type(end.base) is Vertex:
        end = end.base
    target = _lasting(n.v, end)
    verdict, provenance = cycle.check(n, x, target, close)
    if verdict == cycle.DROP:
        closedness.refers_to_itself(n, close)
        return
    if verdict == cycle.PARK:
        if n.cyclic is None:
            n.cyclic = []
        n.cyclic.append((target, x, provenance))
        return
    if n.share is not None:
        if n.v.base is target or _stands_for(ctx, target) in (n.v, n.v.base):
            return
    elif _may_share(n, target, close, n.inside and _by_variable(env, x)):
        n.share = Conjunct(env, x, provenance)
        n.v.shared = True
        n.v.base = target
        ctx.progress += 1
        return
    endless = cycle.endless(target)
    if endless is not None:
        ctx.add_error(n, endless)  # what it is made of has no end
        return
    add_vertex(ctx, n, target, x, provenance)


def _lasting(v: Vertex, target: Vertex) -> Vertex:
    """What a reference at ``v`` denotes for good: not, outside of it, a disjunct being evaluated, which may fail."""
    state = target.state
    if state is None or state.disjunct is None or target is v or cycle.is_ancestor(v, target):
        return target
    while state.disjunct is not None:
        state = state.disjunct
    return target if v is state.v else state.v


def _stands_for(ctx: OpContext, v: Vertex) -> Vertex:
    """The end of a chain of fields that are nothing but references, none of them evaluated yet."""
    while v.state is None and v.status == UNPROCESSED and len(v.conjuncts) == 1 and not v.detached:
        x = v.conjuncts[0].x
        if type(x) is not Field or not isinstance(x.value, Resolver):
            break
        unify(ctx, v, NODE_NEEDS, ATTEMPT)
        while v.shared and type(v.base) is Vertex:
            v = v.base
    return v


def _may_share(n: NodeState, target: Vertex, close: CloseInfo, by_variable: bool) -> bool:
    """Whether the node may simply stand for the target: nothing but references is known of it.

    ``by_variable`` tells of a node in a disjunct whether its reference starts with a variable of a comprehension.
    """
    v = n.v
    if n.no_share or v.arcs or (v.detached and not _is_let(v)):
        return False
    if target.detached or target.label is None or v.label is None or target.around & IN_EXPRESSION:
        return False
    if not closedness.is_closed(target) and not _closed_by_conjuncts(target):
        if close.from_def or (closedness.in_definition(v) and (by_variable or not target.inside() & WITHIN_DEFINITION)):
            return False
    end = target
    while end.shared and type(end.base) is Vertex:
        end = end.base
        if end is v:
            return False
    return end is not v


def _closed_by_conjuncts(v: Vertex) -> bool:
    """Whether a field is known to be closed because a definition is what it, or the field around it, came from."""
    parent = v.parent
    if v.status != UNPROCESSED and any(c.close.from_def for c in v.conjuncts):
        return True
    return parent is not None and any(c.close.from_def for c in parent.conjuncts)


def _by_variable(env: Environment, x: Resolver) -> bool:
    """Whether a reference starts with a variable of a comprehension, or in an inline struct."""
    start: Expr = x
    while isinstance(start, (SelectorExpr, IndexExpr)):
        start = start.x
    if not isinstance(start, FieldReference):
        return False
    for _ in range(start.up_count):
        env = env.up  # type: ignore[assignment]
    return env.vertex.detached and env.vertex.label is None


def _is_let(v: Vertex) -> bool:
    return type(v.label) is Label and v.label.kind == LET


def unshare(ctx: OpContext, n: NodeState) -> None:
    """Something else than the reference arrived: the target's conjuncts become the node's own."""
    n.no_share = True
    share = n.share
    target = n.v.base
    if share is None or type(target) is not Vertex:
        return
    n.share = None
    n.v.shared = False
    n.v.base = None
    add_vertex(ctx, n, target, share.x, share.close)


def add_vertex(ctx: OpContext, n: NodeState, v: Vertex, ref: Any, close: CloseInfo) -> None:
    """Add the conjuncts of a vertex (once a node), or its value if it has none."""
    if v is n.v:
        return
    close, before = closedness.add_reference(n, v, ref, close)
    if before:
        return
    if not v.conjuncts:
        _add_data(n, v, close)
        return
    if v.status != FINALIZED and not v.detached and (v.state is None or not v.state.met(ANCESTORS)):
        parent = v.parent
        if parent is not None and parent.status != FINALIZED:
            # Let what is above the target add to it first; what comes even later is passed on.
            if (parent.state is None or not parent.state.active) and not cycle.is_ancestor(n.v, parent):
                ctx.drive(v)
            if v.notify is None:
                v.notify = []
            v.notify.append((n, close))
    conjuncts = v.conjuncts
    i = 0
    while i < len(conjuncts):
        c = conjuncts[i]
        i += 1
        if close.cycle == IS_CYCLIC and type(c) is Chosen:
            continue  # of the alternatives around the node nothing is repeated in it
        schedule(n, c.env, c.x, close if c.close.cycle != IS_CYCLIC else cycle.inherit(close, v))


def _add_data(n: NodeState, v: Vertex, close: CloseInfo) -> None:
    """Add a finished value without conjuncts: data, or the result of a builtin."""
    v = v.deref()
    base = v.base
    if base is None:
        n.has_top = True
        closedness.note(n, close, 0)
        return
    if v.conjuncts:
        n.ctx.add_vertex(n, v, None, close)
        return
    if not n.no_share:
        unshare(n.ctx, n)
    if type(base) is ListMarker:
        cycle.note_material(n, close)
        closedness.note(n, close, 0)
        n.ctx.set_list(n, v, len(v.arcs), base.open, close)
    elif type(base) is StructMarker:
        insert_struct_marker(n, None, v, close)
        if v.open:
            n.v.open = True
            closedness.note(n, close, closedness.ELLIPSIS)
    else:
        insert_value(n, None, base, close)
    n.ctx.charge(len(v.arcs))
    for label, arc in v.arcs.items():
        insert_arc(n, label, arc.arc_type, Conjunct(None, arc, close))
