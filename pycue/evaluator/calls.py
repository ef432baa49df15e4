"""Calls of builtins: arguments and their conversion to Python, results, validators.

Source: internal/core/adt/expr.go and internal/pkg of the official tool.
"""

from __future__ import annotations

from pycue.errors import Diagnostic, LimitError
from pycue.evaluator import kind as k
from pycue.evaluator.cycle import is_around
from pycue.evaluator.node import ATTEMPT, FIELD_SET
from pycue.evaluator.references import Resolver
from pycue.evaluator.schedule import process
from pycue.evaluator.values import (
    CYCLE,
    EVAL,
    INCOMPLETE,
    STRUCTURAL_CYCLE,
    Bool,
    Bottom,
    Builtin,
    BuiltinValidator,
    Bytes,
    Conjunction,
    Disjunction,
    Message,
    Null,
    Num,
    String,
    Top,
    Value,
)
from pycue.evaluator.vertex import FINALIZED, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.expressions import CallExpr
    from pycue.evaluator.node import NodeState
    from pycue.evaluator.values import Src
    from pycue.evaluator.vertex import Environment
    from pycue.source import Position

# Inside CallContext these names are methods.
if TYPE_CHECKING:
    _Bool = bool
    _Bytes = bytes
    _Int = int
    _List = list

__all__ = ["CallContext", "CallError", "call", "check_arguments", "to_value", "type_error", "validate"]


class CallError(Exception):
    """Raised inside a builtin's function; ``bottom`` becomes the result, after ``error in call to …: `` if wrapped."""

    def __init__(self, bottom: Bottom, wrapped: bool = True) -> None:
        super().__init__(bottom)
        self.bottom = bottom
        self.wrapped = wrapped


