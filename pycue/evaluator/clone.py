"""Copying a partially evaluated node, so that a disjunct can go on from there."""

from __future__ import annotations

from pycue.evaluator.node import DONE, WAITING, NodeState, Task
from pycue.evaluator.vertex import FINALIZED, Conjunct, Environment, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext

__all__ = ["clone"]


def clone(ctx: OpContext, v: Vertex, skip: Task | None) -> tuple[Vertex, dict[Vertex, Vertex]]:
    """A copy of ``v`` and of all unfinished fields; environments that point into it point into the copy.

    ``skip`` is the running disjunction task, which the copy does not have. Also returns what became what.
    """
    cloner = _Cloner(ctx, skip)
    return cloner.run(v), cloner.map


class _Cloner:
    __slots__ = ("ctx", "envs", "map", "skip", "tasks")

    def __init__(self, ctx: OpContext, skip: Task | None) -> None:
        self.ctx = ctx
        self.skip = skip
        self.map: dict[Vertex, Vertex] = {}
        self.envs: dict[Environment, Environment] = {}
        self.tasks: dict[Task, Task] = {}

    def run(self, v: Vertex) -> Vertex:
        new = self.shell(v, v.parent)
        # Every vertex must be known before environments can be mapped, all tasks before they are referred to.
        for old, copy in list(self.map.items()):
            copy.conjuncts = [type(c)(self.env(c.env), c.x, c.close) for c in old.conjuncts]
            if old.structs:
                copy.structs = [type(s)(s.lit, self.env(s.env), s.close) for s in old.structs]
            if old.patterns:
                copy.patterns = [
                    type(p)(p.value, Conjunct(self.env(p.conjunct.env), p.conjunct.x, p.conjunct.close))
                    for p in old.patterns
                ]
        states = [(old, copy) for old, copy in self.map.items() if old.state is not None]
        for old, copy in states:
            self.state(old.state, copy)
        for old, copy in states:
            if old.state.parent_tasks:
                copy.state.parent_tasks = [self.tasks.get(t, t) for t in old.state.parent_tasks]
        return new

    def shell(self, v: Vertex, parent: Vertex | None) -> Vertex:
        new = Vertex(parent, v.label)
        self.map[v] = new
        new.src = v.src
        new.arc_type = v.arc_type
        new.base = v.base
        new.status = v.status
        new.closed = v.closed
        new.open = v.open
        new.detached = v.detached
        new.shared = v.shared
        new.child_error = v.child_error
        if v.evidence is not None:
            new.evidence = v.evidence.copy()
        arcs = new.arcs
        for label, arc in v.arcs.items():
            arcs[label] = arc if arc.status == FINALIZED else self.shell(arc, new)
        return new

    def env(self, env: Environment | None) -> Environment | None:
        if env is None:
            return None
        new = self.envs.get(env)
        if new is None:
            up = self.env(env.up)
            vertex = self.vertex(env.vertex)
            if up is env.up and vertex is env.vertex:
                new = env
            else:
                new = Environment(up, vertex, env.dynamic_label)
            self.envs[env] = new
        return new

    def vertex(self, v: Vertex) -> Vertex:
        return self.map.get(v, v)

    def state(self, old: NodeState, v: Vertex) -> None:
        n = NodeState(self.ctx, v)
        n.kind = old.kind
        n.kind_value = old.kind_value
        n.kind_close = old.kind_close
        n.scalar = old.scalar
        n.scalar_close = old.scalar_close
        n.lower = old.lower
        n.upper = old.upper
        n.checks = old.checks[:]
        n.check_closes = old.check_closes[:]
        n.list_value = old.list_value
        n.list_open = old.list_open
        n.has_top = old.has_top
        n.has_struct = old.has_struct
        n.yielded_nothing = old.yielded_nothing
        n.error = old.error
        n.done = old.done & ~(4 | 8 | 16 | 32 | 64) if old.tasks_left else old.done
        n.scheduled = True
        n.plain = old.plain
        n.noncyclic = old.noncyclic
        n.cyclic_any = old.cyclic_any
        n.cyclic = list(old.cyclic) if old.cyclic else None
        n.share = old.share
        n.no_share = old.no_share
        n.disjunct = old.disjunct
        n.inside = True
        if old.seen is not None:
            n.seen = dict(old.seen)
            for target, close in old.seen.items():
                if target.notify:
                    target.notify.append((n, close))
        if old.post_checks:
            n.post_checks = [(self.env(env), x, result) for env, x, result in old.post_checks]
        for task in old.tasks:
            if task.state == DONE or task is self.skip:
                continue
            self.task(task, n)
        if old.disjunctions and not (self.skip is not None and self.skip.node is old):
            n.disjunctions = [(self.env(env), x, close) for env, x, close in old.disjunctions]

    def task(self, old: Task, n: NodeState) -> None:
        new = Task(n, old.handler, self.env(old.env), old.x, old.close, old.completes, old.last)
        if old.state == WAITING:
            new.runs = old.runs
        self.tasks[old] = new
        n.add_task(new)
