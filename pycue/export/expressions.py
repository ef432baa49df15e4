"""Compiled expressions and declarations back to syntax."""

from __future__ import annotations

from pycue.evaluator import ir
from pycue.evaluator.values import BasicType, BoundValue, Conjunction, Disjunction, Expr, Num, String, Top, Value
from pycue.evaluator.vertex import OPTIONAL, REQUIRED, Environment, Vertex
from pycue.export.meta import declaration_attributes, doc_comments, field_node
from pycue.export.nodes import binary, call, field_label, ident, join, operand, struct, unary
from pycue.export.sharing import field_of, scope_above, shared_target
from pycue.export.values import ValueExporter
from pycue.labels import Label
from pycue.syntax import ast
from pycue.syntax.literal import is_valid_ident, quote_bytes, quote_string, unquote, unquote_fragments

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.values import Src
    from pycue.labels import AnyLabel

__all__ = ["CONSTRAINTS", "ExprExporter", "is_constant", "rank"]

CONSTRAINTS = {OPTIONAL: "?", REQUIRED: "!"}


class ExprExporter(ValueExporter):
    """Writes expressions and declarations as they were written, with canonical literals."""

    def unresolved(self, x: Expr) -> ast.Expr:
        """Syntax of an expression that is no value."""
        return _WRITERS[type(x)](self, x)

    # ---- references

    def field_reference(self, x: ir.FieldReference) -> ast.Expr:
        outside = self._outside(x)
        if outside is not None:
            return outside
        name = _written_name(x.src, x.label)
        label = field_label(x.label)
        if isinstance(label, ast.Ident):
            if label.name == name or self.is_postfix_alias(name):
                self.links.refer(self._referred(x), label)
                return label
        return ident(name)

    def _referred(self, x: ir.FieldReference) -> Vertex | None:
        """The vertex that a name stands for, if its scope is known."""
        up = x.up_count - self.shift
        env = scope_above(self.env, up) if up >= 0 else None
        arc = field_of(env.vertex, x.label) if env is not None else None
        return shared_target(arc) if arc is not None else None

    def _outside(self, x: Expr) -> ast.Expr | None:
        """What stands for a reference that leaves the exported value."""
        return self.pivot.reference(self, x) if self.pivot is not None else None

    def value_reference(self, x: ir.ValueReference) -> ast.Expr:
        found = self.find_let(x.name) if x.name not in self.aliases else None
        if found is None:
            return ident(self.aliases.get(x.name, x.name))
        if found.clause is None:
            found.clause = ast.LetClause(0, ident(self.unique(x.name)), 0, ident("self"))
        return ident(found.clause.ident.name)

    def dynamic_reference(self, x: ir.DynamicReference) -> ast.Expr:
        """Name of a field with a computed label, which has it if it is referred to within or after it."""
        node = ident(x.alias)
        self.links.refer_dynamic(x.key, node)
        return node

    def let_reference(self, x: ir.LetReference) -> ast.Expr:
        """Name of a let, which is hoisted to where it belongs; its value where that is not in sight."""
        found = self.find_let(x.label)
        here = self.env
        if found is None:
            self.env = scope_above(self.env, x.up_count)
            result = self.expr(x.x)
            self.env = here
            return result
        if found.clause is None:
            found.clause = ast.LetClause(0, ident(self.unique(str(x.label))), 0, ident("_"))
            self.env = scope_above(self.env, x.up_count)
            found.clause.expr = self.expr(x.x)
            self.env = here
        return ident(found.clause.ident.name)

    def import_reference(self, x: ir.ImportReference) -> ast.Expr:
        return self._inlined(x) or self.package(x.path, x.name)

    def _inlined(self, x: ir.ImportReference | ir.SelectorExpr) -> ast.Expr | None:
        """Syntax of what a reference into an imported package denotes, where that is asked for."""
        root: object = x
        while isinstance(root, ir.SelectorExpr):
            root = root.x
        if not isinstance(root, ir.ImportReference):
            return None
        # An embedded file is a package with a path that no source can spell.
        wanted = self.profile.inline_imports and "." in root.path.split("/", 1)[0]
        target = x.resolve(self.ctx, Environment(None, Vertex())) if wanted or root.path[0] == "@" else None
        if not isinstance(target, Vertex):
            return None
        self.ctx.unify(target)
        return self.expr(target)

    def selector(self, x: ir.SelectorExpr) -> ast.Expr:
        if self.profile.inline_imports and (inlined := self._inlined(x)) is not None:
            return inlined
        return self._outside(x) or ast.SelectorExpr(operand(self.expr(x.x)), 0, field_label(x.label))

    def index(self, x: ir.IndexExpr) -> ast.Expr:
        return self._outside(x) or ast.IndexExpr(operand(self.expr(x.x)), 0, self.expr(x.index), 0)

    # ---- other expressions

    def slice(self, x: ir.SliceExpr) -> ast.Expr:
        low = self.expr(x.low) if x.low is not None else None
        high = self.expr(x.high) if x.high is not None else None
        return ast.SliceExpr(operand(self.expr(x.x)), 0, low, high, 0)

    def interpolation(self, x: ir.Interpolation) -> ast.Expr:
        """A literal with expressions; on several lines where a part of its text has a line end."""
        texts = [part.value for part in x.parts[::2]]  # type: ignore[attr-defined]
        newline = b"\n" if x.is_bytes else "\n"
        indent = self.indent() if any(newline in text for text in texts) else None
        quote = quote_bytes if x.is_bytes else quote_string
        char = "'" if x.is_bytes else '"'
        last = len(x.parts) - 1
        elts: list[ast.Expr] = []
        for number, part in enumerate(x.parts):
            if number % 2:
                elts.append(self.expr(part))
                continue
            text = _fragment(quote, part.value, indent, number == last)  # type: ignore[attr-defined]
            if number == 0:
                opening = f"{char * 3}\n{indent}" if indent is not None else char
                text = opening + text
            else:
                text = ")" + text
            if number == last:
                text += f"\n{indent}{char * 3}" if indent is not None else char
            else:
                text += "\\("
            elts.append(ast.BasicLit(0, "STRING", text))
        return ast.Interpolation(elts)

    def binary(self, x: ir.BinaryExpr) -> ast.Expr:
        if x.op != "&":
            return binary(x.op, self.expr(x.x), self.expr(x.y))
        return self.conjoin(_operands(x))

    def conjoin(self, expressions: list[Expr]) -> ast.Expr:
        """Expressions joined by ``&``: types first, then names and scalars, structs and lists last."""
        operands = [self.expr(x) for x in sorted(expressions, key=rank)]
        return join("&", [x for x in operands if not (isinstance(x, ast.Ident) and x.name == "_")])

    def disjunction_expr(self, x: ir.DisjunctionExpr) -> ast.Expr:
        operands = []
        for value, is_default in x.values:
            written = self.expr(value)
            operands.append(unary("*", written) if is_default else written)
        return join("|", operands)

    def call_expr(self, x: ir.CallExpr) -> ast.Expr:
        return call(self.expr(x.fun), [self.expr(arg) for arg in x.args])

    def list_literal(self, x: ir.ListLit) -> ast.Expr:
        here = self.enter()
        elements = [self.element(elem) for elem in x.elems]
        self.env = here
        return ast.ListLit(0, elements, 0)

    def element(self, x: ir.Decl | Expr) -> Any:
        """A list element: an expression, ellipsis or comprehension."""
        if isinstance(x, ir.Ellipsis):
            return ast.Ellipsis(0, self.expr(x.value) if x.value is not None else None)
        if isinstance(x, ir.Comprehension):
            written = self.comprehension(x)
            written.fallback = None
            return written
        return self.expr(x)  # type: ignore[arg-type]

    # ---- declarations

    def literal(self, x: ir.StructLit) -> ast.Expr:
        """A struct literal, declaration by declaration."""
        here = self.enter(self.frames[-1].vertex)
        self.push(None)
        self.mark_lets(x)
        elts: list[ast.Decl] = list(declaration_attributes(x)) if self.profile.attributes else []
        elts += [self.declaration(decl) for decl in x.decls if not isinstance(decl, ir.LetField)]
        self.env = here
        return self.pop(ast.StructLit(0, elts, 0))

    def declaration(self, x: ir.Decl | Expr) -> ast.Decl:
        """One declaration of a struct literal."""
        writer = _DECLARATIONS.get(type(x))
        if writer is not None:
            return writer(self, x)
        return ast.EmbedDecl(self.expr(x))  # type: ignore[arg-type]

    def field(self, x: ir.Field) -> ast.Field:
        label = field_label(x.label)
        if not isinstance(x.value, ir.StructLit):
            return self._field(x, label, x.arc_type, self.expr(x.value))
        arc = field_of(self.env.vertex, x.label) if self.env is not None else None
        result = self._field(x, label, x.arc_type, self.struct_of(x.value, arc))
        self.links.declare(arc, result)  # only structs: references to other fields of such a literal are left alone
        return result

    def dynamic_field(self, x: ir.DynamicField) -> ast.Field:
        """A field with a computed label, which is written out where it can be evaluated."""
        name = x.key if isinstance(x.key, String) else None
        if name is None and not isinstance(x.key, ir.Resolver):
            found = self.ctx.evaluate(self.env, x.key)
            name = found if isinstance(found, String) else None
        label: ast.Label
        if name is not None:
            label = ast.BasicLit(0, "STRING", quote_string(name.value))
        else:
            key = _joined(self.expr(x.key))
            label = key if isinstance(key, (ast.Interpolation, ast.BasicLit)) else ast.ParenExpr(0, key, 0)
        written = self.links.begin_dynamic(x.key)
        field = self._field(x, label, x.arc_type, self.expr(x.value))
        written.append(field)
        return field

    def _field(self, x: ir.Field | ir.DynamicField, label: ast.Label, arc_type: int, value: ast.Expr) -> ast.Field:
        node = field_node(x)
        if node is not None and isinstance(node.label, ast.Alias):
            label = ast.Alias(ident(node.label.ident.name), 0, label)
        if node is not None and isinstance(node.value, ast.Alias):
            value = ast.Alias(ident(node.value.ident.name), 0, value)
        field = ast.Field(label, 0, value, CONSTRAINTS.get(arc_type, ""))
        if node is not None:
            if self.profile.docs:
                field.comments = _docs(node)
            if self.profile.attributes:
                field.attrs = [ast.Attribute(0, attribute.text) for attribute in node.attrs]
        return field

    def pattern(self, x: ir.BulkOptionalField) -> ast.Field:
        filter_: ast.Expr = self.expr(x.filter)
        alias = x.alias if x.alias != "_" else None
        outer = self.aliases.get(alias or "")
        if alias:
            self.aliases[alias] = self.unique(alias)
            filter_ = ast.Alias(ident(self.aliases[alias]), 0, filter_)
        label: ast.Label = ast.ListLit(0, [filter_], 0)
        value = self.expr(x.value)
        if alias:
            del self.aliases[alias]
            if outer is not None:
                self.aliases[alias] = outer
        node = field_node(x)
        if node is not None and isinstance(node.label, ast.Alias):
            label = ast.Alias(ident(node.label.ident.name), 0, label)
        if node is not None and isinstance(node.value, ast.Alias):
            value = ast.Alias(ident(node.value.ident.name), 0, value)
        field = ast.Field(label, 0, value)
        if node is not None and self.profile.docs:
            field.comments = doc_comments([node]) or None
        return field

    def comprehension(self, x: ir.Comprehension) -> ast.Comprehension:
        """``for`` …, on the lines where its clauses were written."""
        clauses = []
        here = self.env
        for clause in x.clauses:
            names = not isinstance(clause, ir.IfClause) and not (isinstance(clause, ir.TryClause) and not clause.label)
            self.shift += names  # officially the clause's own scope is entered too early
            clauses.append(_copy_place(self.clause(clause), clause.src))
            self.shift -= names
            if names:
                self.enter()
        value = _as_struct(self.expr(x.value))
        self.env = here
        fallback = None
        if x.fallback is not None:
            node = x.src.node if x.src is not None else None
            keyword = node.fallback.keyword if isinstance(node, ast.Comprehension) and node.fallback else "else"
            fallback = ast.FallbackClause(0, keyword, _as_struct(self.expr(x.fallback)))
        result = ast.Comprehension(clauses, value, fallback)
        if x.src is not None and self.profile.docs:
            result.comments = _docs(x.src.node)
        return result

    def clause(self, x: ir.Decl) -> Any:
        """One clause of a comprehension."""
        if isinstance(x, ir.ForClause):
            node = x.src.node if x.src is not None else None
            key = ident(str(x.key)) if x.key is not None else None
            value = ident(str(x.value) if x.value is not None else "_")
            if isinstance(node, ast.ForClause) and node.key is not None:
                key = ident(node.key.name)
            return ast.ForClause(0, key, 0, value, 0, self.expr(x.source))
        if isinstance(x, ir.IfClause):
            return ast.IfClause(0, self.expr(x.condition))
        if isinstance(x, ir.LetClause):
            return ast.LetClause(0, ident(str(x.label)), 0, self.expr(x.expr))
        assert isinstance(x, ir.TryClause)
        if x.label is None or x.expr is None:
            return ast.TryClause(0, None, 0, None)
        return ast.TryClause(0, ident(str(x.label)), 0, self.expr(x.expr))


