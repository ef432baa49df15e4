"""Expressions that compute a value: operators, calls, interpolations, slices. Source: internal/core/adt/expr.go."""

from __future__ import annotations

from pycue.evaluator import bounds, calls, operators
from pycue.evaluator import kind as k
from pycue.evaluator.number import number_string
from pycue.evaluator.references import FieldReference, Resolver
from pycue.evaluator.values import (
    CYCLE,
    EVAL,
    INCOMPLETE,
    STRUCTURAL_CYCLE,
    BasicType,
    Bool,
    Bottom,
    BoundValue,
    Bytes,
    Conjunction,
    Disjunction,
    Expr,
    ListMarker,
    Num,
    Src,
    String,
    Top,
)
from pycue.evaluator.vertex import FINALIZED, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value
    from pycue.evaluator.vertex import Environment

__all__ = [
    "BOTTOM_TEST",
    "NORMAL",
    "SCALARS_ONLY",
    "SHORT_CIRCUIT",
    "BinaryExpr",
    "BoundExpr",
    "CallExpr",
    "DisjunctionExpr",
    "Interpolation",
    "OpenExpr",
    "OptionalExpr",
    "SliceExpr",
    "UnaryExpr",
]

# Flavours of BinaryExpr.
NORMAL = 0
BOTTOM_TEST = 1  # one side is the literal ``_|_``
SCALARS_ONLY = 2  # == and != of language versions before v0.15
SHORT_CIRCUIT = 3  # && and || with the experiment of that name

_TEXT_KINDS = k.BOOL | k.STRING | k.BYTES | k.NUMBER


def valid_text(data: bytes) -> str:
    """Bytes as text, each run of what is no UTF-8 as one replacement character."""
    text = data.decode("utf-8", "surrogateescape")
    if text.isascii():
        return text
    import re

    return re.sub("[\udc80-\udcff]+", "\ufffd", text)


def operand(ctx: OpContext, env: Environment, x: Expr, src: Src | None, op: str, *, later: bool = False) -> Value:
    """Concrete value of an operand, or an incomplete error at the whole expression.

    With ``later`` a struct or list that is unfinished stays so: the caller finishes it.
    """
    value = ctx.unwrap(ctx.value(env, x, src))
    value = ctx.unsettled(env, x) or value
    if value.concrete:
        if type(value) is not Vertex:
            return value
        alias = _alias_of_unfinished(ctx, env, x, value)
        if alias is not None or (later and value.status != FINALIZED):
            return alias or value
        return _composite_operand(ctx, value, src)
    cyclic = _alias_of_itself(ctx, env, x)
    if cyclic is not None:
        return cyclic
    bottom = ctx.error(INCOMPLETE, src, "non-concrete value %s in operand to %s", value, op)
    if isinstance(x, Resolver):
        target = x.resolve(ctx, env)
        bottom.messages[0].positions = []
        ctx.add_position(bottom, target.deref() if isinstance(target, Vertex) else target)
        if not isinstance(value, Conjunction):
            ctx.add_position(bottom, value)
    return bottom


def _alias_of_itself(ctx: OpContext, env: Environment, x: Expr) -> Bottom | None:
    """Why a reference to a field that stands for the very node of the operation has no value yet."""
    v = ctx.vertex
    if v is None or v.status == FINALIZED or not isinstance(x, Resolver):
        return None
    alias = x.resolve(ctx, env)
    if type(alias) is not Vertex or not alias.shared or alias.deref() is not v:
        return None
    bottom = ctx.error(CYCLE, x, "cycle with field: %s", x)
    bottom.messages[0].positions = []
    return bottom


def _alias_of_unfinished(ctx: OpContext, env: Environment, x: Expr, value: Vertex) -> Bottom | None:
    """Why a reference to a field that stands for a node around the operation cannot be had before that is finished."""
    if value.status == FINALIZED or not isinstance(x, Resolver):
        return None
    alias = x.resolve(ctx, env)
    if type(alias) is not Vertex or not alias.shared or alias.deref() is not value:
        return None
    if value is ctx.vertex:
        return _alias_of_itself(ctx, env, x)
    ctx.unify(alias)
    return alias.base if type(alias.base) is Bottom else None


