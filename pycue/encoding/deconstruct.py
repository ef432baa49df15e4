"""Taking values apart again: the operands of ``&`` and ``|``, bounds and calls that a value was made from.

Writers of schema languages need to know how a value came about rather than what it is. Source: ``Value.Expr``,
``Value.Eval`` and ``Value.ReferencePath`` of the official API.
"""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.calls import is_validator
from pycue.evaluator.expressions import BinaryExpr, BoundExpr, CallExpr, DisjunctionExpr
from pycue.evaluator.ir import BulkOptionalField, Decl, DynamicField, Field, LetField, StructLit
from pycue.evaluator.references import FieldReference, ImportReference, IndexExpr, Resolver, SelectorExpr
from pycue.evaluator.subsume import subsumes
from pycue.evaluator.values import (
    BasicType,
    Bottom,
    BoundValue,
    Builtin,
    BuiltinValidator,
    Conjunction,
    Disjunction,
    Expr,
    Num,
    String,
    Value,
)
from pycue.evaluator.vertex import FINALIZED, CloseInfo, Conjunct, Environment, Vertex
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.labels import AnyLabel
    from pycue.source import Position

__all__ = ["Reference", "conjunction", "evaluated", "operands", "place_of", "reference", "split", "value_of"]


class Reference:
    """Where a reference leads: the root it starts from, the labels from there, and the vertex.

    ``package`` is the import path where it starts from an import, else ``""``.
    """

    __slots__ = ("package", "path", "root", "target")

    def __init__(self, root: Vertex, path: list[AnyLabel], target: Vertex, package: str) -> None:
        self.root = root
        self.path = path
        self.target = target
        self.package = package


def value_of(ctx: OpContext, vertex: Vertex) -> Value:
    """The value at the end of sharing: a scalar, constraint or disjunction, or a vertex of a struct or list."""
    ctx.unify(vertex)
    value = ctx.unwrap(vertex)
    if isinstance(value, Builtin) and is_validator(value, 0):
        return BuiltinValidator(value, (), value.params[0].kind, value.src)
    return value


def evaluated(vertex: Vertex) -> Vertex:
    """The same value as plain data: how it came about is forgotten."""
    end = vertex.deref()
    new = Vertex(vertex.parent, vertex.label)
    new.src = vertex.conjuncts[0].x.src if vertex.conjuncts else vertex.src
    new.base = end.base
    new.status = FINALIZED
    new.arcs = end.arcs
    new.patterns = end.patterns
    new.structs = end.structs
    new.open = end.open
    new.closed = end.closed
    return new


def conjunction(ctx: OpContext, parts: Sequence[Vertex]) -> Vertex:
    """All parts in one value, in the place of the first."""
    vertex = Vertex(parts[0].parent, parts[0].label)
    closed = isinstance(vertex.label, Label) and vertex.label.is_definition
    for part in parts:
        close = CloseInfo()
        close.from_def = closed
        vertex.conjuncts.append(Conjunct(None, part, close))
    ctx.unify(vertex)
    return vertex


def place_of(vertex: Vertex) -> Position | None:
    """Where a value is declared, or written if it is no field."""
    src = vertex.conjuncts[0].x.src if vertex.conjuncts else vertex.src
    if src is None and vertex.base is not None:
        src = vertex.base.src
    return src.position if src is not None else None


def operands(ctx: OpContext, vertex: Vertex, op: str) -> list[Vertex]:
    """The parts of a value that are joined by ``&`` or ``|``, those below them included, without repetitions."""
    found, parts = split(ctx, vertex)
    unique: list[Vertex] = []
    for part in parts:
        if reference(ctx, part) is not None or not any(_same(ctx, part, other) for other in unique):
            unique.append(part)
    if not found and len(unique) == 1:
        return unique
    if found != op:
        return [vertex]
    return [leaf for part in unique for leaf in operands(ctx, part, op)]


def _same(ctx: OpContext, a: Vertex, b: Vertex) -> bool:
    if a.deref().patterns or b.deref().patterns:
        return False
    return subsumes(ctx, a, b) and subsumes(ctx, b, a)


