"""CUE package list. Source: pkg/list/list.go, math.go and sort.go."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise

from pycue.errors import Diagnostic, LimitError
from pycue.evaluator import kind as k
from pycue.evaluator.calls import CallError
from pycue.evaluator.compare import same_value
from pycue.evaluator.debug import debug_string
from pycue.evaluator.expressions import BinaryExpr, DisjunctionExpr
from pycue.evaluator.ir import Field, ListLit, StructLit
from pycue.evaluator.number import add, compare, decimal_context, multiply, to_decimal
from pycue.evaluator.report import add_positions, position_of
from pycue.evaluator.values import (
    EVAL,
    INCOMPLETE,
    BasicType,
    Bool,
    Bottom,
    BoundValue,
    Num,
    String,
    StructMarker,
    Top,
    Value,
)
from pycue.evaluator.vertex import MEMBER, OPTIONAL, Environment, Vertex
from pycue.std._data import takes_fields
from pycue.std._declare import Package, function, integral, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from typing import TypeAlias

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.ir import Decl
    from pycue.evaluator.values import Expr

    Number: TypeAlias = "int | Decimal"

__all__ = ["PACKAGE"]

_LIMIT = 1_000_000  # most elements that a call may make


# ---- parts of lists


def _drop(items: list[Value], count: int) -> list[Value]:
    if count < 0:
        raise ValueError("negative index")
    return items[count:]


def _take(items: list[Value], count: int) -> list[Value]:
    if count < 0:
        raise ValueError("negative index")
    return items[:count]


def _slice(items: list[Value], start: int, end: int) -> list[Value]:
    if start < 0:
        raise ValueError("negative index")
    if start > end:
        raise ValueError(f"invalid index: {start} > {end}")
    if start > len(items) or end > len(items):
        raise ValueError("slice bounds out of range")
    return items[start:end]


def _repeat(items: list[Value], count: int) -> list[Value]:
    if count < 0:
        raise ValueError("negative count")
    if count > _LIMIT:
        raise ValueError(f"count {count} exceeds limit of {_LIMIT}")
    return items * count


def _elements(call: CallContext, value: Value) -> list[Value]:
    """Elements of a value that has to be a list."""
    ctx = call.ctx
    if isinstance(value, Bottom):
        raise CallError(value)
    if not isinstance(value, Vertex) or value.kind != k.LIST:
        if isinstance(value, Top):
            raise call.error(INCOMPLETE, "non-concrete value %s", k.kind_string(value.kind))
        code = INCOMPLETE if value.kind & k.LIST else EVAL
        if isinstance(value, Vertex):
            ctx.unify(value)  # it is shown in the message
        raise call.pathless_error(code, "cannot use value %s (type %s) as list", value, k.kind_string(value.kind))
    ctx.unify(value)
    elements = ctx.elements(value)
    whole = ctx.error_of(value)
    if whole is not None and not whole.incomplete and not whole.close_check:
        errors = (ctx.error_of(element) for element in elements)
        raise CallError(next((error for error in errors if error is not None), whole))
    return [ctx.unwrap(element) for element in elements]


def _concat(call: CallContext) -> list[Value]:
    return [item for part in call.list(0) for item in _elements(call, call.ctx.default(part))]


def _flatten(call: CallContext) -> list[Value]:
    """Lists inside the list opened up to a depth; a negative depth opens all."""

    def flatten(items: list[Value], depth: int) -> list[Value]:
        out: list[Value] = []
        for item in items:
            chosen = call.ctx.unwrap(call.ctx.default(item))
            if isinstance(chosen, Vertex) and chosen.kind == k.LIST and depth != 0:
                out.extend(flatten(_elements(call, chosen), depth - 1))
            else:
                out.append(item)
        return out

    return flatten(_elements(call, call.ctx.unwrap(call.ctx.default(call.value(0)))), call.int64(1))


# ---- validators


def _at_least(call: CallContext) -> bool:
    """MinItems: an open list may still grow."""
    have, want = len(call.list(0, strict=True)), call.int64(1)
    if have >= want:
        return True
    if call.env is not None:
        return False
    value = call.value(0)
    is_open = isinstance(value, Vertex) and getattr(value.base, "open", False)
    code = INCOMPLETE if is_open else EVAL
    raise call.pathless_error(code, "len(list) < MinItems(%s) (%s < %s)", want, have, want)


def _at_most(call: CallContext) -> bool:
    have, want = len(call.list(0, strict=True)), call.int64(1)
    if have > want and call.env is None:
        raise call.pathless_error(EVAL, "len(list) > MaxItems(%s) (%s > %s)", want, have, want)
    return have <= want


def _unique(call: CallContext) -> bool:
    """UniqueItems: equal elements are only wrong for good if nothing can make them differ any more."""
    items = call.list(0)
    first: tuple[int, int] | None = None
    final = False
    for i, x in enumerate(items):
        call.ctx.charge(len(items))
        for j in range(i + 1, len(items)):
            if not _same(call, x, items[j]):
                continue
            final = _is_final(call, x, False) and _is_final(call, items[j], False)
            if first is None or final:
                first = (i, j)
            if final:
                break
        if final:
            break
    if first is None:
        return True
    if call.env is not None:
        return False
    code = EVAL if final else INCOMPLETE
    value = items[first[0]]
    if not call.ctx.unwrap(value).concrete or isinstance(call.ctx.unwrap(value), Vertex):
        raise call.pathless_error(code, "equal values at position %s and %s", *first)
    raise call.pathless_error(code, "equal value (%s) at position %s and %s", debug_string(value), *first)


def _same(call: CallContext, a: Value, b: Value) -> bool:
    """Equality of regular fields and elements."""
    a, b = call.ctx.unwrap(a), call.ctx.unwrap(b)
    if not isinstance(a, Vertex) or not isinstance(b, Vertex):
        return a.__class__ is b.__class__ and same_value(call.ctx, a, b)
    if a.kind != b.kind:
        return False
    first, second = dict(call.ctx.fields(a)), dict(call.ctx.fields(b))
    return first.keys() == second.keys() and all(_same(call, arc, second[label]) for label, arc in first.items())


def _is_final(call: CallContext, value: Value, closed: bool) -> bool:
    """Whether nothing can make the value more specific."""
    value = call.ctx.unwrap(value)
    if not isinstance(value, Vertex):
        return value.concrete
    closed = closed or (value.kind == k.STRUCT and not takes_fields(call.ctx, value))
    if value.kind == k.STRUCT and not closed:
        return False
    for arc in value.arcs.values():
        if arc.arc_type == OPTIONAL and not isinstance(arc.base, Bottom):
            call.ctx.unify(arc)
            if not isinstance(arc.base, Bottom):
                return False
        elif arc.arc_type == MEMBER and not _is_final(call, arc, closed):
            return False
    return True


def _match_count(call: CallContext) -> bool:
    """MatchN: as many elements as the number says satisfy the schema."""
    ctx = call.ctx
    wanted, schema = call.args[1], call.args[2]
    vertex = call.value(0)
    if not isinstance(vertex, Vertex) or vertex.kind != k.LIST:
        raise call.error(INCOMPLETE, "non-concrete value %s", k.kind_string(vertex.kind))
    ctx.unify(vertex)
    ctx.charge(len(vertex.arcs))
    count = sum(ctx.unification_error(item, schema) is None for item in ctx.elements(vertex))
    if ctx.unification_error(Num(count, k.INT), wanted) is None:
        return True
    if call.env is not None:
        return False
    error = call.error(EVAL, "%s matches %s list items, want %s", schema, count, wanted)
    if isinstance(schema, Vertex):
        ctx.add_position(error.bottom, schema)
    raise error


def _contains(call: CallContext) -> bool:
    wanted = call.value(1)
    if isinstance(wanted, Vertex):
        call.ctx.unify(wanted)
    return any(_same(call, call.ctx.default(item), wanted) for item in call.list(0))


# ---- numbers


def _filled(numbers: list[Number]) -> list[Number]:
    if not numbers:
        raise ValueError("empty list")
    return numbers


def _sum(numbers: list[Number]) -> Number:
    total: Number = 0
    for number in numbers:
        total = add(total, number)
    return total


def _product(numbers: list[Number]) -> Number:
    total: Number = 1
    for number in numbers:
        total = multiply(total, number)
    return total


def _average(numbers: list[Number]) -> Number:
    total = _sum(_filled(numbers))
    context = decimal_context()
    return context.divide(to_decimal(total), to_decimal(len(numbers)))


def _range(start: Number, limit: Number, step: Number) -> list[Number]:
    if step == 0:
        raise ValueError("step must be non zero")
    if step > 0 and limit < start:
        raise ValueError("end must be greater than start when step is positive")
    if step < 0 and limit > start:
        raise ValueError("end must be less than start when step is negative")
    out: list[Number] = []
    number = start
    while compare(number, limit) * (1 if step > 0 else -1) < 0:
        out.append(integral(number))
        number = add(number, step)
        if len(out) > _LIMIT:
            raise ValueError(f"list exceeds limit of {_LIMIT} elements")
    return out


# ---- sorting


def _sorter(call: CallContext) -> Callable[[Value, Value], bool]:
    """The comparison that a comparator struct ``{x, y, less}`` defines."""
    ctx = call.ctx
    comparator = call.args[1]
    direct = _direct(ctx, comparator)

    def less(x: Value, y: Value) -> bool:
        ctx.step()
        known = direct(x, y) if direct is not None else None
        if known is not None:
            return _answer(known)
        operands = StructLit([Field("x", x, MEMBER, None), Field("y", y, MEMBER, None)], None)
        vertex = ctx.subvertex([(None, comparator), (None, operands)])
        named = comparator.deref() if isinstance(comparator, Vertex) else None
        if named is not None and named.label is not None:
            vertex.parent, vertex.label = named.parent, named.label  # for the paths of errors
        ctx.unify(vertex)
        arc = vertex.arcs["less"]
        result = ctx.unwrap(arc)
        error = None if isinstance(result, (Bool, Bottom)) else ctx.error_of(vertex)
        if error is not None:
            result = error
        if isinstance(result, Bottom):
            first = result.messages[0]
            place = position_of(_expression(arc))
            if place is not None and not first.positions and first.position is None:
                first.positions = [place]  # a failed disjunction is placed where it is asked for
        return _answer(result)

    return less


def _answer(value: Value) -> bool:
    """What ``less`` says; nothing is less where it is not known to be. Its errors are never to be waited out."""
    if isinstance(value, Bottom):
        raise CallError(Bottom(EVAL if value.incomplete else value.code, value.messages))
    return isinstance(value, Bool) and value.value


def _direct(ctx: OpContext, comparator: Value) -> Callable[[Value, Value], Value | None] | None:
    """What ``less`` comes to, found by evaluating its expression alone with the operands for ``x`` and ``y``.

    The function gives None where more of the comparator has a say, and there is none for comparators where it always
    has; they must be unified with the operands.
    """
    if not isinstance(comparator, Vertex):
        return None
    comparator = comparator.deref()
    ctx.unify(comparator)
    arcs = comparator.arcs
    members = [label for label, arc in arcs.items() if arc.arc_type == MEMBER]
    if not {"x", "y", "less"}.issubset(members) or not all(
        label in _OPERANDS or _is_type(arcs[label]) for label in arcs
    ):
        return None
    target = arcs["less"]
    conjuncts = [c for c in target.conjuncts if c.x is not None and not isinstance(_given(c.x), BasicType)]
    if len(conjuncts) != 1 or conjuncts[0].env is None:
        return None
    x, env = _given(conjuncts[0].x), conjuncts[0].env
    if isinstance(x, Value) or env.vertex is not comparator:
        return None
    kinds = _accepted(arcs["x"]) & _accepted(arcs["y"])
    pair = ctx.struct_of((label, comparator if label in _OPERANDS else arc) for label, arc in arcs.items())
    frame = Environment(env.up, pair)

    def less(a: Value, b: Value) -> Value | None:
        if not (a.kind & kinds and b.kind & kinds) or isinstance(a, Bottom) or isinstance(b, Bottom):
            return None
        pair.arcs["x"].base, pair.arcs["y"].base = a, b
        saved, ctx.vertex = ctx.vertex, target
        value = ctx.unwrap(x.evaluate(ctx, frame))
        ctx.vertex = saved
        if isinstance(value, Bottom) and value.incomplete:
            for operand, label in ((a, "x"), (b, "y")):
                if not operand.concrete:  # it is a constraint then, as is what was said of the field
                    add_positions(value, filter(None, (position_of(_given(c.x)) for c in arcs[label].conjuncts)))
        return value if isinstance(value, (Bool, Bottom)) else None

    return less


_OPERANDS = ("x", "y", "less")


def _given(x: Expr | Decl) -> Expr:
    """What a field was given."""
    return x.value if isinstance(x, Field) else x  # type: ignore[return-value]


def _is_type(arc: Vertex) -> bool:
    """Whether nothing but types is said of a field."""
    parts = [_given(conjunct.x) for conjunct in arc.conjuncts]
    alternatives = [v for x in parts if isinstance(x, DisjunctionExpr) for v, _ in x.values]
    return all(isinstance(x, (Value, DisjunctionExpr)) for x in parts) and all(
        isinstance(x, Value) for x in alternatives
    )


def _accepted(arc: Vertex) -> int:
    """Kinds of which every value is accepted as it is by a field.

    A comparison needs a scalar as it is: of what is said of the field only plain types are held against it.
    """
    value = arc.deref()
    base = value.base
    if isinstance(base, Top):
        return k.TOP
    if isinstance(base, StructMarker) and not (value.arcs or value.patterns or value.closed):
        return k.STRUCT
    kinds = k.TOP & ~(k.STRUCT | k.LIST)
    for conjunct in arc.conjuncts:
        kinds &= _kinds(_given(conjunct.x))
    return kinds | (base.kind if isinstance(base, BasicType) and kinds else 0)


def _kinds(x: Expr) -> int:
    """Kinds of the scalars that an expression lets pass unseen: none if it is a value itself."""
    if isinstance(x, BinaryExpr) and x.op == "&":
        return _kinds(x.x) & _kinds(x.y)
    if isinstance(x, (BasicType, Top, BoundValue)):
        return x.kind if isinstance(x, BasicType) else k.TOP
    return 0 if isinstance(x, (StructLit, ListLit, Value)) else k.TOP


def _compares(call: CallContext) -> bool:
    """Whether the comparator has the field ``less``, and operands for it."""
    comparator = call.value(1)
    if (
        not isinstance(comparator, Vertex)
        or "less" not in comparator.arcs
        or comparator.arcs["less"].arc_type != MEMBER
    ):
        return False
    if not {"x", "y"} <= comparator.arcs.keys():
        raise ValueError("runtime error: invalid memory address or nil pointer dereference")
    return True


def _expression(arc: Vertex) -> Expr | None:
    """The expression, not a value or type, that a field was given."""
    given = (_given(conjunct.x) for conjunct in arc.conjuncts)
    return next((x for x in given if not isinstance(x, Value)), None)


def _direction(call: CallContext, items: list[Value]) -> int:
    """1 or -1 if the comparator is ``x < y`` or ``x > y`` over elements that Python orders alike, else 0."""
    comparator = call.args[1]
    kinds = {item.__class__ for item in items}
    if kinds not in ({Num}, {String}) or not isinstance(comparator, Vertex):
        return 0
    arc = comparator.arcs.get("less")
    origins = [conjunct.x for conjunct in arc.conjuncts] if arc is not None else []
    for direction, name in ((1, "Ascending"), (-1, "Descending")):
        if any(_is_member(x, name) for x in origins):
            return direction
    return 0


def _is_member(x: object, name: str) -> bool:
    """Whether ``x`` is the field ``less`` of one of this package's comparators."""
    for decl in PACKAGE.bodies()[0].decls:
        if isinstance(decl, Field) and decl.label == name:
            return any(x is field or x is getattr(field, "value", None) for field in decl.value.decls)  # type: ignore[attr-defined]
    return False


