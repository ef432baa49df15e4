"""Bounds such as ``<5``, ``!=null``, ``=~"x"``: making, simplifying and checking them, and the sized number types.

Source: internal/core/adt/simplify.go, predeclared ranges of internal/core/compile.
"""

from __future__ import annotations

import math

from pycue.evaluator import calls, equality, number, operators
from pycue.evaluator import kind as k
from pycue.evaluator.values import (
    EVAL,
    BasicType,
    Bool,
    Bottom,
    BoundValue,
    BuiltinValidator,
    Bytes,
    Conjunction,
    Null,
    Num,
    String,
    Value,
)

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Expr, Src

__all__ = [
    "fold_bound",
    "holds",
    "make_bound",
    "needed",
    "simplify",
    "sized_name",
    "sized_type",
    "validate",
]

_LOWER = (">", ">=")
_UPPER = ("<", "<=")


# ---- making bounds


def bound_kind(op: str, value: Value) -> int:
    """Kinds that may satisfy a bound."""
    kind = value.kind
    if kind & k.NUMBER:
        return k.NUMBER
    if kind == k.NULL and op == "!=":
        return k.TOP & ~k.NULL
    return kind


def fold_bound(op: str, x: Expr, src: Src | None) -> BoundValue | None:
    """The bound where its operand is a literal that cannot be at fault."""
    if isinstance(x, (Num, String, Bytes)) and (op not in ("=~", "!~") or isinstance(x, String)):
        return BoundValue(op, x, bound_kind(op, x), src)
    if isinstance(x, Null) and op in ("!=", "=="):
        return BoundValue(op, x, bound_kind(op, x), src)
    return None


def make_bound(ctx: OpContext, op: str, value: Value, src: Src | None, operand: Src | None) -> Value:
    """Bound with an evaluated operand, or the error for an operand of the wrong kind."""
    kind = value.kind
    if kind in (k.LIST, k.STRUCT, k.NULL, k.FUNC):
        if op not in ("!=", "=="):
            return ctx.error(EVAL, operand, "cannot use %s for bound %s", k.kind_string(kind), op)
    elif kind == k.BOOL:
        args = (value, k.kind_string(kind), op)
        return ctx.error(EVAL, operand, "invalid value %s (type %s) for bound %s", *args)
    return BoundValue(op, value, bound_kind(op, value), src)


# ---- simplifying pairs


def simplify(ctx: OpContext, kind: int, x: Value, y: Value) -> Value | None:
    """What two constraints of one node come to: None to keep both, one of them, or an error.

    Args:
        ctx: the evaluation.
        kind: kinds the node may still have.
        x: the recorded constraint.
        y: the new one.
    """
    if isinstance(x, BoundValue) and isinstance(y, BoundValue):
        return _simplify_bounds(ctx, kind, x, y)
    if isinstance(x, BuiltinValidator) and isinstance(y, BuiltinValidator):
        same = x.builtin is y.builtin and len(x.args) == len(y.args)
        if same and all(equality.equal(ctx, a, b) for a, b in zip(x.args, y.args, strict=True)):
            return y
    return None


def _simplify_bounds(ctx: OpContext, kind: int, x: BoundValue, y: BoundValue) -> Value | None:
    a, b = x.value, y.value
    if x.op == y.op and x.op not in _LOWER and x.op not in _UPPER:
        return y if equality.equal(ctx, a, b) else None
    if type(a) is not type(b) or not isinstance(a, (Num, String, Bytes)):
        return None
    order = _order(a, b)
    if x.op in _LOWER and y.op in _LOWER:
        return x if order > 0 or (order == 0 and y.op == ">=") else y
    if x.op in _UPPER and y.op in _UPPER:
        return x if order < 0 or (order == 0 and y.op == "<=") else y
    if x.op in _LOWER and y.op in _UPPER:
        return _check_range(ctx, kind, x, y, y.src)
    if x.op in _UPPER and y.op in _LOWER:
        return _check_range(ctx, kind, y, x, y.src)
    return None


def _order(a: Num | String | Bytes, b: Value) -> int:
    p: Any = a.value
    q: Any = b.value  # type: ignore[attr-defined]
    return int(p > q) - int(p < q)


def _check_range(ctx: OpContext, kind: int, lower: BoundValue, upper: BoundValue, src: Src | None) -> Bottom | None:
    """Error, placed at ``src``, if nothing lies between two bounds."""
    low, high = lower.value, upper.value
    strict = (lower.op == ">") + (upper.op == "<")
    if isinstance(low, Num) and isinstance(high, Num):
        a, b = low.value, high.value
        if kind & k.NUMBER == k.INT:
            a, b = _round_inward(a, lower.op == ">", True), _round_inward(b, upper.op == "<", False)
        gap = number.subtract(b, a)
        name = "integer" if kind & k.NUMBER == k.INT else "number"
        if gap < 0 or (gap == 0 and strict):
            return ctx.error(EVAL, src, f"incompatible {name} bounds %s and %s", upper, lower)
        if gap == 1 and strict == 2 and name == "integer":
            return ctx.error(EVAL, src, "incompatible integer bounds %s and %s", lower, upper)
        return None
    order = _order(low, high)  # type: ignore[arg-type]
    if order > 0 or (order == 0 and strict):
        name = "string" if isinstance(low, String) else "bytes"
        return ctx.error(EVAL, src, f"incompatible {name} bounds %s and %s", upper, lower)
    return None


def _round_inward(x: int | Decimal, strict: bool, is_lower: bool) -> int | Decimal:
    """The nearest integer a bound with a fraction comes to: ``>=3.4`` 4, ``>3.4`` 3, ``<=2.3`` 2, ``<2.3`` 3."""
    if isinstance(x, int) or x == x.to_integral_value():
        return x
    floor = math.floor(x)
    return floor if strict == is_lower else floor + 1


