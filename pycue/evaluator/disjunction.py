"""Disjunctions: factor by factor, one clone of the node for each disjunct, equal results merged after each factor."""

from __future__ import annotations

from pycue.evaluator import closedness
from pycue.evaluator.choice import choose, defaults_first
from pycue.evaluator.clone import clone
from pycue.evaluator.compare import lets_of, same_vertex
from pycue.evaluator.insert import insert_value, schedule, state_of
from pycue.evaluator.ir import DisjunctionExpr, Field, Resolver
from pycue.evaluator.labeling import printed_path
from pycue.evaluator.node import ALL, ATTEMPT, FINALIZE, NodeState, Task
from pycue.evaluator.report import make_error, merge, positions_of
from pycue.evaluator.schedule import forget_blocked
from pycue.evaluator.unify import error_of, unify
from pycue.evaluator.values import (
    CYCLE,
    EVAL,
    USER,
    Bottom,
    Disjunction,
    ListMarker,
    Num,
    String,
    StructMarker,
    Value,
)
from pycue.evaluator.vertex import CYCLE_OPTIONAL, FINALIZED, MEMBER, REQUIRED, Chosen, Environment, Vertex
from pycue.labels import LET, Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Message
    from pycue.evaluator.vertex import CloseInfo

__all__ = ["add_disjunction", "note_choice"]

# Default modes; combining takes the larger.
MAYBE = 0
IS = 1
NOT = 2

_SCALARS = frozenset((Num, String))


class _Result:
    """A surviving disjunct of the factors so far, with its ``mode`` and the ``mark`` it has in the last of them."""

    __slots__ = ("mark", "mode", "nested", "v")

    def __init__(self, v: Vertex, mode: int, mark: int, nested: list[_Result] | None = None) -> None:
        self.v = v
        self.mode = mode
        self.mark = mark
        self.nested = nested


def add_disjunction(n: NodeState, env: Environment | None, x: Any, close: CloseInfo) -> None:
    """Note a disjunction; one task handles all of a node."""
    closedness.note(n, close, 0)
    n.disjunctions.append((env, x, close))
    for task in n.tasks:
        if task.last and task.state != 3:
            return
    n.add_task(Task(n, _run, env, x, close, last=True))


def _run(ctx: OpContext, task: Task) -> None:
    n = task.node
    v = n.v
    if not n.kind or n.cyclic:
        return
    factors = n.disjunctions
    if _conflict_below(ctx, v):
        return  # reported once rather than for each disjunct
    attempt = n.disjunct is not None and not n.finalizing
    if len(factors) == 1 and n.disjunct is None and _choose(ctx, n, factors[0][1]):
        return
    cross: list[_Result] = [_Result(v, *n.modes)]
    i = 0
    while i < len(factors):
        env, x, close = factors[i]
        i += 1
        mode = ATTEMPT if attempt or i < len(factors) else FINALIZE
        cross, errors = _factor(ctx, n, task, cross, (env, x, close), mode)
        if not cross:
            ctx.add_error(n, _failed(ctx, n, errors))
            n.results = []
            return
    n.results = cross
    if not attempt:
        error = _undecided(ctx, n, cross) if n.chosen_for is not None else None
        if error is not None:
            ctx.add_error(n, error)
        else:
            _adopt(n, cross)


def note_choice(ctx: OpContext, env: Environment | None, x: Resolver) -> bool:
    """Note that a concrete value is needed of a node with a disjunct at work; whether the reference denotes one.

    What the node comes to then must not depend on the choice: see :func:`_undecided`. A task that had to wait for the
    value that it finds now may go on.
    """
    v = ctx.resolve(env, x)
    if type(v) is not Vertex or v.status == FINALIZED or v.state is None or v.state.disjunct is None:
        return False
    n: NodeState = v.state
    if n.scalar is not None and (ctx.task is None or ctx.task.runs > 1):
        return False
    while n.disjunct is not None:
        n = n.disjunct
    if n.scalar is None and n.chosen_for is None and ctx.vertex is not None:
        reader: Any = ctx.vertex.state
        while reader is not None and reader.disjunct is not None:
            reader = reader.disjunct
        n.chosen_for = ctx.vertex if reader is None else reader.v
    return True


