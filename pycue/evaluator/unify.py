"""Driving a vertex to a wanted state, and finishing it."""

from __future__ import annotations

from pycue.evaluator import calls, closedness, cycle
from pycue.evaluator import kind as k
from pycue.evaluator.insert import state_of
from pycue.evaluator.ir import Field
from pycue.evaluator.labeling import printed_label
from pycue.evaluator.node import ALL, ANCESTORS, ATTEMPT, FINALIZE, NODE_NEEDS, SUBFIELDS, NodeState
from pycue.evaluator.report import make_error, merge, position_of, positions_of, together
from pycue.evaluator.schedule import process
from pycue.evaluator.unifyvalue import constraint_value, validate_scalar
from pycue.evaluator.values import (
    EVAL,
    INCOMPLETE,
    STRUCTURAL_CYCLE,
    Bool,
    Bottom,
    BoundValue,
    BuiltinValidator,
    Bytes,
    Disjunction,
    ListMarker,
    Null,
    Num,
    String,
    StructMarker,
)
from pycue.evaluator.vertex import (
    FINALIZED,
    MEMBER,
    NOT_PRESENT,
    OPTIONAL,
    PENDING,
    REQUIRED,
    STRUCT,
    UNPROCESSED,
    Vertex,
)
from pycue.labels import LET, Label
from pycue.syntax.literal import quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value
    from pycue.evaluator.vertex import CloseInfo

__all__ = ["close_node", "error_of", "unify"]

_LITERALS = frozenset((Null, Bool, Num, String, Bytes))


def unify(ctx: OpContext, v: Vertex, needs: int = ALL, mode: int = FINALIZE) -> bool:
    """Bring ``v`` to ``needs``; returns whether it got there."""
    if v.status == FINALIZED:
        return True
    if v.state is None and mode == FINALIZE and v.status == UNPROCESSED and _literal(ctx, v):
        return True
    n = state_of(ctx, v)
    if n is None:
        return True
    if n.active and (mode != FINALIZE or n.finalizing):
        return n.met(needs)
    if n.active and not n.finalizing and needs & SUBFIELDS and _on_task_stack(ctx, n):
        return n.met(needs)
    depth = v.depth
    saved = ctx.vertex, ctx.depth
    ctx.enter(v)
    n.active += 1
    was_finalizing = n.finalizing
    try:
        if mode == FINALIZE:
            n.finalizing = True
            if not n.met(ANCESTORS):
                process(ctx, n, ANCESTORS, ATTEMPT)
                n.done |= ANCESTORS
        process(ctx, n, needs & NODE_NEEDS, mode)
        if v.status == FINALIZED:
            return True
        if mode != FINALIZE:
            if needs & SUBFIELDS:
                _attempt_arcs(ctx, n)
        else:
            _finish_node(ctx, n)
            if needs & SUBFIELDS:
                _finish_arcs(ctx, n)
                close_node(ctx, n)
        return n.met(needs & NODE_NEEDS)
    finally:
        n.finalizing = was_finalizing
        n.active -= 1
        v.depth = depth
        ctx.vertex, ctx.depth = saved


def _on_task_stack(ctx: OpContext, n: NodeState) -> bool:
    """Whether one of the node's own tasks asks for it, so that finishing it would pull the rug."""
    return any(task.state == 1 for task in n.tasks)


def _literal(ctx: OpContext, v: Vertex) -> bool:
    """A field that is just a scalar literal, or shares data that is there already, needs no state."""
    conjuncts = v.conjuncts
    if len(conjuncts) != 1:
        return False
    x = conjuncts[0].x
    if type(x) is Field:
        x = x.value
    if type(x) is Vertex:
        if not _is_data(v, x, conjuncts[0].close):
            return False
        v.shared = True
    elif type(x) not in _LITERALS:
        return False
    v.base = x  # type: ignore[assignment]
    v.status = FINALIZED
    if v.arc_type == PENDING:
        v.arc_type = NOT_PRESENT
    ctx.unifications += 1
    ctx.conjuncts += 1
    return True


def _is_data(v: Vertex, x: Vertex, close: CloseInfo) -> bool:
    """Whether ``x`` is a finished, valid struct or list that the field ``v`` may stand for."""
    if x.status != FINALIZED or close.id or close.cycle or v.detached or v.closed or v.parent is None:
        return False
    end = x.deref()
    if not isinstance(end.base, (StructMarker, ListMarker)) or end.child_error or end.child_incomplete:
        return False
    return bool(end.closed) or not closedness.in_definition(v)


