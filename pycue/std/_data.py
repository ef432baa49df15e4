"""From arguments to plain data and from data formats to values, for the packages that read and write formats."""

from __future__ import annotations

from pycue.encoding.data import to_data
from pycue.errors import CueError, EncodeError
from pycue.evaluator.calls import CallError
from pycue.evaluator.closedness import accepts
from pycue.evaluator.kind import LIST, kind_string
from pycue.evaluator.references import Resolver
from pycue.evaluator.validate import validate
from pycue.evaluator.values import EVAL, INCOMPLETE, Bottom, BoundValue, Expr, Message
from pycue.evaluator.vertex import Conjunct, Trail, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Src, Value
    from pycue.evaluator.vertex import Environment
    from pycue.source import Source
    from pycue.syntax import ast

__all__ = ["concrete_data", "data_of", "failure", "satisfies", "stream_of", "take_default", "takes_fields", "value_of"]


_INCOMPLETE = "incomplete value %s"


def concrete_data(call: CallContext, index: int, complaint: str = _INCOMPLETE, *, spelled: bool = False) -> Any:
    """An argument as plain data; ``complaint`` is what to say about something incomplete in it."""
    value = call.unified(index)
    if not isinstance(value, Vertex) and not value.concrete:
        raise call.error(INCOMPLETE, "non-concrete argument %s", index)
    return data_of(call, call.args[index] if spelled else value, complaint, spelled=spelled)


def data_of(call: CallContext, value: Value, complaint: str = _INCOMPLETE, *, spelled: bool = False) -> Any:
    """A value as plain data; what is wrong with it becomes the call's error, incomplete if it may go away."""
    ctx = call.ctx
    if isinstance(value, Bottom):
        raise CallError(value)
    if isinstance(value, Vertex):
        ctx.unify(value)
        error = ctx.error_of(value)
        if error is None:
            error = validate(ctx, value, concrete=True, final=True)
            if error is not None and error.messages[0].format == _INCOMPLETE:
                raise call.error(INCOMPLETE, complaint, *error.messages[0].args)
        if error is not None:
            raise CallError(error)
    elif not value.concrete:
        raise call.pathless_error(INCOMPLETE, complaint, value)
    try:
        data = to_data(ctx, value, spelled=spelled)
    except EncodeError as e:
        raise ValueError(e.diagnostics[0].message) from None
    ctx.check_size(_size(data))
    return data


def _size(data: Any) -> int:
    """About how long plain data is as text, in characters."""
    total = 0
    pending = [data]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            total += sum(map(len, item))
            pending += item.values()
        elif isinstance(item, list):
            pending += item
        else:
            total += len(item) if isinstance(item, (str, bytes)) else 1
    return total


def stream_of(call: CallContext, complaint: str = _INCOMPLETE, *, spelled: bool = False) -> list[Any]:
    """The elements of the first argument as plain data."""
    value = call.value(0)
    if value.kind != LIST:
        raise call.pathless_error(EVAL, "cannot use value %s (type %s) as list", value, kind_string(value.kind))
    return [data_of(call, call.ctx.default(item), complaint, spelled=spelled) for item in call.list(0)]


def value_of(call: CallContext, expr: ast.Expr, source: Source) -> Vertex:
    """A new vertex of data that was read."""
    from pycue.compile import compile_expr

    try:
        compiled = compile_expr(expr, source=source)
    except CueError as e:
        raise failure(e) from None
    vertex = call.ctx.subvertex([(None, compiled)])
    call.ctx.unify(vertex)
    return vertex


def failure(error: CueError) -> CallError:
    """The call's error for a text that cannot be read."""
    fault = error.diagnostics[0]
    places = [fault.position] if fault.position is not None else []
    return CallError(Bottom(EVAL, [Message("%s", (fault.message,), positions=places)]))


def take_default(call: CallContext, index: int) -> None:
    """Replace an argument of a function that takes incomplete values by its default."""
    call.args[index] = call.ctx.default(call.value(index))


def takes_fields(ctx: OpContext, struct: Vertex) -> bool:
    """Whether a struct may get fields that it does not mention."""
    if struct.patterns or struct.open:
        return True
    return not ctx.is_closed(struct) and accepts(ctx, struct)


class _DataReference(Resolver):
    """A reference to data, as written where the data starts."""

    __slots__ = ("target",)

    def __init__(self, target: Vertex, src: Src | None) -> None:
        self.target = target
        self.src = src

    def resolve(self, ctx: OpContext, env: Environment | None) -> Vertex | Bottom:
        return self.target


def satisfies(call: CallContext, data: Vertex, schema: Value, *, concrete: bool, whole: bool = False) -> bool:
    """Whether ``data & schema`` is valid, and with ``concrete`` complete; raises the error otherwise.

    With ``whole`` fields that are required are so, and may still be given; conflicts tell the place where the data
    starts, and come in an order, as if both had been referred to.
    """
    ctx = call.ctx
    pair: list[tuple[Environment | None, Expr]] = [(None, data), (None, schema)]
    if whole and not isinstance(schema, (Vertex, BoundValue)):
        pair.reverse()
    vertex = ctx.subvertex(pair)
    origin = data.conjuncts[0].x
    if whole and isinstance(origin, Expr):
        index = next(i for i, (_, x) in enumerate(pair) if x is data)
        close = vertex.conjuncts[index].close.copy()
        close.trail = Trail(_DataReference(data, origin.src), vertex, close.trail)
        vertex.conjuncts[index] = Conjunct(None, data, close)
    ctx.unify(vertex)
    error = ctx.error_of(vertex) or validate(ctx, vertex, concrete=concrete, final=concrete or whole)
    if error is not None:
        code = EVAL if error.incomplete and not whole else error.code
        raise CallError(Bottom(code, [_below(ctx, message) for message in error.messages]))
    return True


def _below(ctx: OpContext, message: Message) -> Message:
    """The message with its path after that of the vertex being evaluated."""
    here = ctx.vertex.path() if ctx.vertex is not None else []
    m = message
    return Message(m.format, m.args, [*here, *m.path], m.position, m.positions, m.wrapped, m.code)
