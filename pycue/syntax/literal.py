r"""Literals: the values that string, bytes and number spellings stand for, and the spellings of values.

Source: language specification, "String and byte sequence literals", "Numeric literals"; official package cue/literal.

Strings are Python ``str``, bytes are ``bytes``. A string that came from bytes which are not UTF-8 cannot occur; lone
surrogates in a Python string are written as U+FFFD.
"""

from __future__ import annotations

from pycue.syntax.patterns import Lazy

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

__all__ = [
    "Quotes",
    "is_valid_ident",
    "label_needs_quotes",
    "normalize_number",
    "parse_number",
    "parse_quotes",
    "quote_bytes",
    "quote_label",
    "quote_string",
    "unquote",
    "unquote_fragments",
]

# ---- reading strings


class Quotes:
    """How a literal is quoted: quote character, number of ``#``, and for multi-line forms the indentation to remove."""

    __slots__ = ("char", "hashes", "indent", "multiline")

    def __init__(self, char: str, hashes: int, multiline: bool, indent: str) -> None:
        self.char = char
        self.hashes = hashes
        self.multiline = multiline
        self.indent = indent

    @property
    def width(self) -> int:
        """Length of the opening (and of the closing) quotes with their ``#``."""
        return self.hashes + (3 if self.multiline else 1)


def parse_quotes(start: str, end: str) -> Quotes:
    """Find the quotes of a literal that starts with ``start`` and ends with ``end`` (one text if not interpolated).

    Raises:
        ValueError: with the official text.
    """
    hashes = len(start) - len(start.lstrip("#"))
    char = start[hashes : hashes + 1]
    if char not in ("'", '"'):
        raise ValueError("invalid syntax")
    multiline = start.startswith((char * 3 + "\n", char * 3 + "\r\n"), hashes)
    closing = (char * 3 if multiline else char) + "#" * hashes
    if not end.endswith(closing) or (start is end and len(start) < 2 * len(closing)):
        raise ValueError("invalid string: unmatched quote")
    indent = ""
    if multiline:
        content = end[: -len(closing)]
        indent = content[len(content.rstrip(" \t")) :]
    return Quotes(char, hashes, multiline, indent)


def unquote(text: str) -> str | bytes:
    """Value of a string or bytes literal without interpolations.

    Raises:
        ValueError: with the official text.
    """
    if text[0] == '"' and "\\" not in text and not text.startswith('"""') and len(text) > 1 and text[-1] == '"':
        return text[1:-1]
    return unquote_fragments((text,))[0]


def unquote_fragments(fragments: Sequence[str]) -> list[str | bytes]:
    r"""Values of the fragments of one interpolated literal, spelled as in :class:`pycue.syntax.ast.Interpolation`.

    Raises:
        ValueError: with the official text.
    """
    first, last = fragments[0], fragments[-1]
    quotes = parse_quotes(first, last)
    values: list[str | bytes] = []
    for index, fragment in enumerate(fragments):
        begin = 1 if index else quotes.width
        end = len(fragment) - (quotes.width if index == len(fragments) - 1 else quotes.hashes + 2)
        body = fragment[begin:end]
        if quotes.multiline:
            body = _dedent(body, quotes, index == 0, index == len(fragments) - 1)
        values.append(_unescape(body, quotes))
    return values


def _dedent(body: str, quotes: Quotes, first: bool, last: bool) -> str:
    """Remove the indentation after every line end, and the line ends next to the quotes."""
    head, *lines = body.replace("\r\n", "\n").split("\n")
    indent = quotes.indent
    for index, line in enumerate(lines):
        if line.startswith(indent):
            lines[index] = line[len(indent) :]
        elif line:
            raise ValueError("invalid string: invalid whitespace")
    if first:
        head = lines.pop(0)
        if last and not lines:
            return ""
    if last and lines:
        lines.pop()
    return "\n".join([head, *lines])


