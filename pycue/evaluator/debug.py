"""Compact text of values and expressions for messages. Source: internal/core/debug (compact mode)."""

from __future__ import annotations

from pycue.evaluator import ir
from pycue.evaluator import kind as k
from pycue.evaluator import values as v
from pycue.evaluator.bounds import sized_name
from pycue.evaluator.cycle import is_inline
from pycue.evaluator.labeling import printed_label, printed_path
from pycue.evaluator.number import number_string
from pycue.evaluator.vertex import MEMBER, OPTIONAL, REQUIRED, Vertex
from pycue.labels import Label
from pycue.syntax import ast
from pycue.syntax.literal import quote_bytes, quote_label, quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.labels import AnyLabel

__all__ = ["debug_string", "source_text"]

_MARKS = {MEMBER: "", OPTIONAL: "?", REQUIRED: "!"}


def debug_string(x: Any, ctx: OpContext | None = None) -> str:
    """Text of a value, expression, declaration, label or plain text, as it stands in a message.

    A vertex inside its own text prints as ``value at path …``.
    """
    if isinstance(x, str):
        return x
    handler = _HANDLERS.get(type(x))
    return handler(x) if handler is not None else str(x)


_d = debug_string


def source_text(x: Any) -> str:
    """An expression as it is written in the source."""
    node = x.src.node if x.src is not None else None
    if isinstance(node, ast.Expr):
        from pycue.syntax.format import format_node

        return format_node(node)
    return debug_string(x)


def _vertex(x: Vertex) -> str:
    base = x.base
    target = base if _printing and isinstance(base, Vertex) and base.label is not None and not is_inline(base) else None
    shared = x.shared
    while isinstance(base, Vertex):
        x, base = base, base.base
    if target is not None and isinstance(base, (v.StructMarker, v.ListMarker)):
        return f"~({'.'.join(printed_path(target.path()))})" if shared and x.arcs else _at_path(x)
    if _printing and x.child_error is not None and isinstance(base, (v.StructMarker, v.ListMarker)):
        return _at_path(x) if any(x is other for other in _printing) else _bottom(x.child_error)
    if (
        isinstance(base, v.Bottom)
        and base.value is not None
        and (not _printing or any(base is other for other in _printing))
    ):
        base = base.value  # an error may mention the vertex it belongs to
    below = x.child_error if _printing else None
    if below is not None and not below.incomplete:
        return _bottom(below)
    if isinstance(base, v.ListMarker):
        return _composite(x, _list_vertex)
    if base is None or isinstance(base, v.StructMarker):
        if base is None and not x.arcs:
            parts = [_pattern_value(c.x) for c in x.conjuncts]
            return " & ".join(parts) if parts else "_"
        return _composite(x, _struct_vertex)
    return _d(base)


_printing: list[v.Value] = []  # vertices whose text is being made; errors below may mention them


def _composite(x: Vertex, text: Callable[[Vertex], str]) -> str:
    if any(x is other for other in _printing):
        return _at_path(x)
    _printing.append(x)
    try:
        return text(x)
    finally:
        _printing.pop()


def _at_path(x: Vertex) -> str:
    return f"value at path '{'.'.join(printed_path(x.path()))}'"


def _label(label: AnyLabel) -> str:
    """A hidden label of a package is followed by that package."""
    if isinstance(label, Label) and label.is_hidden and label.scope != "_":
        return f"{label.name}({label.scope})"
    return printed_label(label)


def _struct_vertex(x: Vertex) -> str:
    parts: list[str] = []
    lets = _lets(x)
    for label, arc in x.arcs.items():
        if arc.arc_type in _MARKS:
            parts += lets.pop(label, ())
            parts.append(f"{_label(label)}{_MARKS[arc.arc_type]}:{_d(arc)}")
    for rest in lets.values():
        parts += rest
    return "{" + ",".join(parts) + "}"


