"""What finished vertices are to an exporter: where references lead, what is shared, what definitions close."""

from __future__ import annotations

from pycue.evaluator.ir import BinaryExpr, Field, FieldReference, IndexExpr, Resolver, SelectorExpr, ValueReference
from pycue.evaluator.values import Disjunction, Num, String, Top
from pycue.evaluator.vertex import CLOSED_RECURSIVE, FINALIZED, STRUCT, Vertex
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import Conjunct, Environment
    from pycue.labels import AnyLabel

__all__ = ["UNKNOWN", "field_of", "follow", "is_closed", "scope_above", "shared_target"]

UNKNOWN = Vertex()  # the value of a scope inside an expression
UNKNOWN.base = STRUCT
UNKNOWN.status = FINALIZED


def scope_above(env: Environment | None, count: int) -> Environment | None:
    """The scope ``count`` levels up."""
    while count > 0 and env is not None:
        env = env.up
        count -= 1
    return env


def field_of(vertex: object, label: AnyLabel) -> Vertex | None:
    """A field of a finished struct or element of a list; what is still a disjunction has none."""
    if not isinstance(vertex, Vertex):
        return None
    vertex = vertex.deref()
    return None if isinstance(vertex.base, Disjunction) else vertex.arcs.get(label)


def follow(env: Environment | None, x: Expr) -> Vertex | None:
    """The vertex that a reference made of names alone leads to, if it is known; nothing is evaluated."""
    if isinstance(x, FieldReference):
        env = scope_above(env, x.up_count)
        return field_of(env.vertex, x.label) if env is not None else None
    if isinstance(x, ValueReference) and x.up_count:
        env = scope_above(env, x.up_count - 1)
        return env.vertex if env is not None else None
    if isinstance(x, SelectorExpr):
        return field_of(follow(env, x.x), x.label)
    if isinstance(x, IndexExpr) and isinstance(x.index, (String, Num)):
        return field_of(follow(env, x.x), x.index.value)  # type: ignore[arg-type]  # no field has a decimal label
    return None


def is_closed(vertex: Vertex) -> bool:
    """Whether a definition closes a vertex: its own label, a reference, or an embedding."""
    vertex = vertex.deref()
    if vertex.closed & CLOSED_RECURSIVE:
        return True
    evidence = vertex.evidence
    return evidence is not None and any(req.recursive and not req.ignored for req in evidence.reqs.values())


def shared_target(vertex: Vertex) -> Vertex:
    """The vertex at the end of the references that ``vertex`` consists of; itself if it has a value of its own."""
    seen = {vertex}
    while True:
        following = _target(vertex)
        if following is None or following in seen:
            return vertex
        seen.add(following)
        vertex = following


def _target(vertex: Vertex) -> Vertex | None:
    """What a vertex shares: all its conjuncts are references to that (or itself), not embedded ones."""
    if type(vertex.base) is Vertex:
        return vertex.base
    target: Vertex | None = None
    pending: list[tuple[Conjunct, object]] = [(conjunct, conjunct.x) for conjunct in vertex.conjuncts]
    while pending:
        conjunct, x = pending.pop()
        if isinstance(x, Field):
            x = x.value
        if isinstance(x, BinaryExpr) and x.op == "&":
            pending += [(conjunct, x.x), (conjunct, x.y)]
        elif not isinstance(x, Top):
            found = follow(conjunct.env, x) if isinstance(x, Resolver) and not conjunct.close.from_embed else None
            found = found.deref() if found is not None else None
            if found is None or (found is not vertex and target not in (None, found)):
                return None
            target = found if found is not vertex else target
    if target is None or target.label is None or vertex.label is None:
        return None
    if isinstance(vertex.label, Label) and vertex.label.is_definition and not target.closed & CLOSED_RECURSIVE:
        return None
    return target
