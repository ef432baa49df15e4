"""What plain scalars of YAML 1.1 stand for, and the texts of numbers as Go prints them.

Source: the YAML library of Kubernetes (sigs.k8s.io/yaml on go-yaml 2): booleans are ``y n yes no on off true false`` in
three spellings each, integers may be written in bases 2, 8, 10 and 16 with ``_`` between digits, and every document
passes through JSON, so that ``1.0`` becomes ``1``.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

__all__ = [
    "compare_keys",
    "from_float",
    "go_float",
    "is_plain_string",
    "json_text",
    "looks_like_bool",
    "resolve",
    "sort_key",
]

_WORDS: dict[str, Any] = {"": None, "~": None}
_WORDS.update(dict.fromkeys(("null", "Null", "NULL")))
for _names, _value in ((("y", "yes", "on", "true"), True), (("n", "no", "off", "false"), False)):
    for _name in _names:
        _WORDS.update(dict.fromkeys((_name, _name.capitalize(), _name.upper()), _value))
_WORDS.update(dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan))
_WORDS.update(dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf))
_WORDS.update(dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf))

_ODD_BOOLS = frozenset(w for w, v in _WORDS.items() if v in (True, False) and w.lower() not in ("true", "false"))

_INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TIME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)?)?")
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_MAX_UNSIGNED = 1 << 64


def resolve(text: str) -> Any:
    """The value of a plain scalar: None, bool, int, float or str."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    digits = text.replace("_", "")
    match = _INTEGER.fullmatch(digits)
    if match:
        value = _integer(match[1], match[2])
        return value if -(1 << 63) <= value < _MAX_UNSIGNED else from_float(float(value))
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        return from_float(number) if math.isfinite(number) else text
    return text


def _integer(sign: str, digits: str) -> int:
    second = digits[1:2].lower()
    if digits[0] == "0" and len(digits) > 1:
        base = {"x": 16, "b": 2}.get(second, 8)
        value = int(digits[2:] if second in "xbo" else digits[1:], base)
    else:
        value = int(digits)
    return -value if sign == "-" else value


def from_float(number: float) -> int | float:
    """A float as it comes out of JSON: an int where Go writes it without point and exponent."""
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def looks_like_bool(text: str) -> bool:
    """Whether a plain scalar is a boolean only in YAML 1.1 (``y``, ``no``, ``On`` …)."""
    return text in _ODD_BOOLS


def is_plain_string(text: str) -> bool:
    """Whether the text, written without quotes, is read back as the same string."""
    if not isinstance(resolve(text), str) or text == "<<":
        return False
    return not ("0" <= text[0] <= "9" or text[0] in "+-") or not (_TIME.fullmatch(text) or _BASE_60.fullmatch(text))


def go_float(number: float) -> str:
    """Go's shortest ``g`` form: with an exponent where that is below -4 or above 5.

    >>> go_float(1234567.5), go_float(0.00001), go_float(2.5)
    ('1.2345675e+06', '1e-05', '2.5')
    """
    if not math.isfinite(number):
        return ".nan" if math.isnan(number) else (".inf" if number > 0 else "-.inf")
    decimal = Decimal(repr(abs(number)))
    power = decimal.adjusted()
    shortest = "".join(map(str, decimal.as_tuple().digits)).strip("0") or "0"
    sign = "-" if number < 0 else ""
    if power < -4 or power >= 6:
        tail = f".{shortest[1:]}" if len(shortest) > 1 else ""
        return f"{sign}{shortest[0]}{tail}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{shortest}"
    whole = shortest[: power + 1].ljust(power + 1, "0")
    return sign + whole + (f".{shortest[power + 1 :]}" if len(shortest) > power + 1 else "")


_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_HTML_CHARS = re.compile("[<>&\u2028\u2029]")


def json_text(data: Any) -> str:
    """Compact JSON with sorted keys, escaped as Go's encoding/json does."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _HTML_CHARS.sub(lambda m: _HTML[m[0]], text)


_DIGITS = re.compile(r"\d*")


def compare_keys(a: str, b: str) -> int:
    """Order of keys in YAML output: at the first difference signs stand before letters and numbers compare as such."""
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if at is None:
        return len(a) - len(b)
    x, y = a[at], b[at]
    if x.isalpha() or y.isalpha():
        return (-1 if x < y else 1) if x.isalpha() and y.isalpha() else (-1 if y.isalpha() else 1)
    runs = [_DIGITS.match(text, at)[0] for text in (a, b)]  # type: ignore[index]
    if "0" in (x, y) and a[:at].rstrip("0")[-1:].isdigit():  # inside a number: the zeros count as digits
        runs = ["1" + run for run in runs]
    numbers = [int(run or 0) for run in runs]
    if numbers[0] != numbers[1]:
        return numbers[0] - numbers[1]
    return (len(runs[0]) - len(runs[1])) or (-1 if x < y else 1)


sort_key = cmp_to_key(compare_keys)
