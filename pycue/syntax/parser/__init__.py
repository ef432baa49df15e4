"""Parser of CUE source text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.errors import CueSyntaxError, Diagnostic
from pycue.source import Position
from pycue.syntax.ast import Expr, File
from pycue.syntax.kinds import COMMA
from pycue.syntax.parser.comments import attach
from pycue.syntax.parser.driver import run
from pycue.syntax.scanner import scan

if TYPE_CHECKING:
    from pycue.source import Source

__all__ = ["parse_expr", "parse_file"]


def parse_file(source: Source, *, comments: bool = True) -> File:
    """Tree of a file; without ``comments`` the tree has none, which is quicker to make.

    Raises:
        CueSyntaxError: with the official messages, sorted by position.
    """
    tokens = scan(source.text)
    decls = run(tokens, "start")
    if decls is None:
        raise _error(source, False)
    file = File(source.name, decls, source)
    if comments:
        attach(file, tokens, source.text)
    return file


def parse_expr(source: Source) -> Expr:
    """Tree of a single expression.

    Raises:
        CueSyntaxError: with the official messages, sorted by position.
    """
    tokens = scan(source.text, head=False)
    if tokens.kinds[-2:-1] == [COMMA]:
        del tokens.kinds[-2], tokens.texts[-2], tokens.positions[-2]
    expr = run(tokens, "expr")
    if expr is None:
        raise _error(source, True)
    if not isinstance(expr, Expr):
        raise TypeError(f"not an expression: {expr!r}")
    return expr


def _error(source: Source, expression: bool) -> CueSyntaxError:
    from pycue.syntax.diagnose import diagnose

    found = diagnose(source, expression=expression)
    if not found:
        position = Position(source, 0)
        found = [Diagnostic("syntax error", code="cue.syntax", position=position)]
    return CueSyntaxError(found)