def _attempt_arcs(ctx: OpContext, n: NodeState) -> None:
    """For a disjunct that is not complete yet: evaluate fields as far as possible, and note failures."""
    v = n.v
    if cycle.only_cyclic(n) or v.shared:
        return
    ctx.depth += 1
    try:
        for arc in list(v.arcs.values()):
            if arc.arc_type == MEMBER:
                unify(ctx, arc, ALL, ATTEMPT)
                _note_child(n, arc)
                if v.child_error is not None:
                    return  # the disjunct has failed
    finally:
        ctx.depth -= 1


# ---- finishing


def _finish_node(ctx: OpContext, n: NodeState) -> None:
    """All tasks are done or forced: settle the node's own value."""
    v = n.v
    if v.shared and n.error is not None:
        v.shared = False  # the error is all there is to it
        v.base = None
    if v.shared and n.cyclic:
        ctx.unshare(n)
        process(ctx, n, NODE_NEEDS, FINALIZE)
    if v.shared or type(v.base) is Disjunction or type(v.base) is Vertex:
        return
    if cycle.only_cyclic(n):
        bottom = make_error(ctx, STRUCTURAL_CYCLE, ctx.src, "structural cycle", (), "cue.cycle")
        ctx.add_error(n, bottom)
        v.arcs = {}
        n.cyclic = None
        n.cyclic_any = False
        n.noncyclic = True
    if n.scalar is not None:
        v.base = n.scalar
    elif type(v.base) is ListMarker:
        pass
    elif n.is_struct() or (n.kind & k.STRUCT and v.arcs and _required(v)):
        v.base = STRUCT


def _finish_arcs(ctx: OpContext, n: NodeState) -> None:
    """Finish all fields; new ones may appear meanwhile."""
    v = n.v
    if type(v.base) is Vertex:
        ctx.unify_target(n)
        return
    if type(v.base) is Disjunction:
        return
    if n.error is not None and not n.error.incomplete and (not n.kind or n.results == []):
        return  # a conflict of types, or that all disjuncts have failed, is told without what is below
    arcs = v.arcs
    ctx.depth += 1
    dropped = []
    around: set[int] | None = None
    done = 0
    try:
        while done < len(arcs):
            for label, arc in list(arcs.items())[done:]:
                done += 1
                if done & 1023 == 0:
                    ctx.charge(1024)
                if arc.arc_type >= PENDING:
                    _settle_pending(ctx, arc)
                    if arc.arc_type >= PENDING:
                        dropped.append(label)
                        continue
                if n.trial and arc.arc_type == OPTIONAL:
                    continue
                if arc.arc_type == OPTIONAL:
                    if around is None:
                        around = _optional_around(v)
                    if not arc.conjuncts or id(arc.conjuncts[0].x) not in around:
                        _finish_optional(ctx, arc)
                    continue
                unify(ctx, arc)
                _note_child(n, arc)
                if n.inside and v.child_error is not None and not v.child_error.close_check:
                    return  # the disjunct has failed
    finally:
        ctx.depth -= 1
    for label in dropped:
        arc = arcs[label]
        if arc.arc_type >= PENDING:
            arc.arc_type = NOT_PRESENT
            arc.status = FINALIZED
            del arcs[label]


def _finish_optional(ctx: OpContext, arc: Vertex) -> None:
    """An optional field is no level of its own: it may stand for what is being finished around it."""
    ctx.depth -= 1
    try:
        unify(ctx, arc)
    finally:
        ctx.depth += 1


def _optional_around(v: Vertex) -> set[int]:
    """Declarations of the optional fields that are being finished around: one that repeats itself nobody asked for."""
    declared: set[int] = set()
    node: Vertex | None = v
    while node is not None:
        if node.arc_type == OPTIONAL:
            declared.update(id(c.x) for c in node.conjuncts)
        node = node.parent
    return declared


def _settle_pending(ctx: OpContext, arc: Vertex) -> None:
    """A field that a comprehension might have made: run that comprehension if it has not run."""
    n = arc.state
    if n is not None and n.parent_tasks:
        process(ctx, n, ANCESTORS, FINALIZE)


def finish_again(ctx: OpContext, n: NodeState) -> None:
    """Finish the fields of a node that is being finished further up.

    One that stands for what has come to be finished in between has no end.
    """
    saved = ctx.vertex
    ctx.depth += 1
    try:
        for arc in list(n.v.arcs.values()):
            below = arc.state
            ctx.vertex = arc
            if arc.arc_type != MEMBER or arc.status == FINALIZED or below is None or not below.active:
                continue
            depth = arc.depth
            arc.depth = ctx.depth
            if type(arc.base) is Vertex:
                ctx.unify_target(below)
            else:
                finish_again(ctx, below)
            arc.depth = depth
            _note_child(n, arc)
    finally:
        ctx.depth -= 1
        ctx.vertex = saved