class CallContext:
    """One call, as a builtin's function sees it.

    Attributes:
        args: evaluated arguments, defaults taken (unevaluated expressions if the builtin is ``raw``).
        env: environment of the call, None for a validator.
        src: where the call (or the validator) was written.
    """

    __slots__ = ("args", "builtin", "ctx", "env", "src")

    def __init__(
        self, ctx: OpContext, builtin: Builtin, args: list[Any], src: Src | None, env: Environment | None
    ) -> None:
        self.ctx = ctx
        self.builtin = builtin
        self.args = args
        self.src = src
        self.env = env

    # ---- errors

    def error(self, code: _Int, format: str, *args: Any) -> CallError:
        """An error to raise; its text follows after ``error in call to …: ``. Scalars tell where they were written."""
        bottom = self.ctx.error(code, None, format, *args)
        scalars = [arg for arg in args if isinstance(arg, Value)]
        bottom.messages[0].positions = [place for arg in scalars for place in _places(arg)]
        return CallError(bottom)

    def pathless_error(self, code: _Int, format: str, *args: Any) -> CallError:
        """Like :meth:`error`, for what functions ask of a value later than at the call: such errors have no path."""
        fault = self.error(code, format, *args)
        message = fault.bottom.messages[0]
        message.path, message.position = [], next(iter(message.positions), None)
        return fault

    def plain_error(self, code: _Int, format: str, *args: Any) -> CallError:
        """An error to raise that stands for itself."""
        return CallError(self.ctx.error(code, self.src, format, *args), wrapped=False)

    # ---- typed access; indices count from 0

    def value(self, i: _Int) -> Value:
        """The argument as it is, a vertex of a scalar as the scalar."""
        return self.ctx.unwrap(self.args[i])

    def unified(self, i: _Int) -> Value:
        """The argument, what a call of ``and`` comes to instead of the conjunction."""
        value = self.value(i)
        if type(value) is not Conjunction or value.kind != k.TOP:
            return value
        vertex = self.ctx.subvertex([(None, value)])
        self.ctx.unify(vertex)
        return self.ctx.unwrap(self.ctx.default(vertex))

    def _concrete(self, i: _Int, kinds: _Int) -> Value:
        given = self.value(i)
        value = self.unified(i)
        if value is not given and (isinstance(value, Bottom) or not value.kind & kinds):
            raise self._unusable(i, given, value, kinds)
        if isinstance(value, Bottom):
            raise CallError(value)
        if value.kind & kinds and value.concrete and not isinstance(value, Disjunction):
            return value
        if value.kind & kinds or not value.concrete:
            raise self.incomplete(value)
        raise self._mismatch(i, value, kinds)

    def _unusable(self, i: _Int, given: Value, value: Value, kinds: _Int) -> CallError:
        """An argument that is a call of ``and`` which comes to an error or to another kind."""
        expected = k.kind_string(kinds)
        if not isinstance(value, Bottom):
            text = "cannot use value %s (type %s) as %s"
            value = self.error(EVAL, text, value, k.kind_string(value.kind), expected).bottom
        text = "cannot use %s (type _) as %s in argument %s"
        return CallError(self.ctx.wrap(value.code, self.src, value, text, given, expected, i))

    def incomplete(self, value: Value) -> CallError:
        """A value that has no kind of its own yet, of which only the kinds are told."""
        error = self.error(INCOMPLETE, "non-concrete value %s", value)
        error.bottom.messages[0].args = (k.kind_string(value.kind),)
        if isinstance(value, (Disjunction, Top)):
            error.bottom.messages[0].positions = []
        return error

    def _mismatch(self, i: _Int, value: Value, kinds: _Int) -> CallError:
        bottom = type_error(self.ctx, value, k.kind_string(kinds), i, self.builtin)
        return CallError(bottom, wrapped=False)

    def string(self, i: _Int) -> str:
        """A string."""
        value = self._concrete(i, k.STRING)
        assert isinstance(value, String)
        return value.value

    def bytes(self, i: _Int) -> _Bytes:
        """Bytes, or a string as UTF-8."""
        value = self._concrete(i, k.BYTES | k.STRING)
        if isinstance(value, String):
            return value.value.encode("utf-8", "surrogatepass")
        assert isinstance(value, Bytes)
        return value.value

    def int(self, i: _Int) -> _Int:
        """An int of any size."""
        value = self._concrete(i, k.INT)
        assert isinstance(value, Num)
        return int(value.value)

    def int64(self, i: _Int) -> _Int:
        """An int of 64 bits, the nearest one if its sign makes it one bit too long."""
        return max(-(1 << 63), min(self._sized(i, 64, "int64"), (1 << 63) - 1))

    def int32(self, i: _Int, name: str) -> _Int:
        """An int of 32 bits, of one bit too many without the first; ``name`` is what messages call the type."""
        return (self._sized(i, 32, name) + (1 << 31) & 0xFFFFFFFF) - (1 << 31)

    def _sized(self, i: _Int, bits: _Int, name: str) -> _Int:
        """An int whose digits without the sign fit so many bits."""
        number = self.int(i)
        if number.bit_length() > bits:
            raise self.error(EVAL, "int %s overflows %s in argument %s", number, name, i)
        return number

    def number(self, i: _Int) -> _Int | Decimal:
        """A number."""
        value = self._concrete(i, k.NUMBER)
        assert isinstance(value, Num)
        return value.value

    def bool(self, i: _Int) -> _Bool:
        """A bool."""
        value = self._concrete(i, k.BOOL)
        assert isinstance(value, Bool)
        return value.value

    def _vertex(self, i: _Int, kind: _Int, what: str) -> Vertex:
        value = self.value(i)
        if isinstance(value, Bottom):
            raise CallError(value)
        if value.kind == kind and value.concrete:
            return value  # type: ignore[return-value]
        if value.kind & kind:
            if not what:
                raise self.incomplete(value)
            raise self.error(INCOMPLETE, f"non-concrete {what} for argument %s", i)
        raise self._mismatch(i, value, kind)

    def list(self, i: _Int, what: str = "", *, strict: _Bool = False) -> _List[Value]:
        """Elements of a list, vertices of scalars as the scalars; ``what`` is what to call something incomplete.

        Fields that are not allowed are errors only if ``strict``.
        """
        vertex = self._vertex(i, k.LIST, what)
        self.ctx.unify(vertex)
        elements = self.ctx.elements(vertex)
        self.ctx.charge(len(elements))
        for element in elements:
            self.ctx.unify(element)
        whole = self.ctx.error_of(vertex)
        if whole is not None and (strict or not whole.close_check):
            errors = (self.ctx.error_of(element) for element in elements)
            raise CallError(next((error for error in errors if error is not None), whole))
        return [self.ctx.unwrap(element) for element in elements]

    def _elements(self, i: _Int, kinds: _Int, name: str) -> _List[Any]:
        out = []
        for index, value in enumerate(self.list(i, "list", strict=True)):
            value = self.ctx.default(value)
            if isinstance(value, Bottom):
                raise CallError(value)
            if value.kind & kinds and value.concrete:
                out.append(value.value)  # type: ignore[attr-defined]
            elif value.kind & kinds:
                text = "non-concrete value %s for element %s of %s list argument %s"
                raise self._element_error(i, index, INCOMPLETE, text, value, index, name, i)
            else:
                text = "invalid list element %s in argument %s to call: cannot use value %s (%s) as %s"
                raise self._element_error(i, index, EVAL, text, index, i, value, k.kind_string(value.kind), name)
        return out

    def _element_error(self, i: _Int, index: _Int, code: _Int, text: str, *args: Any) -> CallError:
        """An error at an element of a list argument."""
        from pycue.evaluator.report import positions_of

        error = self.error(code, text, *args)
        error.bottom.messages[0].positions = positions_of(self.ctx.elements(self._vertex(i, k.LIST, ""))[index])
        return error

    def strings(self, i: _Int) -> _List[str]:
        """Elements of a list of strings."""
        found = self._elements(i, k.STRING, "string")
        self.ctx.check_size(sum(map(len, found)))
        return found

    def numbers(self, i: _Int) -> _List[_Int | Decimal]:
        """Elements of a list of numbers."""
        return self._elements(i, k.NUMBER, "number")

    def struct(self, i: _Int) -> Vertex:
        """A struct, finalised."""
        vertex = self._vertex(i, k.STRUCT, "struct")
        self.ctx.unify(vertex)
        return vertex


