"""The state of a vertex under evaluation: what is known so far, its tasks, and which conditions are met.

Conditions are derived on demand from counters of unfinished tasks, and kept once met (or forced).
"""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.values import BuiltinValidator, ListMarker, StructMarker
from pycue.evaluator.vertex import EVALUATING, FINALIZED, MEMBER, NOT_PRESENT, PENDING, SAME_PATH, STRUCT

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Bottom, BoundValue, Expr, Value
    from pycue.evaluator.vertex import CloseInfo, Conjunct, Environment, Vertex

__all__ = [
    "ALL",
    "ANCESTORS",
    "ARC_TYPE",
    "ATTEMPT",
    "DONE",
    "FIELDS",
    "FIELD_SET",
    "FINALIZE",
    "NODE_NEEDS",
    "READY",
    "RUNNING",
    "SCALAR",
    "SUBFIELDS",
    "TASKS",
    "VALUE",
    "WAITING",
    "YIELD",
    "NodeState",
    "Task",
]

# Conditions of a node.
ANCESTORS = 1  # nothing above can add conjuncts to this node any more
ARC_TYPE = 2  # it is known whether the field exists
VALUE = 4  # no task can contribute a value any more
SCALAR = 8  # a concrete scalar is known, or VALUE
FIELDS = 16  # no task can add conjuncts to fields any more
FIELD_SET = 32  # the set of fields is known
TASKS = 64  # all tasks are done
SUBFIELDS = 128  # all arcs are finalised
NODE_NEEDS = ANCESTORS | ARC_TYPE | VALUE | SCALAR | FIELDS | FIELD_SET | TASKS
ALL = NODE_NEEDS | SUBFIELDS

# Run modes.
ATTEMPT = 0  # run what can run
YIELD = 1  # suspend the calling task until the condition holds
FINALIZE = 2  # force

# States of a task.
READY = 0
RUNNING = 1
WAITING = 2
DONE = 3


class Task:
    """A piece of work of one node; ``run`` is called again from the start after waiting.

    ``completes`` are the conditions (of VALUE, FIELDS) its end helps to meet; every task counts for TASKS. ``last``
    tasks (disjunctions) run only when the others are done. ``result`` is the error that ended a comprehension;
    ``comparing`` tells whether it compares with bottom where it makes other tasks run, ``ranging`` whether it looks for
    what a comprehension ranges over, ``placed`` how many elements of a list it has entered so far.
    """

    __slots__ = (
        "blocked",
        "close",
        "comparing",
        "completes",
        "condition",
        "env",
        "handler",
        "last",
        "node",
        "placed",
        "ranging",
        "result",
        "runs",
        "state",
        "x",
    )

    def __init__(
        self,
        node: NodeState,
        handler: Any,
        env: Environment | None,
        x: Any,
        close: CloseInfo,
        completes: int = VALUE | FIELDS,
        last: bool = False,
    ) -> None:
        self.node = node
        self.handler = handler
        self.env = env
        self.x = x
        self.close = close
        self.completes = completes
        self.last = last
        self.state = READY
        self.blocked: NodeState | None = None
        self.condition = 0
        self.runs = 0
        self.result: Bottom | None = None
        self.comparing = False
        self.ranging = False
        self.placed = 0


