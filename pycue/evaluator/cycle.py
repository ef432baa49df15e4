"""Reference cycles and structural cycles, by the chain of references each conjunct carries."""

from __future__ import annotations

from pycue.evaluator.ir import (
    BinaryExpr,
    BoundExpr,
    CallExpr,
    DisjunctionExpr,
    Field,
    Interpolation,
    ListLit,
    Resolver,
    SliceExpr,
    StructLit,
    UnaryExpr,
)
from pycue.evaluator.values import STRUCTURAL_CYCLE, Bottom
from pycue.evaluator.vertex import (
    CYCLE_OPTIONAL,
    FINALIZED,
    IS_CYCLIC,
    MAYBE_CYCLIC,
    SAME_PATH,
    UNPROCESSED,
    Environment,
    RefNode,
    Trail,
)

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.node import NodeState, Task
    from pycue.evaluator.values import Value
    from pycue.evaluator.vertex import CloseInfo, Vertex

__all__ = [
    "ACCEPT",
    "DROP",
    "PARK",
    "check",
    "endless",
    "inherit",
    "is_ancestor",
    "is_around",
    "is_inline",
    "leads_back",
    "may_recur",
    "note_material",
    "only_cyclic",
    "park",
    "referred",
]

ACCEPT = 0
DROP = 1
PARK = 2


def is_ancestor(v: Vertex, target: Vertex) -> bool:
    """Whether ``target`` is a (lexical) parent of ``v``."""
    if target.status == UNPROCESSED and v.state is not None and not v.state.late:
        return False  # all that is around is being evaluated, or was
    parent = v.parent
    while parent is not None:
        if parent is target:
            return True
        parent = parent.parent
    return False


def is_around(v: Vertex, value: Value) -> bool:
    """Whether ``value`` is a vertex, not finished, that ``v`` is part of."""
    node: Vertex | None = v
    while node is not None:
        if node is value:
            return node.status != FINALIZED
        node = node.parent
    return False


def is_inline(v: Vertex) -> bool:
    """Whether the vertex is (part of) a value written inside an expression."""
    node: Vertex | None = v
    while node is not None:
        if node.detached:
            return True
        node = node.parent
    return False


def _in_progress(n: NodeState, target: Vertex) -> bool:
    """Whether the target waits for the node to be finished."""
    if target.depth <= 0 or target.state is None or not (n.finalizing or is_inline(n.v)):
        return False
    while n.disjunct is not None:
        n = n.disjunct
    return bool(target.depth < n.v.depth)


def _tried_on(v: Vertex, target: Vertex) -> bool:
    """Whether ``v`` is part of a schema that is being tried on ``target``: it takes its place, and is not within it."""
    node: Vertex | None = v
    while node is not None:
        if node.label is SAME_PATH and node.parent is target:
            return True
        node = node.parent
    return False


def _level(v: Vertex) -> int:
    """How many vertices there are above."""
    level = 0
    parent = v.parent
    while parent is not None:
        level += 1
        parent = parent.parent
    return level


def _repeats_ancestor(v: Vertex) -> bool:
    """Whether some of what an inline value's part is made of came from around the place where it is written."""
    return any(c.close.cycle == IS_CYCLIC for c in v.conjuncts)


def _stands_for(v: Vertex, old: Vertex) -> bool:
    """Whether ``v`` is the clone that stands for ``old`` in the disjunct being evaluated."""
    if old.copy is None:
        return False
    while old.copy is not None:
        old = old.copy
    return old is v


def endless(target: Vertex) -> Bottom | None:
    """The structural cycle that a finished vertex is known to have: it need not be followed to be found again."""
    if target.status != FINALIZED:
        return None
    for error in (target.base, target.child_error):
        if type(error) is Bottom and error.code == STRUCTURAL_CYCLE:
            return error
    return None


def leads_back(ctx: OpContext, v: Vertex, target: Vertex) -> bool:
    """Whether ``target``, for which ``v`` stands in a disjunct, is made of what is around ``v``, as far as written."""
    saved = ctx.may_yield
    ctx.may_yield = False
    try:
        pending = [(c.env, c.x) for c in target.conjuncts]
        while pending:
            env, x = pending.pop()
            if type(x) is Field:
                x = x.value
            if type(x) is BinaryExpr and x.op == "&":
                pending += ((env, x.x), (env, x.y))
            elif type(x) is StructLit:
                frame = Environment(env, target)
                pending += ((frame, decl) for decl in x.decls if isinstance(decl, Resolver))
            elif isinstance(x, Resolver) and env is not None:
                found = x.resolve(ctx, env)
                if not isinstance(found, Bottom) and is_ancestor(v, found):
                    return True
    finally:
        ctx.may_yield = saved
    return False


