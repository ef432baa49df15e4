"""Finished values that are no structs or lists, as syntax."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.diagnose import summary, text
from pycue.evaluator.number import number_string
from pycue.evaluator.values import (
    BasicType,
    Bool,
    Bottom,
    BoundValue,
    Builtin,
    BuiltinValidator,
    Bytes,
    Conjunction,
    Disjunction,
    ListMarker,
    NoSharing,
    Null,
    Num,
    String,
    StructMarker,
    Top,
    Value,
)
from pycue.evaluator.vertex import Vertex
from pycue.export.bounds import simplify
from pycue.export.nodes import call, ident, join, line_comment, struct, unary
from pycue.export.state import State
from pycue.syntax import ast
from pycue.syntax.literal import quote_bytes, quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.values import Expr

__all__ = ["ValueExporter", "literal_node", "position_key", "written_literal"]


class ValueExporter(State):
    """Writes values."""

    def value(self, value: Value, source: Expr | None = None) -> ast.Expr:
        if isinstance(value, Vertex):
            return self.vertex(value)
        if self.profile.defaults and isinstance(value, Disjunction):
            taken = self.ctx.default(value)
            if taken is not value:
                return self.value(taken)
        node = literal_node(source) if source is not None and type(value) in _LITERALS else None
        if node is not None:
            return ast.BasicLit(0, node.kind, node.value)
        return _WRITERS[type(value)](self, value)

    def bottom(self, value: Bottom, path: bool = True) -> ast.Expr:
        """``_|_`` with the error as a comment, and where it is."""
        result = ast.BottomLit(0)
        if value.messages:
            line_comment(result, summary(value) if path else text(value.messages[0]), 2)
        return result

    def number(self, value: Num) -> ast.Expr:
        """Canonical decimal; kind float is told by a point or exponent."""
        text = number_string(value.value).replace("E", "e")
        is_float = value.kind == k.FLOAT
        if is_float and "." not in text and "e" not in text:
            text += "."
        kind = "FLOAT" if is_float or "e" in text else "INT"
        if text[0] == "-":
            return ast.UnaryExpr(0, "-", ast.BasicLit(0, kind, text[1:]))
        return ast.BasicLit(0, kind, text)

    def string(self, value: String) -> ast.Expr:
        """String literal; with line ends on several lines."""
        return ast.BasicLit(0, "STRING", quote_string(value.value, self.indent()))

    def bytes(self, value: Bytes) -> ast.Expr:
        """Bytes literal; with line ends on several lines."""
        return ast.BasicLit(0, "STRING", quote_bytes(value.value, self.indent()))

    def indent(self) -> str:
        """Indentation of the lines of a literal."""
        return "\t" * len(self.frames)

    def basic_type(self, value: BasicType) -> ast.Expr:
        """Names of the kinds, joined by ``|``."""
        if value.kind == k.TOP:
            return ident("_")
        names = k.kind_string(value.kind).strip("()").split("|")
        return join("|", [ast.BasicLit(0, "NULL", n) if n == "null" else ident(n) for n in names])

    def bound(self, value: BoundValue) -> ast.Expr:
        """A bound: ``<x`` and the like."""
        return unary(value.op, self.value(value.value))

    def conjunction(self, value: Conjunction) -> ast.Expr:
        """Constraints joined by ``&``: ranges by their names where they have one, functions last."""
        found = simplify(sorted(value.values, key=lambda v: (isinstance(v, BuiltinValidator), position_key(v))))
        operands: list[ast.Expr] = [ident(found.name)] if found.name else []
        return join("&", operands + [self.value(v) for v in found.rest])

    def disjunction(self, value: Disjunction) -> ast.Expr:
        """Disjuncts joined by ``|``, defaults marked unless they were to be taken."""
        operands = []
        for index, disjunct in enumerate(value.values):
            operand = self.value(disjunct)
            if index < value.num_defaults and not self.profile.defaults:
                operand = unary("*", operand)
            operands.append(operand)
        return join("|", operands)

    def builtin(self, value: Builtin) -> ast.Expr:
        """Name of a function; its package is imported."""
        if not value.package:
            return ident(value.name)
        return ast.SelectorExpr(self.package(value.package), 0, ident(value.name))

    def package(self, path: str, name: str = "") -> ast.Expr:
        """Identifier of an imported package."""
        local = self.imports.setdefault(path.partition("@")[0], name or path.rpartition("/")[2].partition("@")[0])
        return ident(local)

    def validator(self, value: BuiltinValidator) -> ast.Expr:
        """Call of a validator with its arguments but the first."""
        args = [ident("_") if arg in value.around else self.expr(arg) for arg in value.args]
        return call(self.builtin(value.builtin), args)


_LITERALS = frozenset((Null, Bool, Num, String, Bytes))


def literal_node(x: Expr) -> ast.BasicLit | None:
    """The literal that a value was written as, whose spelling may be used."""
    node = x.src.node if x.src is not None else None
    return node if isinstance(node, ast.BasicLit) else None


def written_literal(value: Value) -> ast.BasicLit | None:
    """The literal that a scalar, or the vertex of one that is no field, was written as."""
    if not isinstance(value, Vertex):
        return literal_node(value)
    conjuncts = value.conjuncts
    if len(conjuncts) == 1 and isinstance(conjuncts[0].x, Vertex):
        conjuncts = conjuncts[0].x.conjuncts  # an element in the result of a function
    if not conjuncts:
        return literal_node(value.base) if value.base is not None else None
    nodes = (literal_node(c.x) for c in conjuncts if isinstance(c.x, Value))
    return next((node for node in nodes if node is not None), None)


def position_key(value: Expr) -> tuple[bool, str, int]:
    """Key to sort by place in the source; what has none comes last."""
    position = value.src.position if value.src is not None else None
    return (True, "", 0) if position is None else (False, *position.key())


_WRITERS: dict[type, Callable[[ValueExporter, Any], ast.Expr]] = {
    Null: lambda _e, _v: ast.BasicLit(0, "NULL", "null"),
    Bool: lambda _e, v: ast.BasicLit(0, "TRUE", "true") if v.value else ast.BasicLit(0, "FALSE", "false"),
    Num: ValueExporter.number,
    String: ValueExporter.string,
    Bytes: ValueExporter.bytes,
    NoSharing: lambda e, x: e.bottom(x.error()),
    Top: lambda _e, _v: ident("_"),
    BasicType: ValueExporter.basic_type,
    BoundValue: ValueExporter.bound,
    Conjunction: ValueExporter.conjunction,
    Disjunction: ValueExporter.disjunction,
    Builtin: ValueExporter.builtin,
    BuiltinValidator: ValueExporter.validator,
    Bottom: ValueExporter.bottom,
    StructMarker: lambda _e, _v: struct(),
    ListMarker: lambda _e, _v: ast.ListLit(0, [], 0),
}
