r"""YAML: writing plain data; reading is in :mod:`pycue.encoding.yaml_reader`, loaded on first use.

The text is that of the YAML library of the official tool: block style, two blanks a level, sequences indented inside
mappings, no folding of long lines. A string stays plain unless YAML 1.1 or 1.2 would read something else.
Source: YAML 1.1 and 1.2 (core schema); recorded outputs for the choice of quotes.
"""

from __future__ import annotations

import re

from pycue.encoding.data import Spelled
from pycue.evaluator.number import number_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.source import Source
    from pycue.syntax import ast

__all__ = ["decode", "encode", "encode_stream"]

_STEP = "  "
_LONGEST_SIMPLE_KEY = 128  # bytes of UTF-8


def decode(source: Source, *, path: str = "", comments: bool = True) -> list[ast.Expr]:
    """Syntax trees of the documents in a YAML text; see :func:`pycue.encoding.yaml_reader.decode`."""
    from pycue.encoding import yaml_reader

    return yaml_reader.decode(source, path=path, comments=comments)


def encode(data: Any) -> str:
    r"""YAML text of plain data (see :mod:`pycue.encoding.data`), with a final newline.

    >>> encode({"a": [1, "yes"], "b": {}})
    'a:\n  - 1\n  - "yes"\nb: {}\n'
    """
    out: list[str] = []
    if data and type(data) in (dict, list):
        _block(data, "", out)
    else:
        out.append(_scalar(data, "", top=True))
        out.append("\n")
    return "".join(out)


def encode_stream(documents: list[Any]) -> str:
    """The documents one after the other, with ``---`` between them."""
    return "---\n".join(encode(document) for document in documents)


def _block(data: Any, indent: str, out: list[str]) -> None:
    """Write a mapping or sequence that is not empty; the cursor stands at its first entry."""
    prefix = ""
    inner = indent + _STEP
    if type(data) is list:
        for value in data:
            out.append(prefix + "- ")
            _compact(value, inner, out)
            prefix = indent
        return
    for key, value in data.items():
        spelling = _key(key)
        if spelling is None:
            out.append(f"{prefix}? {_scalar(key, inner)}\n{indent}: ")
            _compact(value, inner, out)
        elif value and (type(value) is dict or type(value) is list):
            out.append(f"{prefix}{spelling}:\n{inner}")
            _block(value, inner, out)
        else:
            out.append(f"{prefix}{spelling}: {_scalar(value, inner)}\n")
        prefix = indent


def _compact(value: Any, indent: str, out: list[str]) -> None:
    """Write a value behind ``- `` or ``: ``, its first entry on the same line."""
    if value and (type(value) is dict or type(value) is list):
        _block(value, indent, out)
    else:
        out.append(_scalar(value, indent))
        out.append("\n")


def _key(key: str) -> str | None:
    """Spelling of a key, or None where it needs the form with ``?``."""
    if _PLAIN(key) and len(key) <= 42 and key not in _RESERVED:
        return key
    if len(key.encode("utf-8", "replace")) > _LONGEST_SIMPLE_KEY or any(c in key for c in "\n\r\x85\u2028\u2029"):
        return None
    return _scalar(key, "")


def _scalar(value: Any, indent: str, top: bool = False) -> str:
    """Spelling of a scalar or empty container; ``indent`` is where lines of a block start."""
    kind = type(value)
    if kind is str:
        return _string(value, indent or (_STEP if top else ""))
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is dict:
        return "{}"
    if kind is list:
        return "[]"
    if kind is bytes:
        from binascii import b2a_base64

        encoded = b2a_base64(value, newline=False).decode()
        return f"!!binary |-\n{indent or _STEP}{encoded}" if b"\n" in value else f"!!binary {encoded}".rstrip()
    if kind is Spelled:
        return value.text  # type: ignore[no-any-return]
    text = number_string(value)
    if kind is not int and text.lstrip("-").isdigit():
        text += "."  # a float without a fraction
    return {"Infinity": ".inf", "-Infinity": "-.inf", "NaN": ".nan"}.get(text, text)


# ---- strings

_RESERVED = frozenset(
    word
    for lower in ("y", "n", "t", "f", "yes", "no", "on", "off", "true", "false", "null")
    for word in (lower, lower.capitalize(), lower.upper())
)
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*").fullmatch  # surely plain, unless reserved
_OTHER_TYPE = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"  # decimal, underscores taken out
    r"|[-+]?0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|Nan|NaN|NAN)"
    r"|[-+0-9:. \t]+(?:[-:]|[tT])[-+0-9:. \t]+[zZ]?|~|"  # times of day and dates
).fullmatch
_NOT_PLAIN = re.compile(r"[#,\[\]{}&*!|>'\"%@`]|[-?:](?: |$)|---|\.\.\.| |.* $|.*:(?: |$)|.* #", re.DOTALL).match
_UNPRINTABLE = re.compile("[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]").search
_NO_BLOCK = re.compile(r" \n| $", re.DOTALL).search
_ESCAPES = {
    "\0": "0",
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}


def _string(text: str, indent: str) -> str:
    if _PLAIN(text) and text not in _RESERVED:
        return text
    if (
        text in _RESERVED
        or _OTHER_TYPE(text)
        or ("_" in text and text[0] != "_" and _OTHER_TYPE(text.replace("_", "")))
    ):
        return _double_quoted(text)
    if _UNPRINTABLE(text):
        return _double_quoted(text)
    if "\n" in text:
        return _double_quoted(text) if _NO_BLOCK(text) else _literal_block(text, indent)
    if "\t" in text:
        return _double_quoted(text)
    if _NOT_PLAIN(text) or "\u2028" in text or "\u2029" in text:
        return "'" + text.replace("'", "''") + "'"
    return text


def _literal_block(text: str, indent: str) -> str:
    hint = "2" if text[0] in " \n\u2028\u2029" else ""
    if text[-1] != "\n":
        chomp = "-"
    else:
        chomp = "+" if text == "\n" or text[-2] == "\n" else ""
        text = text[:-1]
    lines = [indent + line if line else "" for line in text.split("\n")]
    return f"|{hint}{chomp}\n" + "\n".join(lines)


def _double_quoted(text: str) -> str:
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    if not _UNPRINTABLE(char):
        return char
    code = ord(char)
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    return f"\\x{code:02X}" if code < 256 else f"\\u{code:04X}" if code < 65536 else f"\\U{code:08X}"
