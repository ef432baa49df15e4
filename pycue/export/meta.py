"""Doc comments and attributes of the declarations that a value came from."""

from __future__ import annotations

from pycue.evaluator import ir
from pycue.syntax import ast, token

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.evaluator.vertex import Conjunct

__all__ = [
    "declaration_attributes",
    "doc_comments",
    "field_attributes",
    "field_node",
    "field_nodes",
    "package_comments",
]


def field_node(decl: object) -> ast.Field | None:
    """Syntax of a declared field."""
    src = decl.src if isinstance(decl, (ir.Field, ir.DynamicField, ir.BulkOptionalField)) else None
    return src.node if src is not None and isinstance(src.node, ast.Field) else None


def field_nodes(conjuncts: Iterable[Conjunct]) -> list[ast.Field]:
    """Syntax of the fields that conjuncts were declared by."""
    nodes = (field_node(conjunct.x) for conjunct in conjuncts)
    return [node for node in nodes if node is not None]


def doc_comments(nodes: Iterable[ast.Field]) -> list[ast.CommentGroup]:
    """Doc comments of fields without repetitions; those of short forms (``a: b: 1``) belong to the innermost field."""
    docs: list[ast.CommentGroup] = []
    for node in nodes:
        if _is_short_form(node):
            continue
        for group in node.comments or ():
            if group.doc and all(group.text() != other.text() for other in docs):
                docs.append(_on_own_line(group))
    return docs


def _on_own_line(group: ast.CommentGroup) -> ast.CommentGroup:
    """A group that starts a line, also where it was the first thing in its file."""
    first = group.list[0]
    if token.relation(first.pos) >= token.NEWLINE:
        return group
    first = ast.Comment(token.with_relation(first.pos, token.NEWLINE), first.text)
    return ast.CommentGroup([first, *group.list[1:]], group.doc, group.line, group.position)


def package_comments(clauses: Iterable[ast.Package], relation: int) -> list[ast.CommentGroup]:
    """Comments on the package clauses of several files as those of one clause.

    The doc comments are one, with an empty line between those of two files; one comment stays behind the clause.
    ``relation`` is how the first stands to what is before it.
    """
    docs: list[ast.Comment] = []
    others: list[ast.CommentGroup] = []
    for group in (group for clause in clauses for group in clause.comments or ()):
        if group.doc:
            first = ast.Comment(token.with_relation(0, token.NEWLINE if docs else relation), group.list[0].text)
            between = [ast.Comment(token.with_relation(0, token.NEWLINE), "//")] if docs else []
            docs += [*between, first, *group.list[1:]]
        elif group.line and any(other.line for other in others):
            moved = ast.Comment(token.with_relation(group.pos, token.NEW_SECTION), group.list[0].text)
            others.append(ast.CommentGroup([moved], position=group.position))
        else:
            others.append(group)
    return [ast.CommentGroup(docs, doc=True), *others] if docs else others


def _is_short_form(node: ast.Field) -> bool:
    """Whether a field of the form ``a: b: 1`` has a plain name among its inner labels."""
    value = node.value
    while isinstance(value, ast.StructLit) and not value.lbrace and len(value.elts) == 1:
        inner = value.elts[0]
        if not isinstance(inner, ast.Field):
            return False
        if isinstance(inner.label, (ast.Ident, ast.BasicLit, ast.Alias)):
            return True
        value = inner.value
    return False


def field_attributes(nodes: Iterable[ast.Field]) -> list[ast.Attribute]:
    """Attributes of fields without repetitions."""
    texts = dict.fromkeys(attribute.text for node in nodes for attribute in node.attrs)
    return [ast.Attribute(0, text) for text in texts]


def declaration_attributes(literal: ir.StructLit) -> list[ast.Attribute]:
    """Attributes that stand as declarations in a struct literal or file."""
    node = literal.src.node if literal.src is not None else None
    if isinstance(node, ast.File):
        decls = node.decls
    elif isinstance(node, ast.StructLit):
        decls = node.elts
    else:
        return []
    copies: list[ast.Attribute] = []
    for decl in decls:
        if isinstance(decl, (ast.Package, ast.ImportDecl)):
            copies.clear()  # what stands before these speaks of the file
        if isinstance(decl, ast.Attribute):
            copy = ast.Attribute(0, decl.text)
            copy.comments = decl.comments
            copies.append(copy)
    return copies
