"""Operators on concrete values, with the official texts for what they refuse. Source: internal/core/adt/binop.go."""

from __future__ import annotations

from pycue.evaluator import equality, number
from pycue.evaluator import kind as k
from pycue.evaluator.regexps import compile_regexp
from pycue.evaluator.values import CYCLE, EVAL, INCOMPLETE, Bool, Bottom, Bytes, Null, Num, String
from pycue.evaluator.vertex import FINALIZED, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Src, Value

__all__ = ["binary", "match", "negate", "numbers"]

_MAX_REPEAT = 1_000_000
_LIST_ADD = "Addition of lists is superseded by list.Concat; see https://cuelang.org/e/v0.11-list-arithmetic"
_LIST_MULTIPLY = "Multiplication of lists is superseded by list.Repeat; see https://cuelang.org/e/v0.11-list-arithmetic"


def negate(value: Num, src: Src | None) -> Num:
    """``-value``; a zero has no sign."""
    if isinstance(value.value, int):
        return Num(-value.value, value.kind, src)
    return Num(value.value if not value.value else value.value.copy_negate(), value.kind, src)


def numbers(ctx: OpContext, src: Src | None, op: str, x: Num, y: Num) -> Value:
    """``x op y`` of two numbers."""
    a, b = x.value, y.value
    compute = _ARITHMETIC.get(op)
    if compute is not None:
        if op == "/" and not b:
            fault = "division by zero" if a else "division undefined"
            return ctx.error(EVAL, src, "failed arithmetic: %s", fault)
        result = compute(a, b)
        if not number.in_range(result):
            return ctx.error(EVAL, src, "failed arithmetic: %s", "exponent out of range")
        return Num(result, k.FLOAT if op == "/" else _result_kind(x, y), src)
    comparison = _COMPARE.get(op)
    if comparison is not None:
        return Bool(comparison(number.compare(a, b)), src)
    return binary(ctx, src, op, x, y)


def _result_kind(x: Num, y: Num) -> int:
    return k.INT if x.kind == k.INT and y.kind == k.INT else k.FLOAT


_ARITHMETIC: dict[str, Callable[[int | Decimal, int | Decimal], int | Decimal]] = {
    "+": number.add,
    "-": number.subtract,
    "*": number.multiply,
    "/": number.divide,
}
_COMPARE = {
    "==": lambda c: c == 0,
    "!=": lambda c: c != 0,
    "<": lambda c: c < 0,
    "<=": lambda c: c <= 0,
    ">": lambda c: c > 0,
    ">=": lambda c: c >= 0,
}


def binary(ctx: OpContext, src: Src | None, op: str, x: Value, y: Value, scalars_only: bool = False) -> Value:
    """``x op y`` of two concrete values; structs and lists have to be so all the way down."""
    error = _unsettled(ctx, src, op, x, y)
    if error is not None:
        return error
    if op == "==" or op == "!=":
        return _equal(ctx, src, op, x, y, scalars_only)
    if op in _COMPARE:
        if type(x) is type(y) and isinstance(x, (String, Bytes)):
            a, b = x.value, y.value  # type: ignore[attr-defined]
            return Bool(_COMPARE[op]((a > b) - (a < b)), src)
    elif op == "=~" or op == "!~":
        return match(ctx, src, op, x, y)
    elif op == "&&" or op == "||":
        return _logical(ctx, src, op, x, y)
    elif op == "-":
        return _both_numbers(ctx, src, x, y)
    elif op == "+":
        if type(x) is type(y) and isinstance(x, (String, Bytes)):
            ctx.check_size(len(x.value) + len(y.value))  # type: ignore[attr-defined]
            return type(x)(x.value + y.value, src)  # type: ignore[attr-defined]
        if x.kind == k.LIST and y.kind == k.LIST:
            return ctx.error(EVAL, src, _LIST_ADD)
    elif op == "*":
        if isinstance(y, (String, Bytes)) or y.kind == k.LIST:
            x, y = (y, x) if type(x) is Num and x.kind == k.INT else (x, y)
        if type(y) is Num and y.kind == k.INT:
            if isinstance(x, (String, Bytes)):
                return _repeat(ctx, src, x, y)
            if x.kind == k.LIST:
                return ctx.error(EVAL, src, _LIST_MULTIPLY)
    return _invalid(ctx, src, op, x, y)


def _unsettled(ctx: OpContext, src: Src | None, op: str, x: Value, y: Value) -> Bottom | None:
    """What stands in the way of an operation within an operand; both kinds of texts tell the type of the left one."""
    for value, side in ((x, "left"), (y, "right")):
        if not value.kind & (k.STRUCT | k.LIST):
            continue
        error = equality.not_settled(ctx, src, value)
        if error is not None:
            from pycue.evaluator.diagnose import summary, text

            finished = isinstance(value, Vertex) and value.status == FINALIZED
            alone = finished and error.code == CYCLE and len(error.messages) == 1  # it has no path of its own
            reason = text(error.messages[0]) if alone else summary(error)
            shape = f"invalid {side}-hand value to '%s' (type %s): %s"
            return ctx.error(error.code, src, shape, op, k.kind_string(x.kind), reason)
    return None


