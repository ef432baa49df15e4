"""Finished values as exporters and encoders see them: shared and default values followed to the end."""

from __future__ import annotations

from pycue.evaluator.values import Disjunction
from pycue.evaluator.vertex import Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["check_size", "final_value"]

_NODES = 64  # least bytes of the syntax of a value


def final_value(ctx: OpContext, value: Value) -> Value:
    """What a value is after sharing, a single surviving disjunct and defaults were followed.

    The result is a struct or list :class:`Vertex` whose own level is finished, another Vertex that stays incomplete or
    in error, or a scalar.
    """
    while True:
        if isinstance(value, Vertex):
            ctx.finish(value)
        following = ctx.deref(value)
        if following is value:
            base = value.base if isinstance(value, Vertex) else value
            if not isinstance(base, Disjunction):
                return value
            following = ctx.default(value)
            if following is value:
                return value
        value = following


def check_size(ctx: OpContext, vertex: Vertex) -> None:
    """Refuse a finished vertex that is too large to be written out, each shared value as often as it is referred to.

    Raises:
        LimitError: its syntax is larger than ``limits.output``.
    """
    sizes: dict[Vertex, int] = {}

    def size(vertex: Vertex) -> int:
        vertex = vertex.deref()
        known = sizes.get(vertex)
        if known is None:
            known = sizes[vertex] = _NODES
            for arc in vertex.arcs.values():  # no sum(): recursion through C is not safe at any depth
                known += size(arc)
            sizes[vertex] = known
        return known

    ctx.check_size(size(vertex))
