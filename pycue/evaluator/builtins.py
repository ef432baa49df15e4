"""Builtin functions of the language itself. Source: internal/core/compile/builtin.go."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.calls import CallContext, CallError
from pycue.evaluator.matching import match_if, match_n
from pycue.evaluator.number import number_string
from pycue.evaluator.values import (
    EVAL,
    INCOMPLETE,
    STRUCTURAL_CYCLE,
    USER,
    Bool,
    Bottom,
    Builtin,
    Bytes,
    Conjunction,
    Disjunction,
    Num,
    Param,
    String,
    Top,
    Value,
)
from pycue.evaluator.vertex import Chosen, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


__all__ = ["BUILTINS", "TEST_EXPERIMENT"]


def _len(call: CallContext) -> Any:
    value = call.value(0)
    if isinstance(value, String):
        return len(value.value.encode("utf-8", "surrogatepass"))
    if isinstance(value, Bytes):
        return len(value.value)
    if isinstance(value, Vertex) and value.kind in (k.LIST, k.STRUCT):
        call.ctx.finish(value)
        return len(call.ctx.fields(value))
    if value.kind & (k.LIST | k.STRUCT | k.STRING | k.BYTES):
        raise call.error(INCOMPLETE, "incomplete argument %s (type %s)", value, k.kind_string(value.kind))
    raise call._mismatch(0, value, _SIZED)


def _close(call: CallContext) -> Any:
    value = call.value(0)
    if not isinstance(value, Vertex) or value.kind != k.STRUCT:
        raise call.error(EVAL, "struct argument must be concrete")
    for c in value.deref().conjuncts:
        if type(c) is Chosen and c.x.src is call.src:  # the struct is made of the very call
            error = call.ctx.error(STRUCTURAL_CYCLE, value.conjuncts[0].x, "structural cycle")
            raise CallError(error, wrapped=False)
    return call.ctx.close_once(value)


def _elements(call: CallContext) -> list[Vertex]:
    value = call.value(0)
    if not isinstance(value, Vertex) or value.kind != k.LIST:
        raise call.plain_error(INCOMPLETE, "incomplete list: %s", value)
    call.ctx.finish(value)
    base = value.deref().base
    if isinstance(base, Bottom):
        raise CallError(base, wrapped=False)
    return call.ctx.elements(value)


def _and(call: CallContext) -> Any:
    """A conjunction that only a field unifies: as an operand it is not concrete, whatever the elements."""
    elements = _elements(call)
    return Conjunction(elements, k.TOP) if elements else Top(call.src)


def _or(call: CallContext) -> Any:
    elements = _elements(call)
    if not elements:
        raise call.error(INCOMPLETE, "empty list in call to or")
    if len(elements) == 1:
        return elements[0]
    return call.ctx.disjunction_of(elements, call.src)


def _division(operation: Callable[[int, int], int]) -> Callable[[CallContext], Any]:
    def divide(call: CallContext) -> Any:
        operands = []
        for i in (0, 1):
            value = call.value(i)
            if not isinstance(value, Num):
                text = "incomplete number in argument to %s builtin: %s"
                raise CallError(call.ctx.error(INCOMPLETE, value, text, call.builtin.name, value), wrapped=False)
            operands.append(int(value.value))
        if operands[1] == 0:
            raise call.error(EVAL, "division by zero")
        return operation(*operands)

    return divide


def _euclid_mod(x: int, y: int) -> int:
    return x % abs(y)


def _euclid_div(x: int, y: int) -> int:
    return (x - _euclid_mod(x, y)) // y


def _truncated_quo(x: int, y: int) -> int:
    quotient = abs(x) // abs(y)
    return quotient if (x < 0) == (y < 0) else -quotient


def _truncated_rem(x: int, y: int) -> int:
    return x - y * _truncated_quo(x, y)


def _error(call: CallContext) -> Any:
    """A user error; parts of an interpolation that are not known print as what they are."""
    from pycue.evaluator.debug import debug_string
    from pycue.evaluator.expressions import Interpolation

    ctx, env = call.ctx, call.env
    arg = call.args[0]
    if not isinstance(arg, Interpolation):
        return _plain_error(call, arg)
    unknown: list[Any] = []
    text = ""
    for part in arg.parts:
        value = ctx.unwrap(ctx.value(env, part))
        piece = _text(value)
        if piece is None:
            unknown.append(part if isinstance(value, Bottom) else value)
            piece = debug_string(unknown[-1])
        text += piece
    bottom = ctx.error(USER, call.src, "%s", text)
    for x in unknown:
        ctx.add_position(bottom, x)
    return bottom


def _plain_error(call: CallContext, arg: Any) -> Bottom:
    """The error whose text is a value: an empty one if it has none yet, with what is wrong if it never will."""
    ctx = call.ctx
    value = ctx.unwrap(ctx.evaluate(call.env, arg))
    piece = _text(value)
    bottom = ctx.error(USER, call.src, "%s", piece or "")
    if piece is not None or (isinstance(value, Bottom) and value.incomplete):
        return bottom
    if isinstance(value, Bottom):
        return ctx.merge(value, bottom)
    if not value.concrete or isinstance(value, Disjunction):
        return bottom
    kinds = k.kind_string(value.kind), k.kind_string(k.BOOL | k.STRING | k.BYTES | k.NUMBER)
    fault = ctx.error(USER, call.src, "cannot use %s (type %s) as type %s", value, *kinds)
    return ctx.merge(ctx.add_position(fault, value), bottom)


def _text(value: Value) -> str | None:
    """What an interpolation makes of a scalar; None for what it refuses."""
    if isinstance(value, Bool):
        return "true" if value.value else "false"
    if isinstance(value, Num):
        return number_string(value.value)
    if isinstance(value, Bytes):
        return value.value.decode("utf-8", "replace")
    return value.value if isinstance(value, String) else None


def _experiment_on(call: CallContext) -> Any:
    return call.value(0)


def _experiment_off(call: CallContext) -> Any:
    raise ValueError("testing experiment disabled")


_SIZED = k.STRING | k.BYTES | k.LIST | k.STRUCT


def _builtin(
    name: str,
    kinds: list[int],
    result: int,
    func: Callable[[CallContext], Any],
    non_concrete: bool = False,
    raw: bool = False,
) -> Builtin:
    return Builtin(name, [Param(kind) for kind in kinds], result, func, "", non_concrete, raw)


BUILTINS: dict[str, Builtin] = {
    builtin.name: builtin
    for builtin in (
        _builtin("len", [_SIZED], k.INT, _len),
        _builtin("close", [k.STRUCT], k.STRUCT, _close),
        _builtin("and", [k.LIST], k.TOP, _and),
        _builtin("or", [k.LIST], k.TOP, _or),
        _builtin("div", [k.INT, k.INT], k.INT, _division(_euclid_div)),
        _builtin("mod", [k.INT, k.INT], k.INT, _division(_euclid_mod)),
        _builtin("quo", [k.INT, k.INT], k.INT, _division(_truncated_quo)),
        _builtin("rem", [k.INT, k.INT], k.INT, _division(_truncated_rem)),
        _builtin("error", [k.TOP], k.TOP, _error, raw=True),
        _builtin("matchN", [k.TOP, k.INT, k.LIST], k.BOOL, match_n, non_concrete=True),
        _builtin("matchIf", [k.TOP, k.TOP, k.TOP, k.TOP], k.BOOL, match_if, non_concrete=True),
    )
}

# Indexed by whether the experiment "testing" is on.
TEST_EXPERIMENT = (
    _builtin("testExperiment", [k.TOP], k.TOP, _experiment_off),
    _builtin("testExperiment", [k.TOP], k.TOP, _experiment_on),
)