def _undecided(ctx: OpContext, n: NodeState, results: list[_Result]) -> Bottom | None:
    """A disjunct needed the value of the node itself: only a single default can have been meant."""
    if len(results) == 1:
        if results[0].mode == IS:
            return None
        text = "ambiguous default elimination by referencing %s"
    else:
        if sum(r.mode == IS for r in results) == 1:
            return None
        text = "cycle across unresolved disjunction referenced by %s"
    assert n.chosen_for is not None
    name = ".".join(printed_path(n.chosen_for.path()))
    error = make_error(ctx, CYCLE, ctx.src, text, (name,), "cue.cycle")
    error.messages[0].positions = positions_of(n.chosen_for)
    return error


def _conflict_below(ctx: OpContext, v: Vertex) -> bool:
    """Whether what is written in the fields of a node conflicts without looking at the disjunction."""
    for arc in v.arcs.values():
        n = state_of(ctx, arc)
        if n is not None and n.error is not None and not n.error.incomplete:
            if arc.arc_type == MEMBER:
                return True
        elif arc.arcs and _conflict_below(ctx, arc):
            return True
    return False


def _choose(ctx: OpContext, n: NodeState, x: Any) -> bool:
    marks = [(expr, mode == IS) for expr, mode in _operands(x)]
    return choose(ctx, n, marks, any(default for _, default in marks))


def _operands(x: Any) -> list[tuple[Any, int]]:
    """Expressions with their marks."""
    if type(x) is DisjunctionExpr:
        marked = x.has_defaults
        return [(value, (IS if default else NOT) if marked else MAYBE) for value, default in x.values]
    marked = x.has_defaults or x.num_defaults > 0
    count = x.num_defaults
    return [(value, (IS if i < count else NOT) if marked else MAYBE) for i, value in enumerate(x.values)]


def _factor(
    ctx: OpContext,
    n: NodeState,
    task: Task,
    cross: list[_Result],
    factor: tuple[Environment | None, Any, CloseInfo],
    mode: int,
) -> tuple[list[_Result], list[Bottom]]:
    """Combine everything so far with each disjunct of one factor."""
    env, x, close = factor
    out: list[_Result] = []
    operands = _operands(x)
    errors: list[Bottom | None] = [None] * len(operands)  # the last one of each disjunct
    left = right = False  # whether a default of either side survives
    for p in cross:
        for i, (expr, mark) in enumerate(operands):
            found = _disjunct(ctx, n, task, p, mark, env, expr, close, mode, factor)
            if isinstance(found, Bottom):
                errors[i] = found
                continue
            out.append(found)
            left = left or p.mode == IS or p.mark == IS
            right = right or mark == IS
    return _combine(ctx, out, left, right), [e for e in errors if e is not None]


def _disjunct(
    ctx: OpContext,
    n: NodeState,
    task: Task,
    left: _Result,
    mark: int,
    env: Environment | None,
    expr: Any,
    close: CloseInfo,
    mode: int,
    factor: Any,
) -> _Result | Bottom:
    """Evaluate one disjunct on a clone; the result, or the error that eliminates it."""
    ctx.disjuncts += 1
    ctx.step()
    p = left.v
    q, cloned = _copy(ctx, p, task)
    state: NodeState = q.state
    state.maps = [*(p.state.maps if p.state is not None else ()), cloned]
    state.disjunct = n
    state.modes = left.mode, mark
    state.nested = n.nested + 1
    ctx.check_nesting(state.nested)
    env = _remap(env, n.v, p, q)
    if close.cycle == 0:
        close = close.copy()
        close.cycle = CYCLE_OPTIONAL
    hold = mode == ATTEMPT
    if hold:
        _hold(state, 1)
    else:
        state.done &= ~(4 | 8 | 16 | 32 | 64)
    saved = ctx.vertex
    ctx.vertex = q
    try:
        (insert_value if isinstance(expr, Value) else schedule)(state, env, expr, close)
    finally:
        ctx.vertex = saved
    saved_yield = ctx.may_yield
    ctx.may_yield = False
    ctx.choosing += 1
    replaced = _activate(state.maps)
    blocked = ctx.blocked
    try:
        unify(ctx, q, ALL, mode)
    finally:
        forget_blocked(ctx, blocked)
        for old, copy in replaced:
            old.copy = copy
        _replace(q, factor[1], env, expr, close)
        ctx.choosing -= 1
        ctx.may_yield = saved_yield
    if hold and q.state is not None:
        _hold(state, -1)
    error = state.error if q.state is not None else None
    if error is None or error.incomplete:
        error = error_of(q) or error
    if error is None:
        error = _undecided_fields(q.deref())
    # What may still change waits; an error, even an incomplete one, is there to stay.
    return error or _result(q, state, left.mode, mark)