def _operands(x: Expr) -> list[Expr]:
    if isinstance(x, ir.BinaryExpr) and x.op == "&":
        return _operands(x.x) + _operands(x.y)
    return [x]


def _joined(x: ast.Expr) -> ast.Expr:
    """An interpolation of nothing but literals as one literal."""
    if not isinstance(x, ast.Interpolation) or not all(isinstance(elt, ast.BasicLit) for elt in x.elts):
        return x
    literals = [elt for elt in x.elts if isinstance(elt, ast.BasicLit)]
    texts = unquote_fragments([literal.value for literal in literals[::2]])
    inner = [str(unquote(e.value)) if e.kind == "STRING" else e.value for e in literals[1::2]]
    pieces = [str(text) + more for text, more in zip(texts, [*inner, ""], strict=True)]
    return ast.BasicLit(0, "STRING", quote_string("".join(pieces)))


def rank(x: Expr) -> int:
    """Place of an operand of ``&``: top, types, names, scalars, other expressions, sized types, structs and lists."""
    if isinstance(x, Top):
        return -1
    if isinstance(x, BasicType):
        return 0
    if isinstance(x, (ir.FieldReference, ir.ValueReference, ir.LabelReference)):
        return 1
    if isinstance(x, Value) and not isinstance(x, (BoundValue, Conjunction, Disjunction)):
        return 3 if isinstance(x, Num) and x.value < 0 else 2  # a sign makes it an operation
    if isinstance(x, (ir.StructLit, ir.ListLit)):
        return 5
    return 4 if isinstance(x, Conjunction) else 3