_NESTED = 200
"""Sorts within comparisons of sorts: each takes a part of the machine's own stack, which no limit of Python guards."""


def _sort(call: CallContext) -> list[Value]:
    items = call.list(0)
    if not _compares(call):
        raise ValueError("field not found: less")
    direction = _direction(call, items)
    if direction:
        return sorted(items, key=lambda item: item.value, reverse=direction < 0)  # type: ignore[attr-defined]
    less = _sorter(call)

    def order(x: Value, y: Value) -> int:
        return -less(x, y)  # sorted() asks for nothing but "less"

    trials = call.ctx.trials
    if len(trials) > _NESTED:
        raise LimitError(Diagnostic("evaluation exceeds the limit of depth", code="limit.depth"))
    trials.append((call.builtin, None))
    try:
        return sorted(items, key=cmp_to_key(order))
    finally:
        trials.pop()


def _is_sorted(call: CallContext) -> bool:
    items = call.list(0)
    if isinstance(call.args[1], Vertex):
        call.ctx.unify(call.args[1])  # it is shown in the message
    if not _compares(call):
        return True
    less = _sorter(call)
    try:
        return not any(less(y, x) for x, y in pairwise(items))
    except CallError:
        if call.env is None:
            raise
        return False


def _is_sorted_strings(items: list[str]) -> bool:
    return all(x <= y for x, y in pairwise(items))


