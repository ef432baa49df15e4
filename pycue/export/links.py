"""References to the fields of an exported struct, and the renaming of those that would find something else.

While a definition is written every reference notes the vertex it resolves to, and every field the vertex it declares.
A reference then stands for the value of the field that its vertex was written as. Where its name finds another value,
the field gets an alias (``x_9=x: 1``) if it is in sight, and the file a let otherwise (``let b_9 = b``). As vertices
are shared, that happens to references that need it not: in ``a: 1, b: a, c: b`` the reference of ``c`` resolves to
``a``. Source: behaviour of ``cue def``.
"""

from __future__ import annotations

from pycue.export.draw import Draw
from pycue.syntax import ast, token

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import Vertex

__all__ = ["Links"]


class _Link:
    """What is known of a vertex: the field it was written as, or the references that wait for that."""

    __slots__ = ("field", "waiting")

    def __init__(self, field: ast.Field | None) -> None:
        self.field = field
        self.waiting: list[ast.Ident] = []


class Links:
    """Which written fields the written references stand for."""

    __slots__ = ("_dynamic", "_links", "_named", "_values")

    def __init__(self) -> None:
        self._links: dict[Vertex, _Link] = {}
        self._values: dict[int, tuple[ast.Ident, ast.Node]] = {}  # by id of the reference
        self._dynamic: dict[int, list[ast.Field]] = {}  # fields with a computed label, by id of that expression
        self._named: set[int] = set()  # those of them that are referred to

    def declare(self, vertex: Vertex | None, field: ast.Field) -> None:
        """Note the field that a vertex was written as."""
        if vertex is None:
            return
        link = self._links.get(vertex)
        if link is None:
            self._links[vertex] = _Link(field)
            return
        for ident in link.waiting:  # later references wait in vain, if there was one before the field
            self._values[id(ident)] = ident, field.value
        link.waiting.clear()

    def refer(self, vertex: Vertex | None, ident: ast.Ident) -> None:
        """Note the vertex that a reference resolves to."""
        if vertex is None:
            return
        link = self._links.get(vertex)
        if link is None:
            link = self._links[vertex] = _Link(None)
        if link.field is None:
            link.waiting.append(ident)
        else:
            self._values[id(ident)] = ident, link.field.value

    def begin_dynamic(self, key: Expr) -> list[ast.Field]:
        """Note that a field with the label ``key`` is being written, which is to be added to what this returns."""
        return self._dynamic.setdefault(id(key), [])

    def refer_dynamic(self, key: Expr, ident: ast.Ident) -> None:
        """Note a reference to a field with the label ``key`` by its alias; one written before the field is not it."""
        if id(key) in self._dynamic:
            self._named.add(id(key))
        else:
            self._values[id(ident)] = ident, ident

    def drop_aliases(self) -> None:
        """Take the alias from the fields with computed labels that nothing refers to."""
        for key, fields in self._dynamic.items():
            for field in fields if key not in self._named else ():
                if isinstance(field.label, ast.Alias):
                    field.label = field.label.expr

    def resolve(self, file: ast.File) -> None:
        """Rename the references of a file that do not find what they stand for."""
        if self._values:
            _Resolver(self._values, file).run()


class _Entry:
    """What a name stands for in a scope: its value, and the declaration to change when that gets an alias."""

    __slots__ = ("alias", "decl", "value")

    def __init__(self, value: ast.Node, decl: ast.Node) -> None:
        self.value = value
        self.decl = decl
        self.alias = ""


