"""Running tasks: the three modes of forcing a condition, suspension and resumption."""

from __future__ import annotations

from pycue.evaluator.node import (
    ANCESTORS,
    ARC_TYPE,
    ATTEMPT,
    DONE,
    FIELD_SET,
    FIELDS,
    FINALIZE,
    READY,
    RUNNING,
    SCALAR,
    TASKS,
    VALUE,
    WAITING,
    YIELD,
)

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import NoReturn

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.node import NodeState, Task

__all__ = ["Yield", "choose_now", "force", "forget_blocked", "process", "run_task", "suspend", "wait"]

_MAX_RUNS = 20  # normal runs of one task before it is run without leave to wait


class Yield(Exception):
    """Internal signal: the running task must wait until ``condition`` holds at ``node``."""

    def __init__(self, node: NodeState, condition: int) -> None:
        super().__init__()
        self.node = node
        self.condition = condition


def wait(ctx: OpContext, n: NodeState, needs: int) -> bool:
    """Run ``n`` until ``needs`` hold. Where they do not: suspend the running task, or force them without one."""
    if n.met(needs) or process(ctx, n, needs, ATTEMPT):
        return True
    if ctx.may_yield:
        suspend(n, needs)
    return False


def settle_fields(ctx: OpContext, n: NodeState) -> None:
    """Run ``n`` until its fields are known, as those there are now where nothing else helps: nobody waits for that."""
    if not process(ctx, n, FIELD_SET, FINALIZE):
        n.done |= FIELD_SET
        n.frozen |= FIELD_SET
        ctx.progress += 1


def suspend(n: NodeState, needs: int) -> NoReturn:
    """Suspend the running task until ``needs`` hold; for a value made on the way, until what that waits for does."""
    while n.v.detached:
        inner = next((t for t in n.tasks if t.state == WAITING and t.blocked and not t.blocked.met(t.condition)), None)
        if inner is None or inner.blocked is None:
            break
        n, needs = inner.blocked, inner.condition
    raise Yield(n, needs)


def process(ctx: OpContext, n: NodeState, needs: int, mode: int) -> bool:
    """Run tasks of ``n`` that ``needs`` depend on; returns whether they hold now."""
    if n.met(needs):
        return True
    if n.polled == ctx.progress and mode != FINALIZE:
        return False  # nothing has happened since the last attempt
    if not n.done & ANCESTORS:
        _process_ancestors(ctx, n)
    _run_ready(ctx, n, needs, mode)
    if n.met(needs):
        return True
    if mode == FINALIZE:
        _run_blocked(ctx, n, needs)
        return n.met(needs)
    n.polled = ctx.progress
    if mode == YIELD and ctx.may_yield:
        raise Yield(n, needs)
    return False


def _process_ancestors(ctx: OpContext, n: NodeState) -> None:
    if n.parent_tasks:
        for task in n.parent_tasks:
            if task.state < RUNNING or (task.state == WAITING and _unblocked(ctx, task)):
                run_task(ctx, task)
    parent = n.v.parent
    if parent is not None and not n.v.detached:
        state = parent.state
        if state is not None and not state.active and not state.met(FIELDS):
            state.active += 1
            try:
                process(ctx, state, FIELDS, ATTEMPT)
            finally:
                state.active -= 1


def _run_ready(ctx: OpContext, n: NodeState, needs: int, mode: int) -> None:
    """One pass over the tasks, which may grow; ``last`` tasks run when nothing else is left."""
    tasks = n.tasks
    wanted = needs & (VALUE | FIELDS)
    if needs & SCALAR:
        wanted |= VALUE
    every = needs & (TASKS | FIELD_SET | ARC_TYPE)
    last = None
    i = 0
    while i < len(tasks):
        task = tasks[i]
        i += 1
        state = task.state
        if state in (DONE, RUNNING) or not (every or task.completes & wanted):
            continue
        if state == WAITING and not _unblocked(ctx, task):
            continue
        if task.last:
            last = task
            continue
        run_task(ctx, task)
        if task.state == DONE and n.scalar is not None and needs == SCALAR:
            return
    if last is not None and _may_run_last(n, last, mode):
        run_task(ctx, last)
        if i < len(tasks):
            _run_ready(ctx, n, needs, mode)


def _may_run_last(n: NodeState, task: Task, mode: int) -> bool:
    if task.state == DONE:
        return False  # another task needed the value before
    if n.tasks_left > 1 and any(t is not task and t.state not in (DONE, RUNNING) and not t.last for t in n.tasks):
        return False
    return mode == FINALIZE or n.met(ANCESTORS)


def choose_now(ctx: OpContext, n: NodeState) -> None:
    """Run the disjunctions of a node whose other tasks are all running: one of these needs the value."""
    last = next((t for t in n.tasks if t.last and t.state == READY), None)
    if last is not None and n.met(ANCESTORS) and _may_run_last(n, last, FINALIZE):
        run_task(ctx, last)
        n.done |= SCALAR


