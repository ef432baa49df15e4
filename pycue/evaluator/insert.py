"""Adding conjuncts to a node. Nothing here evaluates expressions: what needs evaluation becomes a task."""

from __future__ import annotations

from pycue.evaluator import closedness, cycle
from pycue.evaluator import kind as k
from pycue.evaluator.ir import (
    BinaryExpr,
    BoundExpr,
    CallExpr,
    Comprehension,
    DisjunctionExpr,
    DynamicField,
    DynamicReference,
    Ellipsis,
    Field,
    FieldReference,
    ImportReference,
    IndexExpr,
    Interpolation,
    LabelReference,
    LetField,
    LetReference,
    OpenExpr,
    OptionalExpr,
    Resolver,
    SelectorExpr,
    SliceExpr,
    StructLit,
    UnaryExpr,
    ValueReference,
)
from pycue.evaluator.node import FIELD_SET, NodeState, Task
from pycue.evaluator.plan import plan_of
from pycue.evaluator.report import make_error
from pycue.evaluator.unifyvalue import insert_scalar_like, narrow
from pycue.evaluator.values import (
    BasicType,
    Bool,
    Bottom,
    BoundValue,
    Builtin,
    BuiltinValidator,
    Bytes,
    Conjunction,
    Disjunction,
    ListMarker,
    NoSharing,
    Null,
    Num,
    String,
    StructMarker,
    Top,
    Value,
)
from pycue.evaluator.vertex import (
    CYCLE_OPTIONAL,
    FINALIZED,
    IS_CYCLIC,
    MEMBER,
    NOT_PRESENT,
    PENDING,
    UNPROCESSED,
    CloseInfo,
    Conjunct,
    Environment,
    StructInfo,
    Vertex,
)

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.labels import AnyLabel

__all__ = [
    "SCHEDULERS",
    "add_conjunct",
    "insert_arc",
    "insert_struct_marker",
    "insert_value",
    "register",
    "register_declaration",
    "schedule",
    "schedule_struct",
    "state_of",
]

# How each kind of expression enters a node: function(n, env, x, close). Mechanism modules add theirs.
SCHEDULERS: dict[type, Callable[[NodeState, Any, Any, CloseInfo], None]] = {}


def register(function: Callable[[NodeState, Any, Any, CloseInfo], None], *classes: type) -> None:
    """Make ``function`` the way in which expressions of ``classes`` enter a node."""
    for cls in classes:
        SCHEDULERS[cls] = function


def state_of(ctx: OpContext, v: Vertex) -> NodeState | None:
    """State of a vertex with all conjuncts scheduled; None once it is finalised."""
    n: NodeState | None = v.state
    if n is None and v.status == UNPROCESSED:
        n = NodeState(ctx, v)
        ctx.unifications += 1
        saved = ctx.vertex
        ctx.vertex = v
        conjuncts = v.conjuncts
        i = 0
        while i < len(conjuncts):
            c = conjuncts[i]
            i += 1
            if c.close.cycle <= CYCLE_OPTIONAL:
                n.plain = True
            schedule(n, c.env, c.x, c.close)
        n.scheduled = True
        ctx.vertex = saved
    return n


def add_conjunct(ctx: OpContext, v: Vertex, c: Conjunct, by: Vertex | None = None) -> None:
    """Add a conjunct to a vertex, and to nodes that have taken over its conjuncts already.

    What is wrong with it at once is told of the vertex, or of ``by``, whose pattern it comes from.
    """
    if v.status == FINALIZED:
        return
    v.conjuncts.append(c)
    n = v.state
    if n is not None:
        saved = ctx.vertex
        ctx.vertex = by or v
        if c.close.cycle <= CYCLE_OPTIONAL:
            n.plain = True
        schedule(n, c.env, c.x, c.close)
        ctx.progress += 1
        ctx.vertex = saved
    if v.notify:
        for other, close in v.notify:
            if other.v.status != FINALIZED:
                saved = ctx.vertex
                ctx.vertex = v
                schedule(other, c.env, c.x, close)
                ctx.vertex = saved


def schedule(n: NodeState, env: Environment | None, x: Any, close: CloseInfo) -> None:
    """Enter one conjunct into the node."""
    n.ctx.conjuncts += 1
    cls = type(x)
    if cls is Field:
        x = x.value
        cls = type(x)
    if not n.no_share and cls not in _SHAREABLE:
        n.ctx.unshare(n)
    SCHEDULERS[cls](n, env, x, close)