def check(n: NodeState, ref: Resolver, target: Vertex, close: CloseInfo) -> tuple[int, CloseInfo]:
    """What to do with a reference that resolved to ``target`` at node ``n``, and the provenance of what it adds."""
    v = n.v
    if target is v:
        return DROP, close
    if (is_ancestor(v, target) or _in_progress(n, target)) and not _tried_on(v, target):
        return _cyclic(n, ref, target, close, n.noncyclic and not (n.ranged and _by_itself(n, ref, close)))
    if n.plain and close.cycle == MAYBE_CYCLIC:
        return ACCEPT, _through(n, ref, close)
    tried = False  # whether a schema came to be tried after the reference looked at
    link = close.refs
    while link is not None:
        if link.target is target or _stands_for(target, link.target):
            if link.node is v or _stands_for(v, link.node):
                return DROP, close
            if close.cycle == CYCLE_OPTIONAL and n.plain:
                if _level(link.node) == _level(v):
                    return DROP, close  # a pattern that applies to itself
                new = _through(n, ref, close)
                new.cycle = MAYBE_CYCLIC
                new.refs = None
                return ACCEPT, new
            if link.ref is ref or tried or not (n.noncyclic or n.plain):
                error = endless(target)
                if error is not None:
                    n.ctx.add_error(n, error)
                    return DROP, close
                return _cyclic(n, ref, target, close, n.noncyclic or n.plain)
        elif link.ref is ref and is_inline(target) and _repeats_ancestor(target):
            return _cyclic(n, ref, target, close, n.noncyclic or n.plain)
        tried = tried or (v.label is not SAME_PATH and not isinstance(link.ref, Resolver))
        link = link.next
    new = _through(n, ref, close)
    new.refs = RefNode(ref, target, v, close.refs)
    return ACCEPT, new


def _by_itself(n: NodeState, ref: Resolver, close: CloseInfo) -> bool:
    """Whether the chain of references made at the node begins with one that it has got through no cycle."""
    first: object = ref
    link = close.trail
    while link is not None and link.node is n.v:
        first, link = link.x, link.next
    return any(first is getattr(c.x, "value", c.x) and c.close.cycle != IS_CYCLIC for c in n.v.conjuncts)


def referred(ctx: OpContext, schema: Vertex, link: RefNode | None) -> bool:
    """Whether a schema is just a reference, to what a reference of the chain denotes already."""
    c = schema.conjuncts[0] if len(schema.conjuncts) == 1 else None
    found = c.x.resolve(ctx, c.env) if c is not None and c.env is not None and isinstance(c.x, Resolver) else None
    while found is not None and link is not None:
        if link.target is found and isinstance(link.ref, Resolver):
            return True
        link = link.next
    return False


def _through(n: NodeState, ref: Resolver, close: CloseInfo) -> CloseInfo:
    new = close.copy()
    new.trail = Trail(ref, n.v, close.trail)
    return new


def inherit(close: CloseInfo, target: Vertex) -> CloseInfo:
    """Provenance of what came to ``target`` through a cycle, for a vertex that takes it over: it stays so."""
    if close.cycle == IS_CYCLIC or is_inline(target):
        return close
    close = close.copy()
    close.cycle = IS_CYCLIC
    return close


def _cyclic(n: NodeState, ref: Resolver, target: Vertex, close: CloseInfo, accept: bool) -> tuple[int, CloseInfo]:
    new = _through(n, ref, close)
    new.cycle = IS_CYCLIC
    n.cyclic_any = True
    return (ACCEPT if accept or (n.v.detached and close.cycle != IS_CYCLIC) else PARK), new


def note_material(n: NodeState, close: CloseInfo) -> None:
    """Note a literal, scalar, type or list; a first one that is not cyclic sets what is parked going."""
    if close.cycle >= MAYBE_CYCLIC or n.noncyclic:
        return
    n.noncyclic = True
    parked = n.cyclic
    if parked:
        n.cyclic = None
        for target, ref, provenance in parked:
            if isinstance(ref, Resolver):
                n.ctx.add_vertex(n, target, ref, provenance)
            else:
                n.add_task(ref)


def park(n: NodeState, task: Task) -> None:
    """Put off a call until there is something in the node that came through no cycle."""
    if n.cyclic is None:
        n.cyclic = []
    n.cyclic.append((None, task, task.close))


def may_recur(x: object) -> bool:
    """Whether an argument of a call, or the call, refers to anything or makes a struct."""
    if isinstance(x, (Resolver, StructLit)):
        return True
    if isinstance(x, CallExpr):
        return any(may_recur(arg) for arg in x.args)
    if isinstance(x, ListLit):
        return any(may_recur(elem) for elem in x.elems)
    if isinstance(x, Interpolation):
        return any(may_recur(part) for part in x.parts)
    if isinstance(x, DisjunctionExpr):
        return any(may_recur(value) for value, _ in x.values)
    if isinstance(x, BinaryExpr):
        return may_recur(x.x) or may_recur(x.y)
    return isinstance(x, (UnaryExpr, BoundExpr, SliceExpr)) and may_recur(x.x)


def only_cyclic(n: NodeState) -> bool:
    """Whether everything in the node came through cycles, so that it has no end."""
    return bool(n.cyclic) or (n.cyclic_any and not n.noncyclic)