def _undecided_fields(v: Vertex) -> Bottom | None:
    """The incomplete errors of a vertex's own fields; what is below those does not count."""
    found: Bottom | None = None
    for arc in v.arcs.values():
        if arc.arc_type not in (MEMBER, REQUIRED) or (type(arc.label) is Label and arc.label.kind == LET):
            continue
        end = arc.deref()
        error = end.base if type(end.base) is Bottom else end.state.error if end.state is not None else None
        if error is not None and error.incomplete:
            found = merge(found, error)
    return found


def _hold(state: NodeState, count: int) -> None:
    """Count a task that stands for the factors to come, so that the clone is not complete before them."""
    state.tasks_left += count
    state.value_left += count
    state.fields_left += count


def _copy(ctx: OpContext, p: Vertex, task: Task) -> tuple[Vertex, dict[Vertex, Vertex]]:
    """A clone to add a disjunct to; from the conjuncts where the vertex is finished already."""
    if p.state is not None:
        return clone(ctx, p, task)
    q = Vertex(p.parent, p.label)
    q.closed = p.closed
    q.conjuncts = list(p.conjuncts)
    state = state_of(ctx, q)
    assert state is not None
    state.inside = True
    return q, {p: q}


def _activate(maps: list[dict[Vertex, Vertex]]) -> list[tuple[Vertex, Vertex | None]]:
    """Let references to the node and its fields find the clones; returns what to restore."""
    replaced = []
    for cloned in maps:
        for old, copy in cloned.items():
            replaced.append((old, old.copy))
            old.copy = copy
    replaced.reverse()
    return replaced


def _result(q: Vertex, state: NodeState, mode: int, mark: int) -> _Result:
    """What survived in a clone: itself, or what is left of disjunctions inside the disjunct."""
    nested: list[_Result] | None = state.results
    if not nested:
        return _Result(q, mode, mark)
    if len(nested) == 1:
        return _Result(nested[0].v, nested[0].mode, mark)
    return _Result(q, mode, mark, nested)


def _remap(env: Environment | None, v: Vertex, p: Vertex, q: Vertex) -> Environment | None:
    """The factor's environment as seen from a clone: frames at the node are frames at the clone."""
    if env is None:
        return None
    up = _remap(env.up, v, p, q)
    vertex = q if env.vertex is v or env.vertex is p else env.vertex
    if up is env.up and vertex is env.vertex:
        return env
    return Environment(up, vertex, env.dynamic_label)


def _replace(q: Vertex, x: Any, env: Environment | None, expr: Any, close: CloseInfo) -> None:
    """In the clone the chosen disjunct takes the place of the disjunction, for whoever refers to it."""
    for i, c in enumerate(q.conjuncts):
        cx = c.x.value if type(c.x) is Field else c.x
        if cx is x:
            q.conjuncts[i] = Chosen(env, expr, c.close)
            return
    q.conjuncts.append(Chosen(env, expr, close))


def _combine(ctx: OpContext, out: list[_Result], left: bool, right: bool) -> list[_Result]:
    """Default modes of the product, flattening nested results and merging equal ones.

    ``left`` and ``right`` tell whether a default of what was there before and of the new factor survives; the marks of
    a side where none does do not count.
    """
    flat: list[_Result] = []
    nested_marks = False
    for r in out:
        mode = r.mode if left else MAYBE
        if r.nested:
            for x in r.nested:
                new = _Result(x.v, max(mode, r.mark, x.mode), r.mark)
                nested_marks = nested_marks or new.mode != MAYBE
                flat.append(new)
        else:
            r.mode = max(mode, r.mark if right else MAYBE)
            flat.append(r)
    if nested_marks:
        for r in flat:
            if r.mode == MAYBE:
                r.mode = NOT
    merged: list[_Result] = []
    buckets: dict[Any, list[_Result]] = {}
    for r in flat:
        bucket = buckets.setdefault(_bucket(r.v), [])
        for other in bucket:
            if same_vertex(ctx, other.v, r.v):
                if r.mode == IS:
                    other.mode = IS
                if ctx.has_requirements():
                    closedness.merge_evidence(other.v, r.v)
                break
        else:
            bucket.append(r)
            merged.append(r)
    return merged