_ESCAPE = Lazy(
    r"u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})|x(?P<x>[0-9A-Fa-f]{2})|(?P<octal>[0-7]{3})|(?P<char>[abfnrtv\\/'\"])"
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescape(body: str, quotes: Quotes) -> str | bytes:
    marker = "\\" + "#" * quotes.hashes
    is_bytes = quotes.char == "'"
    out = bytearray()
    pieces: list[str] = []
    at = 0
    while (found := body.find(marker, at)) >= 0:
        pieces.append(body[at:found])
        match = _ESCAPE.match(body, found + len(marker))
        if not match:
            raise ValueError("invalid syntax")
        at = match.end()
        group = match.lastgroup
        if group == "char":
            pieces.append(_simple_escape(match["char"], quotes))
        elif group in ("x", "octal"):
            value = int(match[group], 16 if group == "x" else 8)
            if not is_bytes or value > 255:
                raise ValueError("invalid syntax")
            out += "".join(pieces).encode("utf-8", "replace")
            pieces.clear()
            out.append(value)
        else:
            value = int(match[group], 16)  # type: ignore[index]
            if 0xD800 <= value < 0xE000:
                value, at = _surrogates(value, body, at, marker)
            if value > 0x10FFFF:
                raise ValueError("invalid syntax")
            pieces.append(chr(value))
    pieces.append(body[at:])
    text = "".join(pieces)
    return bytes(out) + text.encode("utf-8", "replace") if is_bytes else text


def _simple_escape(char: str, quotes: Quotes) -> str:
    if char in "'\"" and char != quotes.char:
        raise ValueError("invalid syntax")
    return _SIMPLE.get(char, char)


def _surrogates(high: int, body: str, at: int, marker: str) -> tuple[int, int]:
    """Code point of a surrogate pair whose first half was just read, and the offset after its second half."""
    low = _ESCAPE.match(body, at + len(marker)) if body.startswith(marker, at) else None
    value = int(low["u"] or "0", 16) if low else 0
    if low is None or high >= 0xDC00 or not 0xDC00 <= value < 0xE000:
        raise ValueError("unmatched surrogate pair")
    return 0x10000 + ((high - 0xD800) << 10) + (value - 0xDC00), low.end()


# ---- writing strings

_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r"}


def quote_string(text: str, indent: str | None = None, *, ascii_only: bool = False) -> str:
    """Spelling of a string: one line with double quotes.

    With ``indent`` a text that holds a newline becomes a triple-quoted literal whose lines start with ``indent``.
    """
    if indent is not None and "\n" in text:
        return _quote_lines(text, indent, '"')
    if text.isprintable() and '"' not in text and "\\" not in text and not (ascii_only and not text.isascii()):
        return f'"{text}"'
    return '"' + "".join(_escape(c, '"', "\\", False, ascii_only) for c in text) + '"'


def quote_bytes(data: bytes, indent: str | None = None) -> str:
    r"""Spelling of bytes: single quotes, ``\xHH`` for what is not UTF-8; ``indent`` as in :func:`quote_string`."""
    text = data.decode("utf-8", "surrogateescape")
    if indent is not None and "\n" in text:
        return _quote_lines(text, indent, "'")
    return "'" + "".join(_escape(c, "'", "\\", True, False) for c in text) + "'"


def _quote_lines(text: str, indent: str, quote: str) -> str:
    runs = Lazy(quote * 3 + "+(#*)").findall(text)
    hashes = "#" * max((len(run) + 1 for run in runs), default=0)
    escape = "\\" + hashes
    lines = ["".join(_escape(c, "", escape, quote == "'", False) for c in line) for line in text.split("\n")]
    body = "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
    return f"{hashes}{quote * 3}\n{body}{indent}{quote * 3}{hashes}"


def _escape(char: str, quote: str, escape: str, exact: bool, ascii_only: bool) -> str:
    """One code point as it stands in a literal; ``exact`` (bytes) keeps what is not UTF-8, here lone surrogates."""
    if char == quote or char == "\\":
        return escape + char
    if char.isprintable() and (not ascii_only or char < "\x80"):
        return char
    code = ord(char)
    if code in _ESCAPES:
        return escape + _ESCAPES[code]
    if 0xD800 <= code < 0xE000:
        return f"{escape}x{code - 0xDC00:02x}" if exact and 0xDC80 <= code <= 0xDCFF else "\ufffd"
    if exact and code < 32:
        return f"{escape}x{code:02x}"
    return f"{escape}u{code:04x}" if code < 0x10000 else f"{escape}U{code:08x}"


# ---- identifiers and labels


def is_valid_ident(text: str) -> bool:
    """Whether ``text`` is an identifier (keywords are), with an optional ``#``, ``_`` or ``_#`` prefix."""
    if text.isascii() and text.isidentifier():
        return True
    consumed = text.startswith("_")
    if consumed:
        text = text[1:]
        if not text:
            return True
    if text.startswith("#"):
        text = text[1:]
        consumed = False
        if not text:
            return True
    if not text or (not consumed and text[0].isdecimal()):
        return False
    return all(c.isalpha() or c.isdecimal() or c in "_$" for c in text)


def label_needs_quotes(text: str) -> bool:
    """Whether a field of this name has to be written as a string literal."""
    return text[:1] in ("", "_", "#") or not is_valid_ident(text)


def quote_label(text: str) -> str:
    """Spelling of a regular field's name."""
    return quote_string(text) if label_needs_quotes(text) else text


# ---- numbers

_MULTIPLIERS = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}


def parse_number(text: str) -> int | Decimal:
    """Value of a number literal: an int for kind int, a Decimal (all digits kept) for kind float.

    Raises:
        ValueError: with the official text.
    """
    if text.isdecimal() and len(text) < 4000:
        return int(text)
    from decimal import Decimal

    text = text.replace("_", "")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(text[:2].lower())
    if base:
        return int(text[2:], base)
    number = text
    factor: int = 0
    if text.endswith("i"):
        number, factor = text[:-2], 1 << 10 * _MULTIPLIERS[text[-2]]
    elif text[-1] in _MULTIPLIERS:
        number, factor = text[:-1], 1000 ** _MULTIPLIERS[text[-1]]
    if factor:
        return _scaled(number, factor)
    if number.isdecimal():
        return int(Decimal(number))  # int(str) has a limit on the number of digits
    if not (number[:1].isdecimal() or number[:1] == "."):
        raise ValueError(f'illegal number start "{text}"')
    return Decimal(number)


def _scaled(number: str, factor: int) -> int:
    whole, _, fraction = number.partition(".")
    numerator = int(whole + fraction or "0") * factor
    value, rest = divmod(numerator, 10 ** len(fraction))
    if rest:
        raise ValueError("number cannot be represented as int")
    return int(value)


def normalize_number(text: str, is_float: bool) -> str:
    """Spelling of a number as the formatter prints it: digits around the point, lower-case exponent."""
    if not is_float and len(text) > 1 and text[0] == "0" and text[1].isdigit():
        return "0o" + text[1:]
    point = text.find(".")
    if point == 0 and is_float:
        text = "0" + text
    elif point >= 0 and text[point + 1 : point + 2] > "9":
        text = text[: point + 1] + "0" + text[point + 1 :]
    elif is_float and point == len(text) - 1:
        text += "0"
    exponent = text.find("E")
    if exponent >= 0 and (is_float or exponent < len(text) - 1):
        text = text.lower()
    return text
