"""What OpenAPI schemas are made from: fields, elements, defaults and formats of finished values."""

from __future__ import annotations

from pycue.encoding.deconstruct import evaluated, reference, split, value_of
from pycue.errors import EncodeError
from pycue.evaluator import kind as k
from pycue.evaluator.debug import debug_string
from pycue.evaluator.values import (
    BasicType,
    Bottom,
    Builtin,
    Conjunction,
    Disjunction,
    ListMarker,
    StructMarker,
)
from pycue.evaluator.vertex import MEMBER, OPTIONAL, REQUIRED, CloseInfo, Conjunct, Vertex
from pycue.export.bounds import simplify
from pycue.export.toposort import ordered_labels
from pycue.labels import LET, Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["Unfinished", "data_of", "element_of", "fields_of", "format_of", "function_name", "is_scalar"]

_FORMATS = {
    "int32": "int32",
    "int64": "int64",
    "float32": "float",
    "float64": "double",
    "bytes": "binary",
    "time.Time": "date-time",
    'time.Format("2006-01-02")': "date",
}


class Unfinished:
    """Stands in a schema for a part of a default that is not concrete; ``text`` is the CUE value."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def is_scalar(value: Value) -> bool:
    """Whether a value is a concrete scalar."""
    return value.concrete and not isinstance(value, (Vertex, Bottom, Disjunction, Builtin))


def fields_of(ctx: OpContext, vertex: Vertex) -> Iterator[tuple[str | Label, Vertex]]:
    """Regular fields, optional ones too, and definitions, in output order."""
    for label in ordered_labels(ctx, vertex):
        arc = vertex.arcs[label]
        if isinstance(label, Label) and (label.is_hidden or label.kind == LET):
            continue
        if not isinstance(label, int) and arc.arc_type in (MEMBER, OPTIONAL, REQUIRED):
            ctx.unify(arc)
            yield label, arc


def element_of(ctx: OpContext, vertex: Vertex, expand: bool) -> Vertex | None:
    """What every further field or element must be; None if there is nothing to say."""
    is_list = isinstance(vertex.base, ListMarker)
    if is_list and not vertex.base.open:  # type: ignore[union-attr]
        return None
    conjuncts = [
        pattern.conjunct
        for pattern in vertex.patterns or ()
        if is_list or (isinstance(pattern.value, BasicType) and pattern.value.kind & k.STRING)
    ]
    if is_list and not expand:
        conjuncts = conjuncts[:1]
    if not conjuncts and not is_list and not (expand and vertex.open):
        return None
    new = Vertex(vertex, None)
    new.detached = True
    new.conjuncts.extend(Conjunct(c.env, c.x.value if hasattr(c.x, "value") else c.x, CloseInfo()) for c in conjuncts)
    ctx.unify(new)
    return new


def data_of(ctx: OpContext, value: Value) -> Any:
    """Plain data of a value; what is not concrete becomes :class:`Unfinished`."""
    from pycue.encoding.data import to_data

    value = ctx.default(value)
    if isinstance(value, Vertex):
        if isinstance(value.base, ListMarker):
            return [data_of(ctx, arc) for arc in ctx.elements(value)]
        if isinstance(value.base, StructMarker):
            return {label: data_of(ctx, arc) for label, arc in ctx.fields(value) if type(label) is str}
    try:
        return to_data(ctx, value)
    except EncodeError:
        return Unfinished(debug_string(value, ctx))


def function_name(value: Value) -> str:
    """Name of a function or validator as programs write it, e.g. ``time.Time``; ``""`` for other values."""
    if isinstance(value, Builtin):
        return f"{value.package.rpartition('/')[2]}.{value.name}"
    builtin = getattr(value, "builtin", None)
    return function_name(builtin) if builtin is not None else ""


def format_of(ctx: OpContext, vertex: Vertex) -> str:
    """Format that a type or validator stands for, ``""`` for most."""
    value = value_of(ctx, vertex)
    if not value.kind & (k.NUMBER | k.STRING | k.BYTES) or isinstance(value, (Bottom, Disjunction)):
        return ""
    if value.kind & ~(k.NUMBER | k.STRING | k.BYTES):
        return ""
    ref = reference(ctx, vertex)
    if ref is not None:
        return _FORMATS.get(".".join([ref.package, *map(str, ref.path)]), "")
    op, args = split(ctx, evaluated(vertex))
    if op == "call":
        name = function_name(value_of(ctx, args[0]))
        texts = [debug_string(value_of(ctx, arg)) for arg in args[1:]]
        return _FORMATS.get(f"{name}({', '.join(texts)})" if texts else name, "")
    if isinstance(value, BasicType):
        return _FORMATS.get("bytes", "") if value.kind == k.BYTES else ""
    if isinstance(value, Conjunction):
        return _FORMATS.get(simplify(value.values).name, "")
    return ""
