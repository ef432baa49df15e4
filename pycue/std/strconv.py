"""CUE package strconv. Source: Go's package strconv, and pkg/strconv/manual.go for what differs."""

from __future__ import annotations

import re

from pycue._go import strconv as go
from pycue._go.strconv import NumError
from pycue.std._declare import Package, function, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from decimal import Decimal

    from pycue.evaluator.calls import CallContext

__all__ = ["PACKAGE"]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _parse_int(text: str, base: int, bits: int, *, signed: bool = True, name: str = "ParseInt") -> int:
    """An int that fits ``bits`` bits (0: any size)."""
    if not text:
        raise NumError(name, text, "invalid syntax")
    if bits < 0:
        raise NumError(name, text, "value out of range")
    if base != 0 and not 2 <= base <= 62:
        raise ValueError(f"invalid number base {base}")
    body = text[1:] if text[:1] in ("-", "+") else text
    value = _value(body, base) if body[:1].isalnum() and body.isascii() else None
    if value is None:
        raise NumError(name, text, "invalid syntax")
    if text[0] == "-":
        value = -value
    if (value < 0 and not signed) or (bits and not _fits(value, bits, signed)):
        raise NumError(name, text, "value out of range")
    return value


def _fits(value: int, bits: int, signed: bool) -> bool:
    """Whether an int, of two's complement if ``signed``, has no more bits."""
    return (value if value >= 0 else ~value).bit_length() <= bits - signed


def _value(digits: str, base: int) -> int | None:
    if base <= 36:
        if base and "_" in digits:
            return None
        if base == 0 and len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
            digits = "0o" + digits[1:]
        try:
            return int(digits, base)
        except ValueError:
            return None
    value = 0
    for digit in digits:
        number = _DIGITS.find(digit)
        if not 0 <= number < base:
            return None
        value = value * base + number
    return value


def _format_int(value: int, base: int) -> str:
    """Digits in a base from 2 to 62."""
    if not 2 <= base <= 62:
        raise ValueError("invalid base")
    if base == 10:
        from decimal import Decimal

        return format(Decimal(value), "f")  # str(int) has a limit on the number of digits
    digits = []
    rest = abs(value)
    while True:
        rest, digit = divmod(rest, base)
        digits.append(_DIGITS[digit])
        if not rest:
            break
    return ("-" if value < 0 else "") + "".join(reversed(digits))


def _parse_float(text: str, bits: int) -> float:
    return go.parse_float(text, bits)


_NUMBER_START = tuple("0123456789.")


def _complaint(message: str, quoted: str) -> str:
    """What the scanner says about a number, with the number."""
    if message.startswith("illegal '_'"):
        return message
    if message.startswith("illegal exponent"):
        return f"illegal exponent {quoted}"
    return f"{message if message.endswith(' number') else 'illegal number'} {quoted}"


def _parse_number(text: str) -> int | Decimal:
    """A CUE number literal with an optional sign."""
    from pycue.errors import CueSyntaxError
    from pycue.source import Source
    from pycue.syntax import ast, literal
    from pycue.syntax.parser import parse_expr

    body = text[1:] if text[:1] in ("+", "-") else text
    quoted = go.quote(text)
    prefix = f"strconv.ParseNumber: parsing {quoted}: "
    if not text:
        raise ValueError(f"{prefix}invalid number {quoted}")
    if body[:1] not in _NUMBER_START:
        raise ValueError(f"{prefix}illegal number start {quoted}")
    try:
        node = parse_expr(Source("", body))
    except CueSyntaxError as e:
        raise ValueError(prefix + _complaint(e.diagnostics[0].message, quoted)) from None
    if not isinstance(node, ast.BasicLit) or node.value != body:
        raise ValueError(f"{prefix}illegal number {quoted}")
    try:
        value = literal.parse_number(node.value)
    except ValueError as e:
        raise ValueError(prefix + str(e)) from None
    return -value if text[:1] == "-" else value


def _format_float(call: CallContext) -> str:
    from pycue.evaluator import kind as k
    from pycue.evaluator.values import Num, String

    form = call.value(1)
    if isinstance(form, String):
        if len(form.value.encode()) != 1:
            raise ValueError("expected single character string")
        letter = form.value
    elif isinstance(form, Num) and form.kind == k.INT:
        if not 0 <= form.value <= 255:
            raise ValueError(f"format value {form.value} out of range [0, 255]")
        letter = chr(int(form.value))
    else:
        raise ValueError(f"unexpected kind {k.kind_string(form.kind)}")
    bits = call.int64(3)
    if bits not in (32, 64):
        raise ValueError("strconv: illegal AppendFloat/FormatFloat bitSize")
    call.ctx.check_size(call.int64(2))
    return go.format_float(float(call.number(0)), letter, call.int64(2), bits)


def _is_rune(value: int) -> bool:
    return 0 <= value < 0xD800 or 0xE000 <= value <= 0x10FFFF


_OPENING = re.compile("(?P<hashes>#*)(?P<quotes>\"{3}|'{3}|[\"'])(?P<rest>.*)", re.S)


def _unquote(text: str) -> str:
    """The text behind a literal of CUE, bytes too."""
    from pycue.syntax import literal

    if not text:
        raise ValueError("invalid syntax")
    value = literal.unquote(text)
    hashes, start, rest = _OPENING.match(text).groups()  # type: ignore[union-attr]
    if len(start) == 1:
        body = re.sub(f"\\\\{hashes}.", "", rest[: -1 - len(hashes)], flags=re.S)
        if "\n" in body or start + hashes in body:
            raise ValueError("invalid syntax")
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _rune(value: int) -> str:
    return chr(value) if _is_rune(value) else "\ufffd"


def _quote_rune(value: int, *, ascii_only: bool = False, graphic: bool = False) -> str:
    return go.quote(_rune(value), "'", ascii_only=ascii_only, graphic=graphic)


PACKAGE = Package(
    "strconv",
    [
        function("Unquote", "s", "s", _unquote),
        function("ParseBool", "s", "b", go.parse_bool),
        function("FormatBool", "b", "s", lambda b: "true" if b else "false"),
        function("ParseFloat", "s i", "n", _parse_float),
        function("ParseNumber", "s", "n", _parse_number),
        function("ParseUint", "s i i", "i", lambda s, base, n: _parse_int(s, base, n, signed=False, name="ParseUint")),
        function("ParseInt", "s i i", "i", _parse_int),
        function("Atoi", "s", "i", lambda s: _parse_int(s, 10, 0, name="Atoi")),
        raw_function("FormatFloat", "f _ i i", "s", _format_float),
        function("FormatUint", "I i", "s", _format_int),
        function("FormatInt", "I i", "s", _format_int),
        function("Quote", "s", "s", go.quote),
        function("QuoteToASCII", "s", "s", lambda s: go.quote(s, ascii_only=True)),
        function("QuoteToGraphic", "s", "s", lambda s: go.quote(s, graphic=True)),
        function("QuoteRune", "r", "s", _quote_rune),
        function("QuoteRuneToASCII", "r", "s", lambda r: _quote_rune(r, ascii_only=True)),
        function("QuoteRuneToGraphic", "r", "s", lambda r: _quote_rune(r, graphic=True)),
        function("IsPrint", "r", "b", lambda r: _is_rune(r) and go.is_print(chr(r))),
        function("IsGraphic", "r", "b", lambda r: _is_rune(r) and go.is_graphic(chr(r))),
    ],
    {"IntSize": 64},
)
