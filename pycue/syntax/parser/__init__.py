"""Parser of CUE source text."""

from __future__ import annotations

import gc

from pycue.errors import CueSyntaxError, Diagnostic
from pycue.source import Position
from pycue.syntax.ast import Attribute, Expr, File, ImportDecl, Package
from pycue.syntax.kinds import ATTR, BIND, COMMA, DOUBTFUL, ELSE, FALLBACK, IDENT, OPEN, OTHERWISE, PREAMBLE, TILDE
from pycue.syntax.parser.driver import run
from pycue.syntax.patterns import Lazy
from pycue.syntax.scanner import scan
from pycue.syntax.versions import needs_list_commas

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.source import Source
    from pycue.syntax.scanner import Tokens

__all__ = ["parse_expr", "parse_file"]

_LONG = 50_000  # characters
_ATTRIBUTES = frozenset((ATTR, PREAMBLE))
_ODD = Lazy(r"(?<![\w$])(?:0\w|\d+_)|(?<!\.)\.\.(?!\.)")
_EXPERIMENTAL = frozenset((OPEN, TILDE, ELSE, OTHERWISE, FALLBACK, DOUBTFUL))


def parse_file(source: Source, *, comments: bool = True, language_version: str = "") -> File:
    """Tree of a file.

    Args:
        source: what to parse.
        comments: attach comments to nodes; without them the tree is quicker to make.
        language_version: such as ``v0.14.0``, the newest if empty; before v0.17 list elements need commas.

    Raises:
        CueSyntaxError: with the official messages, sorted by position.
    """
    # Of a long text's tree nothing is garbage, and looking for some takes a third of the time.
    pause = len(source.text) > _LONG and gc.isenabled()
    if pause:
        gc.disable()
    try:
        return _parse_file(source, comments, language_version)
    finally:
        if pause:
            gc.enable()


def _parse_file(source: Source, comments: bool, language_version: str) -> File:
    tokens = scan(source.text)
    decls, deep = run(tokens, "start")
    if decls is None:
        raise _error(source)
    file = File(source.name, decls, source)
    file.language_version = language_version
    if deep or _is_doubtful(file, tokens, source.text):
        from pycue.syntax.diagnose import diagnose

        errors = diagnose(source, language_version=language_version)
        if errors:
            raise CueSyntaxError(errors)
    if comments and tokens.comments:
        from pycue.syntax.parser.comments import attach

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
    expr, deep = run(tokens, "expr")
    if not isinstance(expr, Expr):
        raise _error(source, expression=True)
    if deep:
        from pycue.syntax.diagnose import diagnose

        errors = diagnose(source, expression=True)
        if errors:
            raise CueSyntaxError(errors)
    return expr


def _is_doubtful(file: File, tokens: Tokens, text: str) -> bool:
    """May the official parser refuse what the grammar takes?

    It does so for what an experiment brings where that is off, for names that are reserved, for characters that no
    source may have, and for some paths and names of packages. Only the diagnosing parser knows; here is what is worth
    asking it for.
    """
    if "\0" in text or "\ufeff" in text or "@experiment" in text:
        return True
    kinds = set(tokens.kinds)
    if kinds & _EXPERIMENTAL or (BIND in kinds and "aliasv2" in text) or needs_list_commas(file.language_version):
        return True
    if "__" in text and any(k == IDENT and t.startswith("__") for k, t in zip(tokens.kinds, tokens.texts, strict=True)):
        return True
    if kinds & _ATTRIBUTES and any(
        _ODD.search(t) for k, t in zip(tokens.kinds, tokens.texts, strict=True) if k in _ATTRIBUTES
    ):
        return True
    for decl in file.decls:
        if isinstance(decl, ImportDecl):
            for spec in decl.specs:
                path = spec.path.value[1:-1]
                if (spec.name and "#" in spec.name.name) or not path.replace("/", "").replace(".", "").isidentifier():
                    return True
        elif isinstance(decl, Package):
            if "#" in decl.name.name:
                return True
        elif not isinstance(decl, Attribute):
            return False
    return False


def _error(source: Source, *, expression: bool = False) -> CueSyntaxError:
    from pycue.syntax.diagnose import diagnose

    errors = diagnose(source, expression=expression)
    # The diagnosing parser has a reason for all that the grammar refuses; should it find none, say so all the same.
    return CueSyntaxError(errors or [Diagnostic("syntax error", code="cue.syntax", position=Position(source, 0))])