def _bucket(v: Vertex) -> Any:
    """What equal disjuncts have in common; unlike scalars need not be compared then."""
    v = v.deref()
    base = v.base
    if v.status == FINALIZED and type(base) in _SCALARS:
        return type(base), base.value  # type: ignore[union-attr]
    return None


def _adopt(n: NodeState, results: list[_Result]) -> None:
    """Make the surviving disjuncts the node's value: one takes the node over, several are a disjunction."""
    v = n.v
    n.ctx.progress += 1
    if len(results) == 1:
        v.base = results[0].v
        return
    ordered, count = defaults_first([(r, r.mode == IS) for r in results])
    marked = any(r.mode != MAYBE for r in results)
    v.base = Disjunction([_value(r.v) for r in ordered], count, marked)


def _value(v: Vertex) -> Value:
    """A disjunct as a member of the disjunction value: scalars lose their vertex."""
    end = v.deref()
    base = end.base
    if base is None or isinstance(base, (StructMarker, ListMarker, Bottom)) or end.arcs or lets_of(end):
        return end
    return base


# ---- all disjuncts failed


def _failed(ctx: OpContext, n: NodeState, errors: list[Bottom]) -> Bottom:
    """One error for a disjunction without survivors."""
    if not errors:
        return make_error(ctx, EVAL, None, "empty disjunction", ())
    user = [e for e in errors if e.code == USER]
    if user:
        return _user_errors(ctx, n, user, errors)
    incomplete = [i for i, e in enumerate(errors) if e.incomplete]
    code = max(errors[i].code for i in incomplete) if incomplete else EVAL
    chosen = errors
    if len(errors) > 2:
        chosen = _at_new_places(errors[incomplete[0] :] if incomplete else errors)
    messages = _distinct(chosen)
    if len(messages) == 1:
        return Bottom(code if incomplete else chosen[0].code, messages, None, n.v)
    return Bottom(code, [_heading(ctx, code, len(messages)), *messages], None, n.v)


def _at_new_places(errors: list[Bottom]) -> list[Bottom]:
    """The errors whose primary position, or else one of the others, is not that of one chosen before."""
    from pycue.evaluator.diagnose import positions

    chosen = []
    seen: set[Any] = set()
    for error in errors:
        message = error.messages[0]
        for position in (message.position, *positions(message)):
            key = None if position is None else position.key()
            if key not in seen:
                seen.add(key)
                chosen.append(error)
                break
    return chosen


def _key(message: Message) -> Any:
    """What makes messages of failed disjuncts the same."""
    from pycue.evaluator.diagnose import text

    return text(message), tuple(message.path), message.position and message.position.key()


def _user_errors(ctx: OpContext, n: NodeState, user: list[Bottom], errors: list[Bottom]) -> Bottom:
    """What ``error`` was called for hides all else, but for the places where the first of the others arose."""
    messages = _distinct(user)
    other = next((error for error in errors if error.code != USER), None)
    extra = [place for message in other.messages for place in message.positions] if other is not None else ()
    if len(messages) > 1:
        messages.insert(0, _heading(ctx, EVAL, len(messages)))
    messages[0].positions = [*messages[0].positions, *extra]
    return Bottom(EVAL, messages, None, n.v)


def _heading(ctx: OpContext, code: int, count: int) -> Message:
    return make_error(ctx, code, ctx.src, "%s errors in empty disjunction:", (count,), "cue.disjunction").messages[0]


def _distinct(errors: list[Bottom]) -> list[Message]:
    """All messages but for those that are told already."""
    messages = []
    known = set()
    for error in errors:
        for message in error.messages:
            key = _key(message)
            if key not in known:
                known.add(key)
                messages.append(message)
    return messages
