"""Comprehensions: clauses give environments, bodies are entered once per environment."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.insert import insert_arc, register_declaration, schedule, state_of
from pycue.evaluator.ir import (
    Comprehension,
    Ellipsis,
    Field,
    ForClause,
    IfClause,
    LetClause,
    LetField,
    StructLit,
    TryClause,
)
from pycue.evaluator.node import ATTEMPT, FIELD_SET, FIELDS, RUNNING, VALUE, NodeState, Task
from pycue.evaluator.report import add_positions, make_error, position_of, unresolved
from pycue.evaluator.schedule import process, settle_fields
from pycue.evaluator.unify import child_error
from pycue.evaluator.values import CYCLE, EVAL, INCOMPLETE, Bool, Bottom, Disjunction, ListMarker, Num, String, Value
from pycue.evaluator.vertex import (
    FINALIZED,
    IS_CYCLIC,
    MEMBER,
    PENDING,
    REQUIRED,
    STRUCT,
    CloseInfo,
    Conjunct,
    Environment,
    Trail,
    Vertex,
)

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Src
    from pycue.labels import AnyLabel

__all__ = ["expand", "freeze"]


def through(n: NodeState, x: Comprehension, close: CloseInfo) -> CloseInfo:
    """Provenance of what a comprehension adds: it counts among the references, for the positions of conflicts."""
    new = close.copy()
    new.trail = Trail(x, n.v, close.trail)
    return new


def schedule_comprehension(n: NodeState, env: Environment, x: Comprehension, close: CloseInfo) -> None:
    """Enter a comprehension: a task, to which the fields its body may make are tied."""
    labels: dict[AnyLabel, list[StructLit]] = {}
    static = _static_labels(x, labels)
    task = Task(n, _run_comprehension, env, x, close, 0 if static else VALUE | FIELDS)
    n.add_task(task)
    _tie(n, labels, task)


def _tie(n: NodeState, labels: dict[AnyLabel, list[StructLit]], task: Task) -> None:
    """Make the fields that a comprehension may make, and those in them, wait for it."""
    for label, bodies in labels.items():
        arc = insert_arc(n, label, PENDING, None)
        state = state_of(n.ctx, arc)
        if state is None:
            continue
        if state.parent_tasks is None:
            state.parent_tasks = []
        state.parent_tasks.append(task)
        nested: dict[AnyLabel, list[StructLit]] = {}
        for body in bodies:
            _field_labels(body, nested)
        if nested:
            _tie(state, nested, task)


def _static_labels(x: Comprehension, labels: dict[AnyLabel, list[StructLit]]) -> bool:
    """Collect the labels a comprehension may make; false if it may contribute anything else."""
    complete = True
    for body in (x.value, x.fallback):
        if body is None:
            continue
        if type(body) is not StructLit:
            complete = False
            continue
        _field_labels(body, labels)
        decl: Any
        for decl in body.decls:
            cls = type(decl)
            if cls is Comprehension:
                complete = _static_labels(decl, labels) and complete
            elif cls is not Field and cls is not LetField and cls is not Ellipsis:
                complete = False
    return complete


def _field_labels(body: StructLit, labels: dict[AnyLabel, list[StructLit]]) -> None:
    """Collect the labels of a literal's fields, with those values of them that are literals in turn."""
    for decl in body.decls:
        if type(decl) is Field:
            values = labels.setdefault(decl.label, [])
            if type(decl.value) is StructLit:
                values.append(decl.value)


def _run_comprehension(ctx: OpContext, task: Task) -> None:
    n = task.node
    x: Comprehension = task.x
    assert task.env is not None
    envs: list[Environment] = []
    if task.close.id:
        ctx.close = task.close.copy()  # clauses stand for themselves
        ctx.close.id = 0
    error = expand(ctx, task.env, x.clauses, 0, envs)
    if error is not None:
        task.result = error
        ctx.add_error(n, error)
        return
    for env in envs:
        schedule(n, env, x.value, through(n, x, task.close))
    if not envs and x.fallback is not None:
        schedule(n, task.env, x.fallback, through(n, x, task.close))
    elif not envs:
        labels: dict[AnyLabel, list[StructLit]] = {}
        _static_labels(x, labels)
        n.yielded_nothing = n.yielded_nothing or bool(labels)


