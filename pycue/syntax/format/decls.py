"""Top layer of the formatter: declarations, clauses and files."""

from __future__ import annotations

from pycue.syntax import ast, literal, token
from pycue.syntax.format import printer as ws
from pycue.syntax.format.exprs import ExprPrinter
from pycue.syntax.format.simplify import is_any_field

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.source import Source

__all__ = ["Formatter"]


class Formatter(ExprPrinter):
    """Prints any node.

    ``bare`` maps the ``id`` of string labels to the identifiers they are simplified to; None: do not simplify.
    """

    def __init__(self, source: Source | None, bare: dict[int, str] | None) -> None:
        super().__init__(source)
        self.simplify = bare is not None
        self.bare = bare or {}
        self.requested = ws.NO_OVERRIDE

    def file(self, node: ast.File) -> None:
        self.enter(node)
        self.decl_list(node.decls)
        self.leave()
        self.finish()

    # ---- lists of declarations

    def decl_list(self, decls: Sequence[ast.Decl]) -> None:
        self.enter(None)
        depth = 0
        moved: ast.Ellipsis | None = None
        for index, decl in enumerate(decls):
            if index:
                self._between(decls[index - 1], depth, decl)
            if self.simplify and is_any_field(decl):
                moved = ast.Ellipsis(0, None)
                moved.comments = decl.comments
                continue
            self.decl(decl)
            depth = _nesting(decl)
            after = decls[index + 1] if index + 1 < len(decls) else None
            self.space(ws.FORM_FEED if _starts_section(after) and self.node_sep != ws.BLANK else self.parent_sep)
        if moved is not None:
            self.decl(moved)
            self.space(self.parent_sep)
        self.leave()

    def _between(self, previous: ast.Decl, previous_depth: int, decl: ast.Decl) -> None:
        self.space(ws.DECL_COMMA)
        depth = _nesting(decl)
        if self.parent_sep == ws.NEWLINE and (previous_depth == 0 or depth != previous_depth):
            self.space(ws.BLANK if self.node_sep == ws.BLANK else ws.FORM_FEED)
        if _has_comments(decl) and (not isinstance(previous, ast.Field) or _is_definition(previous.label)):
            self.space(ws.NEW_SECTION)

    def decl(self, decl: ast.Decl) -> None:
        """Print a declaration with its comments."""
        self.enter(decl)
        if isinstance(decl, ast.Field):
            self._field(decl)
        elif isinstance(decl, ast.EmbedDecl):
            self._embedding(decl)
        elif isinstance(decl, ast.LetClause):
            if _free_to_break(decl):
                self.space(ws.FORM_FEED)
            self._let(decl)
            self.space(ws.DECL_COMMA)
        elif isinstance(decl, ast.Attribute):
            self.place(decl.pos)
            self.leaf(decl.text, 0, "ATTRIBUTE")
        elif isinstance(decl, ast.Package):
            self.put("package", decl.pos, after=ws.BLANK)
            self.expr(decl.name)
            self.space(ws.NEW_SECTION | ws.NO_OVERRIDE)
        elif isinstance(decl, ast.ImportDecl):
            self._import(decl)
        elif isinstance(decl, ast.Comprehension):
            if _free_to_break(decl):
                self.space(ws.FORM_FEED)
            self.comprehension(decl)
        elif isinstance(decl, ast.Ellipsis):
            self.ellipsis(decl)
        elif isinstance(decl, ast.Expr):  # an expression that a program put among declarations
            self.bare_expr(decl, 0, 1)
        self.leave()

    def _embedding(self, decl: ast.EmbedDecl) -> None:
        if _free_to_break(decl):
            self.space(ws.FORM_FEED)
        self.expr(decl.expr)
        self.space(ws.NEWLINE)

    # ---- fields

    def position_of(self, node: ast.Node) -> int:
        if isinstance(node, ast.Field) and id(node.label) in self.bare:
            return 0
        return node.pos

    def _field(self, node: ast.Field) -> None:
        self._label(node)
        self.put(":", before=ws.NO_BLANK)
        self.visit(self.slot)
        inner = self._inline(node)
        if inner is not None:
            if token.relation(self.position_of(inner)) >= token.NEWLINE and not self.simplify:
                self.space(ws.INDENT | ws.FORM_FEED)
                self.decl(inner)
                self.pop_indent()
            else:
                self.space(ws.BLANK | ws.NO_OVERRIDE)
                self.decl(inner)
            return
        section = _ends_section(node.value)
        tab = ws.BLANK if section or self.line == self.brace_line else ws.VTAB
        self.space(tab)
        if isinstance(node.value, (ast.ListLit, ast.StructLit)):
            self.expr(node.value)
        else:
            self._indented(node.value)
        for attribute in node.attrs:
            self.enter(attribute)
            self.requested |= tab
            self.place(attribute.pos)
            self.leaf(attribute.text, 0, "ATTRIBUTE")
            self.leave()
            tab = ws.BLANK
        if section:
            self.space(ws.FORM_FEED)

    def _indented(self, node: ast.Expr) -> None:
        """Print an expression whose continuation lines are indented."""
        self.space(ws.INDENT)
        self.expr(node)
        if self.requested & ws.INDENT:
            self.requested &= ~ws.INDENT  # nothing was written since
        else:
            self.pop_indent()

    def _inline(self, node: ast.Field) -> ast.Field | None:
        """The field inside, if ``a: {b: c}`` is to be printed as ``a: b: c``."""
        if not self.position_of(node) and not (self.simplify and _is_regular(node)):
            return None
        value = node.value
        if not isinstance(value, ast.StructLit) or len(value.elts) != 1 or node.attrs:
            return None
        if value.lbrace and (not self.simplify or _has_comments(node) or value.comments):
            return None
        inner = value.elts[0]
        if not isinstance(inner, ast.Field) or inner.attrs or _has_comments(inner):
            return None
        return inner

    def _label(self, node: ast.Field) -> None:
        label = node.label
        self.enter(label)
        if isinstance(label, ast.BasicLit):
            bare = self.bare.get(id(label))
            if bare is not None:
                self.put(bare)
            else:
                self.put(_plain_label(label.value), label.pos)
        elif isinstance(label, ast.Ident):
            name = label.name
            self.put(name if literal.is_valid_ident(name) else literal.quote_string(name), label.pos)
        else:
            self.bare_expr(label, 0, 1)
        if node.alias is not None:
            self._postfix_alias(node.alias)
        if node.constraint:
            self.put(node.constraint, before=ws.NO_BLANK)
        self.leave()
        if node.constraint:
            self.slot += 1  # printed with the label, but a part of the field

    def _postfix_alias(self, alias: ast.PostfixAlias) -> None:
        self.enter(alias)
        self.put("~(", before=ws.NO_BLANK, after=ws.NO_BLANK)
        names = [name for name in (alias.label, alias.field) if name is not None]
        for index, name in enumerate(names):
            if index:
                self.put(",", after=ws.NO_BLANK)
            self.expr(name)
        self.put(")", before=ws.NO_BLANK)
        self.leave()

    # ---- imports

    def _import(self, node: ast.ImportDecl) -> None:
        self.put("import", node.pos, after=ws.BLANK)
        if len(node.specs) == 1 and not node.lparen:
            self._specs(node.specs)
        elif node.specs:
            self.put("(", node.lparen, after=ws.NEWLINE | ws.INDENT)
            self._specs(node.specs)
            self.put(")", node.rparen, before=ws.UNINDENT | ws.NEWLINE, after=ws.NEWLINE)
        else:
            self.put("(", node.lparen)
            self.put(")", node.rparen, after=ws.NEWLINE)
        self.space(ws.NEW_SECTION | ws.NO_OVERRIDE)

    def _specs(self, specs: Sequence[ast.ImportSpec]) -> None:
        self.enter(None)
        for spec in specs:
            self.enter(spec)
            if spec.name is not None:
                self.expr(spec.name)
                self.space(ws.BLANK)
            else:
                self.skip_slot()
            self.expr(spec.path)
            self.space(ws.NEWLINE)
            self.leave()
        self.leave()

    # ---- comprehensions

    def comprehension(self, node: ast.Comprehension) -> None:
        self.enter(None)
        for index, clause in enumerate(node.clauses):
            self.enter(clause)
            if index:
                self.space(ws.BLANK)
            self.clause(clause)
            self.leave()
        self.leave()
        self.space(ws.BLANK | ws.NO_OVERRIDE)
        self.expr(node.value)
        if node.fallback is not None:
            self.enter(node.fallback)
            keyword = node.fallback.keyword
            self.put(
                "otherwise" if keyword == "fallback" else keyword,
                before=ws.BLANK | ws.NO_OVERRIDE,
                after=ws.BLANK | ws.NO_OVERRIDE,
            )
            self.expr(node.fallback.body)
            self.leave()

    def clause(self, clause: ast.Clause) -> None:
        if isinstance(clause, ast.ForClause):
            self.put("for", clause.pos, after=ws.BLANK | ws.INDENT)
            if clause.key is not None:
                self.expr(clause.key)
                self.put(",", clause.colon, after=ws.BLANK)
            else:
                self.skip_slot()
            self.expr(clause.value)
            self.put("in", clause.in_pos, before=ws.BLANK, after=ws.BLANK)
            self.expr(clause.source)
            self.pop_indent()
        elif isinstance(clause, ast.IfClause):
            self.put("if", clause.pos, after=ws.BLANK)
            self._indented(clause.condition)
        elif isinstance(clause, ast.TryClause):
            if not self.empty:  # as the official formatter does even behind a bracket
                self.requested = self.requested & ~ws.NO_BLANK | ws.BLANK
            self.put("try", clause.pos, after=ws.BLANK)
            if clause.ident is not None and clause.expr is not None:
                self.expr(clause.ident)
                self.put("=", clause.equal, before=ws.BLANK | ws.NO_OVERRIDE, after=ws.BLANK)
                self.expr(clause.expr)
        elif isinstance(clause, ast.LetClause):
            self._let(clause)

    def _let(self, clause: ast.LetClause) -> None:
        self.put("let", clause.pos, after=ws.BLANK | ws.NO_OVERRIDE)
        self.expr(clause.ident)
        self.put("=", clause.equal, before=ws.BLANK | ws.NO_OVERRIDE, after=ws.BLANK)
        self.expr(clause.expr)