def split(ctx: OpContext, vertex: Vertex) -> tuple[str, list[Vertex]]:
    """The outermost operator of a value and its operands.

    The operator is ``"&"``, ``"|"``, one of the bounds, ``"call"`` (the function comes first), ``"other"`` for
    references and computations, or ``""`` for a value that is not composed: then the value itself is the operand.
    """
    ctx.unify(vertex)
    conjuncts = vertex.conjuncts
    if not conjuncts:
        return _split_value(ctx, vertex)
    if len(conjuncts) > 1:
        return "&", [_again(ctx, vertex, c.env, c.x) for c in conjuncts]
    conjunct = conjuncts[0]
    x = _expression(conjunct.x)
    if isinstance(x, Vertex):
        return split(ctx, x)
    return _split_expr(ctx, vertex, conjunct.env, x)


def _expression(x: Any) -> Any:
    """What a conjunct says, without the declaration around it."""
    while isinstance(x, (Field, LetField, BulkOptionalField, DynamicField)):
        x = x.value
    return x


def _again(ctx: OpContext, vertex: Vertex, env: Environment | None, x: Any) -> Vertex:
    """A new vertex in the place of one, of a single conjunct."""
    new = Vertex(vertex.parent, vertex.label)
    new.conjuncts.append(Conjunct(env, x, CloseInfo()))
    ctx.unify(new)
    return new


def _split_expr(ctx: OpContext, vertex: Vertex, env: Environment | None, x: Expr) -> tuple[str, list[Vertex]]:
    if isinstance(x, BinaryExpr):
        return x.op, [_again(ctx, vertex, env, x.x), _again(ctx, vertex, env, x.y)]
    if isinstance(x, BoundExpr):
        return x.op, [_again(ctx, vertex, env, x.x)]
    if isinstance(x, DisjunctionExpr):
        return _split_alternatives(ctx, [(_again(ctx, vertex, env, value), mark) for value, mark in x.values])
    if isinstance(x, CallExpr):
        return _split_call(ctx, vertex, env, x)
    if isinstance(x, StructLit):
        return _split_struct(ctx, vertex, env, x)
    if isinstance(x, (Builtin, BuiltinValidator, BoundValue, Conjunction, Disjunction)):
        return _split_value(ctx, _again(ctx, vertex, None, x))
    if isinstance(x, Resolver):
        return "other", [vertex]
    return "", [vertex]


def _split_value(ctx: OpContext, vertex: Vertex) -> tuple[str, list[Vertex]]:
    """Split by the result rather than by how it was written."""
    value = value_of(ctx, vertex)
    if isinstance(value, Conjunction):
        # Types last: a bound alone does not tell whether it is of ints.
        parts = sorted(value.values, key=lambda part: isinstance(part, BasicType))
        return "&", [_holding(vertex, part) for part in parts]
    if isinstance(value, Disjunction):
        return _split_alternatives(ctx, [(_holding(vertex, part), mark) for part, mark in _in_order(value)])
    if isinstance(value, BoundValue):
        return value.op, [_holding(vertex, value.value)]
    if isinstance(value, BuiltinValidator):
        return "call", [_holding(vertex, value.builtin), *(_holding(vertex, arg) for arg in value.args)]
    return "", [vertex]


def _in_order(disjunction: Disjunction) -> list[tuple[Value, bool]]:
    """Disjuncts in the official order: as written, but each default changed places with what was in front."""
    marks = disjunction.num_defaults
    marked = [(part, i < marks) for i, part in enumerate(disjunction.values)]
    if not marks:
        return marked
    places = [part.src.position for part, _ in marked if part.src is not None]
    offsets = [place.offset for place in places if place is not None]
    if len(offsets) == len(marked):
        marked = [item for _, _, item in sorted(zip(offsets, range(len(marked)), marked, strict=True))]
    front = 0
    for i, (_, mark) in enumerate(marked):
        if mark:
            marked[front], marked[i] = marked[i], marked[front]
            front += 1
    return marked


def _holding(vertex: Vertex, value: Value) -> Vertex:
    """A vertex in the place of one that holds a finished value."""
    if isinstance(value, Vertex):
        return value
    new = Vertex(vertex.parent, vertex.label)
    new.base = value
    new.status = FINALIZED
    return new


