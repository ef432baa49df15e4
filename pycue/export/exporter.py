"""Evaluated values as syntax, and whole files of evaluated values or of definitions.

``eval`` and ``export --out cue`` print values: what is concrete as it is, what is not as the expressions of its
conjuncts. ``def`` prints the conjuncts themselves (:mod:`pycue.export.merge`). Source: internal/core/export.
"""

from __future__ import annotations

from pycue.evaluator import ir
from pycue.evaluator.kind import BOOL, STRUCT
from pycue.evaluator.report import merge
from pycue.evaluator.unify import error_of
from pycue.evaluator.values import Bottom, Builtin, Disjunction, ListMarker, StructMarker, Value
from pycue.evaluator.vertex import FINALIZED, MEMBER, OPTIONAL, REQUIRED, Vertex
from pycue.export.expressions import CONSTRAINTS, rank
from pycue.export.merge import MergeExporter
from pycue.export.meta import declaration_attributes, doc_comments, field_attributes, field_nodes, package_comments
from pycue.export.nodes import call, field_label, ident, join
from pycue.export.pivot import Pivot, is_definition
from pycue.export.toposort import ordered_labels
from pycue.export.values import literal_node, position_key
from pycue.export.view import check_size
from pycue.labels import LET, Label
from pycue.syntax import ast, token
from pycue.syntax.literal import quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import Conjunct
    from pycue.export.profile import Profile
    from pycue.labels import AnyLabel

__all__ = ["Exporter", "definition_file", "value_expr", "value_file"]


def value_expr(ctx: OpContext, value: Value, profile: Profile) -> ast.Expr:
    """Syntax of an evaluated value."""
    return Exporter(ctx, profile).value(value)


def value_file(ctx: OpContext, value: Value, profile: Profile) -> ast.File:
    """File that holds an evaluated value, with the imports that its expressions need."""
    exporter = Exporter(ctx, profile)
    if isinstance(value, Vertex):
        check_size(ctx, value)
        exporter.roots = [conjunct.x for conjunct in value.conjuncts]
        exporter.top = _top(value)
        if value.parent is not None:
            exporter.pivot = Pivot(ctx, value, evaluated=True)
    return exporter.file(value, exporter.value(value))


def definition_file(ctx: OpContext, vertex: Vertex, profile: Profile) -> ast.File:
    """File that holds a vertex as it was defined.

    A struct that is itself a definition is wrapped as ``_#def``, so that the file means a closed struct too.
    """
    exporter = Exporter(ctx, profile)
    exporter.roots = [conjunct.x for conjunct in vertex.conjuncts]
    exporter.top = _top(vertex)
    if vertex.parent is not None:
        exporter.pivot = Pivot(ctx, vertex, evaluated=False)
    result = exporter.expr(vertex)
    if vertex.kind == STRUCT and is_definition(vertex) and not _embeds_definition(result):
        result = ast.StructLit(0, [ast.EmbedDecl(ident("_#def")), ast.Field(ident("_#def"), 0, result)], 0)
    file = exporter.file(vertex, result)
    exporter.links.resolve(file)
    return file


def _top(vertex: Vertex) -> Vertex:
    while vertex.parent is not None:
        vertex = vertex.parent
    return vertex


def _embeds_definition(expr: ast.Expr) -> bool:
    """Whether a struct is closed by what it embeds."""
    for decl in expr.elts if isinstance(expr, ast.StructLit) else ():
        x = decl.expr if isinstance(decl, ast.EmbedDecl) else None
        name = x.sel if isinstance(x, ast.SelectorExpr) else x
        if isinstance(name, ast.Ident) and name.name.lstrip("_").startswith("#"):
            return True
    return False


