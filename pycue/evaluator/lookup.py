"""Reading: fields of vertices, values of references, operands of selectors."""

from __future__ import annotations

from pycue.evaluator import closedness
from pycue.evaluator import kind as k
from pycue.evaluator.insert import insert_arc, state_of
from pycue.evaluator.ir import BinaryExpr, Field, LetField, LetReference, ListLit, Resolver, StructLit
from pycue.evaluator.labeling import printed_label
from pycue.evaluator.node import (
    ANCESTORS,
    ARC_TYPE,
    ATTEMPT,
    FIELD_SET,
    FIELDS,
    FINALIZE,
    NODE_NEEDS,
    RUNNING,
    SCALAR,
    VALUE,
    WAITING,
    NodeState,
)
from pycue.evaluator.pattern import matches
from pycue.evaluator.plan import plan_of
from pycue.evaluator.report import make_error, unresolved
from pycue.evaluator.schedule import choose_now, process, suspend, wait
from pycue.evaluator.unify import child_error, unify
from pycue.evaluator.unifyvalue import constraint_value
from pycue.evaluator.values import (
    CYCLE,
    EVAL,
    INCOMPLETE,
    Bool,
    Bottom,
    Bytes,
    Disjunction,
    ListMarker,
    Null,
    Num,
    String,
    StructMarker,
    Value,
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
    CloseInfo,
    Conjunct,
    Environment,
    Vertex,
)

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Expr
    from pycue.labels import AnyLabel

__all__ = ["default_of", "is_plain", "let_vertex", "lookup", "node", "read", "settle_lets", "unwrap", "usable"]

_LITERALS = frozenset((Null, Bool, Num, String, Bytes))


def lookup(ctx: OpContext, x: Vertex, label: AnyLabel, src: Any) -> Vertex | Bottom:
    """The field ``label`` of ``x``, not evaluated. Waits while it is open whether the field exists."""
    x = _current(x)
    arc = x.arcs.get(label)
    if arc is not None and arc.arc_type == MEMBER:
        return arc if arc.copy is None else _copy_of(arc)
    if x.status != FINALIZED:
        if arc is None and _compared_with_bottom(ctx, x):
            return x
        found = _lookup_unfinished(ctx, x, label, src)
        if type(found) is Bottom:
            return found
        x = _current(x)
        arc = x.arcs.get(label)
        if arc is not None and arc.arc_type == MEMBER:
            return arc
    if arc is not None and arc.arc_type == OPTIONAL:
        return _missing(ctx, x, label, src, "cannot reference optional field: %s")
    if arc is not None and arc.arc_type == REQUIRED:
        bottom = _missing(ctx, x, label, src, "required field missing: %s")
        bottom.required = arc
        return bottom
    base = x.base
    if type(base) is Bottom and base.code != 0 and not x.arcs:
        return base
    if type(label) is int:
        known = (MEMBER,) if x.status == FINALIZED else (MEMBER, PENDING, NOT_PRESENT)  # whatever has been looked for
        length = sum(1 for name, a in x.arcs.items() if type(name) is int and a.arc_type in known)
        open_list = base.open if type(base) is ListMarker else bool(x.kind & k.LIST)
        code = INCOMPLETE if open_list else EVAL
        return make_error(ctx, code, src, "index out of range [%s] with length %s", (label, length))
    return _missing(ctx, x, label, src, "undefined field: %s")


def _compared_with_bottom(ctx: OpContext, x: Vertex) -> bool:
    """Whether a node refers into itself while it is compared with bottom elsewhere: such a reference adds nothing."""
    n, task = x.state, ctx.task
    if n is None or task is None or task.node is not n or not n.compared or n.finalizing or n.inside:
        return False
    return isinstance(task.x, Resolver) and not n.disjunctions and not n.met(FIELDS)


def _copy_of(v: Vertex) -> Vertex:
    """The clone that stands for ``v`` in the disjunct being evaluated."""
    while v.copy is not None:
        v = v.copy
    return v


def _current(v: Vertex) -> Vertex:
    """What ``v`` stands for, or the clone of that in the disjunct being evaluated."""
    v = _copy_of(v)
    while type(v.base) is Vertex:
        v = _copy_of(v.base)
    return v