def _lets(x: Vertex) -> dict[Any, list[str]]:
    """Lets of a struct by the label of the first field that came after them, None at the end."""
    found: dict[Any, list[str]] = {}
    waiting: list[str] = []
    seen: set[Any] = set()
    for info in x.structs or ():
        values = (info.env.lets if info.env is not None else None) or {}
        for decl in info.lit.decls:
            if isinstance(decl, ir.LetField):
                value = values.get(decl.label)
                waiting.append(_let_text(decl.label, value if value is not None else decl.value))
            for label in _declared(decl):
                if label not in seen:
                    seen.add(label)
                    if waiting:
                        found[label], waiting = waiting, []
    if waiting:
        found[None] = waiting
    return found


def _declared(decl: Any) -> list[Any]:
    """Labels of the fields that a declaration makes, or that a comprehension may make."""
    if isinstance(decl, ir.Field):
        return [decl.label]
    if isinstance(decl, ir.Comprehension):
        bodies = [body for body in (decl.value, decl.fallback) if isinstance(body, ir.StructLit)]
        return [label for body in bodies for inner in body.decls for label in _declared(inner)]
    return []


def _let_text(label: Any, value: Any) -> str:
    return f"let {label.name}#{label.scope}={_d(value)}"


def _pattern_value(x: Any) -> str:
    if isinstance(x, (ir.Field, ir.BulkOptionalField)):
        x = x.value
    if isinstance(x, ir.ListLit):  # as the list would print if it were evaluated
        return "[" + ",".join(_d(elem) for elem in x.elems if not isinstance(elem, ir.Ellipsis)) + "]"
    return _d(x)


def _list_vertex(x: Vertex) -> str:
    parts = [_d(arc) for label, arc in x.arcs.items() if isinstance(label, int) and arc.arc_type == MEMBER]
    return "[" + ",".join(parts) + "]"


def _bottom(x: v.Bottom) -> str:
    from pycue.evaluator.diagnose import summary

    if not x.messages or any(x is other for other in _printing):
        return "_|_"
    _printing.append(x)
    try:
        return f"_|_({summary(x, paths=False)})"
    finally:
        _printing.pop()


def _num(x: v.Num) -> str:
    return number_string(x.value)


def _conjunction(x: v.Conjunction) -> str:
    name = sized_name(x.values)
    if name is not None:
        return name
    types = [_d(value) for value in x.values if isinstance(value, v.BasicType)]
    others = [_d(value) for value in x.values if not isinstance(value, v.BasicType)]
    return " & ".join(others + types)


def _disjunction(x: v.Disjunction) -> str:
    marked = x.num_defaults if x.num_defaults < len(x.values) else 0
    return " | ".join(("*" if i < marked else "") + _d(value) for i, value in enumerate(x.values))


def _validator(x: v.BuiltinValidator) -> str:
    args = (".".join(printed_path(a.path())) if isinstance(a, Vertex) and a in x.around else _d(a) for a in x.args)
    return f"{x.builtin.expression_name()}({', '.join(args)})"


def _let_name(x: ir.LetReference) -> str:
    return str(x.label)


def _interpolation(x: ir.Interpolation) -> str:
    quote = "'" if x.is_bytes else '"'
    out = []
    for i, part in enumerate(x.parts):
        if i % 2:
            out.append(f"\\({_d(part)})")
        else:
            value = part.value  # type: ignore[attr-defined]
            spelled = quote_bytes(value) if isinstance(value, bytes) else quote_string(value)
            out.append(spelled[1:-1])
    return quote + "".join(out) + quote


def _disjunction_expr(x: ir.DisjunctionExpr) -> str:
    return "(" + "|".join(("*" if default else "") + _d(value) for value, default in x.values) + ")"


def _slice(x: ir.SliceExpr) -> str:
    low = _d(x.low) if x.low is not None else ""
    high = _d(x.high) if x.high is not None else ""
    return f"{_d(x.x)}[{low}:{high}]"


def _call(x: ir.CallExpr) -> str:
    return f"{_d(x.fun)}({', '.join(_d(arg) for arg in x.args)})"