def _unblocked(ctx: OpContext, task: Task) -> bool:
    """Whether a waiting task may go on; first drives what it waits for."""
    n = task.blocked
    if n is None or n.met(task.condition):
        return True
    if n.active or n.polled == ctx.progress:
        return False
    n.active += 1
    try:
        return process(ctx, n, task.condition, ATTEMPT)
    finally:
        n.active -= 1


def _run_blocked(ctx: OpContext, n: NodeState, needs: int) -> None:
    """Force what blocked tasks wait for, the first that was blocked of all first, until those of the node are done.

    First of all each node that is waited for is said to have whatever scalar it has now.
    """
    while True:
        _run_ready(ctx, n, needs | TASKS, FINALIZE)
        if all(task.state in (DONE, RUNNING) for task in n.tasks):
            return
        batch = _all_blocked(ctx)
        if not batch:
            _run_rest(ctx, n)
            return
        for task, runs in batch:
            target = task.blocked
            if target is None or not _is_blocked(task, runs):
                continue
            if not target.met(SCALAR | ARC_TYPE):
                force(ctx, target, SCALAR)
            _wake(ctx, target)
        for task, runs in batch:
            target = task.blocked
            if target is None or not _is_blocked(task, runs):
                continue
            if not target.met(task.condition):
                force(ctx, target, task.condition)
            _wake(ctx, target)
            if task.state == WAITING:
                run_task(ctx, task)


def _wake(ctx: OpContext, n: NodeState) -> None:
    """Run the tasks that waited for what now holds of a node, and after each one those that waited for its end."""
    pending = _waiters(n)
    while pending:
        task = pending.pop()
        if task.state == WAITING:
            run_task(ctx, task)
            pending += _waiters(task.node)


def _waiters(n: NodeState) -> list[Task]:
    """The tasks that need wait for a node no longer, the first one last."""
    waiters = [task for task in n.waiters if task.state == WAITING and task.blocked is n]
    held: list[Task] = []
    free: list[Task] = []
    for task in waiters:
        (free if n.met(task.condition) else held).append(task)
    n.waiters = held
    return free[::-1]


def _run_rest(ctx: OpContext, n: NodeState) -> None:
    """Run the tasks that nothing holds up but the node itself, or that waited in a disjunct tried before."""
    for task in sorted(n.tasks, key=lambda task: task.last):
        if task.state not in (DONE, RUNNING):
            if task.state == WAITING and task.blocked is not None and not task.blocked.met(task.condition):
                force(ctx, task.blocked, task.condition)
            run_task(ctx, task)


def _all_blocked(ctx: OpContext) -> list[tuple[Task, int]]:
    """The tasks that wait, with the count of their runs, the one that has waited longest first."""
    blocking = ctx.blocking
    while blocking and not _is_blocked(*blocking[0]):
        blocking.popleft()
    return [entry for entry in blocking if _is_blocked(*entry)]


def _is_blocked(task: Task, runs: int) -> bool:
    return task.state == WAITING and task.runs == runs


def forget_blocked(ctx: OpContext, known: int) -> None:
    """Drop tasks inside a disjunct that was tried; ``known`` is the count of tasks that had come to wait before."""
    kept = []
    while ctx.blocked > known and ctx.blocking:
        entry = ctx.blocking.pop()
        ctx.blocked -= 1
        if not entry[0].node.inside:
            kept.append(entry)
    ctx.blocking.extend(reversed(kept))
    ctx.blocked = known + len(kept)


def force(ctx: OpContext, n: NodeState, condition: int) -> None:
    """Declare a condition met; what it froze may not change any more."""
    n.done |= condition | SCALAR | ARC_TYPE
    n.frozen |= condition
    ctx.progress += 1


def run_task(ctx: OpContext, task: Task) -> None:
    """Run a task until it ends or waits. An incomplete result is kept on the node."""
    n = task.node
    task.state = RUNNING
    task.runs += 1
    ctx.step()
    saved = ctx.task, ctx.vertex, ctx.may_yield, ctx.comparing, ctx.close, ctx.src
    if ctx.comparing and ctx.task is not None:
        ctx.task.comparing = True
    ctx.task = task
    ctx.vertex = n.v
    ctx.may_yield = task.runs <= _MAX_RUNS
    ctx.comparing = False
    ctx.close = task.close
    try:
        task.handler(ctx, task)
    except Yield as signal:
        task.state = WAITING
        task.blocked = signal.node
        task.condition = signal.condition
        signal.node.waiters.append(task)
        ctx.blocking.append((task, task.runs))
        ctx.blocked += 1
    finally:
        ctx.task, ctx.vertex, ctx.may_yield, ctx.comparing, ctx.close, ctx.src = saved
    if task.state == RUNNING:
        task.blocked = None
        n.task_done(task)