def _missing(ctx: OpContext, x: Vertex, label: AnyLabel, src: Any, format: str) -> Bottom:
    bottom = make_error(ctx, INCOMPLETE, src, format, (printed_label(label),), "cue.reference")
    bottom.not_exists = not format.startswith("required")
    bottom.elsewhere = _is_elsewhere(ctx, x)
    n = x.state
    if n is not None and _ranges_for(ctx, n):
        return bottom
    if not format.startswith("undefined"):
        return bottom  # it is declared
    if type(label) is str and not x.kind & k.STRUCT:
        bottom.code = EVAL
    if n is not None and (not n.kind & (k.STRUCT | k.LIST) or (type(label) is str and _will_be_list(n))):
        bottom.code = EVAL  # no struct, whatever else may come
    elif not x.open and x.structs and not _matched(ctx, x, label) and _is_closed(ctx, x):
        bottom.code = EVAL
    return bottom


def _matched(ctx: OpContext, x: Vertex, label: AnyLabel) -> bool:
    """Whether a pattern of ``x`` takes a field of that name."""
    if type(label) is not str:
        return bool(x.patterns)
    return any(matches(ctx, pattern.value, label) for pattern in x.patterns or ())


def _is_elsewhere(ctx: OpContext, x: Vertex) -> bool:
    """Whether a vertex belongs to an inline value, or to another package than what is being evaluated."""
    top, here = x, ctx.vertex or x
    while top.parent is not None:
        if top.detached and top.label is None:
            return True
        top = top.parent
    while here.parent is not None:
        here = here.parent
    return top is not here


def _will_be_list(n: NodeState) -> bool:
    """Whether a list is being made of comprehensions."""
    return any(type(task.x) is ListLit for task in n.tasks)


def _ranges_for(ctx: OpContext, n: NodeState) -> bool:
    """Whether the node's own comprehension looks for what it ranges over."""
    task = ctx.task
    return task is not None and task.ranging and task.node is n


def _is_closed(ctx: OpContext, x: Vertex) -> bool:
    """Whether ``x`` will never have a field that it lacks now."""
    if not _settled(x):
        return closedness.closed_by_call(x) and not closedness.accepts(ctx, x)
    return closedness.in_definition(x) or (ctx.has_requirements() and not closedness.accepts(ctx, x))


def _settled(x: Vertex) -> bool:
    """Whether nothing is at work any more that might add to the fields of ``x``."""
    node: Vertex | None = x
    while node is not None and node.status != FINALIZED:
        if node.state is None or node.state.tasks_left:
            return False
        node = None if node.detached else node.parent
    if x.status == FINALIZED:
        return True
    return bool(x.state.finalizing or x.state.frozen & FIELD_SET) and x.state.met(FIELD_SET)


def _lookup_unfinished(ctx: OpContext, x: Vertex, label: AnyLabel, src: Any) -> Bottom | None:
    """Drive ``x`` until it is known whether it has the field."""
    n = state_of(ctx, x)
    if n is None:
        return None
    arc = x.arcs.get(label)
    if arc is not None and arc.arc_type == MEMBER:
        return None
    if arc is None and type(label) is str and n.tasks and _will_be_list(n):
        return None
    if not n.active:
        unify(ctx, x, FIELDS, ATTEMPT)
        if x.shared or type(x.base) is Vertex:
            return _lookup_shared(ctx, x, label, src)
        arc = x.arcs.get(label)
        if arc is not None and arc.arc_type == MEMBER:
            return None
    if arc is None or arc.arc_type >= PENDING:
        return _wait_for_arc(ctx, n, arc, label, src)
    # Optional or required: it may still become a member.
    state = state_of(ctx, arc)
    if state is not None and not any(task.state == RUNNING for task in state.parent_tasks or ()):
        wait(ctx, state, ARC_TYPE)
    return None


def _lookup_shared(ctx: OpContext, x: Vertex, label: AnyLabel, src: Any) -> Bottom | None:
    target = _current(x)
    if target.status != FINALIZED and label not in target.arcs:
        return _lookup_unfinished(ctx, target, label, src)
    return None