def _field(x: ir.Field) -> str:
    return f"{_label(x.label)}{_MARKS.get(x.arc_type, '')}:{_d(x.value)}"


def _dynamic_field(x: ir.DynamicField) -> str:
    return f"{_d(x.key)}{_MARKS.get(x.arc_type, '')}:{_d(x.value)}"


def _pattern(x: ir.BulkOptionalField) -> str:
    return f"[{_d(x.filter)}]:{_d(x.value)}"


def _ellipsis(x: ir.Ellipsis) -> str:
    return "..." + (_d(x.value) if x.value is not None else "")


def _let_field(x: ir.LetField) -> str:
    return _let_text(x.label, x.value)


def _comprehension(x: ir.Comprehension) -> str:
    return " ".join([*(_d(clause) for clause in x.clauses), _d(x.value)])


def _for(x: ir.ForClause) -> str:
    key, value = ("_" if label is None else label for label in (x.key, x.value))
    return f"for {key}, {value} in {_d(x.source)}"


def _if(x: ir.IfClause) -> str:
    return f"if {_d(x.condition)}"


def _let(x: ir.LetClause) -> str:
    return f"let {x.label} = {_d(x.expr)}"


def _try(x: ir.TryClause) -> str:
    return "try" if x.label is None else f"try {x.label} = {_d(x.expr)}"


def _struct(x: ir.StructLit) -> str:
    return "{" + ",".join(_d(decl) for decl in x.decls) + "}"


def _list(x: ir.ListLit) -> str:
    return "[" + ",".join(_d(elem) for elem in x.elems) + "]"


_HANDLERS: dict[type, Callable[[Any], str]] = {
    Label: lambda x: x.name,
    Vertex: _vertex,
    v.Bottom: _bottom,
    v.Null: lambda _: "null",
    v.Bool: lambda x: "true" if x.value else "false",
    v.Num: _num,
    v.String: lambda x: quote_string(x.value),
    v.Bytes: lambda x: quote_bytes(x.value),
    v.NoSharing: lambda x: _bottom(x.error()),
    v.Top: lambda _: "_",
    v.BasicType: lambda x: k.kind_string(x.kind),
    v.BoundValue: lambda x: x.op + _d(x.value),
    v.Builtin: lambda x: x.expression_name(),
    v.BuiltinValidator: _validator,
    v.Conjunction: _conjunction,
    v.Disjunction: _disjunction,
    v.StructMarker: lambda _: "struct",
    v.ListMarker: lambda _: "list",
    ir.Field: _field,
    ir.LetField: _let_field,
    ir.BulkOptionalField: _pattern,
    ir.DynamicField: _dynamic_field,
    ir.Ellipsis: _ellipsis,
    ir.Comprehension: _comprehension,
    ir.ForClause: _for,
    ir.IfClause: _if,
    ir.LetClause: _let,
    ir.TryClause: _try,
    ir.StructLit: _struct,
    ir.ListLit: _list,
    ir.FieldReference: lambda x: _label(x.label),
    ir.ValueReference: lambda x: x.name,
    ir.LabelReference: lambda x: x.name,
    ir.DynamicReference: lambda x: _d(x.key),
    ir.LetReference: _let_name,
    ir.ImportReference: lambda x: quote_label(x.path),
    ir.SelectorExpr: lambda x: f"{_d(x.x)}.{_label(x.label)}",
    ir.IndexExpr: lambda x: f"{_d(x.x)}[{_d(x.index)}]",
    ir.SliceExpr: _slice,
    ir.Interpolation: _interpolation,
    ir.UnaryExpr: lambda x: x.op + _d(x.x),
    ir.BoundExpr: lambda x: x.op + _d(x.x),
    ir.BinaryExpr: lambda x: f"({_d(x.x)} {x.op} {_d(x.y)})",
    ir.DisjunctionExpr: _disjunction_expr,
    ir.CallExpr: _call,
    ir.OpenExpr: lambda x: f"{_d(x.x)}...",
    ir.OptionalExpr: lambda x: f"{_d(x.x)}?",
}