def _places(value: Value) -> Sequence[Position]:
    """Where a scalar or constraint was written."""
    from pycue.evaluator.report import positions_of

    return () if value.kind & (k.STRUCT | k.LIST) and value.concrete else positions_of(value)


def type_error(ctx: OpContext, value: Value, expected: str, i: int, builtin: Builtin) -> Bottom:
    """An argument (counted from 0) of another kind than ``expected``."""
    args = (value, k.kind_string(value.kind), expected, i + 1, builtin.expression_name())
    src = value.src if value.src is not None else None
    return ctx.error(EVAL, src, "cannot use %s (type %s) as %s in argument %s to %s", *args)


# ---- calls


def call(ctx: OpContext, env: Environment, expr: CallExpr) -> Value:
    """Value of a call expression."""
    fun = ctx.unwrap(ctx.value(env, expr.fun))
    if isinstance(fun, BuiltinValidator):
        if fun.src is not None:
            return ctx.error(EVAL, expr.src, "cannot call previously called validator %s", expr.fun)
        fun = fun.builtin
    if not isinstance(fun, Builtin):
        kind = k.kind_string(fun.kind)
        if fun.kind & k.FUNC:
            return ctx.error(INCOMPLETE, expr.src, "cannot call non-concrete value %s (type %s)", expr.fun, kind)
        bottom = ctx.error(EVAL, expr.src, "cannot call non-function %s (type %s)", expr.fun, kind)
        return ctx.merge(bottom, fun) if isinstance(fun, Bottom) else bottom
    if fun.raw:
        error = check_count(ctx, fun, len(expr.args), expr.src)
        return error or run(CallContext(ctx, fun, list(expr.args), expr.src, env))
    args: list[Value] = []
    errors: Bottom | None = None
    for arg in expr.args:
        value = ctx.unwrap(ctx.evaluate(env, arg) if fun.non_concrete else ctx.value(env, arg))
        if isinstance(value, Bottom) and value.code == CYCLE and value.node is ctx.vertex and isinstance(arg, Resolver):
            value = Top(None)  # the function says what it lacks
        if isinstance(value, Vertex) and value.status == FINALIZED:
            value = value.child_error or value
        elif isinstance(value, Vertex) and not fun.non_concrete:
            value = _open_error(ctx, value) or value
        if isinstance(value, Disjunction) and not fun.non_concrete:
            value = ctx.unresolved(expr.src, value)
        if not fun.non_concrete:
            value = ctx.freeze(value, arg.src)
        if isinstance(value, Bottom):
            errors = value if errors is None else ctx.merge(errors, value)
        args.append(value)
    if errors is not None:
        return errors
    if is_validator(fun, len(args)):
        around = [arg for arg in args if ctx.vertex is not None and is_around(ctx.vertex, arg)]
        for arg, value in zip(expr.args, args, strict=True):
            if value in around and isinstance(arg, Resolver):
                alias = arg.resolve(ctx, env)
                if alias is not value and not isinstance(alias, Bottom):
                    ctx.unify(alias)  # it stands for what the call is part of
        return BuiltinValidator(fun, args, fun.params[0].kind, expr.src, around)
    return invoke(CallContext(ctx, fun, args, expr.src, env))


