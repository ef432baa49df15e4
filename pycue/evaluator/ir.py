"""Compiled expressions and declarations: what the compiler makes of a syntax tree.

This module has the declarations and composite literals; references and other expressions stand in modules of their own
and are offered here too. References are lexical: ``up_count`` says how many environments to go up. Levels: a struct
literal, a list literal, and each ``for``, ``let`` and ``try x =`` clause count one; field values none.
Source: internal/core/adt/expr.go.
"""

from __future__ import annotations

from pycue.evaluator.expressions import (
    BinaryExpr,
    BoundExpr,
    CallExpr,
    DisjunctionExpr,
    Interpolation,
    OpenExpr,
    OptionalExpr,
    SliceExpr,
    UnaryExpr,
)
from pycue.evaluator.references import (
    DynamicReference,
    FieldReference,
    ImportReference,
    IndexExpr,
    LabelReference,
    LetReference,
    Resolver,
    SelectorExpr,
    ValueReference,
)
from pycue.evaluator.values import Expr, Src

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value
    from pycue.evaluator.vertex import Environment
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
    r"""``(key): value`` or ``"…\(x)…": value``."""

    __slots__ = ("arc_type", "key", "value")

    def __init__(self, key: Expr, value: Expr, arc_type: int, src: Src | None) -> None:
        self.key = key
        self.value = value
        self.arc_type = arc_type
        self.src = src


class Ellipsis(Decl):  # noqa: A001 - the official name
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
    """``try`` (``label`` None, and ``expr`` the body that follows) or ``try label = expr``."""

    __slots__ = ("expr", "label")

    def __init__(self, label: AnyLabel | None, expr: Expr | None, src: Src | None) -> None:
        self.label = label
        self.expr = expr
        self.src = src


# ---- composite literals


class StructLit(Expr):
    """``{ decls }`` or a file. The evaluator adds a plan (sorted declarations, flags) on first use in ``plan``.

    ``explicit_open``: the file asks for the experiment ``explicitopen``, so that embedding a definition closes.
    """

    __slots__ = ("decls", "explicit_open", "is_file", "plan")

    def __init__(self, decls: list[Decl | Expr], src: Src | None, is_file: bool = False) -> None:
        self.decls = decls
        self.src = src
        self.is_file = is_file
        self.explicit_open = False
        self.plan: object | None = None

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return ctx.inline(env, self)


class ListLit(Expr):
    """``[ elems ]``; an Ellipsis may be last, Comprehensions anywhere."""

    __slots__ = ("elems", "plan")

    def __init__(self, elems: list[Decl | Expr], src: Src | None) -> None:
        self.elems = elems
        self.src = src
        self.plan: object | None = None

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return ctx.inline(env, self)
