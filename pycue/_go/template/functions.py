"""The functions that templates may call, and how values print."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pycue._go.strconv import format_float, quote

__all__ = ["ARITY", "FunctionError", "call", "html_escape", "js_escape", "sprint", "truth", "type_name", "typed"]

ARITY = {
    **dict.fromkeys(("not", "len"), (1, 1)),
    **dict.fromkeys(("ne", "lt", "le", "gt", "ge"), (2, 2)),
    **dict.fromkeys(("and", "or", "eq", "index", "slice", "printf", "call"), (1, 0)),
}
"""Least and greatest numbers of arguments; 0: no limit."""


class FunctionError(ValueError):
    """A function refuses its arguments."""


class Int64(int):
    """An int of the data, whose type Go tells from that of ints in the template."""


def typed(data: Any) -> Any:
    """The data with its ints as :class:`Int64`."""
    if isinstance(data, dict):
        return {key: typed(value) for key, value in data.items()}
    if isinstance(data, list):
        return [typed(value) for value in data]
    return Int64(data) if type(data) is int else data


def truth(value: Any) -> bool:
    """Whether a value counts as true: not empty, not zero."""
    return bool(value)


def type_name(value: Any) -> str:
    """Go's name for the type."""
    if value is None:
        return "<nil>"
    names = {
        bool: "bool",
        int: "int",
        Int64: "int64",
        float: "float64",
        Decimal: "float64",
        str: "string",
        bytes: "[]uint8",
    }
    return names.get(type(value), "map[string]interface {}" if isinstance(value, dict) else "[]interface {}")


def sprint(value: Any) -> str:
    """``%v``."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _float(float(value))
    if isinstance(value, bytes):
        return "[" + " ".join(str(b) for b in value) + "]"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{k}:{sprint(value[k])}" for k in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(sprint(v) for v in value) + "]"
    return str(value)


def _float(value: float) -> str:
    """``%v`` of a float."""
    return format_float(value, "g", -1)


def html_escape(text: str) -> str:
    """Go's template.HTMLEscape."""
    table = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\ufffd"}
    return "".join(table.get(c, c) for c in text)


def js_escape(text: str) -> str:
    """Go's template.JSEscape."""
    table = {
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
        "<": "\\u003C",
        ">": "\\u003E",
        "&": "\\u0026",
        "=": "\\u003D",
    }
    out = []
    for c in text:
        if c in table:
            out.append(table[c])
        elif ord(c) < 0x20 or (ord(c) > 0x7E and not c.isprintable()):
            out.append(f"\\u{ord(c):04X}")
        else:
            out.append(c)
    return "".join(out)


def call(name: str, args: list[Any]) -> Any:
    """The result of a function (``and``, ``or`` and ``call`` are the executor's)."""
    if name in ("eq", "ne", "lt", "le", "gt", "ge"):
        return _compare(name, args)
    function = _FUNCTIONS[name]
    return function(args)


def _print(args: list[Any]) -> str:
    out = ""
    for index, arg in enumerate(args):
        if index and not isinstance(arg, str) and not isinstance(args[index - 1], str):
            out += " "
        out += sprint(arg)
    return out


def _printf(args: list[Any]) -> str:
    if not args or not isinstance(args[0], str):
        raise FunctionError("wrong type for format")
    form, rest = args[0], list(args[1:])
    used = 0
    reordered = False

    def one(match: re.Match[str]) -> str:
        nonlocal used, reordered
        flags, width, precision, index, verb = match.groups()
        if verb == "%":
            return "%"
        if index is not None:
            used, reordered = int(index) - 1, True
            if not 0 <= used < len(rest):
                return f"%!{verb}(BADINDEX)"
        if width == "*":
            width, used = str(rest[used]), used + 1
        if used >= len(rest):
            return f"%!{verb}(MISSING)"
        value, used = rest[used], used + 1
        return _formatted(verb, value, precision, flags, width)

    out = re.sub(r"%([-+# 0]*)(\d+|\*)?(?:\.(\d*))?(?:\[(\d+)\])?(.)", one, form, flags=re.S)
    if used < len(rest) and not reordered:
        extra = ", ".join(f"{type_name(v)}={sprint(v)}" for v in rest[used:])
        out += f"%!(EXTRA {extra})"
    return out


def _formatted(verb: str, value: Any, precision: str | None, flags: str, width: str | None) -> str:
    """One argument; verbs for scalars go to what is in lists and maps."""

    def inner(item: Any) -> str:
        return "<nil>" if item is None else _formatted(verb, item, precision, flags, width)

    if verb not in "vT" and isinstance(value, list):
        return "[" + " ".join(map(inner, value)) + "]"
    if verb not in "vT" and isinstance(value, dict):
        return "map[" + " ".join(f"{inner(key)}:{inner(value[key])}" for key in sorted(value)) + "]"
    text = _verb(verb, value, precision, flags)
    if text is None:
        return f"%!{verb}({type_name(value)}={_pad(sprint(value), flags, width)})"
    return _pad(text, flags, width)