def _open_error(ctx: OpContext, v: Vertex) -> Bottom | None:
    """Why it is open what else there is of an unfinished struct or list, as far as that can be told now."""
    n: NodeState | None = v.state
    if n is None:
        return None
    if not n.active:
        process(ctx, n, FIELD_SET, ATTEMPT)
    return n.error if n.error is not None and n.error.incomplete else None


def is_validator(builtin: Builtin, count: int) -> bool:
    """Whether a call with so many arguments is a constraint rather than a result."""
    params = builtin.params
    return count == len(params) - 1 and builtin.result & ~k.BOOL == 0 and params[count].default is None


def check_count(ctx: OpContext, builtin: Builtin, count: int, src: Src | None) -> Bottom | None:
    """Error for too many or too few arguments."""
    want = len(builtin.params)
    counts = builtin.expression_name(), count, want
    if count > want:
        return ctx.error(EVAL, src, "too many arguments in call to %s (have %s, want %s)", *counts)
    if count < want and builtin.params[count].default is None:
        return ctx.error(EVAL, src, "not enough arguments in call to %s (have %s, want %s)", *counts)
    return None


def invoke(call_context: CallContext) -> Value:
    """Check the arguments' kinds and call the function."""
    ctx, builtin, args = call_context.ctx, call_context.builtin, call_context.args
    error = check_count(ctx, builtin, len(args), call_context.src)
    if error is not None:
        return error
    for param in builtin.params[len(args) :]:
        args.append(param.default)
    return _of_other_kind(ctx, builtin, args) or run(call_context)


def _of_other_kind(ctx: OpContext, builtin: Builtin, args: Sequence[Value], start: int = 0) -> Bottom | None:
    """The first argument that is an error, or the error of the first of another kind than its parameter's.

    The first of ``args`` belongs to the parameter at ``start``.
    """
    for i, arg in enumerate(args, start):
        if isinstance(arg, Bottom):
            return arg
        if not arg.kind & builtin.params[i].kind:
            return type_error(ctx, arg, k.kind_string(builtin.params[i].kind), i, builtin)
    return None


def run(call_context: CallContext) -> Value:
    """Call the function and turn what it returns or raises into a value."""
    ctx, builtin, src = call_context.ctx, call_context.builtin, call_context.src
    trial = _trial(call_context)
    if trial is not None:
        if trial in ctx.trials:
            return ctx.error(STRUCTURAL_CYCLE, None, "structural cycle")
        ctx.trials.append(trial)
    try:
        return to_value(ctx, builtin.func(call_context), src)
    except CallError as fault:
        inner = fault.bottom
        if not fault.wrapped:
            return inner
    except ValueError as fault:
        inner = Bottom(EVAL, [Message("%s", (str(fault),))])
    except MemoryError:
        raise LimitError(Diagnostic("evaluation exceeds the limit of output", code="limit.output")) from None
    finally:
        if trial is not None:
            ctx.trials.pop()
    if call_context.env is None:
        return inner  # the validator says where it failed
    return _wrapped(ctx, src, inner, builtin)


