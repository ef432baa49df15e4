"""Pattern constraints and dynamic fields."""

from __future__ import annotations

from pycue.evaluator import closedness
from pycue.evaluator import kind as k
from pycue.evaluator.bounds import validate
from pycue.evaluator.insert import add_conjunct, insert_arc, register_declaration
from pycue.evaluator.ir import BulkOptionalField, DynamicField, Field, ListLit, Resolver, StructLit
from pycue.evaluator.node import NodeState, Task
from pycue.evaluator.references import negative_index
from pycue.evaluator.report import make_error, told_again, unresolved
from pycue.evaluator.values import (
    CYCLE,
    EVAL,
    INCOMPLETE,
    BasicType,
    Bottom,
    BoundValue,
    BuiltinValidator,
    Conjunction,
    Disjunction,
    Num,
    String,
    Top,
    Value,
)
from pycue.evaluator.vertex import CYCLE_OPTIONAL, FINALIZED, OPTIONAL, PENDING, Conjunct, Environment, Pattern, Vertex
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import CloseInfo
    from pycue.labels import AnyLabel

__all__ = ["add_pattern", "apply_patterns", "matches"]

_PLAIN = (BasicType, Top, String)


def schedule_pattern(n: NodeState, env: Environment, decl: BulkOptionalField, close: CloseInfo) -> None:
    """Enter ``[filter]: value``; a filter that needs evaluation is a task."""
    if type(decl.filter) in _PLAIN:
        _enter(n, env, decl, decl.filter, close)  # type: ignore[arg-type]
    else:
        n.add_task(Task(n, _run_pattern, env, decl, close))


def _run_pattern(ctx: OpContext, task: Task) -> None:
    decl: BulkOptionalField = task.x
    assert task.env is not None
    value = ctx.evaluate(task.env, decl.filter)
    if isinstance(value, Vertex):
        ctx.unify(value)
        value = ctx.unwrap(value)
    if type(value) is Bottom:
        ctx.add_error(task.node, value)
        return
    if type(value) is Disjunction:
        for item in value.values:
            if isinstance(item, Vertex):
                ctx.unify(item)
    _enter(task.node, task.env, decl, value, task.close)


def _enter(n: NodeState, env: Environment, decl: BulkOptionalField, value: Value, close: CloseInfo) -> None:
    optional = close.copy()
    if optional.cycle == 0:
        optional.cycle = CYCLE_OPTIONAL
    add_pattern(n, value, Conjunct(env, Field("", decl.value, OPTIONAL, decl.src), optional), decl.alias)


def add_pattern(n: NodeState, value: Value, c: Conjunct, alias: str | None) -> None:
    """Add a pattern to a node and apply it to the fields there are."""
    v = n.v
    if v.patterns is None:
        v.patterns = []
    pattern = Pattern(value, c)
    v.patterns.append(pattern)
    n.ctx.progress += 1
    for label, arc in list(v.arcs.items()):
        if arc.arc_type < PENDING and not isinstance(label, Label) and matches(n.ctx, value, label):
            _apply(n.ctx, arc, pattern)


def apply_patterns(n: NodeState, arc: Vertex) -> None:
    """Apply the node's patterns to a new field."""
    label = arc.label
    assert label is not None
    for pattern in n.v.patterns or ():
        if matches(n.ctx, pattern.value, label):
            _apply(n.ctx, arc, pattern)


def _apply(ctx: OpContext, arc: Vertex, pattern: Pattern) -> None:
    c = pattern.conjunct
    env = c.env
    if env is not None and type(arc.label) is str:
        if env.lets is None:
            env.lets = {}
        frame = Environment(env.up, env.vertex, arc.label)
        frame.lets = env.lets
        env = frame
    parent = arc.parent
    in_disjunct = parent is not None and parent.state is not None and parent.state.inside
    add_conjunct(ctx, arc, Conjunct(env, c.x, c.close), parent if in_disjunct else None)


def matches(ctx: OpContext, pattern: Value, label: AnyLabel) -> bool:
    """Whether a regular label or list index matches an evaluated pattern."""
    cls = type(pattern)
    if cls is Top:
        return True
    if cls is BasicType:
        return bool(pattern.kind & (k.STRING if type(label) is str else k.INT))
    if cls is String:
        return bool(pattern.value == label)  # type: ignore[attr-defined]
    if cls is Num:
        return bool(type(label) is int and pattern.value == label)  # type: ignore[attr-defined]
    if cls is Disjunction:
        return any(matches(ctx, v, label) for v in pattern.values)  # type: ignore[attr-defined]
    if cls is Conjunction:
        return all(matches(ctx, v, label) for v in pattern.values)  # type: ignore[attr-defined]
    if cls is Vertex:
        ctx.unify(pattern)  # type: ignore[arg-type]
        base = pattern.deref().base  # type: ignore[attr-defined]
        return base is not None and type(base) is not Vertex and matches(ctx, base, label)
    value = String(label) if type(label) is str else Num(label, k.INT)  # type: ignore[arg-type]
    if not pattern.kind & value.kind:
        return False
    if cls is BoundValue or cls is BuiltinValidator:
        return validate(ctx, pattern, value) is None
    return False


# ---- dynamic fields


def schedule_dynamic(n: NodeState, env: Environment, decl: DynamicField, close: CloseInfo) -> None:
    """Enter ``(key): value``: a task."""
    n.add_task(Task(n, _run_dynamic, env, decl, close))


def _run_dynamic(ctx: OpContext, task: Task) -> None:
    decl: DynamicField = task.x
    n = task.node
    env = task.env
    assert env is not None
    value = ctx.value(env, decl.key)
    if type(value) is not String:
        if type(value) is Bottom and value.code == CYCLE and isinstance(decl.key, Resolver):
            value = Top(None)
        if type(value) is Bottom:
            ctx.add_error(n, told_again(value))
            if not value.incomplete:
                return
            closedness.note(n, task.close, 0)
        ctx.add_error(n, _bad_key(ctx, decl, value))
        return
    frame = Environment(env.up, env.vertex, value.value)
    if env.lets is None:
        env.lets = {}
    frame.lets = env.lets
    field = Field(value.value, decl.value, decl.arc_type, decl.src)
    insert_arc(n, value.value, decl.arc_type, Conjunct(frame, field, task.close))


def _bad_key(ctx: OpContext, decl: DynamicField, value: Value) -> Bottom:
    """Why ``value`` is no label."""
    args: tuple[Any, ...]
    if type(value) is Disjunction:
        return unresolved(ctx, decl.value, value)
    if type(value) is Vertex and value.status != FINALIZED:
        return make_error(ctx, INCOMPLETE, decl.key, "key value of dynamic field not yet known", ())
    if type(value) is Bottom or not value.concrete or isinstance(decl.key, (StructLit, ListLit)):
        message = "key value of dynamic field must be concrete, found %s"
        return make_error(ctx, INCOMPLETE, decl.key, message, (value,))
    if type(value) is not Num or value.kind == k.FLOAT:
        args = (decl.key, k.kind_string(value.kind))
        return make_error(ctx, EVAL, decl.value, "invalid index %s (invalid type %s)", args)
    if value.value < 0:
        return negative_index(ctx, decl.value.src, decl.key, value)
    return make_error(ctx, EVAL, decl.key, "integer fields not supported", ())


register_declaration(schedule_pattern, BulkOptionalField)
register_declaration(schedule_dynamic, DynamicField)