def _wait_for_arc(ctx: OpContext, n: NodeState, arc: Vertex | None, label: AnyLabel, src: Any) -> Bottom | None:
    if arc is not None and arc.state is not None:
        cyclic = _cyclic(ctx, arc, label, src)
        if cyclic is not None:
            return cyclic
    if n.met(FIELDS) and arc is None:
        return None
    if arc is None:
        if not ctx.may_yield:
            return None
        arc = insert_arc(n, label, PENDING, None)
    state = state_of(ctx, arc)
    if state is not None and not state.met(ARC_TYPE) and not process(ctx, state, ARC_TYPE, ATTEMPT):
        for task in state.parent_tasks or ():
            blocked = task.blocked if task.state == WAITING else None
            if blocked is not None and ctx.task in (blocked.parent_tasks or ()):
                return _cyclic_error(ctx, label, src, INCOMPLETE) if ctx.comparing else None
        needs = ARC_TYPE
        if ctx.task is not None and isinstance(ctx.task.x, Resolver):
            needs |= FIELD_SET
        if not wait(ctx, state, needs):
            process(ctx, state, ARC_TYPE, FINALIZE)
    if arc.arc_type == MEMBER or state is None or not ctx.comparing:
        return None
    for task in state.parent_tasks or ():
        result = task.result if task.node.v is n.v else None
        if result is not None and (result.permanent or (ctx.task is not None and task.node is ctx.task.node)):
            return _cyclic_error(ctx, label, src, INCOMPLETE)  # whether the field exists depends on itself
    return None


def _cyclic(ctx: OpContext, arc: Vertex, label: AnyLabel, src: Any) -> Bottom | None:
    """Whether the comprehension that might make the field is being evaluated."""
    for task in arc.state.parent_tasks or ():
        if task.state == RUNNING:
            if arc.parent is not task.node.v and task is not ctx.task and ctx.may_yield:
                suspend(arc.state, ARC_TYPE)
            if task is ctx.task or not task.comparing:
                return _cyclic_error(ctx, label, src, CYCLE if task is ctx.task else INCOMPLETE)
            bottom = make_error(ctx, INCOMPLETE, src, "undefined field: %s", (label,), "cue.reference")
            bottom.not_exists = bottom.permanent = True
            return bottom
    return None


def _cyclic_error(ctx: OpContext, label: AnyLabel, src: Any, code: int) -> Bottom:
    bottom = make_error(ctx, code, src, "cyclic reference to field %s", (label,), "cue.cycle")
    bottom.permanent = True
    return bottom


# ---- values of references


def read(ctx: OpContext, x: Vertex | Bottom, expr: Expr | None) -> Value:
    """What a reference to ``x`` gives in an expression; waits for a scalar while one may still come."""
    if type(x) is Bottom:
        x.required = None
        return x
    v: Vertex = x  # type: ignore[assignment]
    if v.status == UNPROCESSED and len(v.conjuncts) == 1:
        value = v.conjuncts[0].x
        if type(value) is Field:
            value = value.value
        if type(value) in _LITERALS:
            return value  # type: ignore[return-value]
    while v.status != FINALIZED:
        n = state_of(ctx, v)
        if n is None:
            break
        if not n.met(SCALAR):
            drive(ctx, n, expr)
        if type(v.base) is Vertex and v.status != FINALIZED:
            v = _copy_of(v.base)
            continue
        if v.status == FINALIZED:
            break
        return _read_state(ctx, n, expr)
    return unwrap(v)


def drive(ctx: OpContext, n: NodeState, expr: Expr | None, operand: bool = False) -> None:
    """Evaluate a node without force until it has a scalar, for the expression that refers to it.

    Finding a field of it, as the ``operand`` of a selector, is no level of evaluation of its own.
    """
    saved = ctx.src
    if expr is not None:
        ctx.src = expr.src
    try:
        if n.active and n.disjunctions:
            choose_now(ctx, n)
        elif operand and not n.active:
            n.active += 1
            try:
                process(ctx, n, SCALAR, ATTEMPT)
            finally:
                n.active -= 1
        elif not n.active or ctx.may_yield:
            unify(ctx, n.v, SCALAR, ATTEMPT)
    finally:
        ctx.src = saved