def needed(ctx: OpContext, checks: Sequence[Value], lower: BoundValue | None, upper: BoundValue | None) -> list[Value]:
    """The checks without those ``!=x`` whose ``x`` the other bounds exclude anyway, as each of them does null."""
    kept = []
    others: list[BoundValue] = [b for b in (lower, upper) if b is not None]
    others += [c for c in checks if isinstance(c, BoundValue) and c.op != "!="]
    for check in checks:
        if isinstance(check, BoundValue) and check.op == "!=":
            if others and isinstance(check.value, Null):
                continue
            same_type = [b for b in others if type(b.value) is type(check.value)]
            if any(not holds(ctx, b, check.value) for b in same_type):
                continue
        kept.append(check)
    return kept


# ---- checking values


def holds(ctx: OpContext, bound: BoundValue, value: Value) -> bool:
    """Whether a concrete value satisfies a bound; invalid regular expressions do not hold."""
    op, limit = bound.op, bound.value
    if op == "=~" or op == "!~":
        result = operators.match(ctx, None, op, value, limit)
        return isinstance(result, Bool) and result.value
    if op == "!=" or op == "==":
        same = _same(ctx, value, limit)
        return same is (op == "==")
    if not isinstance(value, (Num, String, Bytes)) or (type(value) is not type(limit)):
        return False
    order = _order(value, limit)
    return order < 0 if op == "<" else order <= 0 if op == "<=" else order > 0 if op == ">" else order >= 0


def _same(ctx: OpContext, a: Value, b: Value) -> bool:
    if isinstance(a, Num) and isinstance(b, Num):
        return a.value == b.value
    if a.kind in (k.LIST, k.STRUCT):
        return a.kind == b.kind and equality.equal_data(ctx, a, b)
    return equality.equal(ctx, a, b)


def validate(ctx: OpContext, check: Value, value: Value) -> Bottom | None:
    """Error if a concrete value does not satisfy a bound, validator or conjunction of them."""
    if isinstance(check, BoundValue):
        if check.op in ("=~", "!~"):
            result = operators.match(ctx, check.src, check.op, value, check.value)
            if isinstance(result, Bottom):
                return result
            if isinstance(result, Bool) and result.value:
                return None
        elif holds(ctx, check, value):
            return None
        return ctx.error(EVAL, check.src, "invalid value %s (out of bound %s)", value, check)
    if isinstance(check, BuiltinValidator):
        return calls.validate(ctx, check, value)
    if isinstance(check, Conjunction):
        for item in check.values:
            error = validate(ctx, item, value)
            if error is not None:
                return error
    return None


# ---- sized types

_INT_RANGES: dict[str, tuple[int, int | None]] = {
    "uint8": (0, (1 << 8) - 1),
    "int8": (-(1 << 7), (1 << 7) - 1),
    "uint16": (0, (1 << 16) - 1),
    "int16": (-(1 << 15), (1 << 15) - 1),
    "rune": (0, 0x10FFFF),
    "uint32": (0, (1 << 32) - 1),
    "int32": (-(1 << 31), (1 << 31) - 1),
    "uint64": (0, (1 << 64) - 1),
    "int64": (-(1 << 63), (1 << 63) - 1),
    "uint128": (0, (1 << 128) - 1),
    "int128": (-(1 << 127), (1 << 127) - 1),
    "uint": (0, None),
}
_FLOAT_LIMITS = {
    "float32": "3.40282346638528859811704183484516925440e+38",
    "float64": "1.797693134862315708145274237317043567981e+308",
}
_NAMES = {limits: name for name, limits in _INT_RANGES.items() if name != "rune"}
_sized: dict[str, Conjunction] = {}


def sized_type(name: str) -> Conjunction | None:
    """The shared conjunction that a name such as ``uint8`` stands for, without positions."""
    found = _sized.get(name)
    if found is not None:
        return found
    values: list[Value]
    if name in _INT_RANGES:
        low, high = _INT_RANGES[name]
        values = [BasicType(k.INT), BoundValue(">=", Num(low, k.INT), k.NUMBER)]
        if high is not None:
            values.append(BoundValue("<=", Num(high, k.INT), k.NUMBER))
        found = Conjunction(values, k.INT)
    elif name in _FLOAT_LIMITS:
        from decimal import Decimal

        limit = Decimal(_FLOAT_LIMITS[name])
        values = [
            BoundValue(">=", Num(limit.copy_negate(), k.FLOAT), k.NUMBER),
            BoundValue("<=", Num(limit, k.FLOAT), k.NUMBER),
        ]
        found = Conjunction(values, k.NUMBER)
    else:
        return None
    _sized[name] = found
    return found


def sized_name(values: Sequence[Value]) -> str | None:
    """Name of the sized type that constraints amount to exactly: ``int & >=0 & <=255`` is ``uint8``."""
    low: int | None = None
    high: int | None = None
    is_int = False
    for value in values:
        if isinstance(value, BasicType):
            is_int = is_int or value.kind == k.INT
        elif isinstance(value, BoundValue) and isinstance(value.value, Num):
            limit = value.value.value
            if value.op == ">=" and low is None:
                low = limit  # type: ignore[assignment]
            elif value.op == "<=" and high is None:
                high = limit  # type: ignore[assignment]
            else:
                return None
        else:
            return None
    if low is None:
        return None
    if is_int:
        return _NAMES.get((low, high))
    if high is not None and not isinstance(high, int):
        for name in _FLOAT_LIMITS:
            pair = sized_type(name)
            if pair is not None and pair.values[1].value.value == high and low == high.copy_negate():
                return name
    return None