def _pad(text: str, flags: str, width: str | None) -> str:
    if not width:
        return text
    size = int(width)
    if "-" in flags:
        return text.ljust(size)
    if "0" in flags:
        sign = text[:1] if text[:1] in ("-", "+") else ""
        return sign + text[len(sign) :].rjust(size - len(sign), "0")
    return text.rjust(size)


def _verb(verb: str, value: Any, precision: str | None, flags: str) -> str | None:  # long: one line a verb
    digits = int(precision or 0) if precision is not None else -1
    plus = "+" if "+" in flags else " " if " " in flags else ""
    if verb == "v":
        return quote(value) if "#" in flags and isinstance(value, str) else sprint(value)
    if verb == "T":
        return type_name(value)
    if verb == "t" and isinstance(value, bool):
        return sprint(value)
    if isinstance(value, int) and not isinstance(value, bool):
        sign = "-" if value < 0 else plus
        plain = {"d": "d", "x": "x", "X": "X", "o": "o", "b": "b"}.get(verb)
        if plain:
            prefix = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, "") if "#" in flags else ""
            return sign + prefix + format(abs(value), plain)
        if verb == "c":
            return chr(value)
        if verb == "q":
            return quote(chr(value), "'")
        if verb == "U":
            return f"U+{value:04X}"
    if isinstance(value, float | Decimal) and verb in "eEfFgGxX":
        number = float(value)
        text = format_float(
            number, "f" if verb == "F" else verb, digits if precision is not None or verb in "gGxX" else 6
        )
        return plus + text if number >= 0 else text
    if verb in ("s", "q", "x", "X"):
        if isinstance(value, str):
            text = value if digits < 0 else value[:digits]
            shown = {"s": text, "q": quote(text), "x": text.encode().hex(), "X": text.encode().hex().upper()}
            return shown[verb]
    return None


def _index(args: list[Any]) -> Any:
    item = args[0]
    for key in args[1:]:
        if isinstance(item, dict):
            if not isinstance(key, str):
                raise FunctionError(f"value has type {type_name(key)}; should be string")
            item = item.get(key)
        elif isinstance(item, list | str):
            if isinstance(key, bool) or not isinstance(key, int):
                raise FunctionError(f"cannot index slice/array with type {type_name(key)}")
            if not 0 <= key < len(item):
                raise FunctionError(f"index out of range: {key}")
            item = item[key] if isinstance(item, list) else item.encode()[key]
        elif item is None:
            raise FunctionError("index of untyped nil")
        else:
            raise FunctionError(f"can't index item of type {type_name(item)}")
    return item


def _slice(args: list[Any]) -> Any:
    item, bounds = args[0], args[1:]
    if not isinstance(item, list | str):
        raise FunctionError(f"can't slice item of type {type_name(item)}")
    data = item.encode() if isinstance(item, str) else item
    low, high = (bounds[0] if bounds else 0), (bounds[1] if len(bounds) > 1 else len(data))
    for bound in (low, high):
        if not 0 <= bound <= len(data):
            raise FunctionError(f"index out of range: {bound}")
    if low > high:
        raise FunctionError(f"invalid slice index: {low} > {high}")
    part = data[low:high]
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else part


def _len(args: list[Any]) -> int:
    if not isinstance(args[0], str | list | dict | bytes):
        raise FunctionError(f"len of type {type_name(args[0])}" if args[0] is not None else "len of nil pointer")
    return len(args[0].encode()) if isinstance(args[0], str) else len(args[0])


def _basic_kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float | Decimal):
        return "float"
    if isinstance(value, str):
        return "string"
    raise FunctionError("invalid type for comparison")


def _compare(name: str, args: list[Any]) -> bool:
    first, others = args[0], args[1:]
    if not others:
        raise FunctionError("missing argument for comparison")
    for other in others:
        if name in ("eq", "ne") and (first is None or other is None):
            same = first is other
        elif _basic_kind(first) != _basic_kind(other):
            raise FunctionError(f"incompatible types for comparison: {type_name(first)} and {type_name(other)}")
        elif isinstance(first, bool) and name not in ("eq", "ne"):
            raise FunctionError("invalid type for comparison")
        else:
            same = first == other
        if name == "eq" and same:
            return True
        if name == "ne":
            return not same
        if name in ("lt", "le", "gt", "ge"):
            less = not same and first < other
            return {"lt": less, "le": less or same, "gt": not less and not same, "ge": not less}[name]
    return False


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "print": _print,
    "println": lambda args: " ".join(sprint(a) for a in args) + "\n",
    "printf": _printf,
    "html": lambda args: html_escape(_print(args)),
    "js": lambda args: js_escape(_print(args)),
    "urlquery": lambda args: urllib.parse.quote_plus(_print(args), safe="~"),
    "index": _index,
    "slice": _slice,
    "len": _len,
    "not": lambda args: not truth(args[0]),
}
