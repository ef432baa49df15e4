"""Structs, lists, fields, lets, comprehensions and files: syntax tree to IR."""

from __future__ import annotations

from pycue.compile.compiler import _EXPRESSIONS, ExpressionCompiler
from pycue.compile.scope import DYNAMIC, FIELD_ALIAS, KEY, LET, VALUE, VARIABLE, Entry, Scope
from pycue.errors import Diagnostic
from pycue.evaluator import ir
from pycue.evaluator import kind as k
from pycue.evaluator.values import BasicType, Bottom, Expr, Src, String
from pycue.evaluator.vertex import MEMBER, OPTIONAL, REQUIRED
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pycue.labels import AnyLabel

__all__ = ["DeclarationCompiler"]

_ARC_TYPES = {"": MEMBER, "?": OPTIONAL, "!": REQUIRED}
_NO_OLD_ALIAS = "old-style alias syntax (=) is not allowed with @experiment(aliasv2); use postfix syntax (~X or ~(K,V))"


class DeclarationCompiler(ExpressionCompiler):
    """Adds everything that opens a scope."""

    # ---- names of a scope

    def open_scope(self, level: int, decls: Sequence[ast.Node] = ()) -> Scope:
        """Enter a scope that holds the names which ``decls`` declare."""
        scope = self.scope = Scope(self.scope, level)
        names = scope.names
        others: list[ast.Node] = []
        for decl in decls:
            if type(decl) is ast.Field:
                label = decl.label
                if type(label) is ast.Ident:
                    if label.name != "_":
                        names.setdefault(label.name, self.label(label))
                    if decl.alias is not None:
                        others.append(decl)
                elif type(label) is not ast.BasicLit or decl.alias is not None:
                    if type(label) is ast.Alias and type(label.expr) is ast.Ident:
                        names.setdefault(label.expr.name, self.label(label.expr))
                    others.append(decl)
            elif type(decl) is ast.LetClause:
                others.append(decl)
        for decl in others:
            self._declare(scope, decl, decls)
        self._check_fields(scope, decls)
        for decl in others:
            entry = self._dynamic_alias(decl) if type(decl) is ast.Field else None
            if entry is not None:
                label = decl.label  # type: ignore[attr-defined]
                entry.key = self.expr(label.expr if isinstance(label, ast.Alias) else label)
        return scope

    def _check_fields(self, own: Scope, decls: Sequence[ast.Node]) -> None:
        """A field may not have the name of an alias of any enclosing struct."""
        outer, scope = [], own.parent
        while scope is not None:
            if scope.aliases:
                outer.append(scope.names)
            scope = scope.parent
        for decl in decls if outer else ():
            label = decl.label if type(decl) is ast.Field else None
            if type(label) is ast.Alias:
                label = label.expr
            if type(label) is ast.Ident and any(type(names.get(label.name)) is Entry for names in outer):
                text = f'cannot have both alias and field with name "{label.name}" in same scope'
                self.binding_error(decl.value.pos, text)  # type: ignore[attr-defined]

    def _declare(self, scope: Scope, decl: ast.Node, decls: Sequence[ast.Node]) -> None:
        if isinstance(decl, ast.LetClause):
            entry = Entry(LET, decl.pos, self.new_let(decl.ident.name))
            self._add(scope, decl.ident, entry, decls)
            return
        assert isinstance(decl, ast.Field)
        label: ast.Node = decl.label
        ident = decl.alias.field if decl.alias is not None else None
        pos = decl.alias.pos if decl.alias is not None else label.pos
        if isinstance(label, ast.Alias):
            if self.on("aliasv2"):
                self.binding_error(label.pos, _NO_OLD_ALIAS)
            ident, label = label.ident, label.expr
        if isinstance(label, ast.ListLit):
            inner = label.elts[0] if label.elts else None
            if isinstance(inner, ast.Alias):
                if isinstance(decl.label, ast.Alias) and inner.ident.name == decl.label.ident.name:
                    self.binding_error(inner.expr.pos, f'alias "{inner.ident.name}" redeclared in same scope')
                else:
                    self._check_shadowing(scope, inner.ident.name, inner.expr.pos, ())
            return
        dynamic = isinstance(label, (ast.ParenExpr, ast.Interpolation))
        if ident is not None and not (decl.alias is not None and ident.name == "_"):
            entry = Entry(DYNAMIC, pos) if dynamic else Entry(FIELD_ALIAS, pos, self.static_label(label))
            self._add(scope, ident, entry, decls)
        if decl.alias is not None and decl.alias.label is not None and decl.alias.label.name != "_":
            # Outside of the value the name of a computed label is no more than a string.
            key = BasicType(k.STRING, None) if dynamic else self.key_constant(label)
            scope.names.setdefault(decl.alias.label.name, Entry(KEY, pos, key=key))

    def _add(self, scope: Scope, ident: ast.Ident, entry: Entry, decls: Sequence[ast.Node]) -> None:
        name = ident.name
        if name == "_":
            self.error(ident.pos, "cannot use _ as alias or let clause")
            return
        entry.path = self.current_path()
        if type(scope.names.get(name)) is Entry:
            self.binding_error(entry.pos, f'alias "{name}" redeclared in same scope')
        elif self._check_shadowing(scope, name, entry.pos, decls):
            scope.names[name] = entry
            scope.aliases.append((name, entry))

    def _check_shadowing(self, own: Scope, name: str, pos: int, decls: Sequence[ast.Node]) -> bool:
        """An alias may not have the name of a field of any enclosing struct; whichever comes second is reported."""
        scope: Scope | None = own
        while scope is not None:
            found = scope.names.get(name)
            if found is not None and type(found) is not Entry:
                if name in scope.conflicts:
                    return False
                scope.conflicts.add(name)
                fields = [d for d in decls if isinstance(d, ast.Field) and _is_named(d, name)] if scope is own else []
                if fields and fields[0].pos > pos:
                    pos = fields[0].value.pos
                self.binding_error(pos, f'cannot have both alias and field with name "{name}" in same scope')
                return False
            scope = scope.parent
        return True

    def close_scope(self, scope: Scope) -> None:
        """Leave a scope, reporting aliases that nothing mentions."""
        for name, entry in scope.aliases:
            if not entry.used:
                text = f"unreferenced alias or let clause {name}"
                self.errors.append(
                    Diagnostic(text, code="cue.compile", path=entry.path, position=self.position(entry.pos))
                )
        self.scope = scope.parent

    # ---- structs

    def struct(self, node: ast.StructLit) -> ir.StructLit:
        scope = self.open_scope(1, node.elts)
        result = self.struct_body(node.elts, Src(node, self.source))
        self.close_scope(scope)
        return result

    def struct_body(self, elts: Sequence[ast.Node], src: Src, is_file: bool = False) -> ir.StructLit:
        """Compile declarations in the scope that is already open."""
        decls: list[ir.Decl | Expr] = []
        for elt in elts:
            handler = _DECLARATIONS.get(type(elt))
            if handler is not None:
                decls.append(handler(self, elt))
            elif isinstance(elt, ast.Expr):
                decls.append(self.expr(elt))
        result = ir.StructLit(decls, src, is_file)
        result.explicit_open = self.on("explicitopen")
        return result

    def static_label(self, label: ast.Node) -> AnyLabel:
        """Label of an identifier or string literal."""
        return self.label(label) if isinstance(label, ast.Ident) else self.string_label(label)

    def field(self, node: ast.Field) -> ir.Decl:
        label: ast.Node = node.label
        arc_type = _ARC_TYPES[node.constraint]
        src = Src(node, self.source)
        if type(label) is ast.Ident and node.alias is None:
            if label.name == "_":
                self.error(label.pos, "cannot use _ as label")
                return ir.Field("_", self.expr(node.value), arc_type, src)
            self.path.append(label)
            value = node.value
            compiled = self.expr(value) if type(value) is not ast.Alias else self.value(value)
            self.path.pop()
            return ir.Field(self.label(label), compiled, arc_type, src)
        if isinstance(label, ast.Alias):
            label = label.expr
        if isinstance(label, ast.ListLit):
            return self._pattern(node, label, src)
        if isinstance(label, (ast.ParenExpr, ast.Interpolation)):
            return self._dynamic_field(node, label, arc_type, src)
        if isinstance(label, ast.Ident) and label.name == "_":
            self.error(label.pos, "cannot use _ as label")
        static = self.static_label(label)
        self.path.append(label)
        value_expr = self._aliased_value(node, Entry(KEY, label.pos, key=self.key_constant(label)), None)
        self.path.pop()
        return ir.Field(static, value_expr, arc_type, src)

    def key_constant(self, label: ast.Node) -> String:
        """A static label as a string."""
        return String(str(self.static_label(label)), Src(label, self.source))

    def value(self, node: ast.Expr) -> Expr:
        """Compile the value of a field, with its value alias."""
        if not isinstance(node, ast.Alias):
            return self.expr(node)
        if self.on("aliasv2"):
            self.binding_error(node.pos, _NO_OLD_ALIAS)
        scope = self.open_scope(0)
        name, entry = node.ident.name, Entry(VALUE, node.pos)
        if name == "_":
            self.error(node.ident.pos, "cannot use _ as alias or let clause")
        else:
            entry.path = self.current_path()[:-1]
            scope.names[name] = entry
            scope.aliases.append((name, entry))
        result = self.value(node.expr)
        self.close_scope(scope)
        return result

    def _aliased_value(self, node: ast.Field, key: Entry, value: Entry | None) -> Expr:
        """Compile a field's value where the postfix alias's names are visible."""
        alias = node.alias
        if alias is None:
            return self.value(node.value)
        if not self.on("aliasv2"):
            self.binding_error(alias.pos, "postfix alias syntax requires @experiment(aliasv2)")
        scope = self.open_scope(0)
        if alias.label is not None and alias.label.name != "_":
            scope.names[alias.label.name] = key
        if value is not None and alias.field is not None and alias.field.name != "_":
            scope.names[alias.field.name] = value
        result = self.value(node.value)
        self.close_scope(scope)
        return result

    def _dynamic_field(self, node: ast.Field, label: ast.Expr, arc_type: int, src: Src) -> ir.DynamicField:
        entry = self._dynamic_alias(node)
        key = entry.key if entry is not None and entry.key is not None else self.expr(label)
        self.path.append(label)
        value = self._aliased_value(node, Entry(KEY, label.pos), None)
        self.path.pop()
        return ir.DynamicField(key, value, arc_type, src)

    def _dynamic_alias(self, node: ast.Field) -> Entry | None:
        """What the alias in front of a computed label, or behind it, stands for."""
        alias = node.label.ident if isinstance(node.label, ast.Alias) else node.alias.field if node.alias else None
        entry = self.scope.names.get(alias.name) if alias is not None and self.scope is not None else None
        if type(entry) is not Entry or entry.kind != DYNAMIC:
            return None
        return entry if entry.pos == (node.alias.pos if node.alias is not None else node.label.pos) else None

    def _pattern(self, node: ast.Field, label: ast.ListLit, src: Src) -> ir.BulkOptionalField:
        if len(label.elts) != 1:
            self.error(label.pos, "list label must have one element")
            return ir.BulkOptionalField(self.error(label.pos, "list label"), self.value(node.value), None, src)
        filter_node: ast.Expr = label.elts[0]
        scope = Scope(self.scope, 0)
        alias = None
        if isinstance(filter_node, ast.Alias):
            if self.on("aliasv2"):
                self.binding_error(filter_node.pos, _NO_OLD_ALIAS)
            alias = filter_node.ident.name
            scope.names[alias] = Entry(KEY, filter_node.pos)
            filter_node = filter_node.expr
        if isinstance(node.label, ast.Alias):
            scope.names[node.label.ident.name] = Entry(VALUE, node.label.pos)
        elif node.alias is not None and node.alias.label is not None:
            alias = node.alias.label.name
        saved, self.pattern_scope = self.pattern_scope, self.scope
        compiled = self.expr(filter_node)
        self.pattern_scope = saved
        self.scope = scope
        self.path.append(label)
        value = self._aliased_value(node, Entry(KEY, label.pos), Entry(VALUE, label.pos))
        self.path.pop()
        self.scope = scope.parent
        return ir.BulkOptionalField(compiled, value, alias, src)

    def let(self, node: ast.LetClause) -> ir.Decl:
        assert self.scope is not None
        src = Src(node, self.source)
        entry = self.scope.names.get(node.ident.name)
        if type(entry) is not Entry or entry.kind != LET or entry.let is not None or entry.open:
            return ir.LetField(self.new_let(node.ident.name), self.expr(node.expr), False, src)
        entry.open = True
        self.lets.append((entry, self.scope.depth))
        self.path.append("let[]")
        value = self.expr(node.expr)
        self.path.pop()
        self.lets.pop()
        entry.open = False
        assert entry.label is not None
        entry.let = ir.LetField(entry.label, value, entry.is_multi, src)
        for reference in entry.references:
            reference.x = value
        entry.references.clear()
        self.check_let_cycle(entry)
        return entry.let

    def check_let_cycle(self, entry: Entry) -> None:
        """Report lets that are defined through each other, once for each circle."""
        circle = [item for item in _reachable(entry) if entry in _reachable(item)]
        if circle:
            first = min(circle, key=lambda item: item.pos)
            pos, path = next(item.dependents[first] for item in circle if first in item.dependents)
            saved, self.path = self.path, list(path)
            self.error(pos, "cyclic references in let clause or alias")
            self.path = saved

    def embed(self, node: ast.EmbedDecl) -> Expr | ir.Decl:
        expr = node.expr
        return self.comprehension(expr) if isinstance(expr, ast.Comprehension) else self.expr(expr)

    def ellipsis(self, node: ast.Ellipsis) -> ir.Ellipsis:
        return ir.Ellipsis(self.expr(node.type) if node.type is not None else None, Src(node, self.source))

    # ---- lists

    def list(self, node: ast.ListLit) -> ir.ListLit:
        scope = self.open_scope(1)
        elems: list[ir.Decl | Expr] = []
        last = len(node.elts) - 1
        for index, elt in enumerate(node.elts):
            if isinstance(elt, ast.Ellipsis):
                if index != last:
                    self.error(elt.pos, "ellipsis must be last element in list")
                elems.append(self.ellipsis(elt))
            elif isinstance(elt, ast.Comprehension):
                elems.append(self.comprehension(elt))
            else:
                elems.append(self.expr(elt))
        self.close_scope(scope)
        return ir.ListLit(elems, Src(node, self.source))

    # ---- comprehensions

    def comprehension(self, node: ast.Comprehension) -> ir.Comprehension | Bottom:
        for clause in node.clauses:
            if isinstance(clause, ast.TryClause) and not self.on("try"):
                text = "try clause requires the try experiment (language version v0.16.0 or later)"
                return self.error(clause.pos, text)
        outer, depth = self.scope, len(self.path)
        in_try = self.in_try
        clauses = [self.clause(clause) for clause in node.clauses]
        value: Expr | None = None
        for clause in node.clauses[:-1]:
            if isinstance(clause, ast.TryClause) and clause.ident is None:
                value = self.error(clause.pos, "struct-form try clause must be the last clause in a comprehension")
        if value is None:  # otherwise what is wrong with the body does not matter
            value = self.expr(node.value)
        last, spelled = clauses[-1], node.clauses[-1]
        if isinstance(last, ir.TryClause) and isinstance(spelled, ast.TryClause) and spelled.ident is None:
            last.expr = value
        scope = self.scope
        while scope is not outer and scope is not None:
            self.close_scope(scope)
            scope = self.scope
        del self.path[depth:]
        self.in_try = in_try
        fallback = None
        if node.fallback is not None:
            self.check_fallback(node, node.fallback)
            fallback = self.expr(node.fallback.body)
        return ir.Comprehension(clauses, value, fallback, Src(node, self.source))

    def check_fallback(self, node: ast.Comprehension, fallback: ast.FallbackClause) -> None:
        """``else`` follows a single ``if`` or ``try`` only."""
        if not self.on("try"):
            self.binding_error(fallback.pos, f"{fallback.keyword} requires @experiment(try)")
        elif fallback.keyword == "else" and (len(node.clauses) > 1 or isinstance(node.clauses[0], ast.ForClause)):
            text = "use 'otherwise' for comprehensions with multiple clauses or 'for' clauses"
            self.binding_error(fallback.pos, text)

    def clause(self, node: ast.Clause) -> ir.Decl:
        """Compile one clause; its names stay visible for what follows."""
        src = Src(node, self.source)
        if isinstance(node, ast.ForClause):
            source = self.expr(node.source)
            scope = self.open_scope(1)
            self.path.append("for[]")
            key = self.variable(scope, node.key) if node.key is not None else None
            return ir.ForClause(key, self.variable(scope, node.value), source, src)
        if isinstance(node, ast.IfClause):
            return ir.IfClause(self.expr(node.condition), src)
        if isinstance(node, ast.LetClause):
            value = self.expr(node.expr)
            scope = self.open_scope(1)
            self.path.append("let[]")
            self.let_count += 1
            return ir.LetClause(self.variable(scope, node.ident) or "_", value, src)
        assert isinstance(node, ast.TryClause)
        self.in_try += 1
        if node.ident is None or node.expr is None:
            return ir.TryClause(None, None, src)
        value = self.expr(node.expr)
        self.in_try -= 1
        scope = self.open_scope(1)
        self.path.append("try[]")
        return ir.TryClause(self.variable(scope, node.ident), value, src)

    def variable(self, scope: Scope, ident: ast.Ident) -> AnyLabel | None:
        """Declare a clause's variable."""
        if ident.name == "_":
            return None
        label = self.label(ident)
        scope.names[ident.name] = Entry(VARIABLE, ident.pos, label)
        return label


_DECLARATIONS: dict[type, Callable[[Any, Any], ir.Decl | Expr]] = {
    ast.Field: DeclarationCompiler.field,
    ast.EmbedDecl: DeclarationCompiler.embed,
    ast.LetClause: DeclarationCompiler.let,
    ast.Comprehension: DeclarationCompiler.comprehension,
    ast.Ellipsis: DeclarationCompiler.ellipsis,
}
_EXPRESSIONS[ast.StructLit] = DeclarationCompiler.struct
_EXPRESSIONS[ast.ListLit] = DeclarationCompiler.list


def _is_named(field: ast.Field, name: str) -> bool:
    return isinstance(field.label, ast.Ident) and field.label.name == name


def _reachable(entry: Entry) -> list[Entry]:
    """Lets that mention a let, directly or through others."""
    seen: list[Entry] = []
    todo = list(entry.dependents)
    while todo:
        item = todo.pop()
        if item not in seen:
            seen.append(item)
            todo.extend(item.dependents)
    return seen