def _trial(call_context: CallContext) -> tuple[Src, Any] | None:
    """What tells a call that tries a schema on a scalar: coming to it again on the way would never end."""
    if not call_context.builtin.non_concrete or call_context.builtin.raw or call_context.src is None:
        return None
    value = call_context.ctx.unwrap(call_context.args[0])
    return (call_context.src, value.value) if isinstance(value, (String, Bytes, Num)) else None


def _wrapped(ctx: OpContext, src: Src | None, inner: Bottom, builtin: Builtin) -> Bottom:
    """``error in call to`` before every one of the errors that a function found."""
    result: Bottom | None = None
    for message in inner.messages:
        one = Bottom(inner.code, [message])
        wrapped = ctx.wrap(inner.code, src, one, "error in call to %s", builtin.qualified_name())
        result = wrapped if result is None else ctx.merge(result, wrapped)
    return result if result is not None else inner


def to_value(ctx: OpContext, x: Any, src: Src | None = None) -> Value:
    """A value for Python data; lists and structs are closed data, of which only the scalars tell ``src``."""
    if isinstance(x, Value):
        return x
    if x is None:
        return Null(src)
    if isinstance(x, bool):
        return Bool(x, src)
    if isinstance(x, int):
        return Num(x, k.INT, src)
    if isinstance(x, str):
        ctx.check_size(len(x))
        return String(x, src)
    if isinstance(x, (bytes, bytearray)):
        return Bytes(bytes(x), src)
    if isinstance(x, dict):
        return ctx.struct_of([(label, to_value(ctx, item, src)) for label, item in x.items()])
    if isinstance(x, (list, tuple)):
        ctx.charge(len(x))
        return ctx.list_of([to_value(ctx, item, src) for item in x])
    from decimal import Decimal

    number = Decimal(repr(x)).normalize() if isinstance(x, float) else x  # the shortest digits
    return Num(number, k.FLOAT, src)


def _shown(check: BuiltinValidator) -> str:
    """A validator as messages name it; those that take incomplete arguments go without these."""
    builtin = check.builtin
    if not check.args or builtin.non_concrete:
        return builtin.qualified_name()
    from pycue.evaluator.debug import debug_string

    return f"{builtin.qualified_name()}({', '.join(map(debug_string, check.args))})"


def check_arguments(ctx: OpContext, check: BuiltinValidator) -> Bottom | None:
    """Error of a validator that can check nothing, as one of its arguments is of another kind."""
    return _of_other_kind(ctx, check.builtin, check.args, 1)


def validate(ctx: OpContext, check: BuiltinValidator, value: Value) -> Bottom | None:
    """Whether a concrete value satisfies a validator: None, or the error."""
    builtin = check.builtin
    error = check_arguments(ctx, check)
    if error is not None:
        return error
    args: list[Any] = [value, *check.args]
    attempt = CallContext(ctx, builtin, args, check.src, None)
    result = invoke(attempt)
    if isinstance(result, Bottom) and result.code == STRUCTURAL_CYCLE:
        if result.permanent or _trial(attempt) in ctx.trials:
            return result  # for the trial further out to report
    inner: Bottom | None = None
    if isinstance(result, Bottom):
        inner = result
    elif (isinstance(result, Bool) and result.value) or not isinstance(result, Bool):
        return None
    name: Sequence[Any] = (value, _shown(check))
    text = "invalid value %s (does not satisfy %s)"
    if inner is None:
        bottom = ctx.error(EVAL, check.src, text, *name)
    else:
        first, others = Bottom(inner.code, inner.messages[:1]), inner.messages[1:]
        bottom = ctx.wrap(inner.code, check.src, first, text, *name)
    for arg in check.args:
        if arg.src is not None:
            ctx.add_position(bottom, arg)
    if ctx.trials and ctx.trials[-1][0].position is not None:
        bottom.messages[0].positions = [*bottom.messages[0].positions, ctx.trials[-1][0].position]
    if inner is not None:
        bottom.messages.extend(others)
    return bottom