def _composite_operand(ctx: OpContext, value: Vertex, src: Src | None) -> Value:
    """A struct or list as an operand, or its error; it may be unfinished where the operation is part of it."""
    if value.status == FINALIZED:
        return value.child_error or value
    ctx.unify_at(src, value)
    return value.base if type(value.base) is Bottom else value


class SliceExpr(Expr):
    """``x[low:high]``."""

    __slots__ = ("high", "low", "x")

    def __init__(self, x: Expr, low: Expr | None, high: Expr | None, src: Src | None) -> None:
        self.x = x
        self.low = low
        self.high = high
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        subject = ctx.unwrap(ctx.value(env, self.x))
        subject = ctx.unsettled(env, self.x) or subject
        if isinstance(subject, Disjunction):
            unresolved = ctx.unresolved(self.src, subject)
            return ctx.merge(unresolved, ctx.error(INCOMPLETE, self.src, "non-concrete slice subject %s", self.x))
        if isinstance(subject, Bottom):
            return subject
        if isinstance(subject, Bytes):
            size = len(subject.value)
        elif isinstance(subject, Vertex) and subject.kind == k.LIST:
            ctx.finish(subject)
            items = ctx.elements(subject)
            size = len(items)
        elif isinstance(subject, Top):
            return ctx.error(INCOMPLETE, self.src, "non-concrete slice subject %s", self.x)
        else:
            return ctx.error(EVAL, self.src, "cannot slice %s (type %s)", subject, k.kind_string(subject.kind))
        low = self._bound(ctx, env, self.low, 0)
        high = self._bound(ctx, env, self.high, size)
        if isinstance(low, Bottom):
            return low
        if isinstance(high, Bottom):
            return high
        if low > high:
            return ctx.error(EVAL, self.src, "invalid slice index: %s > %s", low, high)
        if high > size:
            return ctx.error(EVAL, self.src, "index %s out of range", high)
        if isinstance(subject, Bytes):
            return Bytes(subject.value[low:high], self.src)
        for item in items[low:high]:
            ctx.unify(item)
        return ctx.list_of(items[low:high])

    def _bound(self, ctx: OpContext, env: Environment, x: Expr | None, default: int) -> int | Bottom:
        if x is None:
            return default
        value = ctx.unwrap(ctx.value(env, x, self.src))
        if isinstance(value, Bottom):
            return value
        if not isinstance(value, Num):
            if value.kind & k.INT and not value.concrete:
                what = (k.kind_string(value.kind), value)
                return ctx.error(INCOMPLETE, value.src, "incomplete %s in slice index: %s", *what)
            args = (value, k.kind_string(value.kind))
            return ctx.error(EVAL, self.src, "cannot use %s (type %s) as type int in slice index", *args)
        if value.kind != k.INT:
            args = (value, k.kind_string(value.kind))
            return ctx.error(EVAL, self.src, "cannot use %s (type %s) as type int in slice index", *args)
        number = int(value.value)
        if number < 0:
            return ctx.error(EVAL, self.src, "cannot convert negative number to uint64")
        return number


