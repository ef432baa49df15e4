"""Definitions: the conjuncts of each field merged as far as that needs no evaluation.

Fields of several struct literals become one struct, literals and types are unified, everything else (references, calls,
disjunctions) stays a conjunct. Source: internal/core/export/expr.go.
"""

from __future__ import annotations

from pycue.evaluator import ir
from pycue.evaluator.closedness import closed_by_call
from pycue.evaluator.kind import TOP
from pycue.evaluator.values import Bottom, Expr, NoSharing, Top, Value
from pycue.evaluator.vertex import CLOSED_ONCE, FINALIZED, Environment, Vertex
from pycue.export.chains import merge_chains
from pycue.export.expressions import CONSTRAINTS, ExprExporter
from pycue.export.meta import declaration_attributes, doc_comments, field_attributes, field_node
from pycue.export.nodes import call, field_label, ident, join
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.evaluator.vertex import Conjunct
    from pycue.labels import AnyLabel

__all__ = ["MergeExporter", "Part"]


class Part:
    """A conjunct to merge: an expression or field declaration, and the scopes around it."""

    __slots__ = ("env", "x")

    def __init__(self, env: Environment | None, x: ir.Decl | Expr) -> None:
        self.env = env
        self.x = x


class _Merged:
    """What the conjuncts of one value were sorted into."""

    __slots__ = (
        "attributes",
        "conjuncts",
        "embedded",
        "chains",
        "fields",
        "has_ellipsis",
        "has_struct",
        "has_top",
        "values",
    )

    def __init__(self) -> None:
        self.values: list[Part] = []  # literals and types, to be unified
        self.conjuncts: list[ast.Expr] = []
        self.embedded: list[ast.Expr] = []
        self.fields: dict[AnyLabel, list[Part]] = {}
        self.chains: list[list[AnyLabel]] = []  # labels of each struct literal in order
        self.attributes: list[ast.Attribute] = []
        self.has_ellipsis = False
        self.has_struct = False
        self.has_top = False


class MergeExporter(ExprExporter):
    """Writes unevaluated conjuncts."""

    def expr(self, x: Expr) -> ast.Expr:
        if isinstance(x, Vertex):
            if not x.conjuncts:
                return self.value(x)
            parts = [Part(c.env, c.x) for c in _exported(x.conjuncts)]
            if all(isinstance(part.x, ir.StructLit) and part.x.is_file for part in parts):
                parts.sort(key=_file_name)
            return self.merge(parts, x)
        if isinstance(x, ir.StructLit):
            return self.merge([Part(self.env, x)], None)
        if isinstance(x, Value):
            return self.value(x)
        return self.unresolved(x)

    def struct_of(self, x: ir.StructLit, vertex: Vertex | None) -> ast.Expr:
        return self.merge([Part(self.env, x)], vertex)

    def merge(self, parts: list[Part], vertex: Vertex | None) -> ast.Expr:
        """Syntax of the conjunction of ``parts``, whose value is ``vertex`` if known."""
        self.push(vertex)
        alias, outer_name = self._value_alias(parts)
        for part in parts:
            self.mark_lets(_expression(part.x))
        merged = _Merged()
        here = self.env
        for part in parts:
            self.env = part.env
            self._add(merged, vertex, _expression(part.x), embedded=False)
        result = self._assemble(merged, vertex)
        bare = merged.conjuncts and not (merged.embedded or merged.fields or merged.has_ellipsis or merged.has_struct)
        if bare and any(_has_let(part.x) for part in parts):
            result = join("&", [result, ast.StructLit(0, [], 0)])  # the struct for hoisted lets, none of which was
        self.env = here
        result = self.pop(result)
        if alias is not None:
            result = ast.Alias(ident(self.aliases[alias]), 0, result)
            if outer_name is None:
                del self.aliases[alias]
            else:
                self.aliases[alias] = outer_name
        return result

    def _value_alias(self, parts: Iterable[Part]) -> tuple[str | None, str | None]:
        """Find the alias in front of the value, and choose a new name for it."""
        for part in parts:
            node = field_node(part.x)
            if node is not None and isinstance(node.value, ast.Alias):
                name = node.value.ident.name
                outer = self.aliases.get(name)
                self.aliases[name] = self.unique(name, always_number=True)
                return name, outer
        return None, None

    def _add(self, merged: _Merged, vertex: Vertex | None, x: Expr, *, embedded: bool) -> None:
        if isinstance(x, ir.StructLit):
            self._add_struct(merged, vertex, x)
        elif isinstance(x, Vertex):
            merged.has_struct = True
            here = self.env
            for conjunct in _exported(x.conjuncts):
                self.env = conjunct.env
                self._add(merged, x, _expression(conjunct.x), embedded=False)
            self.env = here
        elif isinstance(x, Top) and not embedded:
            merged.has_top = True
        elif isinstance(x, NoSharing):
            merged.values.append(Part(self.env, Top()))
        elif isinstance(x, ir.BinaryExpr) and x.op == "&" and not embedded:
            self._add(merged, vertex, x.x, embedded=False)
            self._add(merged, vertex, x.y, embedded=False)
        elif _is_constant(x):
            merged.values.append(Part(self.env, x))
        else:
            (merged.embedded if embedded else merged.conjuncts).append(self.expr(x))

    def _add_struct(self, merged: _Merged, vertex: Vertex | None, x: ir.StructLit) -> None:
        merged.has_struct = True
        if _is_complex(x):
            merged.embedded.append(self.literal(x))
            return
        self.mark_lets(x)
        if self.profile.attributes:
            merged.attributes += declaration_attributes(x)
        chain: list[AnyLabel] = []
        merged.chains.append(chain)
        here = self.enter(vertex or self.frames[-1].vertex)
        for decl in x.decls:
            if isinstance(decl, ir.Field):
                merged.fields.setdefault(decl.label, []).append(Part(self.env, decl))
                chain.append(decl.label)
            elif isinstance(decl, ir.Ellipsis):
                merged.has_ellipsis = True
            elif not isinstance(decl, ir.LetField):
                self._add(merged, None, decl, embedded=True)  # type: ignore[arg-type]
        self.env = here

    def _assemble(self, merged: _Merged, vertex: Vertex | None) -> ast.Expr:
        if merged.values:
            merged.embedded.append(self._unified(merged.values))
        elif merged.has_top and merged.embedded and vertex is not None and vertex.kind == TOP:
            merged.embedded.append(ident("_"))  # the braces alone would mean a struct
        if not merged.fields and not merged.has_ellipsis:
            single = self._without_fields(merged)
            if single is not None:
                return single
        elts: list[ast.Decl] = [*merged.attributes, *map(ast.EmbedDecl, merged.embedded)]
        elts += [self._merged_field(label, merged.fields[label], vertex) for label in merge_chains(merged.chains)]
        if merged.has_ellipsis:
            elts.append(ast.Ellipsis(0, None))
        scope = self.frames[-1].scope = ast.StructLit(0, elts, 0)
        result: ast.Expr = scope
        if vertex is not None and vertex.status != FINALIZED and merged.conjuncts:
            self.ctx.finish(vertex)
        if vertex is not None and (vertex.closed & CLOSED_ONCE or closed_by_call(vertex)):
            result = call(ident("close"), [result])
        return join("&", [*merged.conjuncts, result])

    def _without_fields(self, merged: _Merged) -> ast.Expr | None:
        """The value itself where braces would hold nothing but one expression."""
        operands = merged.conjuncts + merged.embedded
        if not operands:
            if merged.attributes:
                return None
            return ast.StructLit(0, [], 0) if merged.has_struct else ident("_")
        if len(operands) > 1:
            return None if merged.embedded or merged.attributes or merged.has_struct else join("&", operands)
        only = operands[0]
        if not merged.attributes:
            return only
        if isinstance(only, ast.StructLit):
            only.elts[:0] = merged.attributes
            return only
        return None

    def _unified(self, parts: list[Part]) -> ast.Expr:
        """Syntax of what literals and types unify to; a literal keeps its spelling."""
        if len(parts) == 1 and isinstance(parts[0].x, Value):
            return self.value(parts[0].x, parts[0].x)
        vertex = self.ctx.subvertex([(part.env, part.x) for part in parts])  # type: ignore[misc]
        self.ctx.unify(vertex)
        value = self.ctx.unwrap(vertex)
        if isinstance(value, Bottom) and value.incomplete:
            return self.conjoin([part.x for part in parts])  # type: ignore[misc]
        return self.value(value, value)

    def _merged_field(self, label: AnyLabel, parts: list[Part], vertex: Vertex | None) -> ast.Field:
        arc = vertex.arcs.get(label) if vertex is not None else None
        arc_type = min(part.x.arc_type for part in parts)  # type: ignore[union-attr]
        if arc is not None:
            arc_type = min(arc_type, arc.arc_type)
        written: ast.Label = field_label(label)
        nodes = [node for node in (field_node(part.x) for part in parts) if node is not None]
        for node in nodes:
            if isinstance(node.label, ast.Alias):
                written = ast.Alias(ident(node.label.ident.name), 0, written)
                break
        field = ast.Field(written, 0, self.merge(parts, arc), CONSTRAINTS.get(arc_type, ""))
        self.links.declare(arc, field)
        if self.profile.docs:
            field.comments = doc_comments(nodes) or None
        if self.profile.attributes:
            field.attrs = field_attributes(nodes)
        return field


