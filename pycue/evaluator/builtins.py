"""Builtin functions of the language itself. Source: internal/core/compile/builtin.go."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.calls import CallContext, CallError
from pycue.evaluator.matching import match_if, match_n
from pycue.evaluator.values import (
    EVAL,
    INCOMPLETE,
    STRUCTURAL_CYCLE,
    USER,
    Bottom,
    Builtin,
    Bytes,
    Conjunction,
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
    pieces: list[Value] = []
    text = ""
    if isinstance(arg, Interpolation):
        for part in arg.parts:
            value = ctx.unwrap(ctx.value(env, part))
            if isinstance(value, Bottom) and value.incomplete:
                text += debug_string(part)
                continue
            pieces.append(value)
            text += value.value if isinstance(value, String) else debug_string(value)
    else:
        value = ctx.unwrap(ctx.value(env, arg))
        if isinstance(value, Bottom):
            return value
        pieces.append(value)
        if value.concrete:
            text = value.value if isinstance(value, String) else debug_string(value)
    bottom = ctx.error(USER, call.src, "%s", text)
    for piece in pieces:
        if not isinstance(piece, (Bottom, String)) or not piece.concrete:
            ctx.add_position(bottom, piece)
    return bottom


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