def _read_state(ctx: OpContext, n: NodeState, expr: Expr | None) -> Value:
    """Value of a vertex that is still being evaluated."""
    v = n.v
    if n.error is not None and not n.error.incomplete:
        return n.error
    if n.scalar is not None:
        return n.error if n.error is not None and n.met(VALUE) else n.scalar
    if not n.met(VALUE):
        if ctx.may_yield and not n.done & SCALAR:
            suspend(n, SCALAR)
        if n.disjunctions and not n.active and type(v.base) is not Disjunction:
            n.done |= ANCESTORS  # forced: choose among what is known
            process(ctx, n, VALUE, FINALIZE)
            return unwrap(v) if v.base is not None else cycle_error(ctx, n, expr)
        if n.error is not None and n.disjunctions and v.base is None:
            return n.error  # none of the disjuncts will do
        if _is_struct(n) or type(v.base) in (ListMarker, StructMarker, Disjunction):
            return v.base if type(v.base) is Disjunction else v
        if n.kind != k.TOP or n.has_top:
            return constraint_value(n)
        if not n.value_left:
            return n.error or constraint_value(n)  # nothing but itself is known of it
        return cycle_error(ctx, n, expr)
    base = v.base
    if type(base) is Vertex:
        return unwrap(base)
    if base is None and n.error is not None and n.error.code == INCOMPLETE and n.kind & ~(k.STRUCT | k.LIST) == n.kind:
        return constraint_value(n)  # what it will be is known so far
    if n.error is not None and (base is None or n.error.code == CYCLE):
        return cycle_error(ctx, n, expr) if n.error.code == CYCLE and _has_waited(ctx, n) else n.error
    if type(base) is Disjunction:
        return base
    holds = v.arcs and n.kind & (k.STRUCT | k.LIST)
    is_struct = n.kind == k.STRUCT and (v.structs is not None or not n.checks)
    if type(base) in (StructMarker, ListMarker) or is_struct or _is_struct(n) or holds:
        return v
    if n.error is not None:
        return n.error
    return constraint_value(n)


def _is_struct(n: NodeState) -> bool:
    """Whether a node that has to have a value now is a struct."""
    if not n.is_struct():
        return False
    if n.v.base is None:
        n.v.base = STRUCT
    return True


def cycle_error(ctx: OpContext, n: NodeState, expr: Expr | None) -> Bottom:
    """A value that depends on itself; what is known to be wrong with it is told too."""
    bottom = make_error(ctx, CYCLE, expr, "cycle with field: %s", (expr,), "cue.cycle")
    bottom.messages[0].positions = []
    before = n.error
    if before is not None and _has_waited(ctx, n):
        ctx.add_error(n, bottom)  # found while the node came to its end
    return ctx.merge(bottom, before)


def _has_waited(ctx: OpContext, n: NodeState) -> bool:
    """Whether the running task has waited for the node until the end of it, of which it now gets just an error."""
    task = ctx.task
    return task is not None and task.blocked is n and not n.frozen & SCALAR


def unwrap(value: Value) -> Value:
    """Dereference; a vertex that is no struct or list gives its base value."""
    if isinstance(value, Vertex):
        v = value.deref()
        base = v.base
        if base is None or type(base) in (StructMarker, ListMarker):
            return v
        if type(base) is Bottom and base.incomplete and base.value is not None:
            if type(base.value) in (StructMarker, ListMarker):
                return base
        return base
    return value


def is_plain(v: Value) -> bool:
    """A finished vertex that only holds a scalar or constraint."""
    if not isinstance(v, Vertex):
        return False
    end = v.deref()
    return (
        end.status == FINALIZED
        and not end.arcs
        and end is v
        and not isinstance(end.base, (StructMarker, ListMarker, Bottom, Disjunction))
    )


def default_of(value: Value) -> Value:
    """The default of a disjunction, dereferenced; several defaults stay a disjunction."""
    while True:
        value = unwrap(value)
        if type(value) is not Disjunction:
            return value
        count = value.num_defaults
        if count == 1:
            value = value.values[0]
        elif count == 0:
            return value
        elif count < len(value.values):
            return Disjunction(value.values[:count], count, True, None, value.src)
        else:
            return value


def node(ctx: OpContext, env: Environment, x: Expr, orig: Expr) -> Vertex | Bottom:
    """``x`` as something with fields: a struct or list vertex, perhaps still being evaluated."""
    inline = type(x) is StructLit or type(x) is ListLit or (type(x) is BinaryExpr and x.op == "&")
    if inline or isinstance(x, Resolver):
        found = ctx.subvertex([(env, x)]) if inline else _resolve_operand(ctx, env, x)
        if type(found) is Bottom:
            found.required = None  # a field of it is not known
            return found
        v: Vertex = found  # type: ignore[assignment]
        if v.status != FINALIZED:
            settled = _settle(ctx, v, x)
            if inline and settled is v and not v.arcs and not v.state.is_struct():
                unify(ctx, v)
            elif settled is not None:
                if inline and settled is v and v.state is not None and v.state.error is not None:
                    return v.state.error  # type: ignore[no-any-return]
                return settled
        value = default_of(v)
        end = v.deref()
        if end.arcs and not isinstance(value, Vertex) and type(value) is not Disjunction and type(value) is not Bottom:
            return end  # a scalar with hidden fields or definitions
    else:
        value = default_of(ctx.evaluate(env, x))
    if isinstance(value, Vertex):
        return child_error(value) or value
    if type(value) is Bottom:
        return value
    args: tuple[Any, ...]
    if type(value) is Disjunction:
        return unresolved(ctx, orig, value)
    if value.kind & k.STRUCT:
        args = (orig, x, k.kind_string(value.kind))
        return make_error(ctx, INCOMPLETE, x, "%s undefined as %s is incomplete (type %s)", args)
    from pycue.evaluator.debug import source_text

    args = (source_text(x), k.kind_string(value.kind))
    return make_error(ctx, EVAL, x, "invalid operand %s (found %s, want list or struct)", args)