# ---- structs


def schedule_struct(n: NodeState, env: Environment | None, lit: StructLit, close: CloseInfo) -> None:
    """Enter a struct literal: fields become arcs, everything else tasks or patterns."""
    v = n.v
    plan = plan_of(lit)
    frame = Environment(env, v)
    if plan.embeds:
        close = closedness.split_struct(n, lit, close)
    if v.structs is None:
        v.structs = []
    v.structs.append(StructInfo(lit, frame, close))
    flags = closedness.ELLIPSIS if plan.ellipsis else 0
    if plan.commits or plan.has_fields:
        flags |= closedness.STRUCT
    closedness.note(n, close, flags)
    cycle.note_material(n, close)
    deferred = plan.embeds  # then the first field makes the node a struct, after the embeddings before it
    if plan.commits and not deferred:
        _commit(n, lit, close)
    inner = close
    if close.from_embed or close.opened:
        inner = close.copy()
        inner.from_embed = inner.opened = False
    optional: CloseInfo | None = None
    decl: Any
    for decl in lit.decls:
        cls = type(decl)
        if cls is Field:
            if decl.arc_type == MEMBER:
                if deferred and type(decl.label) is str:
                    _commit(n, lit, close)
                    deferred = False
                insert_arc(n, decl.label, MEMBER, Conjunct(frame, decl, inner))
            else:
                if optional is None:
                    optional = _optional(inner)
                insert_arc(n, decl.label, decl.arc_type, Conjunct(frame, decl, optional))
        elif cls is LetField:
            continue
        elif cls is Ellipsis:
            v.open = True
        else:
            if deferred and cls is DynamicField and decl.arc_type == MEMBER:
                _commit(n, lit, close)
                deferred = False
            handler = _DECLARATIONS.get(cls)
            if handler is not None:
                handler(n, frame, decl, _embedded(close) if cls is Comprehension else inner)
            elif lit.explicit_open and cls is not OpenExpr:
                schedule(n, frame, decl, close)
            else:
                schedule(n, frame, decl, closedness.spawn_embed(n, decl, close))


def _commit(n: NodeState, lit: StructLit, close: CloseInfo) -> None:
    """The literal makes the node a struct."""
    if narrow(n, lit, k.STRUCT, close):
        n.set_struct()


def _optional(close: CloseInfo) -> CloseInfo:
    """Conjuncts of optional fields do not force a recursion by themselves."""
    if close.cycle != 0:
        return close
    new = close.copy()
    new.cycle = CYCLE_OPTIONAL
    return new


def _embedded(close: CloseInfo) -> CloseInfo:
    """What a comprehension makes counts as embedded."""
    if close.from_embed:
        return close
    new = close.copy()
    new.from_embed = True
    return new


_DECLARATIONS: dict[type, Callable[[NodeState, Environment, Any, CloseInfo], None]] = {}


def register_declaration(function: Callable[[NodeState, Environment, Any, CloseInfo], None], cls: type) -> None:
    """Make ``function`` the way in which a kind of declaration enters a node."""
    _DECLARATIONS[cls] = function


def insert_arc(n: NodeState, label: AnyLabel, arc_type: int, c: Conjunct | None) -> Vertex:
    """Add a conjunct to a field, making the field where needed; patterns of the node apply to new fields."""
    v = n.v
    ctx = n.ctx
    arc = v.arcs.get(label)
    if arc is None:
        if arc_type == MEMBER and n.frozen & FIELD_SET and type(label) is str:
            _frozen_error(n, label)
        arc = Vertex(v, label)
        arc.arc_type = arc_type
        if v.detached:
            arc.detached = False
        v.arcs[label] = arc
        ctx.progress += 1
        closedness.inherit_closed(arc)
        if c is not None:
            add_conjunct(ctx, arc, c)
        if v.patterns and arc_type < PENDING and _regular(label):
            ctx.apply_patterns(n, arc)
        return arc
    before = arc.arc_type
    if arc_type < before:
        if before == NOT_PRESENT and arc.status == FINALIZED:
            _reopen(arc)
        arc.arc_type = arc_type
        ctx.progress += 1
    if c is not None:
        add_conjunct(ctx, arc, c)
    if v.patterns and before >= PENDING > arc_type and _regular(label):
        ctx.apply_patterns(n, arc)  # now that the field is there
    return arc


def _reopen(arc: Vertex) -> None:
    arc.status = UNPROCESSED
    arc.base = None
    arc.state = None


