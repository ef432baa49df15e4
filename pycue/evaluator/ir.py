"""Compiled expressions and declarations: what the compiler makes of a syntax tree.

References are lexical: ``up_count`` says how many environments to go up. Levels: a struct literal, a list literal, and
each ``for``, ``let`` and ``try x =`` clause count one; files and field values none. Source: internal/core/adt/expr.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.evaluator.values import Expr, Src

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.evaluator.values import Value
    from pycue.labels import AnyLabel

__all__ = [
    "BinaryExpr",
    "BoundExpr",
    "BulkOptionalField",
    "CallExpr",
    "Comprehension",
    "Decl",
    "DisjunctionExpr",
    "DynamicField",
    "DynamicReference",
    "Ellipsis",
    "Field",
    "FieldReference",
    "ForClause",
    "IfClause",
    "ImportReference",
    "IndexExpr",
    "Interpolation",
    "LabelReference",
    "LetClause",
    "LetField",
    "LetReference",
    "ListLit",
    "OpenExpr",
    "OptionalExpr",
    "Resolver",
    "SelectorExpr",
    "SliceExpr",
    "StructLit",
    "TryClause",
    "UnaryExpr",
    "ValueReference",
]


class Resolver(Expr):
    """An expression that denotes a vertex rather than a value."""

    __slots__ = ()


class Decl:
    """A declaration in a struct literal (embedded expressions are declarations too, without this base)."""

    __slots__ = ("src",)
    src: Src | None


# ---- declarations


class Field(Decl):
    """``label: value`` with a static label; ``arc_type`` MEMBER, OPTIONAL or REQUIRED."""

    __slots__ = ("arc_type", "label", "value")

    def __init__(self, label: AnyLabel, value: Expr, arc_type: int, src: Src | None) -> None:
        self.label = label
        self.value = value
        self.arc_type = arc_type
        self.src = src


class LetField(Decl):
    """``let x = value``; ``is_multi``: mentions comprehension variables, one instance per iteration."""

    __slots__ = ("is_multi", "label", "value")

    def __init__(self, label: AnyLabel, value: Expr, is_multi: bool, src: Src | None) -> None:
        self.label = label
        self.value = value
        self.is_multi = is_multi
        self.src = src


class BulkOptionalField(Decl):
    """``[filter]: value``; ``alias`` is the label alias's name (``[X=string]``) or None."""

    __slots__ = ("alias", "filter", "value")

    def __init__(self, filter: Expr, value: Expr, alias: str | None, src: Src | None) -> None:
        self.filter = filter
        self.value = value
        self.alias = alias
        self.src = src


class DynamicField(Decl):
    """``(key): value`` or ``"…\\(x)…": value``."""

    __slots__ = ("arc_type", "key", "value")

    def __init__(self, key: Expr, value: Expr, arc_type: int, src: Src | None) -> None:
        self.key = key
        self.value = value
        self.arc_type = arc_type
        self.src = src


class Ellipsis(Decl):
    """``...`` in a struct (``value`` None) or ``...T`` in a list."""

    __slots__ = ("value",)

    def __init__(self, value: Expr | None, src: Src | None) -> None:
        self.value = value
        self.src = src


class Comprehension(Decl):
    """``clauses… value``; ``value`` is a StructLit, ``fallback`` a StructLit or None.

    In a list it stands for elements, in a struct for declarations.
    """

    __slots__ = ("clauses", "fallback", "value")

    def __init__(self, clauses: Sequence[Decl], value: Expr, fallback: Expr | None, src: Src | None) -> None:
        self.clauses = clauses
        self.value = value
        self.fallback = fallback
        self.src = src


class ForClause(Decl):
    """``for key, value in source``; labels are None where not named (or ``_``)."""

    __slots__ = ("key", "source", "value")

    def __init__(self, key: AnyLabel | None, value: AnyLabel | None, source: Expr, src: Src | None) -> None:
        self.key = key
        self.value = value
        self.source = source
        self.src = src


class IfClause(Decl):
    """``if condition``."""

    __slots__ = ("condition",)

    def __init__(self, condition: Expr, src: Src | None) -> None:
        self.condition = condition
        self.src = src


class LetClause(Decl):
    """``let label = expr`` among clauses."""

    __slots__ = ("expr", "label")

    def __init__(self, label: AnyLabel, expr: Expr, src: Src | None) -> None:
        self.label = label
        self.expr = expr
        self.src = src


class TryClause(Decl):
    """``try`` (``label`` and ``expr`` None) or ``try label = expr``."""

    __slots__ = ("expr", "label")

    def __init__(self, label: AnyLabel | None, expr: Expr | None, src: Src | None) -> None:
        self.label = label
        self.expr = expr
        self.src = src


# ---- composite literals


class StructLit(Expr):
    """``{ decls }`` or a file. The evaluator adds a plan (sorted declarations, flags) on first use in ``plan``."""

    __slots__ = ("decls", "is_file", "plan")

    def __init__(self, decls: list[Decl | Expr], src: Src | None, is_file: bool = False) -> None:
        self.decls = decls
        self.src = src
        self.is_file = is_file
        self.plan: object | None = None