def _note_child(n: NodeState, arc: Vertex, beside: bool = False) -> None:
    """Record the error of a field on its parent.

    Inside a disjunct the first one stands for all, but what closedness forbids gives way to any other error; ``beside``
    adds to it.
    """
    if arc.arc_type != MEMBER and arc.arc_type != 1:
        return
    label = arc.label
    if type(label) is Label and label.kind == LET:
        return
    error = error_of(arc)
    if error is None and arc.state is not None and arc.state.error is not None:
        error = arc.state.error
    v = n.v
    if error is None:
        if v.child_incomplete is None:
            v.child_incomplete = arc.deref().child_incomplete
        return
    if error.code >= INCOMPLETE:
        if v.child_incomplete is None:
            v.child_incomplete = error
        return
    old = v.child_error
    if n.inside and not beside and old is not None and old is not error:
        if not old.close_check:
            return
        old = None
    if old is None:
        new = Bottom(error.code, error.messages, None, error.node)
        new.child = error
        new.recursive = True
        new.close_check = error.close_check
        new.listed = error.listed
        v.child_error = new
    elif old.child is error:
        old.listed = old.listed or not arc.shared  # another field has the same error
    elif old is not error:
        merged = merge(old, error)
        if merged is not None and merged is not old:
            merged.recursive = True
            merged.close_check = old.close_check and error.close_check
            if old.close_check:
                merged.child = error  # what is not allowed gives way to every other error
            v.child_error = merged


def error_of(v: Vertex) -> Bottom | None:
    """The vertex's own error, or that of a descendant."""
    v = v.deref()
    base = v.base
    if type(base) is Bottom and (v.child_error is None or not base.incomplete):
        return base
    return v.child_error


def child_error(v: Vertex) -> Bottom | None:
    """The error of a field, the first one of those below, which whoever reads the whole struct or list meets."""
    error = v.deref().child_error
    while error is not None and error.child is not None:
        error = error.child
    return error


def close_node(ctx: OpContext, n: NodeState) -> None:
    """Post checks, validators, closedness; then the final value. The state is dropped."""
    v = n.v
    if n.post_checks:
        ctx.run_post_checks(n)
    base = v.base
    if type(base) is Vertex or type(base) is Disjunction:
        _seal(n)
        return
    _deny(ctx, n)
    if v.arcs and n.kind and not n.kind & k.STRUCT and not isinstance(base, StructMarker) and _required(v):
        _refuse_fields(ctx, n)
    if n.kind and n.scalar is not None:
        validate_scalar(n, n.scalar, True)  # the first of several that exclude each other
    elif n.kind and (n.error is None or n.error.incomplete):
        if isinstance(base, (StructMarker, ListMarker)):
            _validate_composite(ctx, n)
    elif not n.kind and v.structs:
        _validate_failed(ctx, n)
    error = n.error
    below = child_error(v)
    if error is not None:
        fatal = not error.incomplete and (below is None or not below.incomplete)
        if below is not None and n.kind and fatal and n.results != []:
            error = together(error, below)  # of the right kind all the same: a field is in error too
        if error.close_check:
            error = Bottom(error.code, error.messages, error.src, error.node)  # read elsewhere: not forbidden here
        if error.incomplete or error.value is None:  # else it is that of another vertex, which it may mention
            error.value = v.base
        v.base = error
    elif base is None:
        v.base = constraint_value(n)
    _seal(n)


def _required(v: Vertex) -> list[Vertex]:
    """The regular fields that are required."""
    return [arc for label, arc in v.arcs.items() if arc.arc_type == REQUIRED and type(label) is str]


def _refuse_fields(ctx: OpContext, n: NodeState) -> None:
    """Required fields that came with a scalar or list, beside which there can be none; errors speak for themselves."""
    from pycue.evaluator.debug import debug_string

    v = n.v
    value: Value | None = n.scalar
    if value is None and type(v.base) is not ListMarker:
        v.base = STRUCT  # that is how it prints
    for arc in _required(v):
        if error_of(arc) is None and arc.label is not None:
            name = quote_string(printed_label(arc.label))
            args = (name, value or debug_string(v))
            bottom = make_error(ctx, EVAL, None, "cannot combine regular field %s with %s", args)
            bottom.messages[0].positions = positions_of(value or v)
            bottom.messages[0].position = next(iter(positions_of(arc)), None)
            ctx.add_error(n, bottom)


