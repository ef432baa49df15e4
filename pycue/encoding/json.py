"""JSON: writing plain data, reading a text into a syntax tree.

Reading keeps positions, the spelling of numbers, and every one of repeated keys (they unify later).
Source: RFC 8259; messages of the official tool, which are those of Go's encoding/json.
"""

from __future__ import annotations

from _json import encode_basestring as _quote
from binascii import b2a_base64

from pycue.errors import CueSyntaxError, Diagnostic, EncodeError
from pycue.evaluator.number import number_string
from pycue.source import Position
from pycue.syntax import ast, token
from pycue.syntax.literal import label_needs_quotes, quote_string
from pycue.syntax.patterns import Lazy

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any

    from pycue.source import Source

__all__ = ["INCOMPLETE", "JSONError", "decode", "decode_stream", "encode", "parse"]


INCOMPLETE = 'cannot convert incomplete value "%s" to JSON'
"""What is said of a value that cannot be written yet."""


# ---- writing


def encode(data: Any, *, indent: str = "", escape_html: bool = False) -> str:
    r"""JSON text of plain data (see :mod:`pycue.encoding.data`), without a final newline.

    Args:
        data: dict, list, str, bytes (written as base64), int, Decimal, bool or None.
        indent: white space of one level; ``""`` gives the compact form.
        escape_html: write ``<``, ``>`` and ``&`` as ``\u003c`` …

    Raises:
        EncodeError: a number is infinite or not a number.

    >>> encode({"a": [1, None], "b": {}})
    '{"a":[1,null],"b":{}}'
    """
    pieces: list[str] = []
    _write(data, "\n" if indent else "", indent, ": " if indent else ":", pieces.append)
    text = "".join(pieces)
    if not text.isascii():
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    if escape_html:
        text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return text


def _write(data: Any, newline: str, indent: str, colon: str, out: Callable[[str], None]) -> None:
    kind = type(data)
    if kind is str:
        out(_quote(data))
    elif kind is dict:
        if not data:
            out("{}")
            return
        inner = newline + indent
        start = "{" + inner
        for key, value in data.items():
            out(start + _quote(key) + colon)
            _write(value, inner, indent, colon, out)
            start = "," + inner
        out(newline + "}")
    elif kind is list:
        if not data:
            out("[]")
            return
        inner = newline + indent
        start = "[" + inner
        for value in data:
            out(start)
            _write(value, inner, indent, colon, out)
            start = "," + inner
        out(newline + "]")
    elif data is None:
        out("null")
    elif kind is bool:
        out("true" if data else "false")
    elif kind is bytes:
        out('"' + b2a_base64(data, newline=False).decode() + '"')
    else:
        out(_number(data))


def _number(value: Any) -> str:
    text = number_string(value)
    if text[-1] in "yN":  # Infinity, NaN
        where = "in numeric literal" if text[0] == "-" else "looking for beginning of value"
        raise EncodeError(f"invalid character '{text.lstrip('-')[0]}' {where}")
    return text


# ---- reading


