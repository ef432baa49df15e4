"""Third layer of the formatter: expressions.

Blanks around operators follow the rule of the official formatter (which is that of gofmt): the deeper an expression
lies, the fewer operators keep them; the *cutoff* is the precedence from which on they are dropped.
"""

from __future__ import annotations

from pycue.syntax import ast, literal, token
from pycue.syntax.format import printer as ws
from pycue.syntax.format.comments import CommentPrinter

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pycue.source import Source

__all__ = ["ExprPrinter"]

_LOWEST, _UNARY, _HIGHEST = 0, 8, 9
_PRECEDENCE = {"|": 1, "&": 2, "||": 3, "&&": 4, "+": 6, "-": 6, "*": 7, "/": 7}
_COMPARISON = 5
_DEEPEST_STRING = 6  # indentation from which on multi-line strings stay as they are


class ExprPrinter(CommentPrinter):
    """Prints expressions. ``depth`` counts how deep an expression lies within others, from 1."""

    def __init__(self, source: Source | None) -> None:
        super().__init__(source)
        self.brace_line = -1  # the line on which the innermost struct was opened
        self._known_operators: dict[int, tuple[bool, bool, int]] = {}  # by id of the node, for long chains

    def decl_list(self, decls: Sequence[ast.Decl]) -> None:
        """Print the declarations of a struct."""
        raise NotImplementedError

    def clause(self, clause: ast.Clause) -> None:
        """Print one clause of a comprehension."""
        raise NotImplementedError

    def comprehension(self, node: ast.Comprehension) -> None:
        """Print a comprehension."""
        raise NotImplementedError

    def expr(self, node: ast.Expr, precedence: int = _LOWEST, depth: int = 1) -> None:
        """Print an expression with its comments; ``precedence`` is that of the operator around it."""
        self.enter(node)
        self.bare_expr(node, precedence, depth)
        self.leave()

    def bare_expr(self, node: ast.Expr, precedence: int, depth: int) -> None:
        """Print an expression whose frame is open."""
        _PRINT[node.__class__](self, node, precedence, depth)

    def expr_list(self, nodes: Sequence[ast.Expr], depth: int) -> None:
        """Print arguments, each followed by a comma."""
        self.enter(None)
        for node in nodes:
            self.enter(node)
            self.bare_expr(node, _LOWEST, depth)
            self.space(ws.COMMA | ws.BLANK)
            self.leave()
        self.leave()

    def elements(self, node: ast.ListLit) -> None:
        """Print the elements of a list, each followed by a comma or, in lists that do without, by a line end."""
        self.enter(None)
        separator = ws.DECL_COMMA if node.comma_free else ws.COMMA | ws.BLANK
        for index, element in enumerate(node.elts):
            if index and node.comma_free:
                self.space(separator)
            self.enter(element)
            self._comments, late = _split(self._comments, element)
            if isinstance(element, ast.Ellipsis) and element.type is not None:
                late += _split(element.type.comments or [], element.type)[1]
            if isinstance(element, ast.Alias):
                self.expr(element.ident)
                self.put("=", element.equal)
                self.expr(element.expr)
            else:
                self.bare_expr(element, _LOWEST, 1)
            if not node.comma_free:
                self.space(separator)
            for number, group in enumerate(late):
                if number:
                    self.requested |= ws.NEW_SECTION
                self.print_comment(group)
            self.leave()
        self.leave()

    def number_or_string(self, node: ast.BasicLit) -> None:
        text = node.value
        self.place(node.pos)
        if node.kind == "STRING":
            if self.indent_level < _DEEPEST_STRING:
                text = _reindent(text, self.indent_level + 1)
        elif node.kind in ("INT", "FLOAT"):
            text = literal.normalize_number(text, node.kind == "FLOAT")
        self.leaf(text, 0, node.kind)

    def ellipsis(self, node: ast.Ellipsis) -> None:
        self.put("...", node.pos)
        type_ = node.type
        if type_ is None or (isinstance(type_, ast.Ident) and type_.name == "_"):
            return
        self.enter(type_)
        self._comments, _ = _split(self._comments, type_)  # the list prints the others
        self.bare_expr(type_, _LOWEST, 1)
        self.leave()

    def struct(self, node: ast.StructLit) -> None:
        flags = ws.NO_BLANK
        feed = ws.BLANK if self.node_sep == ws.BLANK else ws.FORM_FEED
        if not node.elts:
            if not any(c.position == 1 for c in node.comments or ()):
                feed = ws.BLANK | ws.NO_OVERRIDE
        elif not token.relation(node.rbrace) or not token.relation(self.position_of(node.elts[0])):
            flags |= ws.NEWLINE | ws.NO_OVERRIDE
        outer = self.brace_line
        self.place(node.lbrace)
        self.write("{", "{")
        self.slot += 1
        opened = self.brace_line = self.line
        self.space(flags | feed | ws.INDENT)
        self.decl_list(node.elts)
        self.requested |= ws.UNINDENT
        flags = ws.NO_BLANK
        if self.line != opened:
            flags |= ws.NEWLINE
            if self.last not in ("}", "]"):
                flags |= ws.NO_OVERRIDE
        self.put("}", node.rbrace, before=flags)
        self.brace_line = outer

    def position_of(self, node: ast.Node) -> int:
        """Position of a node's first token as it will be printed."""
        return node.pos

    def list(self, node: ast.ListLit) -> None:
        self.put("[", node.lbrack, after=ws.NO_BLANK | ws.INDENT)
        self.elements(node)
        self.space(ws.NO_BLANK | (0 if node.comma_free else ws.TRAIL_COMMA))
        self.visit(self.slot)
        self.requested |= ws.UNINDENT
        if not node.elts and not node.comments:
            self.requested |= ws.NO_OVERRIDE
        self.put("]", node.rbrack, before=ws.NO_BLANK)

    def interpolation(self, node: ast.Interpolation, depth: int) -> None:
        self.enter(None)
        for element in node.elts:
            if isinstance(element, ast.BasicLit):
                self.enter(element)
                self.leaf(element.value, element.pos, element.kind)
                self.leave()
            else:
                self.expr(element, depth=depth + 1)
        self.leave()

    def paren(self, node: ast.ParenExpr, depth: int) -> None:
        if isinstance(node.x, ast.ParenExpr):
            self.expr(node.x, depth=depth)
            return
        self.put("(", node.lparen)
        self.expr(node.x, depth=max(depth - 1, 1))
        self.put(")", node.rparen)

    def selector(self, node: ast.SelectorExpr, depth: int) -> bool:
        """Print ``x.sel``; true if the selector went to its own line and left an indentation open."""
        self.expr(node.x, _HIGHEST, depth)
        self.put(".")
        if token.relation(node.sel.pos) >= token.NEWLINE:
            self.space(ws.INDENT | ws.FORM_FEED)
            self.expr(node.sel)
            self.space(ws.UNINDENT)
            return True
        self.space(ws.NO_BLANK)
        self.expr(node.sel)
        return False

    def index(self, node: ast.IndexExpr, depth: int) -> None:
        self.expr(node.x, _HIGHEST)
        self.put("[", node.lbrack)
        self.expr(node.index, depth=depth + 1)
        self.put("]", node.rbrack)

    def slice(self, node: ast.SliceExpr, depth: int) -> None:
        self.expr(node.x, _HIGHEST)
        self.put("[", node.lbrack)
        if node.low is not None:
            self.expr(node.low, depth=depth + 1)
        spaced = (
            depth <= 1
            and node.low is not None
            and node.high is not None
            and (isinstance(node.low, ast.BinaryExpr) or isinstance(node.high, ast.BinaryExpr))
        )
        self.put(":", before=ws.BLANK if spaced else 0, after=ws.BLANK if spaced else 0)
        if node.high is not None:
            self.expr(node.high, depth=depth + 1)
        self.put("]", node.rbrack)

    def call(self, node: ast.CallExpr, depth: int) -> None:
        if len(node.args) > 1:
            depth += 1
        if isinstance(node.fun, ast.SelectorExpr):
            indented = self.selector(node.fun, depth)
        else:
            self.expr(node.fun, _HIGHEST, depth)
            indented = False
        self.put("(", node.lparen)
        self.expr_list(node.args, depth)
        self.put(")", node.rparen, before=ws.TRAIL_COMMA | ws.NO_BLANK)
        if indented:
            self.space(ws.UNINDENT)

    def unary(self, node: ast.UnaryExpr, precedence: int, depth: int) -> None:
        if precedence > _UNARY:
            self.put("(", after=ws.NO_BLANK)
            self.expr(node)
            self.put(")")
            return
        self.put(node.op, node.pos, after=ws.NO_OVERRIDE)
        self.expr(node.x, _UNARY, depth)

    def binary(self, node: ast.BinaryExpr, precedence: int, depth: int) -> None:
        own = _precedence(node)
        if own < precedence:
            self.put("(", after=ws.NO_OVERRIDE)
            self.expr(node, depth=max(depth - 1, 1))
            self.put(")")
            return
        blanks = ws.BLANK if own < self._cutoff(node, depth) else 0
        left = node.x
        same = isinstance(left, ast.BinaryExpr) and _precedence(left) == own
        self.expr(left, own, depth + (0 if same else 1))
        self.space(ws.NO_OVERRIDE | blanks)
        self.put(node.op, node.op_pos)
        if token.relation(node.y.pos) >= token.NEWLINE:
            self.space(ws.FORM_FEED)
        else:
            self.space(ws.NO_OVERRIDE | blanks)
        self.expr(node.y, own + 1, depth + 1)

    def _cutoff(self, node: ast.BinaryExpr, depth: int) -> int:
        """Operators of this precedence or above are printed without blanks."""
        sums, products, problem = self._operators(node)
        if problem:
            return problem + 1
        if sums and products:
            return 7 if depth == 1 else 6
        return 8 if depth == 1 else 6

    def _operators(self, node: ast.BinaryExpr) -> tuple[bool, bool, int]:
        """Whether a tree of operators has sums and products, and the highest precedence that needs blanks."""
        known = self._known_operators.get(id(node))
        if known is not None:
            return known
        own = _precedence(node)
        sums, products, problem = own == 6, own == 7, 0
        left, right = node.x, node.y
        if isinstance(left, ast.BinaryExpr) and _precedence(left) >= own:
            more_sums, more_products, problem = self._operators(left)
            sums, products = sums or more_sums, products or more_products
        if isinstance(right, ast.BinaryExpr) and _precedence(right) > own:
            more_sums, more_products, more_problem = self._operators(right)
            sums, products, problem = sums or more_sums, products or more_products, max(problem, more_problem)
        elif isinstance(right, ast.UnaryExpr):
            pair = node.op + right.op
            if pair == "/*":
                problem = 8
            elif pair in ("++", "--"):
                problem = max(problem, 6)
        self._known_operators[id(node)] = sums, products, problem
        return sums, products, problem

    def postfix(self, node: ast.PostfixExpr, depth: int) -> None:
        self.expr(node.x, _HIGHEST, depth)
        self.put(node.op, before=ws.NO_BLANK)

    def alias(self, node: ast.Alias) -> None:
        self.expr(node.ident)
        self.put("=", node.equal)
        self.expr(node.expr)