class ListLit(Expr):
    """``[ elems ]``; an Ellipsis may be last, Comprehensions anywhere."""

    __slots__ = ("elems", "plan")

    def __init__(self, elems: list[Decl | Expr], src: Src | None) -> None:
        self.elems = elems
        self.src = src
        self.plan: object | None = None


# ---- references


class FieldReference(Resolver):
    """Identifier that names a field ``label`` of the struct ``up_count`` environments up."""

    __slots__ = ("label", "up_count")

    def __init__(self, up_count: int, label: AnyLabel, src: Src | None) -> None:
        self.up_count = up_count
        self.label = label
        self.src = src


class ValueReference(Resolver):
    """Value alias: the vertex itself of the environment ``up_count`` up (``a: X={…}``, ``self``); ``name`` as written."""

    __slots__ = ("name", "up_count")

    def __init__(self, up_count: int, name: str, src: Src | None) -> None:
        self.up_count = up_count
        self.name = name
        self.src = src


class LabelReference(Expr):
    """Label alias: the ``dynamic_label`` of the environment ``up_count`` up, as a string value."""

    __slots__ = ("name", "up_count")

    def __init__(self, up_count: int, name: str, src: Src | None) -> None:
        self.up_count = up_count
        self.name = name
        self.src = src


class DynamicReference(Resolver):
    """Alias of a dynamic field: ``key`` is evaluated ``up_count`` environments up, then looked up there."""

    __slots__ = ("alias", "key", "up_count")

    def __init__(self, up_count: int, key: Expr, alias: str, src: Src | None) -> None:
        self.up_count = up_count
        self.key = key
        self.alias = alias
        self.src = src


class LetReference(Resolver):
    """Identifier that names a ``let``; ``x`` is the let's expression."""

    __slots__ = ("label", "up_count", "x")

    def __init__(self, up_count: int, label: AnyLabel, x: Expr, src: Src | None) -> None:
        self.up_count = up_count
        self.label = label
        self.x = x
        self.src = src


class ImportReference(Resolver):
    """Identifier that names an imported package; ``path`` is the full import path, ``name`` the local name."""

    __slots__ = ("name", "path")

    def __init__(self, path: str, name: str, src: Src | None) -> None:
        self.path = path
        self.name = name
        self.src = src


class SelectorExpr(Resolver):
    """``x.label``."""

    __slots__ = ("label", "x")

    def __init__(self, x: Expr, label: AnyLabel, src: Src | None) -> None:
        self.x = x
        self.label = label
        self.src = src


class IndexExpr(Resolver):
    """``x[index]``."""

    __slots__ = ("index", "x")

    def __init__(self, x: Expr, index: Expr, src: Src | None) -> None:
        self.x = x
        self.index = index
        self.src = src


# ---- other expressions


class SliceExpr(Expr):
    """``x[low:high]``."""

    __slots__ = ("high", "low", "x")

    def __init__(self, x: Expr, low: Expr | None, high: Expr | None, src: Src | None) -> None:
        self.x = x
        self.low = low
        self.high = high
        self.src = src


class Interpolation(Expr):
    """``parts`` alternate between String/Bytes values and expressions; ``is_bytes`` for ``'…'``."""

    __slots__ = ("is_bytes", "parts")

    def __init__(self, parts: list[Expr], is_bytes: bool, src: Src | None) -> None:
        self.parts = parts
        self.is_bytes = is_bytes
        self.src = src


class UnaryExpr(Expr):
    """``+x``, ``-x``, ``!x``."""

    __slots__ = ("op", "x")

    def __init__(self, op: str, x: Expr, src: Src | None) -> None:
        self.op = op
        self.x = x
        self.src = src


class BoundExpr(Expr):
    """``<x``, ``!=x``, ``=~x`` … with an operand to evaluate."""

    __slots__ = ("op", "x")

    def __init__(self, op: str, x: Expr, src: Src | None) -> None:
        self.op = op
        self.x = x
        self.src = src


class BinaryExpr(Expr):
    """``x op y``; ``&`` too (two conjuncts), ``|`` never (see DisjunctionExpr)."""

    __slots__ = ("op", "x", "y")

    def __init__(self, op: str, x: Expr, y: Expr, src: Src | None) -> None:
        self.op = op
        self.x = x
        self.y = y
        self.src = src


class DisjunctionExpr(Expr):
    """``a | *b | c`` flattened: ``values`` are (expression, is_default) pairs; parenthesised operands stay nested."""

    __slots__ = ("has_defaults", "values")

    def __init__(self, values: list[tuple[Expr, bool]], src: Src | None) -> None:
        self.values = values
        self.has_defaults = any(default for _, default in values)
        self.src = src


class CallExpr(Expr):
    """``fun(args)``."""

    __slots__ = ("args", "fun")

    def __init__(self, fun: Expr, args: list[Expr], src: Src | None) -> None:
        self.fun = fun
        self.args = args
        self.src = src


class OpenExpr(Expr):
    """``x...`` (experiment ``explicitopen``)."""

    __slots__ = ("x",)

    def __init__(self, x: Expr, src: Src | None) -> None:
        self.x = x
        self.src = src


class OptionalExpr(Expr):
    """``ref?`` inside a ``try`` clause."""

    __slots__ = ("x",)

    def __init__(self, x: Expr, src: Src | None) -> None:
        self.x = x
        self.src = src


