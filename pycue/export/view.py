"""Finished values as exporters and encoders see them: shared and default values followed to the end."""

from __future__ import annotations

from pycue.evaluator.values import Disjunction
from pycue.evaluator.vertex import Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["final_value"]


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