class Exporter(MergeExporter):
    """Writes evaluated vertices."""

    def vertex(self, vertex: Vertex) -> ast.Expr:
        """Syntax of a vertex: its value, or the conjuncts it is made of where it has none yet."""
        if vertex.status != FINALIZED:
            self.ctx.unify(vertex)  # not only its own level: whether there is an error decides what is shown
        self.ctx.step()
        conjuncts = vertex.conjuncts
        target = self.ctx.deref(vertex)
        self.push(vertex)
        for conjunct in conjuncts:
            self.mark_lets(_expression(conjunct))
        for info in vertex.structs or ():
            self.mark_lets(info.lit, repeated=False)
        result = self._finished(vertex, target)
        if result is None:
            result = self._from_conjuncts(_written_at(vertex).conjuncts)
        return self.pop(result)

    def _finished(self, vertex: Vertex, target: Value) -> ast.Expr | None:
        """Syntax of the value, or None while it is incomplete."""
        if not isinstance(target, Vertex):
            return self._scalar(target, vertex)
        base = target.base
        if isinstance(base, Disjunction) and self.profile.defaults:
            taken = base.values[0] if base.num_defaults == 1 else self.ctx.default(target)  # perhaps with definitions
            if taken is not target:
                return self._finished(vertex, self.ctx.deref(taken))
        if isinstance(base, Vertex):
            return self._finished(vertex, base)
        if base is None:
            return None
        below = target.child_error
        if below is not None and not below.incomplete:
            if vertex.arc_type == OPTIONAL:
                return None  # as it is written
            if not self.profile.errors and not _in_optional(vertex):
                return self.bottom(_first_below(target) or below)
        attributes = self._attributes(target)
        if isinstance(base, StructMarker):
            return self._struct(target, attributes)
        if isinstance(base, Bottom):
            return self._error(vertex, target, base, attributes)
        if attributes or self._shows_arcs(target):
            return self._struct(target, attributes)
        if isinstance(base, ListMarker):
            return self._list(target)
        return self._scalar(base, vertex)

    def _scalar(self, value: Value, vertex: Vertex) -> ast.Expr:
        conjuncts = vertex.conjuncts
        if len(conjuncts) == 1 and isinstance(conjuncts[0].x, Vertex):
            conjuncts = conjuncts[0].x.conjuncts  # an element in the result of a function
        source = next((c.x for c in conjuncts if isinstance(c.x, Value) and literal_node(c.x)), None)
        written = self.value(value, source if conjuncts else value)
        if isinstance(value, Builtin) and value.result == BOOL and len(value.params) == 1:
            return call(written, [])  # a validator
        return written

    def _error(self, vertex: Vertex, target: Vertex, error: Bottom, attributes: list[ast.Attribute]) -> ast.Expr | None:
        if vertex.arc_type == OPTIONAL:
            return None
        if self.profile.errors and error.recursive:
            return self._struct(target, attributes)
        if not error.incomplete or not vertex.conjuncts:
            return self.bottom(error, path=not _in_optional(vertex))
        return None

    def _from_conjuncts(self, conjuncts: list[Conjunct]) -> ast.Expr:
        """The conjuncts' expressions joined by ``&``: types first, literals last, else as in the source."""
        unique = {id(conjunct.x): conjunct for conjunct in conjuncts}
        operands = []
        here = self.env
        for conjunct in sorted(unique.values(), key=_order):
            self.env = conjunct.env
            operands.append(self.expr(_expression(conjunct)))
        self.env = here
        return join("&", operands)

    # ---- structs and lists

    def _struct(self, vertex: Vertex, attributes: list[ast.Attribute]) -> ast.Expr:
        elts: list[ast.Decl] = list(attributes)
        base = vertex.base
        regular = isinstance(base, (StructMarker, Bottom))
        if not regular and not isinstance(base, ListMarker):
            elts.append(self._scalar(base, vertex))  # type: ignore[arg-type]
        for label in ordered_labels(self.ctx, vertex):
            arc = vertex.arcs[label]
            if self._shows(label, arc, regular):
                elts.append(self._field_of(label, arc))
        if isinstance(base, ListMarker):
            elts.append(self._list(vertex))  # type: ignore[arg-type]
        return ast.StructLit(0, elts, 0)

    def _shows(self, label: AnyLabel, arc: Vertex, regular: bool) -> bool:
        if arc.arc_type > OPTIONAL or (arc.arc_type == OPTIONAL and not self.profile.optional):
            return False
        if isinstance(label, str):
            return regular
        if not isinstance(label, Label) or label.kind == LET:
            return False
        if label.is_hidden:
            own = not self.profile.package_id or label.scope == self.profile.package_id
            return self.profile.hidden and own
        return self.profile.definitions

    def _shows_arcs(self, vertex: Vertex) -> bool:
        """Whether a scalar or list is to be shown as a struct, because of definitions or hidden fields."""
        shown = self.profile
        for label in vertex.arcs:
            if isinstance(label, Label) and label.kind != LET:
                if shown.definitions and not label.is_hidden:
                    return True
                if shown.hidden and label.is_hidden and shown.package_id in ("", label.scope):
                    return True
        return False

    def _field_of(self, label: AnyLabel, arc: Vertex) -> ast.Field:
        field = ast.Field(field_label(label), 0, self.value(arc), CONSTRAINTS.get(arc.arc_type, ""))
        if self.profile.docs:
            field.comments = doc_comments(field_nodes(arc.conjuncts)) or None
        if self.profile.attributes:
            field.attrs = field_attributes(field_nodes(arc.conjuncts))
        return field

    def _attributes(self, vertex: Vertex) -> list[ast.Attribute]:
        if not self.profile.attributes:
            return []
        texts = [a.text for info in vertex.structs or () for a in declaration_attributes(info.lit)]
        return [ast.Attribute(0, text) for text in dict.fromkeys(texts)]

    def _list(self, vertex: Vertex) -> ast.Expr:
        elts: list[ast.Expr] = []
        for label, arc in vertex.arcs.items():
            if isinstance(label, int) and arc.arc_type == MEMBER:
                elts.append(self.value(arc))
        base = vertex.base
        if isinstance(base, ListMarker) and base.open and not self.profile.defaults:
            elts.append(ast.Ellipsis(0, self._rest_type(vertex)))  # type: ignore[arg-type]
        return ast.ListLit(0, elts, 0)

    def _rest_type(self, vertex: Vertex) -> ast.Expr | None:
        for pattern in vertex.patterns or ():
            written = self.expr(_expression(pattern.conjunct))
            if not (isinstance(written, ast.Ident) and written.name == "_"):
                return written
        return None

    # ---- files

    def file(self, value: Value, expr: ast.Expr) -> ast.File:
        """Wrap an expression as a file: package clause if asked for, imports, then a struct's declarations."""
        decls: list[ast.Decl] = []
        comments: list[ast.CommentGroup] = []
        if isinstance(value, Vertex) and self.profile.package_clause:
            files = _files(value)
            detached = self.profile.docs and any(file.comments for file in files)
            decls += self._package_clause(files, token.NEW_SECTION if detached else 0)
            if self.profile.docs:
                comments = [group for file in files for group in file.comments or ()]
        lets = self.pivot.lets(self) if self.pivot is not None else []
        self.links.drop_aliases()
        if self.imports:
            decls.append(self._import_declaration())
        if isinstance(expr, ast.StructLit):
            decls += expr.elts
        else:
            decls.append(ast.EmbedDecl(expr))
        result = ast.File("", decls + lets)
        result.comments = comments or None
        return result

    def _import_declaration(self) -> ast.ImportDecl:
        specs = []
        for path, name in self.imports.items():
            default = path.rpartition("/")[2].partition("@")[0]
            default = default.rpartition(":")[2]
            spec_name = ident(name) if name != default else None
            specs.append(ast.ImportSpec(spec_name, ast.BasicLit(0, "STRING", quote_string(path))))
        grouped = len(specs) > 1
        if grouped:
            for spec in specs:
                (spec.name or spec.path).pos = 0
        return ast.ImportDecl(0, int(grouped), specs, 0)

    def _package_clause(self, files: list[ast.File], pos: int) -> list[ast.Decl]:
        """The package clause, with the comments on it of all files."""
        name = next((file.package_name() for file in files if file.package_name()), "")
        if not name:
            return []
        clause = ast.Package(pos, ident(name))
        if self.profile.docs:
            clauses = [decl for file in files for decl in file.decls if isinstance(decl, ast.Package)]
            clause.comments = package_comments(clauses, pos or token.NEWLINE) or None
        return [clause]


