"""Expressions that denote a vertex: names, selectors and indices. Source: internal/core/adt/expr.go."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.values import EVAL, INCOMPLETE, BasicType, Bottom, Expr, Num, Src, String

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value
    from pycue.evaluator.vertex import Environment, Vertex
    from pycue.labels import AnyLabel

__all__ = [
    "DynamicReference",
    "FieldReference",
    "ImportReference",
    "IndexExpr",
    "LabelReference",
    "LetReference",
    "Resolver",
    "SelectorExpr",
    "ValueReference",
    "negative_index",
]


class Resolver(Expr):
    """An expression that denotes a vertex rather than a value."""

    __slots__ = ()

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        """The vertex, not evaluated, or why there is none."""
        raise NotImplementedError

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return ctx.read(self.resolve(ctx, env), self)


class FieldReference(Resolver):
    """Identifier that names a field ``label`` of the struct ``up_count`` environments up."""

    __slots__ = ("label", "up_count")

    def __init__(self, up_count: int, label: AnyLabel, src: Src | None) -> None:
        self.up_count = up_count
        self.label = label
        self.src = src

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        for _ in range(self.up_count):
            env = env.up  # type: ignore[assignment]
        return ctx.lookup(env.vertex, self.label, self.src)


class ValueReference(Resolver):
    """Value alias (``a: X={…}``, ``self``); ``name`` as written.

    ``up_count`` is 0 for the vertex being evaluated, else one more than for the environment whose vertex is meant.
    """

    __slots__ = ("name", "up_count")

    def __init__(self, up_count: int, name: str, src: Src | None) -> None:
        self.up_count = up_count
        self.name = name
        self.src = src

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        if self.up_count == 0:
            assert ctx.vertex is not None
            return ctx.vertex
        return ctx.up(env, self.up_count - 1).vertex


class LabelReference(Expr):
    """Label alias: the ``dynamic_label`` of the environment ``up_count`` up, as a string value."""

    __slots__ = ("name", "up_count")

    def __init__(self, up_count: int, name: str, src: Src | None) -> None:
        self.up_count = up_count
        self.name = name
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        label = ctx.up(env, self.up_count).dynamic_label
        if isinstance(label, int):
            return Num(label, k.INT, self.src)
        if label is None:
            return BasicType(k.STRING, self.src)
        return String(str(label), self.src)


class DynamicReference(Resolver):
    """Alias of a dynamic field: ``key`` is evaluated ``up_count`` environments up, then looked up there."""

    __slots__ = ("alias", "key", "up_count")

    def __init__(self, up_count: int, key: Expr, alias: str, src: Src | None) -> None:
        self.up_count = up_count
        self.key = key
        self.alias = alias
        self.src = src

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        outer = ctx.up(env, self.up_count)
        saved, ctx.vertex = ctx.vertex, outer.vertex  # what is wrong with the key is told where it stands
        try:
            value = ctx.unwrap(ctx.value(outer, self.key, self.src))
        finally:  # the key may have to wait
            ctx.vertex = saved
        label = _label(ctx, value, self.key, self.src)
        if not isinstance(label, Bottom):
            return ctx.lookup(outer.vertex, label, self.src)
        if label is not value and outer.vertex.state is not None:
            ctx.add_error(outer.vertex.state, label)  # the struct's own error, that it lacks a field, does not hide it
        return label


class LetReference(Resolver):
    """Identifier that names a ``let``; ``x`` is the let's expression."""

    __slots__ = ("label", "up_count", "x")

    def __init__(self, up_count: int, label: AnyLabel, x: Expr, src: Src | None) -> None:
        self.up_count = up_count
        self.label = label
        self.x = x
        self.src = src

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        return ctx.let_vertex(env, self)


class ImportReference(Resolver):
    """Identifier that names an imported package; ``path`` is the full import path, ``name`` the local name."""

    __slots__ = ("name", "path")

    def __init__(self, path: str, name: str, src: Src | None) -> None:
        self.path = path
        self.name = name
        self.src = src

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        return ctx.import_vertex(self.path, self.src)


def negative_index(ctx: OpContext, src: Src | None, x: Expr, index: Num) -> Bottom:
    """Error for an index or label ``x`` below zero; a number with a sign before it is at fault as written."""
    from pycue.evaluator.expressions import UnaryExpr

    if isinstance(x, UnaryExpr):
        return ctx.error(EVAL, src, "invalid index %s (index must be non-negative)", index)
    bottom = ctx.error(EVAL, src, "index %s out of range [%s]", x, int(index.value))
    return ctx.add_position(bottom, index)


class SelectorExpr(Resolver):
    """``x.label``; ``selector`` is where the label stands."""

    __slots__ = ("label", "selector", "x")

    def __init__(self, x: Expr, label: AnyLabel, src: Src | None, selector: Src | None = None) -> None:
        self.x = x
        self.label = label
        self.src = src
        self.selector = selector or src

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        node = ctx.node(env, self.x, self)
        if isinstance(node, Bottom):
            return ctx.told_again(node) if node.incomplete else node
        return ctx.lookup(node, self.label, self.selector)


class IndexExpr(Resolver):
    """``x[index]``."""

    __slots__ = ("index", "x")

    def __init__(self, x: Expr, index: Expr, src: Src | None) -> None:
        self.x = x
        self.index = index
        self.src = src

    def resolve(self, ctx: OpContext, env: Environment) -> Vertex | Bottom:
        node = ctx.node(env, self.x, self)
        if isinstance(node, Bottom):
            return ctx.told_again(node) if node.incomplete else node
        index = ctx.unwrap(ctx.value(env, self.index, self.src))
        if isinstance(index, Bottom):
            return ctx.told_again(index)
        label = _label(ctx, index, self.index, self.src)
        return label if isinstance(label, Bottom) else ctx.lookup(node, label, self.index.src)


def _label(ctx: OpContext, value: Value, x: Expr, src: Src | None) -> AnyLabel | Bottom:
    """The label that ``value`` stands for, which is that of ``x``, or why it is none."""
    if isinstance(value, Bottom):
        return value
    if not value.concrete and value.kind in (k.INT, k.NUMBER, k.STRING):
        name = k.kind_string(k.INT if value.kind & k.INT else value.kind)
        return ctx.error(INCOMPLETE, value.src, "invalid non-ground value %s (must be concrete %s)", value, name)
    if isinstance(value, String):
        return value.value
    if not isinstance(value, Num) or value.kind != k.INT:
        return ctx.error(EVAL, src, "invalid index %s (invalid type %s)", x, k.kind_string(value.kind))
    if value.value < 0:
        return negative_index(ctx, src, x, value)
    return int(value.value)
