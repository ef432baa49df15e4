"""Conjunctions of bounds in their shortest form: names of sized types, ``uint`` and ``int`` with the bounds left over.

Source: internal/core/export/bounds.go and recorded outputs.
"""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.values import BasicType, BoundValue, Num

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.evaluator.values import Value

__all__ = ["Simplified", "simplify"]

_INT_RANGES = {
    (0, (1 << 8) - 1): "uint8",
    (0, (1 << 16) - 1): "uint16",
    (0, (1 << 32) - 1): "uint32",
    (0, (1 << 64) - 1): "uint64",
    (0, (1 << 128) - 1): "uint128",
    (-(1 << 7), (1 << 7) - 1): "int8",
    (-(1 << 15), (1 << 15) - 1): "int16",
    (-(1 << 31), (1 << 31) - 1): "int32",
    (-(1 << 63), (1 << 63) - 1): "int64",
    (-(1 << 127), (1 << 127) - 1): "int128",
}
_FLOAT_LIMITS = {
    "3.40282346638528859811704183484516925440E+38": "float32",
    "1.797693134862315708145274237317043567981E+308": "float64",
}


class Simplified:
    """The type's name (or ``""``), and the values that still stand beside it, in order of printing."""

    __slots__ = ("name", "rest")

    def __init__(self, name: str, rest: list[Value]) -> None:
        self.name = name
        self.rest = rest


def simplify(values: Sequence[Value]) -> Simplified:
    """Shorten a conjunction; ``values`` are in the order of their positions, those without one last."""
    kind = k.TOP
    low: BoundValue | None = None
    high: BoundValue | None = None
    others: list[Value] = []
    for value in values:
        if isinstance(value, BasicType):
            kind &= value.kind
            continue
        kind &= value.kind
        if isinstance(value, BoundValue) and isinstance(value.value, Num):
            if value.op in (">", ">=") and low is None:
                low = value
                continue
            if value.op in ("<", "<=") and high is None:
                high = value
                continue
        others.append(value)
    typed = any(isinstance(value, BasicType) for value in values)
    name = "" if others else _sized_name(kind, low, high)
    if name:
        return Simplified(name, [])
    if typed and kind & k.NUMBER == k.INT:
        return _integer(low, high, values, others)
    plain = [value for value in values if not isinstance(value, BasicType)]
    if low is not None and high is not None:
        plain = [low, high, *others]
    if not typed:
        return Simplified("", plain)
    implied = any(value.kind & ~kind == 0 for value in plain)
    names = {k.INT: "int", k.FLOAT: "float", k.NUMBER: "number", k.STRING: "string", k.BYTES: "bytes", k.BOOL: "bool"}
    return Simplified("" if implied and kind not in (k.INT, k.FLOAT) else names.get(kind, ""), plain)


def _integer(
    low: BoundValue | None, high: BoundValue | None, values: Sequence[Value], others: list[Value]
) -> Simplified:
    zero = low is not None and low.op == ">=" and _number(low) == 0
    if low is not None and high is not None:
        if _number(low) < 0:
            return Simplified("int", [low, high, *others])
        return Simplified("uint", [high, *others] if zero else [low, high, *others])
    if zero and not others:
        return Simplified("uint", [])
    return Simplified("int", [value for value in values if not isinstance(value, BasicType)])


def _sized_name(kind: int, low: BoundValue | None, high: BoundValue | None) -> str:
    if low is None or high is None or low.op != ">=" or high.op != "<=":
        return ""
    if kind & k.NUMBER == k.INT:
        minimum, maximum = _number(low), _number(high)
        return _INT_RANGES.get((minimum, maximum), "")
    from decimal import Decimal

    limit = Decimal(_number(high))
    if Decimal(_number(low)).copy_negate() != limit:
        return ""
    return next((name for text, name in _FLOAT_LIMITS.items() if Decimal(text) == limit), "")


def _number(bound: BoundValue) -> int:
    value = bound.value
    return value.value if isinstance(value, Num) else 0  # type: ignore[return-value]  # or a Decimal
