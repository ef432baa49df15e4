"""Where a value comes from: the declarations that it is made of, and what each of them refers to."""

from __future__ import annotations

from pycue.encode import Place
from pycue.evaluator.references import IndexExpr, Resolver, SelectorExpr
from pycue.evaluator.report import position_of
from pycue.evaluator.values import Expr
from pycue.evaluator.values import Value as Result
from pycue.evaluator.vertex import Vertex
from pycue.export.view import final_value

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import Conjunct
    from pycue.labels import AnyLabel
    from pycue.source import Position
    from pycue.value import Value

    Found = tuple[Position | None, list[Vertex], bool]

__all__ = ["Origin", "trace"]


class Origin:
    """One declaration that a value is made of.

    Attributes:
        position: where it was written; None for what a program made.
        reads: the values that its expression refers to, each with its path.
        concrete: whether it alone says what the value is, possibly by default; else it only limits it.
    """

    __slots__ = ("concrete", "position", "reads")

    def __init__(self, position: Position | None, reads: tuple[Value, ...], concrete: bool) -> None:
        self.position = position
        self.reads = reads
        self.concrete = concrete

    def __repr__(self) -> str:
        return f"<Origin {self.position!r} reads {[str(value.path) for value in self.reads]}>"


def trace(ctx: OpContext, vertex: Vertex, labels: Iterable[AnyLabel]) -> Iterator[Found]:
    """Of each declaration of the value at ``labels`` below ``vertex``: position, what it refers to, whether concrete.

    A reference to a whole struct or list counts for what is in it: what it refers to is then the part at hand.
    """
    v = vertex
    steps = list(labels)
    for at, label in enumerate([*steps, None]):
        ctx.finish(v)
        while isinstance(v.base, Vertex) and not v.shared:
            v = v.base
        if v.shared:
            for position, targets, concrete in _declared(ctx, v):
                yield position, _below(ctx, targets, steps[at:]), concrete
            return
        if label is not None:
            below = _below(ctx, [v], [label])
            if not below:
                return
            v = below[0]
    yield from _declared(ctx, v)


def _below(ctx: OpContext, vertices: list[Vertex], labels: list[AnyLabel]) -> list[Vertex]:
    """What is at ``labels`` below each of the vertices that have it."""
    for label in labels:
        finals = [final_value(ctx, v) for v in vertices]
        vertices = [final.arcs[label] for final in finals if isinstance(final, Vertex) and label in final.arcs]
    return vertices


def _declared(ctx: OpContext, v: Vertex) -> Iterator[Found]:
    """The declarations of one vertex."""
    for conjunct in v.conjuncts:
        x: Any = conjunct.x if isinstance(conjunct.x, Expr) else getattr(conjunct.x, "value", None)
        position = position_of(x)
        refs = conjunct.close.refs
        if isinstance(x, Vertex):
            yield position, [x], True
        elif refs is not None and (position is None or isinstance(x.src, Place)):  # data that a reference brought here
            yield position_of(refs.ref), _below(ctx, [refs.target], v.path()[len(refs.node.path()) :]), True
        elif x is not None:
            yield position, *_evaluated(ctx, v, conjunct, x)
    if not v.conjuncts and v.base is not None and not isinstance(v.base, Vertex):
        yield position_of(v.base), [], True


def _evaluated(ctx: OpContext, v: Vertex, conjunct: Conjunct, x: Expr) -> tuple[list[Vertex], bool]:
    """What the expression of a declaration of ``v`` refers to, and whether its value is concrete."""
    env = conjunct.env
    if isinstance(x, Result) or env is None:
        return [], isinstance(x, Result) and x.concrete
    saved = ctx.vertex
    ctx.vertex = v
    out: list[Vertex] = []
    try:
        for reference in _references(x):
            found = reference.resolve(ctx, env)
            if isinstance(found, Vertex) and not any(found is other for other in out):
                out.append(found)
        return out, _is_literal(x) or _is_concrete(final_value(ctx, x.evaluate(ctx, env)))
    finally:
        ctx.vertex = saved


def _is_concrete(value: Result) -> bool:
    base = value.base if isinstance(value, Vertex) else value
    return base is not None and base.concrete


def _references(x: Any) -> Iterator[Resolver]:
    """The outermost references in an expression; literal structs and lists have declarations of their own."""
    stack = [x]
    while stack:
        item = stack.pop()
        if isinstance(item, Resolver):
            yield item
            while isinstance(item, (SelectorExpr, IndexExpr)):
                if isinstance(item, IndexExpr):
                    stack.append(item.index)
                item = item.x
            if not isinstance(item, Resolver):
                stack.append(item)
        elif isinstance(item, Expr) and not isinstance(item, Result) and not _is_literal(item):
            for class_ in type(item).__mro__:
                for name in class_.__dict__.get("__slots__", ()):
                    part = getattr(item, name, None)
                    stack += part if isinstance(part, (list, tuple)) else (part,)


def _is_literal(x: Expr) -> bool:
    return hasattr(x, "decls") or hasattr(x, "elems")