def _file_name(part: Part) -> str:
    position = part.x.src.position if part.x.src is not None else None
    return position.filename if position is not None else ""


def _expression(x: ir.Decl | Expr) -> Expr:
    """The expression of a conjunct, which may be a field declaration."""
    return x.value if isinstance(x, (ir.Field, ir.DynamicField, ir.BulkOptionalField)) else x  # type: ignore[return-value]


def _exported(conjuncts: Iterable[Conjunct]) -> list[Conjunct]:
    return [conjunct for conjunct in conjuncts if not isinstance(conjunct.x, ir.Comprehension)]


def _is_constant(x: object) -> bool:
    """Whether an expression is made of literals and types alone, without structs, lists and disjunctions."""
    if isinstance(x, ir.BoundExpr):
        return _is_constant(x.x)
    if isinstance(x, ir.UnaryExpr):
        return _is_constant(x.x)
    if isinstance(x, ir.BinaryExpr):
        return _is_constant(x.x) and _is_constant(x.y)
    return isinstance(x, Value) and not isinstance(x, Vertex)


def _has_let(x: object) -> bool:
    """Whether an expression declares a let somewhere inside, but for comprehensions."""
    pending: list[object] = [x.value if isinstance(x, ir.Field) else x]
    while pending:
        x = pending.pop()
        if isinstance(x, ir.LetField):
            return True
        if isinstance(x, (list, tuple)):
            pending += x
        elif isinstance(x, (ir.Decl, Expr)) and not isinstance(x, (Value, ir.LetReference, ir.Comprehension)):
            pending += [getattr(x, slot) for slot in type(x).__slots__]
    return False


def _is_complex(x: ir.StructLit) -> bool:
    """Whether a struct literal has declarations that cannot be merged with those of others."""
    for decl in x.decls:
        if isinstance(decl, (ir.Comprehension, ir.BulkOptionalField, ir.DynamicField)):
            return True
        node = field_node(decl)
        if node is not None and isinstance(node.label, ast.Alias):
            return True
    return False
