"""TOML text to a syntax tree, with positions and the spelling of numbers.

Tables become nested structs in the order in which they are written; a table written in several places gives several
fields that unify. Source: TOML 1.0; messages of the official decoder.
"""

from __future__ import annotations

import re

from pycue.errors import CueSyntaxError, Diagnostic
from pycue.source import Position
from pycue.syntax import ast, token
from pycue.syntax.literal import label_needs_quotes, quote_label, quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.source import Source

__all__ = ["decode"]


def decode(source: Source) -> ast.StructLit:
    """Syntax tree of a TOML document. Dates and times become strings.

    Raises:
        CueSyntaxError: the text is not TOML.
    """
    return _Reader(source).document()


_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_LINE_END = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|$)")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_NUMBER = re.compile(
    r"[+-]?(?:0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|(?:inf|nan)\b|[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][+-]?[0-9_]+)?)"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?")
_STRING_END = {'"': re.compile(r'(?:[^"\\\n]|\\.)*"'), "'": re.compile(r"[^'\n]*'")}
_LONG_END = {
    '"': re.compile(r'(?:[^"\\]|\\[\s\S]|""?(?!"))*?"""(?:""?(?!"))?'),
    "'": re.compile(r"[\s\S]*?'''(?:''?(?!'))?"),
}
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([btnfre"\\])|[ \t]*\r?\n\s*)')
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}

_VALUE = 0  # kinds of declared paths
_TABLE = 1
_ARRAY = 2

_Path = tuple[str, ...]


class _Reader:
    """Reads from ``at``; ``seen`` says what each path was declared as."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.seen: dict[_Path, int] = {}
        self.counts: dict[_Path, int] = {}
        self.arrays: dict[_Path, ast.ListLit] = {}

    def error(self, message: str, at: int) -> CueSyntaxError:
        """A syntax error at an offset."""
        return CueSyntaxError(Diagnostic(message, code="cue.syntax.toml", position=Position(self.source, at)))

    def expected(self, char: str) -> CueSyntaxError:
        """Something else stands here, or nothing."""
        ended = self.at >= len(self.text)
        return self.error(f"expected character {char}" + " but the document ended here" * ended, self.at)

    def skip(self) -> None:
        """Go over blanks."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def document(self) -> ast.StructLit:
        """Read everything."""
        root = ast.StructLit(0, [], 0)
        current: ast.StructLit = root
        path: _Path = ()
        text = self.text
        while True:
            match = _GAP.match(text, self.at)
            self.at = match.end() if match else self.at
            if self.at >= len(text):
                return root
            if text[self.at] == "[":
                current, path = self.header(root)
            else:
                self.pair(current, path)
            end = _LINE_END.match(text, self.at)
            if not end:
                self.skip()
                raise self.error(f"expected newline but got U+{ord(text[self.at]):04X} {text[self.at]!r}", self.at)
            self.at = end.end()

    # ---- tables

    def header(self, root: ast.StructLit) -> tuple[ast.StructLit, _Path]:
        """Read ``[a.b]`` or ``[[a.b]]``; the struct that the following pairs belong to, and its path."""
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        self.skip()
        start = self.at
        keys = self.keys()
        closing = "]]" if array else "]"
        if not self.text.startswith(closing, self.at):
            raise self.expected(closing[0])
        self.at += len(closing)
        parent, path, rest = self.nearest_array(root, keys)
        full = path
        for name, _ in rest[:-1]:
            full += (name,)
            if self.seen.get(full) == _VALUE:
                raise self.error(f"duplicate key: {_dotted(full)}", start)
            self.seen.setdefault(full, _TABLE)
        full = path + tuple(name for name, _ in rest)
        if array:
            return self.array_table(parent, keys, rest, full, start)
        if self.arrays.get(full) is not None or not rest:
            raise self.error(f'cannot redeclare table array "{_dotted(full)}" as a table', start)
        found = self.seen.get(full)
        if found == _VALUE or (found == _TABLE and full in self.counts):
            raise self.error(f"duplicate key: {_dotted(full)}", start)
        self.seen[full] = _TABLE
        self.counts[full] = 0
        table = ast.StructLit(0, [], 0)
        self.add(parent, rest, table)
        return table, full

    def nearest_array(
        self, root: ast.StructLit, keys: list[tuple[str, int]]
    ) -> tuple[ast.StructLit, _Path, list[tuple[str, int]]]:
        """The last element of the innermost array that a header's path goes through, and the keys after it."""
        parent, rest = root, keys
        path: _Path = ()
        prefix: _Path = ()
        for index, (name, _) in enumerate(keys[:-1]):
            prefix += (name,)
            found = self.arrays.get(prefix)
            if found is not None:
                parent = found.elts[-1]  # type: ignore[assignment]
                prefix += (str(len(found.elts) - 1),)
                path, rest = prefix, keys[index + 1 :]
        return parent, path, rest

    def array_table(
        self,
        parent: ast.StructLit,
        keys: list[tuple[str, int]],
        rest: list[tuple[str, int]],
        full: _Path,
        start: int,
    ) -> tuple[ast.StructLit, _Path]:
        """Add an element to an array of tables, which is made by its first one."""
        found = self.arrays.get(full)
        if found is None:
            if full in self.seen:
                raise self.error(f'cannot redeclare key "{_dotted(full)}" as a table array', start)
            found = ast.ListLit(token.BLANK, [], token.NEWLINE)
            self.arrays[full] = found
            self.seen[full] = _ARRAY
            self.add(parent, rest, found)
        element = ast.StructLit(token.NEWLINE, [], token.NEWLINE)
        found.elts.append(element)
        return element, (*full, str(len(found.elts) - 1))

    def add(self, parent: ast.StructLit, keys: list[tuple[str, int]], value: ast.Expr) -> None:
        """Add a field, nested as its dotted key says."""
        for index in range(len(keys) - 1, -1, -1):
            name, at = keys[index]
            relation = token.NEWLINE if not index else token.BLANK
            pos = token.make(at, relation)
            label: ast.Label = ast.Ident(pos, name)
            if label_needs_quotes(name):
                label = ast.BasicLit(pos, "STRING", quote_string(name))
            field = ast.Field(label, token.NO_SPACE, value)
            if not index:
                parent.elts.append(field)
            value = ast.StructLit(0, [field], 0)

    # ---- keys and values

    def keys(self) -> list[tuple[str, int]]:
        """Read a dotted key: names with their offsets."""
        keys = []
        while True:
            self.skip()
            at = self.at
            first = self.text[at : at + 1]
            if first and first in "\"'":
                keys.append((self.string(), at))
            else:
                match = _BARE_KEY.match(self.text, at)
                if not match:
                    raise self.error(f"invalid character at start of key: {first}", at)
                self.at = match.end()
                keys.append((match[0], at))
            self.skip()
            if self.text[self.at : self.at + 1] != ".":
                return keys
            self.at += 1

    def pair(self, table: ast.StructLit, path: _Path) -> None:
        """Read ``key = value``."""
        keys = self.keys()
        if self.text[self.at : self.at + 1] != "=":
            if self.at >= len(self.text):
                raise self.error("expected = after a key, but the document ends there", keys[0][1])
            raise self.expected("=")
        self.at += 1
        self.skip()
        full = path
        for name, _ in keys[:-1]:
            full += (name,)
            if self.seen.get(full) in (_VALUE, _ARRAY):
                raise self.error(f"duplicate key: {_dotted(full)}", keys[0][1])
            self.seen.setdefault(full, _TABLE)
        full += (keys[-1][0],)
        if full in self.seen:
            message = f"duplicate key: {_dotted(full)}"
            if self.seen[full] == _ARRAY:
                message = f'cannot redeclare table array "{_dotted(full)}" as a table'
            raise self.error(message, keys[0][1])
        self.seen[full] = _VALUE
        self.add(table, keys, self.value(full))

    def value(self, path: _Path) -> ast.Expr:
        """Read a value; ``path`` is where it stands."""
        at = self.at
        text = self.text
        first = text[at : at + 1]
        if first and first in "\"'":
            return ast.BasicLit(token.make(at, token.BLANK), "STRING", quote_string(self.string()))
        if first == "[":
            return self.array(path)
        if first == "{":
            return self.inline_table(path)
        for word in ("true", "false"):
            if text.startswith(word, at):
                self.at += len(word)
                return ast.BasicLit(token.make(at, token.BLANK), word.upper(), word)
            if first == word[0]:
                raise self.error(f"expected '{word}'", at)
        date = _DATE.match(text, at)
        if date:
            self.at = date.end()
            return ast.BasicLit(token.make(at, token.BLANK), "STRING", quote_string(date[0]))
        number = _NUMBER.match(text, at)
        if not number:
            raise self.error("incomplete number" if first else "expected value, not eof", at)
        digits = number[0].lstrip("+-")
        if digits[0] == "0" and digits.isdigit() and len(digits) > 2:
            self.at = at + len(number[0]) - len(digits) + 1  # no more than the zero is a number
            return _number(text[at : self.at], token.make(at, token.BLANK))
        if digits[0] == "0" and digits.isdigit() and len(digits) == 2:
            raise self.error(f'parse error: illegal integer number "{number[0]}"', at)
        self.at = number.end()
        if text[self.at : self.at + 1] == "_" or "__" in digits:
            raise self.error("parse error: illegal '_' in number", at)
        return _number(number[0], token.make(at, token.BLANK))

    def array(self, path: _Path) -> ast.ListLit:
        """Read ``[…]``."""
        lbrack = token.BLANK  # the official reader gives composite values no position
        self.at += 1
        elements: list[ast.Expr] = []
        while True:
            broken = self.gap()
            if self.text[self.at : self.at + 1] == "]":
                self.at += 1
                return ast.ListLit(lbrack, elements, token.NEWLINE if broken else token.NO_SPACE)
            element: Any = self.value((*path, str(len(elements))))
            relation = token.NEWLINE if broken else token.BLANK if elements else token.NO_SPACE
            for slot in ("pos", "lbrack", "lbrace"):
                if slot in type(element).__slots__:
                    setattr(element, slot, token.with_relation(getattr(element, slot), relation))
            elements.append(element)
            self.gap()
            if self.text[self.at : self.at + 1] == ",":
                self.at += 1
            elif self.text[self.at : self.at + 1] != "]":
                if self.at >= len(self.text):
                    raise self.expected("]")
                raise self.error("array elements must be separated by commas", self.at)

    def inline_table(self, path: _Path) -> ast.StructLit:
        """Read ``{…}``."""
        table = ast.StructLit(token.BLANK, [], token.NO_SPACE)
        self.at += 1
        self.seen.update(dict.fromkeys([path], _VALUE))
        self.skip()
        while self.text[self.at : self.at + 1] != "}":
            self.pair(table, path)
            field: Any = table.elts[-1]
            field.label.pos = token.with_relation(
                field.label.pos, token.BLANK if len(table.elts) > 1 else token.NO_SPACE
            )
            self.skip()
            if self.text[self.at : self.at + 1] == ",":
                self.at += 1
                self.skip()
            elif self.text[self.at : self.at + 1] != "}":
                raise self.expected("}" if self.at >= len(self.text) else ",")
        self.at += 1
        return table

    def gap(self) -> bool:
        """Go over blanks, line ends and comments; whether there was a line end."""
        match = _GAP.match(self.text, self.at)
        start, self.at = self.at, match.end() if match else self.at
        return "\n" in self.text[start : self.at]

    def string(self) -> str:
        """Read a string of any of the four forms; its value."""
        text, at = self.text, self.at
        quote = text[at]
        long = text.startswith(quote * 3, at)
        width = 3 if long else 1
        match = (_LONG_END if long else _STRING_END)[quote].match(text, at + width)
        if not match:
            raise self.open_string(quote, long, at)
        self.at = match.end()
        body = text[at + width : match.end() - width]
        if long:
            body = re.sub(r"\A\r?\n", "", body)
        if quote == "'":
            return body
        try:
            return _ESCAPE.sub(_unescape, body)
        except (ValueError, OverflowError):
            raise self.error("invalid escaped character", at) from None

    def open_string(self, quote: str, long: bool, at: int) -> CueSyntaxError:
        """Error for a string without an end."""
        kind = "literal" if quote == "'" else "basic"
        if long:
            return self.error(f"multiline {kind} string not terminated by {quote * 3}", len(self.text))
        end = self.text.find("\n", at)
        if end >= 0:
            return self.error(f"{kind} strings cannot have new lines", end)
        message = "unterminated literal string" if kind == "literal" else 'basic string not terminated by "'
        return self.error(message, len(self.text))


def _unescape(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        return chr(int(match[1] or match[2], 16))
    return _SIMPLE.get(match[3], match[3]) if match[3] else ""


def _number(text: str, pos: int) -> ast.Expr:
    sign = text[0] if text[0] in "+-" else ""
    digits = text[len(sign) :].lower()
    is_int = digits[:2] in ("0x", "0o", "0b") or digits.replace("_", "").isdigit()
    number = ast.BasicLit(pos, "INT" if is_int else "FLOAT", digits)
    return ast.UnaryExpr(pos, sign, number) if sign else number


def _dotted(path: _Path) -> str:
    return ".".join(name if name.isdigit() else quote_label(name) for name in path)
