"""Everything one evaluation needs: the vertex and task at work, counters, budgets, and the doors to all mechanisms."""

from __future__ import annotations

import gc
import sys
import time
from collections import deque

from pycue.errors import Diagnostic, LimitError
from pycue.evaluator import comprehension, cycle, disjunction, lists, lookup, pattern, report, resolve, unify
from pycue.evaluator.bottoms import compare_bottom, run_post_checks
from pycue.evaluator.closedness import is_closed
from pycue.evaluator.insert import state_of
from pycue.evaluator.ir import DisjunctionExpr, Resolver, StructLit
from pycue.evaluator.node import ALL, ANCESTORS, ATTEMPT, FINALIZE, TASKS, VALUE, NodeState, Task
from pycue.evaluator.schedule import process, wait
from pycue.evaluator.values import (
    CYCLE,
    LEGACY_USER,
    STRUCTURAL_CYCLE,
    Bottom,
    Disjunction,
    Expr,
    ListMarker,
    Message,
    Top,
    Value,
)
from pycue.evaluator.vertex import (
    CLOSED_ONCE,
    FINALIZED,
    IS_CYCLIC,
    MAYBE_CYCLIC,
    MEMBER,
    SAME_PATH,
    STRUCT,
    CloseInfo,
    Conjunct,
    Environment,
    RefNode,
    Vertex,
    scalar_vertex,
)
from pycue.limits import Limits

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeAlias

    from pycue.evaluator.values import Src
    from pycue.labels import AnyLabel

    Importer: TypeAlias = Callable[[str], Vertex | None]

__all__ = ["OpContext"]

_ROOT_CLOSE = CloseInfo()
_DISJUNCTION = 50  # levels that a disjunction inside a disjunct of the same node counts for
_FRAMES_A_LEVEL = 60  # Python frames that one level of nesting may cost


