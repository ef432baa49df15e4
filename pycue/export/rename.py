"""References to fields that are themselves nothing but a reference: ``cue def`` gives each a let of its own.

``a: 1, b: a, c: b`` prints as ``c: b_9`` with ``let b_9 = b`` at the end of the file. The numbers are those that the
official tool draws from a pseudo-random sequence with a fixed seed. Source: behaviour of ``cue def``.
"""

from __future__ import annotations

from pycue.syntax import ast, token

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["name_references"]

_DRAWS = bytes.fromhex(
    "090b06000700760f07910949f2067e0400776eb6410bfd01feac07a305080fd2035ed82305720a0d95c2a55388319caa"
    "360b5a060e9b09718cad15a186ef1b2c"
)


def name_references(file: ast.File, fields: Mapping[int, ast.Field]) -> None:
    """Rename references to ``fields`` (by ``id``) in a file, and add the lets that define the new names."""
    walker = _Walker(fields)
    walker.decls(file.decls)
    for name, target in walker.lets:
        file.decls.append(ast.LetClause(token.NEW_SECTION, ast.Ident(0, name), 0, ast.Ident(0, target)))


class _Walker:
    """Visits references in the order of printing; ``scopes`` say what each name stands for, innermost last."""

    def __init__(self, fields: Mapping[int, ast.Field]) -> None:
        self.fields = fields
        self.scopes: list[dict[str, ast.Node]] = []
        self.lets: list[tuple[str, str]] = []
        self.used: set[str] = set()
        self.drawn = 0

    def reference(self, node: ast.Ident) -> None:
        """Rename an identifier if it refers to one of the fields."""
        for scope in reversed(self.scopes):
            found = scope.get(node.name)
            if found is not None:
                if id(found) in self.fields:
                    name = self.unique(node.name)
                    self.lets.append((name, node.name))
                    node.name = name
                return

    def unique(self, base: str) -> str:
        """A name that was not given before."""
        mask = 15
        while True:
            name = f"{base}_{_DRAWS[self.drawn % len(_DRAWS)] & mask:X}"
            self.drawn += 1
            if name not in self.used:
                self.used.add(name)
                return name
            mask = mask << 4 | 15 if mask < 255 else 255

    def decls(self, decls: list[ast.Decl]) -> None:
        """Visit the declarations of a struct or file."""
        scope: dict[str, ast.Node] = {}
        for decl in decls:
            if isinstance(decl, ast.LetClause):
                scope[decl.ident.name] = decl
            elif isinstance(decl, ast.Field):
                label = decl.label
                if isinstance(label, ast.Alias):
                    scope[label.ident.name] = label
                    label = label.expr
                if isinstance(label, ast.Ident):
                    scope[label.name] = decl
        self.scopes.append(scope)
        for decl in decls:
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
            self.scopes.append({node.ident.name: node})
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
        scope: dict[str, ast.Node] = {}
        if isinstance(label, ast.ListLit):
            for element in label.elts:
                if isinstance(element, ast.Alias):
                    scope[element.ident.name] = element
                    self.node(element.expr)
                else:
                    self.node(element)
        elif not isinstance(label, ast.Ident):
            self.node(label)
        self.scopes.append(scope)
        self.node(node.value)
        self.scopes.pop()

    def comprehension(self, node: ast.Comprehension) -> None:
        """Visit clauses, each seeing the variables of those before it, then the body.

        What ``for`` ranges over keeps its name.
        """
        opened = 0
        for clause in node.clauses:
            scope: dict[str, ast.Node] = {}
            if isinstance(clause, ast.ForClause):
                scope = {ident.name: clause for ident in (clause.key, clause.value) if ident is not None}
            elif isinstance(clause, ast.IfClause):
                self.node(clause.condition)
            elif isinstance(clause, (ast.LetClause, ast.TryClause)):
                self.node(clause.expr)
                scope = {clause.ident.name: clause} if clause.ident is not None else {}
            self.scopes.append(scope)
            opened += 1
        self.node(node.value)
        del self.scopes[-opened:]
        if node.fallback is not None:
            self.node(node.fallback.body)