def is_constant(x: object) -> bool:
    """Whether an expression refers to nothing."""
    pending = [x]
    while pending:
        x = pending.pop()
        if isinstance(x, (ir.Resolver, ir.LabelReference)):
            return False
        if isinstance(x, (list, tuple)):
            pending += x
        elif isinstance(x, (ir.Decl, Expr)) and not isinstance(x, Value):
            pending += [getattr(x, slot) for slot in type(x).__slots__]
    return True


def _fragment(quote: Callable[..., str], value: Any, indent: str | None, last: bool) -> str:
    if indent is None:
        return quote(value)[1:-1]
    newline = b"\n" if isinstance(value, bytes) else "\n"
    lines = [quote(line)[1:-1].replace('\\"', '"').replace("\\'", "'") for line in value.split(newline)]
    for number in range(1, len(lines)):
        if lines[number] or (number == len(lines) - 1 and not last):
            lines[number] = indent + lines[number]
    return "\n".join(lines)


def _written_name(src: Src | None, label: AnyLabel) -> str:
    if src is not None and isinstance(src.node, ast.Ident):
        return src.node.name
    name = label.name if isinstance(label, Label) else str(label)
    return name if is_valid_ident(name) else "X"


def _as_struct(x: ast.Expr) -> ast.StructLit:
    return x if isinstance(x, ast.StructLit) else struct([x])