def _free_to_break(decl: ast.Decl) -> bool:
    """Whether a declaration starts a line, or may."""
    relation = token.relation(decl.pos)
    return not relation or relation >= token.NEWLINE


def _nesting(decl: ast.Decl) -> int:
    """How many labels a field has in its short form; 0 if its value is a struct that cannot be written so."""
    depth = 0
    while isinstance(decl, ast.Field):
        depth += 1
        value = decl.value
        if not isinstance(value, ast.StructLit):
            break
        if len(value.elts) != 1:
            # only the innermost field counts for nothing: the fields around it still do
            return depth - 1
        decl = value.elts[0]
    return depth


def _starts_section(decl: ast.Decl | None) -> bool:
    """Whether a field's value is a list or a struct with braces."""
    if not isinstance(decl, ast.Field):
        return False
    value = decl.value
    if isinstance(value, ast.StructLit):
        return bool(value.lbrace) or len(value.elts) != 1
    return isinstance(value, ast.ListLit)


def _ends_section(node: ast.Expr) -> bool:
    """Whether a value may span lines, so that the columns around it end."""
    if isinstance(node, (ast.StructLit, ast.ListLit)):
        return True
    if isinstance(node, ast.BasicLit):
        return "\n" in node.value
    if isinstance(node, ast.BinaryExpr):
        return _ends_section(node.x) or _ends_section(node.y)
    if isinstance(node, (ast.UnaryExpr, ast.ParenExpr, ast.IndexExpr, ast.SelectorExpr)):
        return _ends_section(node.x)
    if isinstance(node, ast.CallExpr):
        return any(_ends_section(arg) for arg in node.args)
    return False


def _has_comments(decl: ast.Decl) -> bool:
    if decl.comments:
        return True
    if isinstance(decl, ast.Field):
        return bool(decl.label.comments)
    if isinstance(decl, ast.LetClause):
        return bool(decl.ident.comments)
    return False


def _is_definition(label: ast.Label) -> bool:
    name = _label_name(label)
    return name.startswith(("#", "_#"))


def _is_regular(field: ast.Field) -> bool:
    return not _label_name(field.label).startswith(("#", "_"))


def _label_name(label: ast.Label) -> str:
    """The identifier that a label is, or ``""``."""
    if isinstance(label, ast.Alias):
        label = label.expr
    return label.name if isinstance(label, ast.Ident) else ""


def _plain_label(text: str) -> str:
    r"""Spelling of a string label: ``#"…"#`` and triple-quoted forms become plain."""
    if text.startswith(("#", '"""')):
        try:
            value = literal.unquote(text)
        except ValueError:
            return text
        if isinstance(value, str):
            return literal.quote_string(value)
    return text