def expand(ctx: OpContext, env: Environment, clauses: Sequence[Any], at: int, out: list[Environment]) -> Bottom | None:
    """Append one environment per firing of the clauses from ``at`` on; an error ends it."""
    ctx.step()
    if at == len(clauses):
        out.append(env)
        return None
    clause = clauses[at]
    return _CLAUSES[type(clause)](ctx, env, clauses, at, out)


def _expand_if(
    ctx: OpContext, env: Environment, clauses: Sequence[Any], at: int, out: list[Environment]
) -> Bottom | None:
    clause: IfClause = clauses[at]
    value = ctx.value(env, clause.condition, clause.src)
    if type(value) is Bool:
        if ctx.trace is not None:
            ctx.trace(clause.src, value.value)
        return expand(ctx, env, clauses, at + 1, out) if value.value else None
    if type(value) is Bottom:
        return value
    args: tuple[Any, ...]
    if type(value) is Disjunction:
        return unresolved(ctx, clause, value)
    known: Bottom | None = value.state.error if isinstance(value, Vertex) and value.state is not None else None
    if known is not None and known.incomplete:
        return known  # what else it will be is open
    if value.kind & k.BOOL and not value.concrete:
        return make_error(ctx, INCOMPLETE, value, "incomplete bool: %s", (value,))
    args = (value, k.kind_string(value.kind), "bool")
    return make_error(ctx, EVAL, clause, "cannot use %s (type %s) as type %s", args)


def _expand_let(
    ctx: OpContext, env: Environment, clauses: Sequence[Any], at: int, out: list[Environment]
) -> Bottom | None:
    clause: LetClause = clauses[at]
    return expand(ctx, bind(env, clause.label, _lazy(ctx, env, clause.label, clause.expr)), clauses, at + 1, out)


def _lazy(ctx: OpContext, env: Environment, label: AnyLabel, expr: Any) -> Vertex:
    v = Vertex(ctx.vertex, label)
    v.detached = True
    v.conjuncts.append(Conjunct(env, expr, ctx.inline_close()))
    return v


def bind(env: Environment, label: AnyLabel | None, v: Vertex, more: tuple[Any, ...] = ()) -> Environment:
    """A frame that binds a clause's variables."""
    frame = Vertex(env.vertex)
    frame.detached = True
    frame.base = STRUCT
    frame.status = FINALIZED
    if label is not None:
        frame.arcs[label] = v
    for other, value in more:
        if other is not None:
            frame.arcs[other] = value
    return Environment(env, frame)


def _expand_for(
    ctx: OpContext, env: Environment, clauses: Sequence[Any], at: int, out: list[Environment]
) -> Bottom | None:
    clause: ForClause = clauses[at]
    source = ctx.range_source(env, clause.source, clause.src)
    if type(source) is Bottom:
        return source
    assert isinstance(source, Vertex)
    is_list = type(source.base) is ListMarker
    if ctx.trace is not None:
        ctx.trace(clause.src, any(arc.arc_type == MEMBER for arc in source.arcs.values()))
    for label, arc in list(source.arcs.items()):
        if is_list:
            if type(label) is not int:
                continue
        elif type(label) is not str:
            continue
        if arc.arc_type == REQUIRED:
            bottom = make_error(ctx, INCOMPLETE, clause, "missing required field in for comprehension: %s", (label,))
            places = [position_of(x) for x in (*(c.x for c in arc.conjuncts), clause.source)]
            add_positions(bottom, [place for place in places if place is not None])
            return bottom
        if arc.arc_type != MEMBER:
            continue
        key = Vertex(env.vertex, clause.key)
        key.detached = True
        key.base = Num(label, k.INT, clause.src) if type(label) is int else String(label, clause.src)  # type: ignore[arg-type]
        key.status = FINALIZED
        error = expand(ctx, bind(env, clause.value, arc, ((clause.key, key),)), clauses, at + 1, out)
        if error is not None:
            return error
    return None


def _resolve_source(ctx: OpContext, env: Environment, x: Any) -> Vertex | Bottom:
    """What the source of a ``for`` refers to; that a list lacks it which is still being made is not the last word."""
    task = ctx.task
    if task is None:
        return ctx.resolve(env, x)
    saved, task.ranging = task.ranging, True
    try:
        return ctx.resolve(env, x)
    finally:
        task.ranging = saved