def _invalid(ctx: OpContext, src: Src | None, op: str, x: Value, y: Value) -> Bottom:
    kinds = (k.kind_string(x.kind), k.kind_string(y.kind))
    return ctx.error(EVAL, src, "invalid operands %s and %s to '%s' (type %s and %s)", x, y, op, *kinds)


def _wrong_type(ctx: OpContext, src: Src | None, x: Value, kind: str, op: str) -> Bottom:
    return ctx.error(EVAL, src, "cannot use %s (type %s) as type %s in %s", x, k.kind_string(x.kind), kind, op)


def _logical(ctx: OpContext, src: Src | None, op: str, x: Value, y: Value) -> Value:
    errors = []
    result = op == "||"
    for value in (x, y):
        if type(value) is not Bool:
            errors.append(_wrong_type(ctx, src, value, "bool", op))
        if (type(value) is Bool and value.value) is result:
            break  # what follows does not matter, not even its type
    else:
        result = not result
    if errors:
        return ctx.merge(*errors) if len(errors) > 1 else errors[0]
    return Bool(result, src)


def _both_numbers(ctx: OpContext, src: Src | None, x: Value, y: Value) -> Value:
    if type(x) is Num and type(y) is Num:
        return numbers(ctx, src, "-", x, y)
    errors = [_wrong_type(ctx, src, v, "number", "-") for v in (x, y) if type(v) is not Num]
    return ctx.merge(*errors) if len(errors) > 1 else errors[0]


def _repeat(ctx: OpContext, src: Src | None, x: String | Bytes, count: Num) -> Value:
    times = int(count.value)
    if times < 0:
        return ctx.error(EVAL, src, "cannot convert negative number to uint64")
    if times >= 1 << 64:
        return ctx.error(EVAL, src, "cannot convert number %s to uint64", times)
    if times > _MAX_REPEAT:
        text = "%s multiplication count %s exceeds limit of %s"
        return ctx.error(EVAL, src, text, k.kind_string(x.kind), times, _MAX_REPEAT)
    return type(x)(x.value * times, src)  # type: ignore[arg-type]


def match(ctx: OpContext, src: Src | None, op: str, x: Value, y: Value) -> Value:
    """``x =~ y`` and ``x !~ y``: search of a regular expression."""
    errors = []
    if type(x) is not String:
        errors.append(_wrong_type(ctx, src, x, "string", op))
    pattern = None
    if not isinstance(y, (String, Bytes)):
        args = (y, k.kind_string(y.kind), "(string|bytes)")
        errors.append(ctx.error(EVAL, src, "cannot use %s (type %s) as type %s", *args))
    else:
        text = y.value if isinstance(y.value, str) else y.value.decode("utf-8", "replace")
        pattern = compile_regexp(text)
        if isinstance(pattern, str):
            errors.append(ctx.error(EVAL, src, "invalid regexp: %s", pattern))
    if errors:
        return ctx.merge(*errors) if len(errors) > 1 else errors[0]
    assert isinstance(x, String)
    assert pattern is not None
    assert not isinstance(pattern, str)
    return Bool(pattern.matches(x.value) is (op == "=~"), src)


def _equal(ctx: OpContext, src: Src | None, op: str, x: Value, y: Value, scalars_only: bool) -> Value:
    if type(x) is Num and type(y) is Num:
        return numbers(ctx, src, op, x, y)
    if x.kind & k.STRUCT or x.kind & k.LIST or y.kind & k.STRUCT or y.kind & k.LIST:
        if scalars_only and not (x.kind == y.kind == k.LIST or k.NULL in (x.kind, y.kind)):
            return _invalid(ctx, src, op, x, y)
        if x.kind != y.kind:
            return Bool(op == "!=", src)
        return Bool(equality.equal_data(ctx, x, y) is (op == "=="), src)
    if type(x) is not type(y):
        if scalars_only and type(x) is not Null and type(y) is not Null:
            return _invalid(ctx, src, op, x, y)
        return Bool(op == "!=", src)
    if type(x) is Null:
        return Bool(op == "==", src)
    if isinstance(x, (Bool, String, Bytes)):
        return Bool((x.value == y.value) is (op == "=="), src)  # type: ignore[attr-defined]
    if x.concrete:
        return _invalid(ctx, src, op, x, y)
    return ctx.error(INCOMPLETE, src, "non-concrete value %s in operand to %s", x, op)