_SOURCE = """{
	Comparer: {
		T:    _
		x:    T
		y:    T
		less: bool
	}
	Ascending: {
		Comparer
		T:    number | string
		x:    T
		y:    T
		less: x < y
	}
	Descending: {
		Comparer
		T:    number | string
		x:    T
		y:    T
		less: x > y
	}
}
"""

PACKAGE = Package(
    "list",
    [
        function("Drop", "l i", "l", _drop),
        raw_function("FlattenN", "_ i", "l", _flatten),
        function("Repeat", "l i", "l", _repeat),
        raw_function("Concat", "l", "l", _concat),
        function("Take", "l i", "l", _take),
        function("Slice", "l i i", "l", _slice),
        function("Reverse", "l", "l", lambda items: items[::-1]),
        raw_function("MinItems", "L i", "b", _at_least),
        raw_function("MaxItems", "L i", "b", _at_most),
        raw_function("UniqueItems", "l", "b", _unique),
        raw_function("Contains", "l _", "b", _contains),
        raw_function("MatchN", "l _ _", "b", _match_count, non_concrete=True),
        function("Avg", "ln", "n", _average),
        function("Max", "ln", "n", lambda numbers: max(_filled(numbers))),
        function("Min", "ln", "n", lambda numbers: min(_filled(numbers))),
        function("Product", "ln", "n", _product),
        function("Range", "n n n", "l", _range),
        function("Sum", "ln", "n", _sum),
        raw_function("Sort", "l _", "l", _sort),
        raw_function("SortStable", "l _", "l", _sort),
        function("SortStrings", "ls", "l", sorted),
        raw_function("IsSorted", "l _", "b", _is_sorted),
        function("IsSortedStrings", "ls", "b", _is_sorted_strings),
    ],
    source=_SOURCE,
)