def _drive_range(ctx: OpContext, n: NodeState) -> None:
    """Drive a node until its fields are known, for a comprehension that ranges over them."""
    saved = n.ranged
    n.ranged = not n.active and ctx.task is not None and ctx.task.close.cycle == IS_CYCLIC
    try:
        known = process(ctx, n, FIELD_SET, ATTEMPT)
    finally:
        n.ranged = saved
    if not known:
        settle_fields(ctx, n)


def range_source(ctx: OpContext, env: Environment, x: Any, src: Src | None) -> Vertex | Bottom:
    """The source of a ``for`` at ``src``, with its set of fields known; that set is frozen."""
    value: Value
    if _is_resolver(x):
        found = _resolve_source(ctx, env, x)
        if type(found) is Bottom:
            return found
        v: Vertex = found.deref()  # type: ignore[union-attr]
        error = child_error(v) if v.status == FINALIZED else None
        if error is not None:
            return error
        n = state_of(ctx, v) if v.status != FINALIZED else None
        if n is not None and not n.met(FIELD_SET):
            _drive_range(ctx, n)
        v = v.deref()
        if v.state is not None and (v.is_list() or v.state.is_struct()) and v.state.error is None:
            v.state.frozen |= FIELD_SET
            return v
        n = v.state
        if n is not None and n.error is not None and not n.tasks_left:
            return n.error  # type: ignore[no-any-return]
        value = ctx.default(ctx.read(v, x))
    else:
        value = ctx.default(ctx.evaluate(env, x))
    if isinstance(value, Vertex):
        v = value
        n = state_of(ctx, v) if v.status != FINALIZED else None
        if n is not None:
            if not n.met(FIELD_SET):
                settle_fields(ctx, n)
            n.frozen |= FIELD_SET
            v = v.deref()
        if type(v.base) is Bottom:
            return v.base
        if v.is_struct() or v.is_list() or (v.kind & (k.STRUCT | k.LIST) and v.arcs):
            if v.state is not None and v.state.error is not None:
                return v.state.error  # type: ignore[no-any-return]
            return v
        value = v
    if type(value) is Disjunction:
        return unresolved(ctx, src, value)
    if type(value) is Bottom:
        return value
    kind = value.kind
    from pycue.evaluator.debug import source_text

    args = (source_text(x), k.kind_string(kind))
    if kind & (k.STRUCT | k.LIST):
        return make_error(ctx, INCOMPLETE, x, "cannot range over %s (incomplete type %s)", args)
    return make_error(ctx, EVAL, x, "cannot range over %s (found %s, want list or struct)", args)


def freeze(ctx: OpContext, v: Vertex, src: Src | None) -> Bottom | None:
    """Take a struct as it is now: no field may be added. An error if a running comprehension might add one."""
    n = v.state
    if n is None:
        return None
    n.frozen |= FIELD_SET
    for label, arc in v.arcs.items():
        if arc.arc_type >= PENDING and arc.state is not None:
            if any(task.state == RUNNING for task in arc.state.parent_tasks or ()):
                saved = ctx.vertex
                ctx.vertex = v
                bottom = make_error(ctx, CYCLE, src, "cyclic reference to field %s", (label,), "cue.cycle")
                ctx.vertex = saved
                ctx.add_error(n, bottom)
                return bottom
    return None


def _is_resolver(x: Any) -> bool:
    return hasattr(x, "resolve")


def _expand_try(
    ctx: OpContext, env: Environment, clauses: Sequence[Any], at: int, out: list[Environment]
) -> Bottom | None:
    clause: TryClause = clauses[at]
    v = _lazy(ctx, env, clause.label or "", clause.expr)
    saved = ctx.missed, ctx.may_yield
    ctx.missed, ctx.may_yield = [], False
    try:
        ctx.unify(v)
        missed = ctx.missed
    finally:
        ctx.missed, ctx.may_yield = saved
    if missed:
        return None
    if clause.label is not None:
        env = bind(env, clause.label, v)
    return expand(ctx, env, clauses, at + 1, out)


_CLAUSES = {ForClause: _expand_for, IfClause: _expand_if, LetClause: _expand_let, TryClause: _expand_try}

register_declaration(schedule_comprehension, Comprehension)
