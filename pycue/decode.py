"""Values to Python data."""

from __future__ import annotations

from pycue.errors import DecodeError
from pycue.evaluator import kind as k
from pycue.evaluator.values import Bool, Bytes, Null, Num, String
from pycue.export.data import DataReader

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value
    from pycue.evaluator.vertex import Vertex

__all__ = ["NotConcrete", "decode"]


class NotConcrete(Exception):
    """Something in a value is an error or not concrete; ``value`` is what."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def decode(
    ctx: OpContext, value: Value, number: Callable[[Any], Any], *, alike: bool = False, sort: bool = False
) -> Any:
    """Python data of a concrete value, defaults taken: fields in output order, no definitions or hidden fields.

    ``number`` makes a Python number of a Decimal. With ``alike``, what several references share is one object; with
    ``sort``, fields are in the order of their names.

    Raises:
        NotConcrete: at the first thing that is not concrete.
        LimitError: the data is larger than ``limits.output``.
    """
    return _Decoder(ctx, number, alike, sort).read(value)


class _Decoder(DataReader):
    __slots__ = ("number",)

    def __init__(self, ctx: OpContext, number: Callable[[Any], Any], alike: bool, sort: bool) -> None:
        super().__init__(ctx, alike=alike, sort=sort)
        self.number = number

    def check(self, vertex: Vertex) -> None:
        if vertex.child_error is not None:
            raise NotConcrete(vertex.child_error)

    def scalar(self, value: Value) -> Any:
        kind = type(value)
        if kind is String or kind is Bool or kind is Bytes:
            return value.value  # type: ignore[attr-defined]
        if kind is Num:
            got = value.value  # type: ignore[attr-defined]
            if type(got) is int:
                return got
            if value.kind == k.INT:
                return int(got)
            return self.number(got)
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