def _resolve_operand(ctx: OpContext, env: Environment, x: Any) -> Vertex | Bottom:
    """What the operand of a selector denotes, which is not what a comprehension ranges over."""
    task = ctx.task
    if task is None or not task.ranging:
        return ctx.resolve(env, x)
    task.ranging = False
    try:
        return ctx.resolve(env, x)
    finally:
        task.ranging = True


def usable(value: Value) -> Value:
    """What a value is where one is needed: its default, or, finished with a field in error, that error."""
    value = default_of(value)
    if isinstance(value, Vertex) and value.status == FINALIZED:
        return child_error(value) or value
    return value


def _settle(ctx: OpContext, v: Vertex, x: Expr) -> Vertex | Bottom | None:
    """Drive an unfinished operand so far that its fields can be looked up; a vertex where that is enough."""
    n = state_of(ctx, v)
    if n is None:
        return None
    if not n.active or n.disjunctions:
        drive(ctx, n, x, operand=True)
        if v.status == FINALIZED:
            return None
    if type(v.base) is Vertex:
        target = _current(v)
        if target.status == FINALIZED or type(target.base) is Disjunction:
            return None
        # Where it becomes a disjunction only now, the field looked for is not that of the default.
        settled = _settle(ctx, target, x)
        known = target.state is None or (target.state.scalar is not None and not target.arcs)
        return settled or (None if known else target)
    if type(v.base) is Disjunction:
        return None
    if n.disjunctions and not n.met(VALUE) and not n.active:
        if ctx.may_yield and not n.done & SCALAR:
            suspend(n, SCALAR)
        n.done |= ANCESTORS  # forced: choose among what is known
        process(ctx, n, VALUE, FINALIZE)
        if v.base is not None:
            return None
    if n.error is not None and (not n.error.incomplete or n.error.elsewhere):
        return n.error
    if n.scalar is not None and not v.arcs:
        v.base = n.scalar
        return None
    if n.kind == k.LIST and n.met(VALUE) and (type(v.base) is not ListMarker or (n.error and n.finalizing)):
        args = (x, "list")  # of an unknown length
        return make_error(ctx, EVAL, x, "invalid operand %s (found %s, want list or struct)", args)
    return v


def let_vertex(ctx: OpContext, env: Environment, ref: LetReference) -> Vertex:
    """The value of a let, one per environment of its declaration."""
    return _let_in(ctx.up(env, ref.up_count), ref.label, ref.x)


def _let_in(frame: Environment, label: AnyLabel, x: Expr) -> Vertex:
    lets = frame.lets
    if lets is None:
        lets = frame.lets = {}
    v = lets.get(label)
    if v is None:
        v = Vertex(frame.vertex, label)
        v.detached = True
        v.conjuncts.append(Conjunct(frame, x, CloseInfo()))
        lets[label] = v
    return v


def settle_lets(ctx: OpContext, value: Value) -> None:
    """Evaluate the lets of a finished struct and of what is in it, which messages show."""
    if not isinstance(value, Vertex) or value.shared:
        return
    v = value.deref()
    for info in v.structs or ():
        if info.env is not None and plan_of(info.lit).lets:
            for decl in info.lit.decls:
                if type(decl) is LetField:
                    unify(ctx, _let_in(info.env, decl.label, decl.value))
    for arc in v.arcs.values():
        settle_lets(ctx, arc)


def finish(ctx: OpContext, v: Vertex) -> None:
    """Settle the vertex's own value and set of fields; fields stay as they are."""
    if v.status != FINALIZED:
        unify(ctx, v, NODE_NEEDS, FINALIZE)