class NodeState:
    """See the module. ``kind`` is the mask left; ``kind_value`` the value that narrowed it last."""

    __slots__ = (
        "active",
        "check_closes",
        "checks",
        "closing",
        "compared",
        "ctx",
        "cyclic",
        "cyclic_any",
        "disjunct",
        "disjunctions",
        "done",
        "error",
        "fields_left",
        "finalizing",
        "frozen",
        "has_struct",
        "has_top",
        "inside",
        "kind",
        "kind_close",
        "kind_value",
        "late",
        "list_open",
        "list_value",
        "maps",
        "nested",
        "no_share",
        "lower",
        "modes",
        "chosen_for",
        "plain",
        "noncyclic",
        "parent_tasks",
        "polled",
        "ranged",
        "post_checks",
        "results",
        "scalar",
        "scalar_close",
        "scheduled",
        "seen",
        "share",
        "tasks",
        "tasks_left",
        "trial",
        "upper",
        "v",
        "value_left",
        "waiters",
        "yielded_nothing",
    )

    def __init__(self, ctx: OpContext, v: Vertex) -> None:
        self.ctx = ctx
        self.v = v
        self.kind = k.TOP
        self.kind_value: Expr | None = None
        self.kind_close: CloseInfo | None = None
        self.scalar: Value | None = None
        self.scalar_close: CloseInfo | None = None
        self.lower: BoundValue | None = None
        self.upper: BoundValue | None = None
        self.checks: list[Value] = []
        self.check_closes: list[CloseInfo] = []  # provenance of each of them
        self.closing: Any = None  # what closes the node, as worked out for its fields (closedness.py)
        self.list_value: Expr | None = None  # the list that fixed the length, for messages
        self.list_open = True
        self.has_top = False
        self.has_struct = False
        self.yielded_nothing = False  # a comprehension that has fields came to nothing
        self.error: Bottom | None = None
        self.tasks: list[Task] = []
        self.tasks_left = 0
        self.value_left = 0
        self.fields_left = 0
        self.parent_tasks: list[Task] | None = None
        self.disjunctions: list[Any] = []
        self.results: list[Any] | None = None  # surviving disjuncts, none if all have failed
        self.chosen_for: Vertex | None = None  # what needed a concrete value while they were being worked out
        self.nested = 0  # how many disjuncts of disjuncts it is a clone for
        self.disjunct: Any = None  # bookkeeping where this node is a clone for a disjunct
        self.modes = (0, 0)  # of a clone: default mode of what it was cloned from, and the mark of its disjunct
        self.maps: list[dict[Vertex, Vertex]] = []  # of a clone: what it and its predecessors were cloned from
        self.waiters: list[Task] = []  # tasks that wait for this node
        self.done = 0
        self.frozen = 0
        self.scheduled = False
        self.active = 0
        self.finalizing = False
        self.polled = -1
        self.seen: dict[Vertex, CloseInfo] | None = None
        self.share: Conjunct | None = None
        self.no_share = False  # it has something besides references
        self.compared = False  # it is read for a comparison with bottom
        self.cyclic: list[Any] | None = None  # parked cyclic references and calls
        self.cyclic_any = False
        self.plain = False  # some conjunct of the field itself is free of any suspicion of a cycle
        self.ranged = False  # driven for a comprehension that came through a cycle
        self.noncyclic = False  # something solid came in that is not cyclic
        self.post_checks: list[Any] | None = None
        above = v.parent.state if v.parent is not None else None
        self.inside: bool = above is not None and above.inside  # (part of) a clone for a disjunct
        self.late: bool = v.parent is not None and (above is None or above.late)  # what is around is finished
        # (Part of) a trial of a schema: nobody sees its optional fields, and those of a recursive one have no end.
        self.trial: bool = v.label is SAME_PATH or (above is not None and above.trial)
        v.state = self
        v.status = EVALUATING

    # ---- conditions

    def met(self, needs: int) -> bool:
        """Whether all conditions in ``needs`` hold."""
        done = self.done
        if done & needs == needs:
            return True
        self.update()
        return self.done & needs == needs

    def update(self) -> None:
        """Derive the conditions from counters and ancestors."""
        done = self.done
        if self.scheduled:
            if not done & ANCESTORS and self._ancestors_done():
                done |= ANCESTORS
            if done & ANCESTORS:
                if not self.tasks_left:
                    done |= TASKS | VALUE | FIELDS
                else:
                    if not self.value_left:
                        done |= VALUE
                    if not self.fields_left:
                        done |= FIELDS
                done |= ARC_TYPE
        if self.v.arc_type in (MEMBER, NOT_PRESENT):
            done |= ARC_TYPE
        if self.scalar is not None or done & VALUE or not self.kind:
            done |= SCALAR
        if done & FIELDS and not done & FIELD_SET and (done & TASKS or not self.has_pending()):
            done |= FIELD_SET
        self.done = done

    def has_pending(self) -> bool:
        """Whether a comprehension may still make a field of this node present."""
        for arc in self.v.arcs.values():
            if arc.arc_type == PENDING:
                state = arc.state
                if state is not None and state.parent_tasks and any(t.state != DONE for t in state.parent_tasks):
                    return True
        return False

    def _ancestors_done(self) -> bool:
        if self.parent_tasks:
            for task in self.parent_tasks:
                if task.state != DONE:
                    return False
        v = self.v
        parent = v.parent
        if parent is None or v.detached or parent.status == FINALIZED:
            return True
        state = parent.state
        return state is not None and bool(state.met(FIELDS))

    # ---- tasks

    def add_task(self, task: Task) -> None:
        """Queue a task."""
        self.tasks.append(task)
        self.tasks_left += 1
        if task.completes & VALUE:
            self.value_left += 1
        if task.completes & FIELDS:
            self.fields_left += 1

    def task_done(self, task: Task) -> None:
        """Count a task as finished."""
        task.state = DONE
        self.tasks_left -= 1
        if task.completes & VALUE:
            self.value_left -= 1
        if task.completes & FIELDS:
            self.fields_left -= 1
        self.ctx.progress += 1

    # ---- values

    def set_struct(self) -> None:
        """Note that the node is a struct (a literal with fields or without embeddings)."""
        self.has_struct = True
        if self.v.base is None:
            self.v.base = STRUCT

    def update_base(self) -> None:
        """Make what is already known visible to readers while the node is not finished."""
        v = self.v
        base = v.base
        if base is None or type(base) is StructMarker:
            if self.scalar is not None:
                v.base = self.scalar
            elif base is None and self.kind == k.STRUCT and self.has_struct:
                v.base = STRUCT

    def is_struct(self) -> bool:
        """Whether the node is a struct, as far as is known: struct literals, and nothing else."""
        if self.has_struct:
            return True
        if not self.kind & k.STRUCT or self.scalar is not None or self.v.structs is None:
            return False
        if self.checks and any(
            type(check) is not BuiltinValidator or check.builtin.non_concrete for check in self.checks
        ):
            return False
        return not self.has_top or self.yielded_nothing

    def is_list(self) -> bool:
        """Whether a list value was inserted."""
        return type(self.v.base) is ListMarker
