r"""TOML: writing plain data; reading is in :mod:`pycue.encoding.toml_reader`, loaded on first use.

Keys are sorted; plain values stand before tables; null fields are left out, as TOML has no null.
Source: TOML 1.0; recorded outputs for the layout.
"""

from __future__ import annotations

import re

from pycue.errors import EncodeError

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from pycue.source import Source
    from pycue.syntax import ast

__all__ = ["decode", "encode"]


def decode(source: Source) -> ast.Expr:
    """Syntax tree of a TOML text; see :func:`pycue.encoding.toml_reader.decode`."""
    from pycue.encoding import toml_reader

    return toml_reader.decode(source)


def encode(data: Any) -> str:
    r"""TOML text of plain data (see :mod:`pycue.encoding.data`).

    A document is a dict; for anything else the text is the inline form, which is no document.

    Raises:
        EncodeError: a list holds null, or a number is infinite.

    >>> encode({"b": {"c": 1}, "a": "x"})
    "a = 'x'\n\n[b]\nc = 1\n"
    """
    if type(data) is not dict:
        return _inline(data)
    out: list[str] = []
    _table(data, (), out)
    return "".join(out)


def _table(table: dict[str, Any], path: Sequence[str], out: list[str]) -> None:
    """Write the plain values of a table, then its tables."""
    tables = []
    for key, value in sorted(table.items(), key=lambda item: item[0].encode("utf-8", "replace")):
        if type(value) is dict or _is_table_array(value):
            tables.append((key, value))
        elif value is not None:
            out.append(f"{_key(key)} = {_inline(value)}\n")
    header_before = bool(out) and out[-1].startswith("[")
    for key, value in tables:
        inner = (*path, key)
        name = ".".join(map(_key, inner))
        elements: Iterable[dict[str, Any]] = value if type(value) is list else [value]
        header = f"[[{name}]]\n" if type(value) is list else f"[{name}]\n"
        for element in elements:
            if out and not header_before:
                out.append("\n")
            header_before = False
            out.append(header)
            _table(element, inner, out)


def _is_table_array(value: Any) -> bool:
    return type(value) is list and bool(value) and all(type(element) is dict for element in value)


def _inline(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return _string(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value) if -(1 << 63) <= value < 1 << 63 else f"'{value}'"
    if kind is list:
        return "[" + ", ".join(map(_inline, value)) + "]"
    if kind is bytes:
        return "[" + ", ".join(map(str, value)) + "]"
    if kind is dict:
        pairs = (f"{_key(key)} = {_inline(value[key])}" for key in sorted(value) if value[key] is not None)
        return "{" + ", ".join(pairs) + "}"
    if value is None:
        raise EncodeError("toml: encoding a nil interface is not supported")
    return _float(value)


def _float(value: Any) -> str:
    number = float(value)
    if number in (float("inf"), float("-inf")) or number != number:
        raise EncodeError(f"toml: cannot encode number {value}")
    from decimal import Decimal

    if number == int(number):
        return f"{int(number)}.0"
    return f"{Decimal(repr(number)):f}"


# ---- strings

_BARE = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_NOT_LITERAL = re.compile(r"['\x00-\x08\x0a-\x1f\x7f]").search
_SPECIAL = re.compile(r'["\\\x00-\x08\x0a-\x1f\x7f]')
_ESCAPES = {"\b": "\\b", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _key(key: str) -> str:
    return key if _BARE(key) else _string(key)


def _string(text: str) -> str:
    if not _NOT_LITERAL(text):
        return f"'{text}'"
    return '"' + _SPECIAL.sub(_escape, text).replace("\t", "\\t") + '"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