def _split(
    comments: list[ast.CommentGroup], element: ast.Expr
) -> tuple[list[ast.CommentGroup], list[ast.CommentGroup]]:
    """Comments in front of a list element, and those behind it, which have to follow its comma."""
    start = element.pos
    late = [c for c in comments if start >> 4 and c.pos >> 4 > start >> 4]
    return [c for c in comments if c not in late], late


def _reindent(text: str, indent: int) -> str:
    """A multi-line string whose lines are indented by ``indent`` tabs."""
    if '"""' not in text and "'''" not in text:
        return text
    try:
        quotes = literal.parse_quotes(text, text)
    except ValueError:
        return text
    if not quotes.multiline:
        return text
    return text.replace("\r\n", "\n").replace("\n" + quotes.indent, "\n" + "\t" * indent)


def _precedence(node: ast.BinaryExpr) -> int:
    return _PRECEDENCE.get(node.op, _COMPARISON)


_PRINT: dict[type, Callable[[ExprPrinter, Any, int, int], object]] = {
    ast.Ident: lambda p, n, _, __: p.leaf(n.name, n.pos, "IDENT"),
    ast.BasicLit: lambda p, n, _, __: p.number_or_string(n),
    ast.BottomLit: lambda p, n, _, __: p.put("_|_", n.pos),
    ast.Interpolation: lambda p, n, _, depth: p.interpolation(n, depth),
    ast.StructLit: lambda p, n, _, __: p.struct(n),
    ast.ListLit: lambda p, n, _, __: p.list(n),
    ast.Ellipsis: lambda p, n, _, __: p.ellipsis(n),
    ast.ParenExpr: lambda p, n, _, depth: p.paren(n, depth),
    ast.SelectorExpr: lambda p, n, _, depth: p.selector(n, depth),
    ast.IndexExpr: lambda p, n, _, depth: p.index(n, depth),
    ast.SliceExpr: lambda p, n, _, depth: p.slice(n, depth),
    ast.CallExpr: lambda p, n, _, depth: p.call(n, depth),
    ast.UnaryExpr: lambda p, n, precedence, depth: p.unary(n, precedence, depth),
    ast.BinaryExpr: lambda p, n, precedence, depth: p.binary(n, precedence, depth),
    ast.PostfixExpr: lambda p, n, _, depth: p.postfix(n, depth),
    ast.Alias: lambda p, n, _, __: p.alias(n),
    ast.Comprehension: lambda p, n, _, __: p.comprehension(n),
}