def _regular(label: AnyLabel) -> bool:
    return type(label) is str or type(label) is int


def _frozen_error(n: NodeState, label: AnyLabel) -> None:
    task = n.ctx.task
    src: Any = None
    if task is not None and type(task.x) is DynamicField:
        src = task.x.value
    elif n.v.structs:
        src = n.v.structs[-1].lit
    message = "adding field %s not allowed as field set was already referenced"
    n.ctx.add_error(n, make_error(n.ctx, 0, src, message, (label,)))


# ---- values


def insert_value(n: NodeState, env: Environment | None, x: Any, close: CloseInfo) -> None:
    """Enter a value of any class."""
    SCHEDULERS.get(type(x), _insert_scalar)(n, env, x, close)


def _insert_scalar(n: NodeState, env: Environment | None, x: Value, close: CloseInfo) -> None:
    cycle.note_material(n, close)
    closedness.note(n, close, 0)
    insert_scalar_like(n, x, close)


def _insert_type(n: NodeState, env: Environment | None, x: Value, close: CloseInfo) -> None:
    cycle.note_material(n, close)
    closedness.note(n, close, closedness.TOP)
    insert_scalar_like(n, x, close)


def _insert_top(n: NodeState, env: Environment | None, x: Value, close: CloseInfo) -> None:
    n.has_top = True
    cycle.note_material(n, close)
    closedness.note(n, close, 0 if close.from_embed else closedness.TOP)  # embedded it opens nothing
    if n.kind_value is not None and n.kind:
        n.kind_close = close  # a conflict that follows names the last that agreed


def _refuse_sharing(n: NodeState, env: Environment | None, x: NoSharing, close: CloseInfo) -> None:
    """Nothing more: that there is such a conjunct is what keeps a node from standing for another."""


def _insert_validator(n: NodeState, env: Environment | None, x: Value, close: CloseInfo) -> None:
    cycle.note_material(n, close)
    is_open = (type(x) is BuiltinValidator and x.builtin.non_concrete) or (type(x) is BoundValue and x.op == "!=")
    flags = 0 if close.from_embed else closedness.TOP  # embedded it opens nothing
    closedness.note(n, close, closedness.OPEN_VALIDATOR if is_open else flags)
    insert_scalar_like(n, x, close)


def _insert_conjunction(n: NodeState, env: Environment | None, x: Conjunction, close: CloseInfo) -> None:
    if not narrow(n, x, x.kind, close):  # conflicts name it as a whole: ``uint8``
        return
    for value in x.values:
        insert_value(n, env, value, close)


def _insert_bottom(n: NodeState, env: Environment | None, x: Bottom, close: CloseInfo) -> None:
    ctx = n.ctx
    if not x.messages:
        x = ctx.literal_bottom(x)
    ctx.add_error(n, x)


def _insert_vertex(n: NodeState, env: Environment | None, x: Vertex, close: CloseInfo) -> None:
    if x.status != FINALIZED and cycle.is_around(n.v, x):
        close = cycle.inherit(close, n.v)
    n.ctx.add_vertex(n, x, None, closedness.split_instance(n, x, close))


def insert_struct_marker(n: NodeState, env: Environment | None, x: Value, close: CloseInfo) -> None:
    """Enter that the node is a struct; ``x`` is what conflicts name."""
    cycle.note_material(n, close)
    closedness.note(n, close, closedness.STRUCT)
    if narrow(n, x, k.STRUCT, close):
        n.set_struct()


def _insert_list_marker(n: NodeState, env: Environment | None, x: ListMarker, close: CloseInfo) -> None:
    cycle.note_material(n, close)
    closedness.note(n, close, 0)
    if narrow(n, x, k.LIST, close):
        n.ctx.set_list(n, x, 0, x.open, close)


# ---- expressions


def _schedule_and(n: NodeState, env: Environment, x: BinaryExpr, close: CloseInfo) -> None:
    if x.op == "&":
        # Both sides are conjuncts of this node; a struct literal in either is no embedding of the other.
        schedule(n, env, x.x, close)
        schedule(n, env, x.y, close)
    else:
        _schedule_expr(n, env, x, close)


def _schedule_open(n: NodeState, env: Environment, x: OpenExpr, close: CloseInfo) -> None:
    close = close.copy()
    close.opened = True
    close.from_def = False
    schedule(n, env, x.x, close)


def _schedule_expr(n: NodeState, env: Environment, x: Any, close: CloseInfo) -> None:
    if not n.no_share:
        n.ctx.unshare(n)
    n.add_task(Task(n, _run_expr, env, x, close))


