"""YAML scalars as syntax: which type a plain scalar has, and its spelling in CUE.

The schema is that of the official decoder: the core schema of YAML 1.2 with octal numbers of YAML 1.1; ``yes`` and
dates are strings. Source: YAML 1.2 chapter 10; recorded conversions.
"""

from __future__ import annotations

import re
from base64 import b64decode

from pycue.syntax import ast
from pycue.syntax.literal import label_needs_quotes, quote_bytes, quote_string

__all__ = ["ScalarError", "literal", "key_label", "resolve"]

_TAG = "tag:yaml.org,2002:"
_WORDS = dict.fromkeys(("", "~", "null", "Null", "NULL"), "null")
_WORDS.update({word: word.lower() for word in ("true", "True", "TRUE", "false", "False", "FALSE")})
_INT = re.compile(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)").fullmatch
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?").fullmatch
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)").fullmatch
_NAN = re.compile(r"\.(?:nan|NaN|NAN)").fullmatch
_LARGEST = (1 << 64) - 1


class ScalarError(ValueError):
    """A scalar that does not fit its tag."""


def resolve(text: str, tag: str | None, plain: bool) -> str:
    """Short name of a scalar's type: ``null bool int float str binary``, or a tag of its own.

    Raises:
        ScalarError: the text does not fit its tag.
    """
    if tag in (None, "!") or not tag:
        if not plain or tag == "!":
            return "str"
        return _plain_type(text)
    name = tag.removeprefix(_TAG)
    if name in ("str", "timestamp"):
        return "str"
    if name in ("bool", "null"):
        return name
    if name in ("int", "float"):
        found = _plain_type(text)
        if found == name or (found == "int" and name == "float"):
            return name
        if name == "int":
            raise ScalarError(f'cannot decode "{text}" as !!int: illegal number start "{text}"')
        raise ScalarError(f"cannot decode !!{found} `{text}` as a !!{name}")
    if name == "binary":
        return name
    shown = f"!!{name}" if name != tag else tag
    raise ScalarError(f'cannot unmarshal tag "{shown}"')


def _plain_type(text: str) -> str:
    word = _WORDS.get(text)
    if word is not None:
        return "null" if word == "null" else "bool"
    if text[0] in "0123456789+-.":
        if _INT(text) and not text.endswith("_"):
            return "int" if _fits(text) else "float"
        if text.lstrip("+-")[:1] == "0" and text.lstrip("+-").isdigit():
            return "str"
        if _FLOAT(text.replace("_", "")) or _INFINITY(text) or _NAN(text):
            return "float"
    return "str"


def _fits(text: str) -> bool:
    if len(text) < 19:
        return True
    digits = text.lstrip("+-").replace("_", "")
    base = {"0x": 16, "0b": 2, "0o": 8}.get(digits[:2], 8 if digits[0] == "0" else 10)
    if len(digits) > 80:
        return False
    value = int(digits[2:] if digits[1:2] in ("x", "b", "o") else digits, base)
    return value <= (1 << 63 if text[0] == "-" else _LARGEST)


def literal(text: str, type_: str, pos: int) -> ast.Expr:
    """Syntax of a scalar at a position.

    Raises:
        ScalarError: invalid base64.
    """
    if type_ == "str":
        return ast.BasicLit(pos, "STRING", quote_string(text, "\t"))
    if type_ == "null":
        return ast.BasicLit(pos, "NULL", "null")
    if type_ == "bool":
        word = _WORDS.get(text, "")
        word = word if word == "true" else "false"
        return ast.BasicLit(pos, word.upper(), word)
    if type_ == "binary":
        try:
            data = b64decode("".join(text.split()), validate=True)
        except ValueError:
            raise ScalarError("!!binary value contains invalid base64 data") from None
        return ast.BasicLit(pos, "STRING", quote_bytes(data, "\t"))
    return _number(text, type_, pos)


def _number(text: str, type_: str, pos: int) -> ast.Expr:
    sign = text[0] if text[0] in "+-" else ""
    digits = text[len(sign) :]
    if _INFINITY(text) or _NAN(text):
        infinity = ast.BasicLit(pos, "FLOAT", "NaN" if _NAN(text) else "Inf" if sign == "-" else "+Inf")
        return ast.UnaryExpr(pos, sign, infinity) if sign == "-" else infinity
    if len(digits) > 1 and digits[0] == "0" and digits.replace("_", "").isdigit():
        digits = "0o" + digits[1:]
    if type_ == "float" and not any(char in digits for char in ".eE"):
        return ast.BasicLit(pos, "FLOAT", f"number & {sign}{digits}")
    number = ast.BasicLit(pos, "INT" if type_ == "int" else "FLOAT", digits)
    return ast.UnaryExpr(pos, sign, number) if sign else number


def key_label(text: str, type_: str, pos: int) -> ast.Label:
    """Label of a field whose key is that scalar."""
    if type_ in ("null", "bool", "binary"):
        text = {"null": "null", "bool": text.lower()}.get(type_, text)
    elif type_ == "float" and _INFINITY(text):
        text = ("-" if text[0] == "-" else "+") + "Inf"
    if label_needs_quotes(text):
        return ast.BasicLit(pos, "STRING", quote_string(text))
    return ast.Ident(pos, text)
