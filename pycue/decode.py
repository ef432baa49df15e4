"""Values to Python data."""

from __future__ import annotations

from pycue.errors import DecodeError
from pycue.evaluator import kind as k
from pycue.evaluator.values import Bool, Bytes, ListMarker, Null, Num, String, StructMarker
from pycue.evaluator.vertex import MEMBER, Vertex
from pycue.export.toposort import regular_fields
from pycue.export.view import final_value

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["NotConcrete", "decode"]


class NotConcrete(Exception):
    """Something in a value is an error or not concrete; ``value`` is what."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def decode(ctx: OpContext, value: Value, number: Callable[[Any], Any]) -> Any:
    """Python data of a concrete value, defaults taken: fields in output order, no definitions or hidden fields.

    ``number`` makes a Python number of a Decimal.

    Raises:
        NotConcrete: at the first thing that is not concrete.
    """
    value = final_value(ctx, value)
    if isinstance(value, Vertex):
        base = value.base
        if value.child_error is not None:
            raise NotConcrete(value.child_error)
        if type(base) is StructMarker:
            return {label: decode(ctx, arc, number) for label, arc in regular_fields(ctx, value)}
        if type(base) is ListMarker:
            return [
                decode(ctx, arc, number)
                for label, arc in value.arcs.items()
                if type(label) is int and arc.arc_type == MEMBER
            ]
        value = base if base is not None else value
    kind = type(value)
    if kind is String or kind is Bool or kind is Bytes:
        return value.value  # type: ignore[attr-defined]
    if kind is Num:
        got = value.value  # type: ignore[attr-defined]
        if type(got) is int:
            return got
        if value.kind == k.INT:
            return int(got)
        return number(got)
    if kind is Null:
        return None
    raise NotConcrete(value)


def to_float(number: Any) -> float:
    """The nearest float of a Decimal.

    Raises:
        DecodeError: it is beyond the range of floats.
    """
    result = float(number)
    if result in (float("inf"), float("-inf")):
        raise DecodeError(f"number {number} does not fit a float; ask for decimals")
    return result
