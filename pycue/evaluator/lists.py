"""List literals and the unification of list lengths."""

from __future__ import annotations

from pycue.evaluator import closedness, cycle
from pycue.evaluator import kind as k
from pycue.evaluator.comprehension import expand
from pycue.evaluator.insert import insert_arc, register
from pycue.evaluator.ir import Comprehension, Ellipsis, ListLit
from pycue.evaluator.node import DONE, NodeState, Task
from pycue.evaluator.pattern import add_pattern
from pycue.evaluator.plan import has_comprehension
from pycue.evaluator.report import make_error
from pycue.evaluator.unifyvalue import narrow
from pycue.evaluator.values import EVAL, BoundValue, ListMarker, Num, Top
from pycue.evaluator.vertex import CYCLE_OPTIONAL, MEMBER, Conjunct, Environment

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import CloseInfo

__all__ = ["set_list"]


def schedule_list(n: NodeState, env: Environment | None, lit: ListLit, close: CloseInfo) -> None:
    """Enter a list literal; one with comprehensions is a task."""
    if has_comprehension(lit) or any(task.handler is _run_list and task.state != DONE for task in n.tasks):
        closedness.note(n, close, 0)
        cycle.note_material(n, close)
        if narrow(n, lit, k.LIST, close):
            n.add_task(Task(n, _run_list, env, lit, close))
        return
    frame = Environment(env, n.v)
    items: list[tuple[Environment, Any]] = []
    ellipsis = None
    elem: Any
    for elem in lit.elems:
        if type(elem) is Ellipsis:
            ellipsis = elem
        else:
            items.append((frame, elem))
    _insert(n, frame, lit, items, ellipsis, close)


def _run_list(ctx: OpContext, task: Task) -> None:
    n = task.node
    lit: ListLit = task.x
    frame = Environment(task.env, n.v)
    items: list[tuple[Environment, Any]] = []
    ellipsis = None
    elem: Any
    for elem in lit.elems:
        cls = type(elem)
        if cls is Ellipsis:
            ellipsis = elem
        elif cls is Comprehension:
            envs: list[Environment] = []
            _place(task, items)
            error = expand(ctx, frame, elem.clauses, 0, envs)
            if error is not None:
                _insert(n, frame, lit, items, elem, task.close, task.placed)  # what comes before is there all the same
                ctx.add_error(n, error)
                return
            if envs:
                items.extend((e, elem.value) for e in envs)
            elif elem.fallback is not None:
                items.append((frame, elem.fallback))
        else:
            items.append((frame, elem))
    _insert(n, frame, lit, items, ellipsis, task.close, task.placed)


def _place(task: Task, items: list[tuple[Environment, Any]]) -> None:
    """Let what comes before a comprehension be there for it, where no other list has a say in the length."""
    n = task.node
    if type(n.v.base) is ListMarker or sum(type(other.x) is ListLit for other in n.tasks) > 1:
        return
    inner = _inner(task.close)
    for i in range(task.placed, len(items)):
        env, x = items[i]
        insert_arc(n, i, MEMBER, Conjunct(env, x, inner))
    task.placed = max(task.placed, len(items))


def _inner(close: CloseInfo) -> CloseInfo:
    if close.from_embed:
        close = close.copy()
        close.from_embed = False
    return close


def _insert(
    n: NodeState,
    frame: Environment,
    lit: ListLit,
    items: list[tuple[Environment, Any]],
    ellipsis: Any,
    close: CloseInfo,
    placed: int = 0,
) -> None:
    """Enter a list whose elements are known, of which ``placed`` are there."""
    cycle.note_material(n, close)
    is_open = type(ellipsis) is Ellipsis and (ellipsis.value is None or type(ellipsis.value) is Top)
    closedness.note(n, close, closedness.ELLIPSIS if is_open else 0)
    if not narrow(n, lit, k.LIST, close):
        return
    if not set_list(n, lit, len(items), ellipsis is not None, close):
        # What both lists have is compared all the same.
        items = [item for i, item in enumerate(items) if i in n.v.arcs]
        ellipsis = None
    inner = _inner(close)
    for i, (env, x) in enumerate(items):
        if i >= placed:
            insert_arc(n, i, MEMBER, Conjunct(env, x, inner))
    if type(ellipsis) is Ellipsis and ellipsis.value is not None and not is_open:
        optional = inner.copy()
        if optional.cycle == 0:
            optional.cycle = CYCLE_OPTIONAL
        pattern = BoundValue(">=", Num(len(items), k.INT), k.NUMBER)
        add_pattern(n, pattern, Conjunct(frame, ellipsis.value, optional), None)


def set_list(n: NodeState, x: Expr, length: int, is_open: bool, close: CloseInfo) -> bool:
    """Unify the length with what is known of the list; false on a conflict."""
    v = n.v
    if not narrow(n, x, k.LIST, close):
        return False
    base = v.base
    if type(base) is not ListMarker:
        v.base = ListMarker(x.src, is_open)
        n.list_open = is_open
        n.list_value = x
        n.ctx.progress += 1
        return True
    current = sum(1 for label, a in v.arcs.items() if type(label) is int and a.arc_type == MEMBER)
    bad = (not n.list_open and length > current) or (not is_open and length < current)
    if bad or (not n.list_open and not is_open and length != current):
        a, b = sorted((current, length))
        ctx = n.ctx
        src = x if type(x) is ListLit else None
        ctx.add_error(n, make_error(ctx, EVAL, src, "incompatible list lengths (%s and %s)", (a, b), "cue.conflict"))
        return False
    if n.list_open and not is_open:
        n.list_open = False
        n.list_value = x
        v.base = ListMarker(x.src, False)
    return True


register(schedule_list, ListLit)