def _schedule_call(n: NodeState, env: Environment, x: CallExpr, close: CloseInfo) -> None:
    """Enter a call; one that came through a cycle might go on forever, and needs something that did not beside it."""
    if close.cycle != IS_CYCLIC or n.noncyclic or not cycle.may_recur(x):
        _schedule_expr(n, env, x, close)
        return
    if not n.no_share:
        n.ctx.unshare(n)
    cycle.park(n, Task(n, _run_expr, env, x, close))


def _run_expr(ctx: OpContext, task: Task) -> None:
    n = task.node
    if n.compared and n.scalar is None and n.v.base is None and _calls_itself(ctx, task):
        n.has_top = True  # it has no value yet, and is not waited for
        return
    value = task.x.evaluate(ctx, task.env)  # not read: definitions beside a scalar belong to it
    if type(value) is Bottom:
        if value.incomplete:
            closedness.note(n, task.close, closedness.TOP)
        ctx.add_error(n, value)
    else:
        insert_value(n, task.env, value, task.close)


def _calls_itself(ctx: OpContext, task: Task) -> bool:
    """Whether a call has as an argument the very node that it is the value of."""
    x, env, v = task.x, task.env, task.node.v
    if type(x) is not CallExpr or env is None:
        return False
    return any(isinstance(arg, Resolver) and arg.resolve(ctx, env) is v for arg in x.args)


def _schedule_resolver(n: NodeState, env: Environment, x: Any, close: CloseInfo) -> None:
    n.add_task(Task(n, _run_resolver, env, x, close))


def _run_resolver(ctx: OpContext, task: Task) -> None:
    ctx.run_resolver(task.node, task.env, task.x, task.close)


def _schedule_optional(n: NodeState, env: Environment, x: OptionalExpr, close: CloseInfo) -> None:
    if isinstance(x.x, Resolver):
        n.add_task(Task(n, _run_optional, env, x, close))
    else:
        _schedule_expr(n, env, x, close)


def _run_optional(ctx: OpContext, task: Task) -> None:
    x = task.x
    if type(ctx.note_missing(x.x.resolve(ctx, task.env), x)) is Bottom:
        _run_expr(ctx, task)
    else:
        ctx.run_resolver(task.node, task.env, x.x, task.close)


def _schedule_disjunction(n: NodeState, env: Environment, x: DisjunctionExpr, close: CloseInfo) -> None:
    """Enter a disjunction, unless it came through a cycle to part of a disjunct: then it is the one around that."""
    if close.cycle == IS_CYCLIC and n.ctx.choosing:
        return
    n.ctx.add_disjunction(n, env, x, close)


def _schedule_disjunction_value(n: NodeState, env: Environment | None, x: Disjunction, close: CloseInfo) -> None:
    n.ctx.add_disjunction(n, env, x, close)


# What leaves a node free to stand for another vertex, as such: references, the top value, and conjunctions of such.
# Scalars and types narrow the kind of the node before they end that.
_SHAREABLE = frozenset(
    (
        FieldReference,
        ValueReference,
        DynamicReference,
        LetReference,
        ImportReference,
        SelectorExpr,
        IndexExpr,
        OptionalExpr,
        Top,
        BinaryExpr,
        Vertex,
        *(Null, Bool, Num, String, Bytes, BasicType),
    )
)

register(schedule_struct, StructLit)
register(_insert_scalar, Null, Bool, Num, String, Bytes, Builtin)
register(_insert_type, BasicType)
register(_insert_top, Top)
register(_refuse_sharing, NoSharing)
register(_insert_validator, BoundValue, BuiltinValidator)
register(_insert_conjunction, Conjunction)
register(_insert_bottom, Bottom)
register(_insert_vertex, Vertex)
register(insert_struct_marker, StructMarker)
register(_insert_list_marker, ListMarker)
register(_schedule_and, BinaryExpr)
register(_schedule_expr, BoundExpr, UnaryExpr, Interpolation, SliceExpr, LabelReference)
register(_schedule_call, CallExpr)
register(_schedule_optional, OptionalExpr)
register(_schedule_open, OpenExpr)
register(
    _schedule_resolver,
    FieldReference,
    ValueReference,
    DynamicReference,
    LetReference,
    ImportReference,
    SelectorExpr,
    IndexExpr,
)
register(_schedule_disjunction, DisjunctionExpr)
register(_schedule_disjunction_value, Disjunction)