class Interpolation(Expr):
    """``parts`` alternate between String/Bytes values and expressions; ``is_bytes`` for ``'…'``."""

    __slots__ = ("is_bytes", "parts")

    def __init__(self, parts: list[Expr], is_bytes: bool, src: Src | None) -> None:
        self.parts = parts
        self.is_bytes = is_bytes
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        pieces: list[str | bytes] = []
        inner: Bottom | None = None
        for index, part in enumerate(self.parts):
            if index % 2 == 0:
                pieces.append(part.value)  # type: ignore[attr-defined]
                continue
            value = ctx.unwrap(ctx.value(env, part, self.src))
            if isinstance(value, Vertex):
                value = _alias_of_unfinished(ctx, env, part, value) or value
                if isinstance(value, Bottom) and value.code == STRUCTURAL_CYCLE:
                    return value
            elif not value.concrete:
                value = _alias_of_itself(ctx, env, part) or value
            if isinstance(value, (String, Bytes)):
                pieces.append(value.value)
            elif isinstance(value, Num):
                pieces.append(number_string(value.value))
            elif isinstance(value, Bool):
                pieces.append("true" if value.value else "false")
            elif not isinstance(value, Bottom):
                inner = inner or self._refuse(ctx, value)  # no kind matters after an error
            else:
                inner = value if inner is None else ctx.merge(inner, value)
        if inner is not None:
            return self._failed(ctx, inner)
        ctx.check_size(sum(map(len, pieces)))
        if self.is_bytes:
            return Bytes(b"".join(p if isinstance(p, bytes) else p.encode("utf-8") for p in pieces), self.src)
        return String("".join(p if isinstance(p, str) else valid_text(p) for p in pieces), self.src)

    def _failed(self, ctx: OpContext, inner: Bottom) -> Bottom:
        """An error for each of those inside; that the text depends on itself is told as such too."""
        outer = ctx.wrap(inner.code, self.src, inner, "invalid interpolation")
        for message in outer.messages:
            message.path = ()
        n = ctx.vertex.state if ctx.vertex is not None else None
        if inner.code == CYCLE and inner.node is ctx.vertex and (n is None or not n.is_struct()):  # it is no label
            outer = ctx.merge(outer, Bottom(CYCLE, inner.messages[:1]))
        return outer

    def _refuse(self, ctx: OpContext, value: Value) -> Bottom:
        kind = k.kind_string(value.kind)
        if value.kind & _TEXT_KINDS:  # all that is concrete and of these kinds was taken before
            return ctx.error(INCOMPLETE, self.src, "non-concrete value %s (type %s)", value, kind)
        args = (value, kind, k.kind_string(_TEXT_KINDS))
        return ctx.error(EVAL, self.src, "cannot use %s (type %s) as type %s", *args)


class UnaryExpr(Expr):
    """``+x``, ``-x``, ``!x``."""

    __slots__ = ("op", "x")

    def __init__(self, op: str, x: Expr, src: Src | None) -> None:
        self.op = op
        self.x = x
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        x, op = self.x, self.op
        if isinstance(x, (BasicType, BoundValue, BoundExpr, Top)):
            return ctx.error(EVAL, None, "invalid operand %s ('%s' requires concrete value)", x, op)
        value = ctx.unwrap(ctx.value(env, x, self.src))
        if type(value) is Vertex:
            value = _alias_of_unfinished(ctx, env, x, value) or value
        elif not value.concrete:
            value = _alias_of_itself(ctx, env, x) or value
        if type(value) is Bottom:
            return value
        if type(value) is Num and op != "!":
            return value if op == "+" else operators.negate(value, self.src)
        if type(value) is Bool and op == "!":
            return Bool(not value.value, self.src)
        from pycue.evaluator.debug import debug_string

        expected = k.BOOL if op == "!" else k.NUMBER
        if value.kind & expected and not value.concrete:
            what = (x, op, k.kind_string(value.kind))
            return ctx.error(INCOMPLETE, x.src, "operand %s of '%s' not concrete (was %s)", *what)
        return ctx.error(
            EVAL, self.src, "invalid operation %s%s (%s %s)", op, debug_string(x), op, k.kind_string(value.kind)
        )


class BoundExpr(Expr):
    """``<x``, ``!=x``, ``=~x`` … with an operand to evaluate; ``folded`` is the value where the operand is a literal.

    Literals too are evaluated after all types and scalars of a node, which shows in the order of conflicts.
    """

    __slots__ = ("folded", "op", "x")

    def __init__(self, op: str, x: Expr, src: Src | None) -> None:
        self.op = op
        self.x = x
        self.src = src
        self.folded = bounds.fold_bound(op, x, src)

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        if self.folded is not None:
            return self.folded
        x, op = self.x, self.op
        if isinstance(x, (BasicType, Conjunction)):
            return ctx.error(EVAL, self.src, "bound has fixed non-concrete value")
        value = ctx.unwrap(ctx.value(env, x, self.src))
        if type(value) is Bottom:
            return value
        if isinstance(value, (BasicType, Top)) or not (value.concrete or type(value) is ListMarker):
            cyclic = _alias_of_itself(ctx, env, x)
            if cyclic is not None:
                return cyclic
            return ctx.error(INCOMPLETE, None, "non-concrete value %s for bound %s", x, op)
        return bounds.make_bound(ctx, op, value, self.src, x.src)