def _seal(n: NodeState) -> None:
    v = n.v
    v.status = FINALIZED
    v.state = None
    v.notify = None
    n.ctx.progress += 1
    parent = v.parent
    if parent is not None and parent.status == FINALIZED and v.arc_type == MEMBER and not v.detached:
        _tell_finished(parent, v)


def _tell_finished(parent: Vertex, arc: Vertex) -> None:
    """A field that was at work when the vertex around it was finished tells its error now."""
    error = error_of(arc)
    if error is None or error.incomplete or (type(arc.label) is Label and arc.label.kind == LET):
        return
    node: Vertex | None = parent
    while node is not None and node.status == FINALIZED and error_of(node) is None:
        node.child_error = error
        node = node.parent


def _validate_composite(ctx: OpContext, n: NodeState) -> None:
    if n.lower is None and n.upper is None and not n.checks:
        return
    v = n.v
    below = child_error(v)
    if below is not None and not below.close_check:
        for check in (n.lower, n.upper, *n.checks):
            if check is not None:
                ctx.add_error(n, _refused(ctx, check, below))
        return
    if below is not None:
        return
    v.status = FINALIZED
    v.state = None
    try:
        validate_scalar(n, v, True)
    finally:
        v.state = n


def _refused(ctx: OpContext, check: Value, below: Bottom) -> Bottom:
    """What a constraint says to a struct or list in error: calls hand on the error, comparisons speak of it."""
    if type(check) is not BoundValue:
        return below
    from pycue.evaluator.diagnose import summary

    text = "invalid left-hand value to '%s' (type _|_): %s"
    return make_error(ctx, EVAL, check, text, (check.op, summary(below)))


def _validate_failed(ctx: OpContext, n: NodeState) -> None:
    """Constraints of another kind are tried on a struct that came after them too, which is an error for most."""
    v = n.v
    for check in (n.lower, n.upper, *n.checks):
        if type(check) is BuiltinValidator:
            ctx.add_error(n, calls.type_error(ctx, v, k.kind_string(check.kind), 0, check.builtin))
        elif type(check) is BoundValue and check.op in ("=~", "!~"):
            text = "cannot use %s (type _|_) as type string in %s"
            ctx.add_error(n, make_error(ctx, EVAL, check, text, (v, check.op)))
        elif type(check) is BoundValue and check.op != "!=":
            text = "invalid operands %s and %s to '%s' (type _|_ and %s)"
            args = (v, check.value, check.op, k.kind_string(check.value.kind))
            ctx.add_error(n, make_error(ctx, EVAL, check, text, args))
    v.base = STRUCT


def _validator(n: NodeState) -> BuiltinValidator | None:
    """The first call that constrains the node."""
    return next((check for check in n.checks if type(check) is BuiltinValidator), None)


def _deny(ctx: OpContext, n: NodeState) -> None:
    """Fields that closedness forbids are errors, unless the node, perhaps incomplete, or another field is in error."""
    v = n.v
    error = v.child_error
    if not ctx.has_requirements() or n.error is not None:
        return
    if error is not None and (not error.close_check or (len(n.checks) == 1 and _validator(n) is not None)):
        error.close_check = False  # an only validator fails for it
        return
    denied = [arc for arc in closedness.denied_arcs(ctx, v) if not _is_known(arc)]
    if not denied:
        return
    validator = _validator(n) if error is None else None
    for arc in denied:
        _forbid(ctx, arc, validator)
    v.child_error = None
    for arc in v.arcs.values():
        _note_child(n, arc, beside=arc in denied)


def _is_known(arc: Vertex) -> bool:
    """Whether a field is reported already, or is not known yet."""
    base = arc.base
    if arc.status != FINALIZED or type(base) is not Bottom:
        return False
    return base.incomplete or (base.close_check and not base.recursive)


def _forbid(ctx: OpContext, arc: Vertex, validator: BuiltinValidator | None) -> None:
    """Make a field an error; the position of a validator that has run just before counts as that of the error."""
    saved = ctx.vertex
    ctx.vertex = arc
    try:
        bottom = make_error(ctx, EVAL, validator or ctx.src, "field not allowed", (), "cue.closed")
    finally:
        ctx.vertex = saved
    bottom.close_check = True
    positions = [position_of(c.x) for c in arc.conjuncts]
    bottom.messages[0].positions = [p for p in positions if p is not None]
    arc.base = bottom
    arc.arcs = {}
    arc.status = FINALIZED
    arc.state = None
    arc.child_error = None