def _copy_place(clause: Any, src: Src | None) -> Any:
    """Let a clause stand on a line of its own if it did in the source."""
    if src is not None:
        clause.pos = src.node.pos & 15
        clause.comments = _docs(src.node)
    return clause


def _docs(node: ast.Node) -> list[ast.CommentGroup] | None:
    return [group for group in node.comments or () if group.doc] or None


_WRITERS: dict[type, Callable[[ExprExporter, Any], ast.Expr]] = {
    ir.FieldReference: ExprExporter.field_reference,
    ir.ValueReference: ExprExporter.value_reference,
    ir.LabelReference: lambda e, x: ident(e.aliases.get(x.name, "string")),  # of a computed label it is no more
    ir.DynamicReference: ExprExporter.dynamic_reference,
    ir.LetReference: ExprExporter.let_reference,
    ir.ImportReference: ExprExporter.import_reference,
    ir.SelectorExpr: ExprExporter.selector,
    ir.IndexExpr: ExprExporter.index,
    ir.SliceExpr: ExprExporter.slice,
    ir.Interpolation: ExprExporter.interpolation,
    ir.UnaryExpr: lambda e, x: unary(x.op, e.expr(x.x)),
    ir.BoundExpr: lambda e, x: unary(x.op, e.expr(x.x)),
    ir.BinaryExpr: ExprExporter.binary,
    ir.DisjunctionExpr: ExprExporter.disjunction_expr,
    ir.CallExpr: ExprExporter.call_expr,
    ir.OpenExpr: lambda e, x: ast.PostfixExpr(operand(e.expr(x.x)), 0, "..."),
    ir.OptionalExpr: lambda e, x: ast.PostfixExpr(operand(e.expr(x.x)), 0, "?"),
    ir.ListLit: ExprExporter.list_literal,
}

_DECLARATIONS: dict[type, Callable[[ExprExporter, Any], ast.Decl]] = {
    ir.Field: ExprExporter.field,
    ir.DynamicField: ExprExporter.dynamic_field,
    ir.BulkOptionalField: ExprExporter.pattern,
    ir.Comprehension: ExprExporter.comprehension,
    ir.Ellipsis: ExprExporter.element,
}