def _first_below(vertex: Vertex) -> Bottom | None:
    """The error of the first field in error, or of the first one in that which has an error of its own.

    What is not allowed in one struct is told together.
    """
    seen = set()
    found: Vertex | None = vertex
    while found is not None and found not in seen:
        seen.add(found)
        if type(found.base) is Bottom and not found.base.recursive:
            return found.base
        arcs = [arc for arc in found.arcs.values() if arc.arc_type in (MEMBER, REQUIRED)]
        refused: Bottom | None = None
        for arc in arcs:
            if type(arc.base) is Bottom and arc.base.close_check:
                refused = merge(refused, arc.base)
        if refused is not None and found.child_error is not None and found.child_error.close_check:
            return refused
        failed = ((arc, error_of(arc)) for arc in arcs if not (isinstance(arc.label, Label) and arc.label.kind == LET))
        found = next((arc.deref() for arc, error in failed if error is not None and not error.incomplete), None)
    return None


def _in_optional(vertex: Vertex) -> bool:
    """Whether the vertex is an optional field or below one: what is wrong there makes nothing around it wrong."""
    node: Vertex | None = vertex
    while node is not None:
        if node.arc_type == OPTIONAL:
            return True
        node = node.parent
    return False


def _written_at(vertex: Vertex) -> Vertex:
    """Where a vertex that has no value yet was written: at the end of the references that it consists of.

    Lets are named, not shown, and so is what is selected from an inline value.
    """
    found = vertex
    while isinstance(vertex.base, Vertex) and not _selects_inline(vertex):
        vertex = vertex.base
        if not (isinstance(vertex.label, Label) and vertex.label.kind == LET):
            found = vertex
    return found


def _selects_inline(vertex: Vertex) -> bool:
    x: object = _expression(vertex.conjuncts[0]) if vertex.conjuncts else None
    while isinstance(x, (ir.SelectorExpr, ir.IndexExpr)):
        x = x.x
    return not isinstance(x, ir.Resolver)


def _files(vertex: Vertex) -> list[ast.File]:
    """Files that a vertex was made from."""
    found = []
    for conjunct in vertex.conjuncts:
        x = _expression(conjunct)
        node = x.src.node if isinstance(x, ir.StructLit) and x.src is not None else None
        if isinstance(node, ast.File):
            found.append(node)
    return found


def _order(conjunct: Conjunct) -> tuple[int, tuple[bool, str, int]]:
    x = _expression(conjunct)
    return rank(x), position_key(x)


def _expression(conjunct: Conjunct) -> Expr:
    x = conjunct.x
    return x.value if isinstance(x, (ir.Field, ir.DynamicField, ir.BulkOptionalField)) else x  # type: ignore[return-value]
