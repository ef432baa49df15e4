"""``matchN`` and ``matchIf``: how many schemas a value satisfies. Source: internal/core/compile/validator.go.

Schemas are tried on a copy of the value that holds data only: validators of the value itself must not run again, and
what the value is closed to does not matter to the schema.
"""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.calls import CallContext, CallError
from pycue.evaluator.values import EVAL, INCOMPLETE, STRUCTURAL_CYCLE, BoundValue, Message, Num, Value
from pycue.evaluator.vertex import MEMBER, Vertex
from pycue.labels import LET

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Bottom, Src

__all__ = ["match_if", "match_n"]


def data_copy(ctx: OpContext, value: Value) -> Value:
    """The value without constraints: present fields and elements with their values, defaults taken."""
    value = ctx.unwrap(ctx.default(value))
    if not isinstance(value, Vertex):
        return value
    ctx.finish(value)
    fields = [
        (label, data_copy(ctx, arc))
        for label, arc in value.arcs.items()
        if arc.arc_type == MEMBER and getattr(label, "kind", 0) != LET
    ]
    if value.kind == k.LIST:
        copy = ctx.list_of([item for _, item in fields], getattr(value.base, "open", False))
    else:
        copy = ctx.struct_of(fields)
    copy.src = _origin(value)  # type: ignore[assignment]
    for label, _ in fields:
        copy.arcs[label].src = _origin(value.arcs[label])  # type: ignore[assignment]
    return copy


def _origin(v: Vertex) -> Src | tuple[Src, ...] | None:
    """Where a vertex was written."""
    from pycue.evaluator.ir import Field

    if v.src is None and v.conjuncts:
        places: list[Src] = []
        for c in v.conjuncts:
            place: Any = c.x.value.src if isinstance(c.x, Field) else c.x.src
            places += place if isinstance(place, tuple) else [place] if place is not None else []
        return tuple(places)
    return v.src


def match_n(call: CallContext) -> Any:
    """``matchN(n, [schema…])``."""
    ctx = call.ctx
    if call.env is not None:
        text = "matchN is a validator and should not be used as a function"
        raise CallError(ctx.error(EVAL, call.src, text), wrapped=False)
    value = data_copy(ctx, call.args[0])
    expected = call.value(1)
    count = open_count = 0
    failures: dict[bool, list[Message]] = {True: [], False: []}  # incomplete ones, and those for good
    for schema in ctx.elements(call.args[2]):
        error = ctx.unification_error(value, schema, call.src)
        if error is None:
            count += 1
        elif error.code == STRUCTURAL_CYCLE and error.node is ctx.vertex:
            if error.permanent and call.src is not None:
                error.messages[0].position = call.src.position
            return error  # to try it again would never end
        else:
            open_count += error.incomplete
            failures[error.incomplete] += error.messages
    if ctx.unification_error(Num(count, k.INT), expected) is None:
        return True
    bottom = ctx.error(EVAL, None, "%s matched, expected %s", count, expected)
    bottom.messages[0].positions = []
    if _may_succeed(ctx, expected, count, count + open_count):
        bottom.code = INCOMPLETE
        for message in failures[True]:
            if message.position is None and call.src is not None:
                message.position = call.src.position
    bottom.messages += failures[bottom.incomplete]
    return bottom


def _may_succeed(ctx: OpContext, expected: Value, count: int, possible: int) -> bool:
    """Whether the number of matches may still become what is expected when more is known."""
    if isinstance(expected, Num):
        return count < expected.value <= possible
    if isinstance(expected, BoundValue):
        return expected.op in (">", ">=") and ctx.unification_error(Num(possible, k.INT), expected) is None
    return True


def match_if(call: CallContext) -> Any:
    """``matchIf(condition, then, otherwise)``."""
    ctx = call.ctx
    if call.env is not None:
        text = "matchIf is a validator and should not be used as a function"
        raise CallError(ctx.error(EVAL, call.src, text), wrapped=False)
    condition, then, otherwise = call.args[1:]
    value = data_copy(ctx, call.args[0])
    error = ctx.unification_error(value, condition, call.src)
    if error is not None and error.incomplete and not _only_missing(error):
        return error
    return ctx.unification_error(value, then if error is None else otherwise, call.src) or True


def _only_missing(error: Bottom) -> bool:
    """Whether all that fails is that required fields are not there."""
    return all(message.code == "cue.required" for message in error.messages)
