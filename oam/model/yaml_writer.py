"""Writing plain data as YAML in the two styles of the Kubernetes tools.

Keys are sorted (see :func:`oam.model.scalars.compare_keys`); strings that would be read back as something else stand in
double quotes, texts of several lines as literal blocks. With ``indent_lists`` list items are indented below their key,
as ``vela def render`` prints definitions; without it they are not, as objects are printed.
"""

from __future__ import annotations

import io
import re
from typing import Any

from yaml.emitter import Emitter

from oam.model.scalars import go_float, is_plain_string, sort_key

__all__ = ["to_yaml"]

_SIMPLE = re.compile(r"[A-Za-z/_][A-Za-z0-9_./+=@%-]*(?: [A-Za-z0-9_./+=@%(-][A-Za-z0-9_./+=@%()-]*)*")
_ESCAPES = {
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
    "\ufeff": "\\uFEFF",
}
_LONGEST_SIMPLE_KEY = 128


def to_yaml(data: Any, *, indent_lists: bool = False) -> str:
    """The text of one document, with a final newline.

    Raises:
        TypeError: data that JSON cannot hold.
    """
    out: list[str] = []
    if isinstance(data, dict | list) and data:
        _block(data, 0, out, indent_lists)
    else:
        out.append(_scalar(data, 0) + "\n")
    return "".join(out)


def _block(data: Any, indent: int, out: list[str], indent_lists: bool) -> None:
    """Append a non-empty mapping or list, starting at the current place of the line, items at column ``indent``."""
    pad = " " * indent
    first = True
    if isinstance(data, dict):
        for key in sorted(data, key=sort_key):
            if not first:
                out.append(pad)
            first = False
            text = _scalar(key, indent)
            if len(text) > _LONGEST_SIMPLE_KEY or "\n" in text:
                out.append(f"? {text}\n{pad}:")
            else:
                out.append(text + ":")
            _value(data[key], indent, out, indent_lists)
        return
    for item in data:
        if not first:
            out.append(pad)
        first = False
        out.append("- ")
        if isinstance(item, dict | list) and item:
            _block(item, indent + 2, out, indent_lists)
        else:
            out.append(_scalar(item, indent + 2) + "\n")


def _value(value: Any, indent: int, out: list[str], indent_lists: bool) -> None:
    """Append what follows a key and its colon."""
    if isinstance(value, dict | list) and value:
        below = indent + 2 if isinstance(value, dict) or indent_lists else indent
        out.append("\n" + " " * below)
        _block(value, below, out, indent_lists)
    else:
        out.append(f" {_scalar(value, indent + 2)}\n")


def _scalar(value: Any, indent: int) -> str:
    if isinstance(value, str):
        return _string(value, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return go_float(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    raise TypeError(f"cannot write {type(value).__name__} as YAML")


def _string(text: str, indent: int) -> str:
    if _SIMPLE.fullmatch(text):
        return text if is_plain_string(text) else f'"{text}"'
    if text and "\n" not in text and not is_plain_string(text):
        return _double_quoted(text)
    if not text:
        return '""'
    printable = not any((c in _ESCAPES and c not in '\n"\\') or not (c.isprintable() or c == "\n") for c in text)
    if "\n" in text:
        if (printable or _only_tabs(text)) and not text.endswith(" ") and " \n" not in text:
            return _literal(text, indent)
        return _double_quoted(text)
    if not printable:
        return _double_quoted(text)
    analysis = Emitter(io.StringIO(), allow_unicode=True).analyze_scalar(text)
    if analysis.allow_block_plain:
        return text
    if analysis.allow_single_quoted:
        return "'" + text.replace("'", "''") + "'"
    return _double_quoted(text)


def _only_tabs(text: str) -> bool:
    return all(c.isprintable() or c in "\n\t" for c in text)


def _literal(text: str, indent: int) -> str:
    """A ``|`` block whose lines stand at column ``indent`` (at least 2); no final newline of its own."""
    pad = " " * max(indent, 2)
    hint = "2" if text[0] in " \n" else ""
    body = text.rstrip("\n")
    trailing = len(text) - len(body)
    chomp = ("-", "")[trailing] if trailing < 2 and body else "+"
    lines = body.split("\n") + [""] * (trailing - 1)
    return "\n".join([f"|{hint}{chomp}", *(pad + line if line else "" for line in lines)])


def _double_quoted(text: str) -> str:
    out = []
    for char in text:
        escape = _ESCAPES.get(char)
        if escape is None and not char.isprintable() and char != " ":
            code = ord(char)
            escape = f"\\x{code:02X}" if code < 256 else f"\\u{code:04X}" if code < 65536 else f"\\U{code:08X}"
        out.append(escape or char)
    return f'"{"".join(out)}"'
