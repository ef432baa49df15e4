"""Numbers and quoted strings as Go's package strconv reads and writes them."""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "NumError",
    "atoi",
    "format_float",
    "is_graphic",
    "is_print",
    "parse_bool",
    "parse_float",
    "parse_int",
    "parse_uint",
    "quote",
    "unquote",
]

_ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\"}
_UNESCAPES = {v[1]: k for k, v in _ESCAPES.items()}


class NumError(ValueError):
    """A conversion failed; the text is Go's."""

    def __init__(self, function: str, text: str, reason: str) -> None:
        super().__init__(f"strconv.{function}: parsing {quote(text)}: {reason}")
        self.reason = reason


def is_print(char: str) -> bool:
    """Whether Go prints the code point as it is: letters, marks, numbers, punctuation, symbols and the ASCII space."""
    return char == " " or unicodedata.category(char)[0] in "LMNPS"


def is_graphic(char: str) -> bool:
    """Like :func:`is_print`, with all space characters of category Zs."""
    return is_print(char) or unicodedata.category(char) == "Zs"


def quote(text: str | bytes, delimiter: str = '"', *, ascii_only: bool = False, graphic: bool = False) -> str:
    r"""Go string literal of ``text``; invalid UTF-8 in bytes becomes ``\xNN``."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    return delimiter + "".join(_quote_char(c, delimiter, ascii_only, graphic) for c in text) + delimiter


def _quote_char(char: str, delimiter: str, ascii_only: bool, graphic: bool) -> str:
    code = ord(char)
    if char == delimiter:
        return "\\" + char
    if char in _ESCAPES:
        return _ESCAPES[char]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if (code < 0x80 or not ascii_only) and (is_print(char) or (graphic and is_graphic(char))):
        return char
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unquote(text: str) -> str:
    """The string behind a Go literal in double quotes, back quotes or single quotes (one character).

    Raises:
        ValueError: ``invalid syntax``.
    """
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "\"'`":
        raise ValueError("invalid syntax")
    delimiter, body = text[0], text[1:-1]
    if delimiter == "`":
        if "`" in body:
            raise ValueError("invalid syntax")
        return body.replace("\r", "")
    if "\n" in body:
        raise ValueError("invalid syntax")
    out = bytearray()
    at = 0
    while at < len(body):
        if body[at] == delimiter:
            raise ValueError("invalid syntax")
        if body[at] != "\\":
            out += body[at].encode()
            at += 1
            continue
        piece, at = _unescape(body, at + 1, delimiter)
        out += piece
    result = out.decode("utf-8", "replace")
    if delimiter == "'" and len(result) != 1:
        raise ValueError("invalid syntax")
    return result


def _unescape(body: str, at: int, delimiter: str) -> tuple[bytes, int]:
    char = body[at : at + 1]
    if char in _UNESCAPES and char:
        return _UNESCAPES[char].encode(), at + 1
    if char == delimiter:
        return char.encode(), at + 1
    width = {"x": 2, "u": 4, "U": 8}.get(char)
    try:
        if width:
            digits = body[at + 1 : at + 1 + width]
            if len(digits) != width:
                raise ValueError
            code = int(digits, 16)
            return (bytes([code]) if char == "x" else chr(code).encode()), at + 1 + width
        if char and char in "01234567":
            code = int(body[at : at + 3], 8)
            if len(body[at : at + 3]) == 3:
                return bytes([code]), at + 3
    except (ValueError, OverflowError, UnicodeEncodeError):
        pass
    raise ValueError("invalid syntax")


# ---- numbers


def parse_bool(text: str) -> bool:
    """``1 t T TRUE true True`` and their opposites."""
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if text in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise NumError("ParseBool", text, "invalid syntax")


def _digits(function: str, whole: str, text: str, base: int) -> int:
    """Value of unsigned ``text``; base 0 reads prefixes and underscores."""
    body = text
    underscores = base == 0
    if base == 0:
        base = 10
        prefix = body[:2].lower()
        if prefix in ("0x", "0o", "0b") and len(body) > 2:
            base, body = {"x": 16, "o": 8, "b": 2}[prefix[1]], body[2:].lstrip("_") if body[2:3] == "_" else body[2:]
        elif body[:1] == "0" and len(body) > 1:
            base, body = 8, body[1:].removeprefix("_")
    elif not 2 <= base <= 36:
        raise NumError(function, whole, f"invalid base {base}")
    valid = body.isascii() and body[:1].isalnum() and body[-1:].isalnum() and "__" not in body
    if not valid or not (underscores or body.isalnum()) or not body.replace("_", "").isalnum():
        raise NumError(function, whole, "invalid syntax")
    try:
        return int(body.replace("_", ""), base)
    except ValueError:
        raise NumError(function, whole, "invalid syntax") from None


def parse_uint(text: str, base: int, bits: int, function: str = "ParseUint") -> int:
    """Unsigned integer of at most ``bits`` (0: 64) bits."""
    if not text:
        raise NumError(function, text, "invalid syntax")
    value = _digits(function, text, text, base)
    if bits < 0 or bits > 64:
        raise NumError(function, text, f"invalid bit size {bits}")
    if value >= 1 << (bits or 64):
        raise NumError(function, text, "value out of range")
    return value


def parse_int(text: str, base: int, bits: int, function: str = "ParseInt") -> int:
    """Signed integer of at most ``bits`` (0: 64) bits."""
    negative = text[:1] == "-"
    body = text[1:] if text[:1] in ("-", "+") else text
    if not body:
        raise NumError(function, text, "invalid syntax")
    value = _digits(function, text, body, base)
    if bits < 0 or bits > 64:
        raise NumError(function, text, f"invalid bit size {bits}")
    cutoff = 1 << ((bits or 64) - 1)
    if (not negative and value >= cutoff) or (negative and value > cutoff):
        raise NumError(function, text, "value out of range")
    return -value if negative else value


def atoi(text: str) -> int:
    """Decimal integer of 64 bits."""
    return parse_int(text, 10, 0, "Atoi")


_BAD_UNDERSCORE = re.compile(r"(?:^|[^0-9a-fx])_|_(?:[^0-9a-f]|$)").search


def parse_float(text: str, bits: int) -> float:
    """IEEE number of 32 or 64 bits."""
    body = text.lower().lstrip("+-")
    special = body in ("inf", "infinity", "nan")
    plain = text.replace("_", "")
    if not special and (not plain or _BAD_UNDERSCORE(body) or text != text.strip() or body[:1] not in "0123456789."):
        raise NumError("ParseFloat", text, "invalid syntax")
    try:
        value = float.fromhex(plain) if body.startswith("0x") else float(plain)
    except OverflowError:
        raise NumError("ParseFloat", text, "value out of range") from None
    except ValueError:
        raise NumError("ParseFloat", text, "invalid syntax") from None
    if bits == 32:
        import struct

        try:
            value = float(struct.unpack("f", struct.pack("f", value))[0])
        except OverflowError:
            raise NumError("ParseFloat", text, "value out of range") from None
    if value in (float("inf"), float("-inf")) and not special:
        raise NumError("ParseFloat", text, "value out of range")
    return value


def format_float(value: float, form: str, precision: int, bits: int = 64) -> str:
    """``strconv.FormatFloat``: ``form`` is one of ``b e E f g G x X``; precision -1 gives the shortest exact text."""
    if value != value:
        return "NaN"
    if bits == 32:
        value = _single(value)
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    if form in "xXb":
        mantissa, exponent = _mantissa(value, bits)
        return f"{mantissa}p{exponent:+d}" if form == "b" else _hex_float(mantissa, exponent, bits, form, precision)
    if form not in "eEfgG":
        return f"%{form}"
    sign, digits, point = _shortest(value, bits) if precision < 0 else _rounded(value, form, precision)
    if form in "eE":
        return sign + _exponent(digits, point, form, precision)
    if form == "f":
        return sign + _fixed(digits, point, precision)
    limit = 6 if precision < 0 else max(precision, 1)
    if precision >= 0 and limit > len(digits) >= point:
        limit = len(digits)
    exponent = point - 1
    if exponent < -4 or exponent >= limit:
        return sign + _exponent(digits, point, "e" if form == "g" else "E", -1)
    return sign + _fixed(digits, point, -1)


def _single(value: float) -> float:
    """The nearest number of 32 bits."""
    import struct

    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _shortest(value: float, bits: int) -> tuple[str, str, int]:
    """Sign, digits and place of the decimal point of the shortest text that reads back."""
    text = repr(value)
    if bits == 32:
        for precision in range(1, 10):
            text = f"{value:.{precision}g}"
            if _single(float(text)) == value:
                break
    return _split(text)


def _rounded(value: float, form: str, precision: int) -> tuple[str, str, int]:
    if form in "eE":
        return _split(f"{value:.{precision}e}")
    if form in "gG":
        return _split(f"{value:.{max(precision, 1) - 1}e}")
    return _split(f"{value:.{precision}f}")


def _split(text: str) -> tuple[str, str, int]:
    sign = "-" if text.startswith("-") else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    return sign, stripped.rstrip("0") or "0", point if stripped else 1


def _exponent(digits: str, point: int, form: str, precision: int) -> str:
    digits = digits.ljust(precision + 1, "0") if precision >= 0 else digits
    exponent = point - 1
    fraction = "." + digits[1:] if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}{form}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _fixed(digits: str, point: int, precision: int) -> str:
    whole = digits[:point].ljust(point, "0") if point > 0 else "0"
    fraction = ("0" * -point if point < 0 else "") + digits[max(point, 0) :]
    if precision >= 0:
        fraction = fraction.ljust(precision, "0")[:precision]
    return f"{whole}.{fraction}" if fraction else whole


def _mantissa(value: float, bits: int) -> tuple[int, int]:
    """Signed mantissa of 53 or 24 bits, fewer for subnormal numbers, and the exponent of its last bit."""
    import math

    width, least = (24, -149) if bits == 32 else (53, -1074)
    exponent = max(math.frexp(value)[1] - width, least) if value else least
    return round(math.ldexp(value, -exponent)), exponent


def _hex_float(mantissa: int, exponent: int, bits: int, form: str, precision: int) -> str:
    """One hexadecimal digit, and as many after the point as ``precision`` says, rounded to even."""
    sign = "-" if mantissa < 0 else ""
    mantissa = abs(mantissa)
    power = exponent + mantissa.bit_length() - 1 if mantissa else 0
    mantissa <<= 61 - mantissa.bit_length() if mantissa else 0
    if 0 <= precision < 15:
        shift = 4 * (15 - precision)
        rest, mantissa = mantissa & (1 << shift) - 1, mantissa >> shift
        mantissa += rest > 1 << shift - 1 or (rest == 1 << shift - 1 and mantissa & 1)
        if mantissa >> 4 * precision > 1:
            mantissa, power = mantissa >> 1, power + 1
        mantissa <<= shift
    fraction = f"{mantissa & (1 << 60) - 1:015x}"
    fraction = fraction.rstrip("0") if precision < 0 else fraction[:precision].ljust(precision, "0")
    out = f"{sign}0x{mantissa >> 60}{'.' + fraction if fraction else ''}p{'-' if power < 0 else '+'}{abs(power):02d}"
    return out.upper() if form == "X" else out