class JSONError(ValueError):
    """What is wrong with a JSON text, and at which offset; ``ended`` if it is that the text ends too soon."""

    def __init__(self, message: str, offset: int, ended: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.ended = ended


def decode(source: Source, *, path: str = "") -> ast.Expr:
    """Syntax tree of the one value in a JSON text.

    Args:
        source: the text.
        path: how messages name the file; the source's name if empty.

    Raises:
        CueSyntaxError: it is not JSON.
    """
    try:
        reader = _Reader(source.text)
        expr = reader.value(reader.skip(0))
        reader.end()
        return expr
    except JSONError as err:
        raise _syntax_error(source, path, err) from None


def decode_stream(source: Source, *, path: str = "") -> list[ast.Expr]:
    """Syntax trees of the values that follow each other in a text (JSON Lines).

    Raises:
        CueSyntaxError: it is not JSON.
    """
    reader = _Reader(source.text)
    values: list[ast.Expr] = []
    try:
        while (at := reader.skip(reader.at)) < len(source.text):
            values.append(reader.value(at))
    except JSONError as err:
        if err.ended:
            message = f'invalid JSON for file "{path or source.name}": unexpected EOF'
            raise CueSyntaxError(Diagnostic(message, code="cue.syntax.json")) from None
        raise _syntax_error(source, path, err) from None
    return values


def parse(text: str) -> ast.Expr:
    """Syntax tree of a JSON text, whose labels all stand where their quotes open.

    Raises:
        JSONError: it is not JSON.
    """
    reader = _Reader(text, 0)
    expr = reader.value(reader.skip(0))
    reader.end()
    return expr


def _syntax_error(source: Source, path: str, err: JSONError) -> CueSyntaxError:
    if err.message.startswith("invalid string"):
        message = err.message
    else:
        message = f'invalid JSON for file "{path or source.name}": {err.message}'
    return CueSyntaxError(Diagnostic(message, code="cue.syntax.json", position=Position(source, err.offset)))


_SPACE = Lazy(r"[ \t\n\r]*")
_STRING = Lazy(r'"([^"\\\x00-\x1f]*)"')
_ESCAPED_STRING = Lazy(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*)"')
_NUMBER = Lazy(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_ESCAPE = Lazy(r'\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))')
_REWRITTEN = Lazy(r"\\u[dD][89a-fA-F]|\\\\u[0-9A-Fa-f]{4}")  # of other strings the spelling stays
_SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS = {"t": ("true", "TRUE"), "f": ("false", "FALSE"), "n": ("null", "NULL")}


_MAX_DEPTH = 10_000  # levels that the official reader allows


class _Reader:
    """Reads values from ``text``; ``at`` is the offset after the last one.

    Labels that need no quotes stand ``behind`` the place of theirs, as a difference of token positions.
    """

    __slots__ = ("at", "behind", "depth", "gap", "text")

    def __init__(self, text: str, behind: int = token.make(1, 0)) -> None:
        self.text = text
        self.behind = behind
        self.depth = 0
        self.at = 0
        self.gap = 0  # offset where the white space before the current token starts

    def skip(self, at: int) -> int:
        """Offset of the next token at or after ``at``."""
        self.gap = at
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def end(self) -> None:
        """Only white space may follow."""
        at = self.skip(self.at)
        if at < len(self.text):
            raise self.unexpected(at, "after top-level value")

    def pos(self, at: int) -> int:
        """Position of the token at ``at``, after white space from ``gap`` on."""
        if at == self.gap:
            return token.make(at, token.NO_SPACE)
        lines = self.text.count("\n", self.gap, at)
        return token.make(at, token.BLANK if not lines else token.NEWLINE if lines == 1 else token.NEW_SECTION)

    def unexpected(self, at: int, where: str) -> JSONError:
        """Error about the character at ``at``; at the end of the text that it is too short."""
        text = self.text
        if at >= len(text):
            return JSONError("unexpected end of JSON input", max(len(text) - 1, 0), True)
        first = chr(text[at].encode("utf-8", "surrogateescape")[0])  # it reads byte after byte
        return JSONError(f"invalid character {_quote_char(first)} {where}", at)

    def value(self, at: int) -> ast.Expr:
        """Read the value whose first character is at ``at``."""
        first = self.text[at : at + 1]
        if first == '"':
            pos = self.pos(at)
            text = self.string(at)
            raw = self.text[at : self.at]
            return ast.BasicLit(pos, "STRING", quote_string(text) if "\\u" in raw and _REWRITTEN.search(raw) else raw)
        if first == "{" or first == "[":
            if self.depth == _MAX_DEPTH:
                raise self.unexpected(at, "exceeded max depth")
            self.depth += 1
            found = self.object(at) if first == "{" else self.array(at)
            self.depth -= 1
            return found
        if first in _LITERALS and first:
            return self.literal(at, *_LITERALS[first])
        if first == "-" or first.isdecimal():
            return self.number(at)
        raise self.unexpected(at, "looking for beginning of value")

    def object(self, at: int) -> ast.StructLit:
        """Read ``{…}``; a struct without any space before labels and values is laid out one field a line."""
        lbrace = self.pos(at)
        fields: list[ast.Decl] = []
        spaced = False
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "}":
            self.at = at + 1
            return ast.StructLit(lbrace, fields, self.pos(at))
        while True:
            if self.text[at : at + 1] != '"':
                raise self.unexpected(at, "looking for beginning of object key string")
            label_pos = self.pos(at)
            label = self.label(label_pos, self.string(at))
            at = self.skip(self.at)
            if self.text[at : at + 1] != ":":
                raise self.unexpected(at, "after object key")
            colon = token.make(at, token.NO_SPACE)
            value = self.value(self.skip(at + 1))
            spaced = spaced or label_pos & 15 > token.NO_SPACE or value.pos & 15 > token.NO_SPACE
            fields.append(ast.Field(label, colon, value))
            at = self.skip(self.at)
            first = self.text[at : at + 1]
            if first == "}":
                break
            if first != ",":
                raise self.unexpected(at, "after object key:value pair")
            at = self.skip(at + 1)
        self.at = at + 1
        rbrace = self.pos(at)
        if not spaced:
            rbrace = token.with_relation(rbrace, token.NEWLINE)
            for field in fields:
                label = field.label  # type: ignore[attr-defined]
                label.pos = token.with_relation(label.pos, token.NEWLINE)
        return ast.StructLit(lbrace, fields, rbrace)

    def label(self, pos: int, name: str) -> ast.Label:
        """Label of a field whose name is quoted at ``pos``."""
        if label_needs_quotes(name):
            return ast.BasicLit(pos, "STRING", quote_string(name))
        return ast.Ident(pos + self.behind, name)

    def array(self, at: int) -> ast.ListLit:
        """Read ``[…]``."""
        lbrack = self.pos(at)
        elements: list[ast.Expr] = []
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "]":
            self.at = at + 1
            return ast.ListLit(lbrack, elements, self.pos(at))
        while True:
            elements.append(self.value(at))
            at = self.skip(self.at)
            first = self.text[at : at + 1]
            if first == "]":
                break
            if first != ",":
                raise self.unexpected(at, "after array element")
            at = self.skip(at + 1)
        self.at = at + 1
        return ast.ListLit(lbrack, elements, self.pos(at))

    def literal(self, at: int, word: str, kind: str) -> ast.BasicLit:
        """Read ``true``, ``false`` or ``null``."""
        if not self.text.startswith(word, at):
            for index, char in enumerate(word):
                if self.text[at + index : at + index + 1] != char:
                    where = f"in literal {word} (expecting '{char}')"
                    raise self.short_word(at + index, where)
        self.at = at + len(word)
        return ast.BasicLit(self.pos(at), kind, word)

    def short_word(self, at: int, where: str) -> JSONError:
        """Error inside a word or number; the end of the text counts as a space there."""
        if at >= len(self.text):
            return JSONError(f"invalid character ' ' {where}", max(len(self.text) - 1, 0), True)
        return self.unexpected(at, where)

    def number(self, at: int) -> ast.Expr:
        """Read a number; a negative one is a unary expression."""
        text = self.text
        match = _NUMBER.match(text, at)
        if not match:
            raise self.short_word(at + 1, "in numeric literal")
        end = self.at = match.end()
        after = text[end : end + 1]
        if after == "." and not match[1] and not match[2]:
            raise self.short_word(end + 1, "after decimal point in numeric literal")
        if after and after in "eE" and not match[2]:
            end += 2 if text[end + 1 : end + 2] in ("+", "-") else 1
            raise self.short_word(end, "in exponent of numeric literal")
        kind = "FLOAT" if match[1] or match[2] else "INT"
        pos = self.pos(at)
        if match[0][0] == "-":
            return ast.UnaryExpr(pos, "-", ast.BasicLit(token.make(at + 1, token.NO_SPACE), kind, match[0][1:]))
        return ast.BasicLit(pos, kind, match[0])

    def string(self, at: int) -> str:
        """Read a string; its value."""
        match = _STRING.match(self.text, at)
        if match:
            self.at = match.end()
            return match[1]
        match = _ESCAPED_STRING.match(self.text, at)
        if not match:
            raise self.bad_string(at)
        self.at = match.end()
        value = _ESCAPE.sub(_unescape, match[1])
        if not value.isascii():
            try:
                value = value.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                raise JSONError("invalid string: unmatched surrogate pair", at) from None
        return value

    def bad_string(self, at: int) -> JSONError:
        """Error of a string that does not match."""
        text = self.text
        at += 1
        while at < len(text):
            char = text[at]
            if char < " ":
                return self.unexpected(at, "in string literal")
            if char != "\\":
                at += 1
                continue
            following = text[at + 1 : at + 2]
            if following not in '"\\/bfnrtu':
                return self.unexpected(at + 1, "in string escape code")
            at += 2
            if following == "u":
                for _ in range(4):
                    if text[at : at + 1] not in "0123456789abcdefABCDEF":
                        return self.unexpected(at, "in \\u hexadecimal character escape")
                    at += 1
        return self.unexpected(len(text), "")


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _SIMPLE.get(match[2], match[2])


def _quote_char(char: str) -> str:
    if char in "'\\":
        return f"'\\{char}'"
    return f"'{quote_string(char)[1:-1]}'" if char != '"' else "'\"'"