class _Resolver:
    """Visits references in the order of printing; ``scopes`` are those around, innermost last."""

    def __init__(self, values: dict[int, tuple[ast.Ident, ast.Node]], file: ast.File) -> None:
        self.values = values
        self.file = file
        self.scopes: list[dict[str, _Entry]] = []
        self.names: set[str] = set()
        self.draw = Draw()

    def run(self) -> None:
        """Visit the whole file."""
        _collect_names(self.file, self.names)
        self.decls(self.file.decls)

    def reference(self, node: ast.Ident) -> None:
        """Rename an identifier that finds another value than it stands for."""
        meant = self.values.get(id(node))
        found = [scope[node.name] for scope in self.scopes if node.name in scope]
        if meant is None or not found or found[-1].value is meant[1]:
            return
        entry = next((entry for entry in reversed(found) if entry.value is meant[1]), None)
        if entry is None:
            name = self.draw.hexadecimal(node.name, self.names)
            self.file.decls.append(ast.LetClause(token.NEW_SECTION, ast.Ident(0, name), 0, ast.Ident(0, node.name)))
            node.name = name
            return
        if not entry.alias:
            entry.alias = self.draw.hexadecimal(node.name, self.names)
            if isinstance(entry.decl, ast.Field):
                entry.decl.label = ast.Alias(ast.Ident(0, entry.alias), 0, entry.decl.label)
        node.name = entry.alias

    def decls(self, decls: Sequence[ast.Decl]) -> None:
        """Visit the declarations of a struct or file."""
        scope: dict[str, _Entry] = {}
        for decl in decls:
            if isinstance(decl, ast.LetClause):
                scope[decl.ident.name] = _Entry(decl, decl)
            elif isinstance(decl, ast.Field):
                label = decl.label
                if isinstance(label, ast.Alias):
                    scope[label.ident.name] = _Entry(decl, decl)
                    label = label.expr
                if isinstance(label, ast.Ident):
                    value = decl.value.expr if isinstance(decl.value, ast.Alias) else decl.value
                    scope[label.name] = _Entry(value, decl)
        self.scopes.append(scope)
        for decl in list(decls):
            self.node(decl)
        self.scopes.pop()

    def node(self, node: object) -> None:
        """Visit anything."""
        if isinstance(node, ast.Ident):
            self.reference(node)
        elif isinstance(node, ast.StructLit):
            self.decls(node.elts)
        elif isinstance(node, ast.Field):
            self.field(node)
        elif isinstance(node, ast.SelectorExpr):
            self.node(node.x)
        elif isinstance(node, ast.Comprehension):
            self.comprehension(node)
        elif isinstance(node, ast.LetClause):
            self.node(node.expr)
        elif isinstance(node, ast.Alias):
            self.scopes.append({node.ident.name: _Entry(node, node)})
            self.node(node.expr)
            self.scopes.pop()
        elif isinstance(node, list):
            for item in node:
                self.node(item)
        elif isinstance(node, ast.Node) and not isinstance(node, (ast.ImportDecl, ast.Package)):
            for slot in type(node).__slots__:
                self.node(getattr(node, slot))

    def field(self, node: ast.Field) -> None:
        """Visit a field: expressions in its label, then its value."""
        label = node.label.expr if isinstance(node.label, ast.Alias) else node.label
        scope: dict[str, _Entry] = {}
        if isinstance(label, ast.ListLit):
            for element in label.elts:
                if isinstance(element, ast.Alias):
                    scope[element.ident.name] = _Entry(element, element)
                    self.node(element.expr)
                else:
                    self.node(element)
        elif not isinstance(label, ast.Ident):
            self.node(label)
        self.scopes.append(scope)
        self.node(node.value)
        self.scopes.pop()

    def comprehension(self, node: ast.Comprehension) -> None:
        """Visit clauses, each seeing the variables of those before it, then the body."""
        opened = len(self.scopes)
        for clause in node.clauses:
            scope: dict[str, _Entry] = {}
            if isinstance(clause, ast.ForClause):
                self.node(clause.source)
                scope = {ident.name: _Entry(clause, clause) for ident in (clause.key, clause.value) if ident}
            elif isinstance(clause, ast.IfClause):
                self.node(clause.condition)
            elif isinstance(clause, (ast.LetClause, ast.TryClause)):
                self.node(clause.expr)
                scope = {clause.ident.name: _Entry(clause, clause)} if clause.ident is not None else {}
            self.scopes.append(scope)
        self.node(node.value)
        del self.scopes[opened:]
        if node.fallback is not None:
            self.node(node.fallback.body)


def _collect_names(node: object, names: set[str]) -> None:
    """Add all names that a file declares."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += node
        elif isinstance(node, ast.Node):
            if isinstance(node, (ast.LetClause, ast.TryClause, ast.Alias)) and node.ident is not None:
                names.add(node.ident.name)
            elif isinstance(node, ast.Field) and isinstance(node.label, ast.Ident):
                names.add(node.label.name)
            elif isinstance(node, ast.ForClause):
                names.update(ident.name for ident in (node.key, node.value) if ident)
            pending += [getattr(node, slot) for slot in type(node).__slots__]