class OpContext:
    """One evaluation.

    Args:
        limits: budgets; going beyond raises :class:`pycue.errors.LimitError`.
        importer: gives the root vertex of the package of an import path, None if there is none.

    Counters ``unifications``, ``conjuncts`` and ``disjuncts`` count as the official tool does.
    """

    __slots__ = (
        "_guards",
        "blocked",
        "blocking",
        "choosing",
        "close",
        "comparing",
        "closing",
        "conjuncts",
        "deadline",
        "depth",
        "disjuncts",
        "id_parent",
        "id_source",
        "importer",
        "limits",
        "missed",
        "may_yield",
        "progress",
        "src",
        "steps",
        "task",
        "trace",
        "trials",
        "unifications",
        "vertex",
    )

    def __init__(self, *, limits: Limits | None = None, importer: Importer | None = None) -> None:
        self.limits = limits or Limits()
        self.importer = importer
        self.trace: Callable[[Src | None, bool], None] | None = None  # told of clauses; see pycue.Context
        self.vertex: Vertex | None = None
        self.task: Task | None = None
        self.blocking: deque[tuple[Task, int]] = deque()  # tasks that wait since their nth run, in that order
        self.blocked = 0  # how many ever came to wait
        self.trials: list[tuple[Any, Any]] = []  # schemas being tried on scalars: call and value
        self.choosing = 0  # disjuncts being evaluated, each in one of those before
        self.may_yield = False
        self.missed: list[Any] | None = None  # references marked by ``?`` that failed in the ``try`` at work
        self.comparing = False  # the operand of a comparison with bottom is being resolved
        self.close = _ROOT_CLOSE
        self.src: Src | None = None
        self.depth = 1
        self.progress = 0
        self.steps = 0
        self.unifications = 0
        self.conjuncts = 0
        self.disjuncts = 0
        self.closing = 0  # counts changes of evidence that make outdated what nodes keep
        self.id_parent = [0]
        self.id_source: list[Any] = [None]
        self.deadline = time.monotonic() + self.limits.seconds if self.limits.seconds else 0.0
        self._guards = 0

    # ---- budgets

    def step(self) -> None:
        """Count a task against the budgets."""
        self.steps += 1
        if self.steps & 255 == 0 or self.steps > self.limits.steps:
            self.charge(0)

    def charge(self, count: int) -> None:
        """Count what is done in one go for ``count`` elements or characters, as a step for every sixteen of them."""
        self.steps += count >> 4
        if self.steps > self.limits.steps:
            raise LimitError(Diagnostic("evaluation exceeds the limit of steps", code="limit.steps"))
        if self.deadline and time.monotonic() > self.deadline:
            raise LimitError(Diagnostic("evaluation exceeds the limit of time", code="limit.time"))

    def check_size(self, size: int) -> None:
        """Refuse to make a text of ``size`` characters or bytes that is beyond the budget."""
        if size > self.limits.output:
            raise LimitError(Diagnostic("evaluation exceeds the limit of output", code="limit.output"))

    def check_nesting(self, depth: int) -> None:
        """Refuse disjunctions that come out of one another at one node without an end."""
        if depth * _DISJUNCTION > self.limits.depth:
            raise LimitError(Diagnostic("evaluation exceeds the limit of depth", code="limit.depth"))

    def enter(self, v: Vertex) -> None:
        """Make ``v`` the vertex at work."""
        self.vertex = v
        v.depth = self.depth
        if self.depth > self.limits.depth:
            raise LimitError(Diagnostic("evaluation exceeds the limit of depth", code="limit.depth"))

    def guarded(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call with a recursion limit that fits ``limits.depth`` and a patient collector; both are restored."""
        if self._guards:
            return function(*args)
        limit = sys.getrecursionlimit()
        threshold = gc.get_threshold()
        sys.setrecursionlimit(max(limit, self.limits.depth * _FRAMES_A_LEVEL + 10_000))
        if 0 < threshold[0] < 100_000:
            gc.set_threshold(100_000, *threshold[1:])
        self._guards += 1
        try:
            return function(*args)
        except RecursionError:
            raise LimitError(Diagnostic("evaluation exceeds the limit of depth", code="limit.depth")) from None
        finally:
            self._guards -= 1
            sys.setrecursionlimit(limit)
            gc.set_threshold(*threshold)

    # ---- vertices

    def new_root(self, conjuncts: Iterable[StructLit | Conjunct], env: Environment | None = None) -> Vertex:
        """A root vertex of struct literals (files) and conjuncts; ``env`` is around the literals."""
        v = Vertex()
        for c in conjuncts:
            v.conjuncts.append(c if isinstance(c, Conjunct) else Conjunct(env, c, _ROOT_CLOSE))
        return v

    def unify(self, v: Vertex) -> None:
        """Finalise with all fields below."""
        if v.status != FINALIZED:
            self.guarded(unify.unify, self, v)

    def unify_at(self, src: Src | None, v: Vertex) -> None:
        """Finalise for the expression at ``src``, where a structural cycle found on the way is told."""
        saved = self.src
        self.src = src
        try:
            if v.state is not None and v.state.finalizing:
                unify.finish_again(self, v.state)
            else:
                self.unify(v)
        finally:
            self.src = saved

    def finish(self, v: Vertex) -> None:
        """Finalise the vertex's own level: value and set of fields."""
        if v.status != FINALIZED:
            self.guarded(lookup.finish, self, v)

    def deref(self, value: Value) -> Value:
        """Follow sharing and single surviving disjuncts."""
        return value.deref() if isinstance(value, Vertex) else value

    def unwrap(self, value: Value) -> Value:
        """Dereference; a vertex that is no struct or list gives its base value."""
        return lookup.unwrap(value)

    def default(self, value: Value) -> Value:
        """The default of a disjunction, else the value."""
        return lookup.default_of(value)

    def subvertex(self, conjuncts: Iterable[tuple[Environment | None, Expr]]) -> Vertex:
        """A detached vertex."""
        v = Vertex(self.vertex)
        v.detached = True
        close = self.inline_close()
        for env, x in conjuncts:
            v.conjuncts.append(Conjunct(env, x, close))
        return v

    def struct_of(self, fields: Iterable[tuple[AnyLabel, Value]]) -> Vertex:
        """A finished struct."""
        v = Vertex()
        v.base = STRUCT
        return self._data(v, fields)

    def list_of(self, values: Iterable[Value], open: bool = False) -> Vertex:
        """A finished list."""
        v = Vertex()
        v.base = ListMarker(None, open)
        return self._data(v, enumerate(values))

    def _data(self, v: Vertex, fields: Iterable[tuple[AnyLabel, Value]]) -> Vertex:
        v.detached = True
        v.status = FINALIZED
        arcs = v.arcs
        for label, value in fields:
            if len(arcs) & 4095 == 4095:
                self.charge(4096)
            if not isinstance(value, Vertex):
                arcs[label] = scalar_vertex(v, label, value)
                continue
            arc = arcs[label] = Vertex(v, label)
            arc.conjuncts.append(Conjunct(None, value, _ROOT_CLOSE))
            if value.status == FINALIZED:
                arc.base = value
                arc.status = FINALIZED
        return v

    def fields(self, v: Vertex) -> list[tuple[AnyLabel, Vertex]]:
        """Regular fields that are present, or elements; not finalised."""
        v = v.deref()
        self.finish(v)
        v = v.deref()
        return [
            (label, arc)
            for label, arc in v.arcs.items()
            if arc.arc_type == MEMBER and (type(label) is str or type(label) is int)
        ]

    def elements(self, v: Vertex) -> list[Vertex]:
        """Elements of a list."""
        return [arc for _, arc in self.fields(v)]

    def error_of(self, v: Vertex) -> Bottom | None:
        """The vertex's own error or that of a descendant."""
        return unify.error_of(v)

    def close_once(self, v: Vertex) -> Vertex:
        """Result of ``close(v)``."""
        new = Vertex(self.vertex)
        new.detached = True
        v = v.deref()
        if v.conjuncts:
            new.conjuncts = [Conjunct(c.env, c.x, self.inline_close()) for c in v.conjuncts]
        else:
            new.conjuncts.append(Conjunct(None, v, _ROOT_CLOSE))
        new.closed = v.closed | CLOSED_ONCE
        return new

    def disjunction_of(self, values: Sequence[Value], src: Src | None = None) -> Value:
        """``or(values)``."""
        return Disjunction([v.base if lookup.is_plain(v) else v for v in values], 0, False, None, src)  # type: ignore[attr-defined]

    def unification_error(self, value: Value, schema: Value, src: Src | None = None) -> Bottom | None:
        """Why ``value & schema`` is not valid at the path of the vertex at work, or None; ``src`` is what tries it."""
        from pycue.evaluator.validate import validate

        target = schema.deref() if isinstance(schema, Vertex) else None
        close = self.inline_close()
        if target is not None:
            source = target.conjuncts[0].x if target.conjuncts else target
            if self._endless(source, close):
                error = report.make_error(self, STRUCTURAL_CYCLE, self.src, "structural cycle", (), "cue.cycle")
                error.permanent = close.cycle != IS_CYCLIC  # the value itself has no end
                return error
            close = close.copy()
            if cycle.referred(self, target, close.refs):
                close.cycle = IS_CYCLIC
            close.refs = RefNode(source, target, target, close.refs)
        here, place = self.vertex, self.src
        self.src = src
        v = Vertex(here, SAME_PATH)
        v.detached = True
        data = self.as_data(value) if isinstance(value, Vertex) and value.conjuncts else value
        v.conjuncts = [Conjunct(None, data, _ROOT_CLOSE), Conjunct(None, schema, close)]
        try:
            self._detached_unify(v)
            return unify.error_of(v) or validate(self, v, final=True)
        finally:
            self.vertex, self.src = here, place

    def _endless(self, source: Any, close: CloseInfo) -> bool:
        """Whether trying the schema ``source`` led to trying it again, and nothing tells that this ends."""
        times = 0
        referred = False
        link = close.refs
        while link is not None:
            times += link.ref is source
            referred = referred or isinstance(link.ref, Resolver)
            link = link.next
        if not times or self.vertex is None:
            return False
        if close.cycle == IS_CYCLIC and (referred or times > 1):
            return True
        if close.cycle == MAYBE_CYCLIC and times > 1:
            return True
        return all(c.close.refs is not None for c in self.vertex.conjuncts)

    def as_data(self, value: Value) -> Value:
        """A finished value without what it is made of: present fields and scalars, no constraints."""
        value = lookup.unwrap(value)
        if not isinstance(value, Vertex):
            return value
        self.step()
        base = value.base
        if type(base) is Bottom and base.value is not None:
            base = base.value
        new = Vertex(self.vertex, value.label)
        new.detached = True
        new.base = base if base is not None else STRUCT
        new.status = FINALIZED
        for label, arc in value.arcs.items():
            if arc.arc_type == MEMBER:
                data = self.as_data(arc)
                if not isinstance(data, Vertex):
                    data = scalar_vertex(new, label, data)
                data.parent = new
                data.label = label
                new.arcs[label] = data
        return new

    def _detached_unify(self, v: Vertex) -> None:
        saved = self.may_yield
        self.may_yield = False
        try:
            unify.unify(self, v)
        finally:
            self.may_yield = saved

    # ---- expressions

    def up(self, env: Environment, count: int) -> Environment:
        """The environment ``count`` levels up."""
        for _ in range(count):
            env = env.up  # type: ignore[assignment]
        return env

    def evaluate(self, env: Any, x: Expr) -> Value:
        """Value of an expression, defaults not taken."""
        value = x.evaluate(self, env)
        if isinstance(value, Vertex):
            return self.read(value, x)
        return value

    def value(self, env: Environment | None, x: Expr, at: Src | None = None) -> Value:
        """Value of an expression, defaults taken; perhaps not concrete. With ``at`` a disjunction is an error there."""
        value = lookup.usable(self.evaluate(env, x))
        if self.choosing and at is not None and isinstance(x, Resolver):
            known = type(value) is not Bottom or value.code != CYCLE
            return value if not disjunction.note_choice(self, env, x) or known else Top()
        return value if at is None or type(value) is not Disjunction else report.unresolved(self, at, value)

    def unsettled(self, env: Environment | None, x: Expr) -> Bottom | None:
        """Why an operand has no value yet: it is a node of which a disjunct is being evaluated."""
        if not self.choosing or not isinstance(x, Resolver) or not disjunction.note_choice(self, env, x):
            return None
        return report.make_error(self, CYCLE, x, "unresolved disjunction: %s", (x,))

    def resolve(self, env: Environment | None, x: Any) -> Vertex | Bottom:
        """The vertex a reference denotes."""
        return x.resolve(self, env)  # type: ignore[no-any-return]

    def lookup(self, v: Vertex, label: AnyLabel, src: Any) -> Vertex | Bottom:
        """A field, not evaluated."""
        return lookup.lookup(self, v, label, src)

    def node(self, env: Environment, x: Expr, orig: Expr) -> Vertex | Bottom:
        """An operand of a selector."""
        return lookup.node(self, env, x, orig)

    def read(self, v: Vertex | Bottom, expr: Expr | None) -> Value:
        """What a reference to ``v`` gives."""
        return lookup.read(self, v, expr)

    def let_vertex(self, env: Environment, ref: Any) -> Vertex:
        """The value of a let."""
        return lookup.let_vertex(self, env, ref)

    def import_vertex(self, path: str, src: Any) -> Vertex | Bottom:
        """The root of an imported package."""
        v = self.importer(path) if self.importer is not None else None
        if v is None:
            return report.make_error(self, 0, src, "cannot find package %s", (f'"{path}"',))
        return v

    def inline_close(self) -> CloseInfo:
        """Provenance of an inline value: what the running conjunct came through, without what it closes."""
        close = self.close
        if not close.trail and not close.cycle and not close.id and close.refs is None:
            return _ROOT_CLOSE
        new = CloseInfo()
        new.id = close.id
        new.cycle = close.cycle
        new.refs = close.refs
        new.trail = close.trail
        return new

    def inline(self, env: Environment | None, x: Expr) -> Value:
        """Value of a struct, list, conjunction or disjunction written inside an expression."""
        v = self.subvertex([(env, x)])
        n = state_of(self, v)
        needs = VALUE | TASKS if type(x) is StructLit else VALUE
        if n is not None and not n.met(needs):
            wait(self, n, needs)
            if not self.may_yield and not n.met(needs):
                unify.unify(self, v, needs, FINALIZE)  # nobody else will: what it waits for waits for it
            if n.error is not None and type(x) is not DisjunctionExpr:
                return n.error
        return self.read(v, x)

    def open(self, env: Environment, x: Any) -> Value:
        """``x...``: a value of the same conjuncts that is not closed."""
        value = self.evaluate(env, x.x)
        if isinstance(value, Vertex):
            new = self.subvertex([(None, value)])
            new.open = True
            return new
        return value

    def optional(self, env: Environment, x: Any) -> Value:
        """``ref?``: the reference; that it names a missing field is noted for the ``try`` around it."""
        return self.note_missing(self.evaluate(env, x.x), x)

    def note_missing(self, value: Value, x: Any) -> Value:
        """Note for the ``try`` at work if ``value`` is the error of a missing field."""
        if type(value) is Bottom and value.incomplete and value.not_exists and self.missed is not None:
            self.missed.append(x)
        return value

    def compare_bottom(self, env: Environment, expr: Expr, operand: Expr, negate: bool) -> Value:
        """``operand == _|_``."""
        return compare_bottom(self, env, expr, operand, negate)

    def range_source(self, env: Environment, x: Expr, src: Src | None) -> Vertex | Bottom:
        """The source of a ``for`` clause."""
        return comprehension.range_source(self, env, x, src)

    def freeze(self, value: Value, src: Src | None) -> Value:
        """Let nothing be added to a struct that is still being evaluated; an error if that depends on itself."""
        return (comprehension.freeze(self, value, src) if isinstance(value, Vertex) else None) or value

    # ---- errors

    def error(self, code: int, src: Any, format: str, *args: Any) -> Bottom:
        """An error at the vertex being evaluated."""
        return report.make_error(self, code, src, format, args)

    def unresolved(self, src: Any, value: Disjunction) -> Bottom:
        """A disjunction where one value is needed."""
        return report.unresolved(self, src, value)

    def wrap(self, code: int, src: Any, inner: Bottom, format: str, *args: Any) -> Bottom:
        """An error around another."""
        return report.wrap_error(self, code, src, inner, format, args)

    def told_again(self, bottom: Bottom) -> Bottom:
        """The same error as another one."""
        return report.told_again(bottom)

    def conflict(self, v1: Expr, v2: Expr, k1: int, k2: int, infos: Iterable[CloseInfo | None] = ()) -> Bottom:
        """``conflicting values …``."""
        return report.conflict(self, v1, v2, k1, k2, infos)

    def merge(self, *bottoms: Bottom | None) -> Bottom:
        """Several errors in one."""
        result: Bottom | None = None
        for bottom in bottoms:
            result = report.merge(result, bottom)
        assert result is not None
        return result

    def add_position(self, bottom: Bottom, x: Any) -> Bottom:
        """Add the positions of a value to an error."""
        report.add_positions(bottom, report.positions_of(x))
        return bottom

    def add_error(self, n: NodeState, bottom: Bottom) -> None:
        """Record an error on a node."""
        n.error = report.merge(n.error, bottom)
        if not bottom.incomplete:
            self.progress += 1

    def literal_bottom(self, x: Bottom) -> Bottom:
        """The error of a literal ``_|_``."""
        message = Message("explicit error (_|_ literal) in source", (), (), x.src.position if x.src else None)
        return Bottom(LEGACY_USER, (message,), x.src, self.vertex)

    # ---- doors between mechanisms

    def new_id(self, parent: int, source: Any) -> int:
        """A fresh id of the closedness bookkeeping."""
        self.id_parent.append(parent)
        self.id_source.append(source)
        return len(self.id_parent) - 1

    def has_requirements(self) -> bool:
        """Whether anything closed was met so far."""
        return len(self.id_parent) > 1

    def apply_patterns(self, n: NodeState, arc: Vertex) -> None:
        """Apply the node's patterns to a new field."""
        pattern.apply_patterns(n, arc)

    def set_list(self, n: NodeState, x: Expr, length: int, is_open: bool, close: CloseInfo) -> bool:
        """Unify list lengths."""
        return lists.set_list(n, x, length, is_open, close)

    def add_disjunction(self, n: NodeState, env: Environment | None, x: Any, close: CloseInfo) -> None:
        """Note a disjunction."""
        disjunction.add_disjunction(n, env, x, close)

    def add_vertex(self, n: NodeState, v: Vertex, ref: Any, close: CloseInfo) -> None:
        """Add the conjuncts of a vertex."""
        resolve.add_vertex(self, n, v, ref, close)

    def run_resolver(self, n: NodeState, env: Any, x: Any, close: CloseInfo) -> None:
        """Resolve a reference conjunct."""
        resolve.run_resolver(self, n, env, x, close)

    def unshare(self, n: NodeState) -> None:
        """Undo sharing."""
        resolve.unshare(self, n)

    def unify_target(self, n: NodeState) -> None:
        """Finish what a shared vertex stands for; one that is being finished further up makes a structural cycle."""
        v = n.v
        target = v.base
        if type(target) is not Vertex or target.status == FINALIZED:
            return
        endless = v.shared and target.state is not None and 0 < target.depth < v.depth
        if v.shared and n.share is not None and n.share.close.cycle:
            endless = endless or cycle.leads_back(self, v, target)
        if not endless and (target.state is None or not target.state.finalizing):
            unify.unify(self, target, ALL, FINALIZE)
            endless = v.shared and cycle.is_ancestor(v, v.deref())
        if endless:
            v.base = None
            v.shared = False
            n.share = None
            self.add_error(n, report.make_error(self, STRUCTURAL_CYCLE, self.src, "structural cycle", (), "cue.cycle"))

    def run_post_checks(self, n: NodeState) -> None:
        """Evaluate comparisons with bottom again."""
        run_post_checks(self, n)

    def drive(self, v: Vertex) -> None:
        """Run what can add conjuncts to a field, as far as possible without force."""
        n = state_of(self, v)
        if n is not None and not n.met(ANCESTORS):
            process(self, n, ANCESTORS, ATTEMPT)

    def is_closed(self, v: Vertex) -> bool:
        """Whether a vertex is closed."""
        return is_closed(v)