def _split_alternatives(ctx: OpContext, parts: list[tuple[Vertex, bool]]) -> tuple[str, list[Vertex]]:
    """Disjuncts; a default that another disjunct allows says nothing of its own."""
    kept = []
    for part, mark in parts:
        if mark and any(not other_mark and subsumes(ctx, other, part) for other, other_mark in parts):
            continue
        kept.append(part)
    return ("|", kept) if len(kept) > 1 else split(ctx, kept[0])


def _split_call(ctx: OpContext, vertex: Vertex, env: Environment | None, x: CallExpr) -> tuple[str, list[Vertex]]:
    fun = x.fun
    if isinstance(fun, Builtin) and fun.name in ("and", "or") and not fun.package and len(x.args) == 1:
        items = value_of(ctx, _again(ctx, vertex, env, x.args[0]))
        if isinstance(items, Vertex) and items.is_list():
            return "&" if fun.name == "and" else "|", [arc.deref() for arc in ctx.elements(items)]
    return "call", [_again(ctx, vertex, env, part) for part in (fun, *x.args)]


def _split_struct(ctx: OpContext, vertex: Vertex, env: Environment | None, x: StructLit) -> tuple[str, list[Vertex]]:
    """Embedded expressions and, last, the rest of the struct."""
    embedded = [decl for decl in x.decls if not isinstance(decl, (Decl, Value))]
    if not embedded:
        return "", [vertex]
    rest: list[Any] = [decl for decl in x.decls if isinstance(decl, (Decl, Value))]
    node = vertex
    if rest:
        kind = value_of(ctx, vertex).kind
        decls = rest if kind & k.STRUCT or not kind else [BasicType(kind), *rest]
        node = _again(ctx, vertex, env, StructLit(decls, x.src))
    inner = Environment(env, node)
    parts = [_again(ctx, vertex, inner, decl) for decl in embedded]
    if rest:
        parts.append(node)
    if len(parts) == 1:
        return split(ctx, parts[0])
    return "&", parts


# ---- references


def reference(ctx: OpContext, vertex: Vertex) -> Reference | None:
    """Where a value that is nothing but a reference refers to; None for others, and for hidden fields and lets."""
    if len(vertex.conjuncts) != 1:
        return None
    env, x = vertex.conjuncts[0].env, _expression(vertex.conjuncts[0].x)
    if not isinstance(x, Resolver) or env is None:
        return None
    found = _path(ctx, env, x)
    if found is None:
        return None
    root, path = found
    target = ctx.resolve(env, x)
    if isinstance(target, Bottom) or any(not isinstance(label, (str, int)) and label.is_hidden for label in path):
        return None
    ctx.unify(target)
    return Reference(root, path, target, _package(x))


def _package(x: Any) -> str:
    while isinstance(x, (SelectorExpr, IndexExpr)):
        x = x.x
    return x.path if isinstance(x, ImportReference) else ""


def _path(ctx: OpContext, env: Environment, x: Any) -> tuple[Vertex, list[AnyLabel]] | None:
    """Root and labels of a reference."""
    if isinstance(x, FieldReference):
        root, path = _place(ctx.up(env, x.up_count).vertex)
        return root, [*path, x.label]
    if isinstance(x, ImportReference):
        package = ctx.import_vertex(x.path, x.src)
        return (package, []) if isinstance(package, Vertex) else None
    if isinstance(x, (SelectorExpr, IndexExpr)):
        base = _path(ctx, env, x.x)
        if base is None:
            return None
        if isinstance(x, SelectorExpr):
            return base[0], [*base[1], x.label]
        index = ctx.unwrap(ctx.value(env, x.index))
        if isinstance(index, (String, Num)):
            return base[0], [*base[1], index.value]  # type: ignore[list-item]
    return None


def _place(vertex: Vertex) -> tuple[Vertex, list[AnyLabel]]:
    """Root of the tree that a vertex belongs to, and the way from there."""
    path: list[AnyLabel] = []
    while vertex.parent is not None and vertex.label is not None:
        path.append(vertex.label)
        vertex = vertex.parent
    path.reverse()
    return vertex, path