class BinaryExpr(Expr):
    """``x op y``; ``&`` too (two conjuncts), ``|`` never (see DisjunctionExpr). ``flavour`` is one of the constants."""

    __slots__ = ("flavour", "op", "x", "y")

    def __init__(self, op: str, x: Expr, y: Expr, src: Src | None, flavour: int = NORMAL) -> None:
        self.op = op
        self.x = x
        self.y = y
        self.src = src
        self.flavour = flavour

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        op = self.op
        if op == "&":
            return ctx.inline(env, self)
        if self.flavour == BOTTOM_TEST:
            tested = self.x if type(self.y) is Bottom else self.y
            return ctx.compare_bottom(env, self, tested, op == "!=")
        left = operand(ctx, env, self.x, self.src, op, later=True)
        if self.flavour == SHORT_CIRCUIT and type(left) is Bool and left.value is (op == "||"):
            return Bool(left.value, self.src)
        cyclic = type(left) is Bottom and left.code == CYCLE and left.node is ctx.vertex
        if cyclic and isinstance(self.y, FieldReference):
            return left  # what is wrong with a field is told there
        right = operand(ctx, env, self.y, self.src, op, later=True)
        if type(left) is Vertex and type(right) is not Bottom:
            left = _composite_operand(ctx, left, self.src)
        if type(right) is Vertex and type(left) is not Bottom:
            right = _composite_operand(ctx, right, self.src)
        if cyclic:
            return right if type(right) is Bottom and not right.incomplete else left
        if type(left) is Num and type(right) is Num:
            return operators.numbers(ctx, self.src, op, left, right)
        if type(left) is Bottom:
            return _both(ctx, left, right) if type(right) is Bottom else left
        if type(right) is Bottom:
            return right
        return operators.binary(ctx, self.src, op, left, right, self.flavour == SCALARS_ONLY)


def _both(ctx: OpContext, left: Bottom, right: Bottom) -> Bottom:
    """The errors of both operands, also where they read the same."""
    both = ctx.merge(left, right)
    if left.code == right.code and both is not left and len(both.messages) < len(left.messages) + len(right.messages):
        both.messages = [*left.messages, *right.messages]
    return both


class DisjunctionExpr(Expr):
    """``a | *b | c`` flattened: ``values`` are (expression, is_default) pairs; parenthesised operands stay nested."""

    __slots__ = ("has_defaults", "values")

    def __init__(self, values: list[tuple[Expr, bool]], src: Src | None) -> None:
        self.values = values
        self.has_defaults = any(default for _, default in values)
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return ctx.inline(env, self)


class CallExpr(Expr):
    """``fun(args)``."""

    __slots__ = ("args", "fun")

    def __init__(self, fun: Expr, args: list[Expr], src: Src | None) -> None:
        self.fun = fun
        self.args = args
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        value = calls.call(ctx, env, self)
        if type(value) is Disjunction and (ctx.task is None or ctx.task.x is not self):
            ctx.src = self.src
            return ctx.inline(None, value)  # as an operand it is what is left of it
        return value


class OpenExpr(Expr):
    """``x...`` (experiment ``explicitopen``)."""

    __slots__ = ("x",)

    def __init__(self, x: Expr, src: Src | None) -> None:
        self.x = x
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return ctx.open(env, self)


class OptionalExpr(Expr):
    """``ref?`` inside a ``try`` clause."""

    __slots__ = ("x",)

    def __init__(self, x: Expr, src: Src | None) -> None:
        self.x = x
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return ctx.optional(env, self)
