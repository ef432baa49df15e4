"""CUE package encoding/json."""

from __future__ import annotations

import re

from pycue.encoding import json
from pycue.errors import CueSyntaxError, Diagnostic
from pycue.source import Position, Source
from pycue.std._data import concrete_data, failure, satisfies, stream_of, take_default, value_of
from pycue.std._declare import Package, function, raw_function
from pycue.syntax import ast, token

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Value

__all__ = ["PACKAGE"]

_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _parse(text: str, name: str) -> ast.Expr:
    """The expression of one JSON value."""
    try:
        return json.parse(text)
    except json.JSONError as e:
        if _is_surrogate(e):
            source = Source(name, text)
            raise failure(CueSyntaxError(Diagnostic(e.message, position=Position(source, e.offset)))) from None
        raise ValueError("json: invalid JSON") from None


def _is_surrogate(fault: json.JSONError) -> bool:
    """Whether all that is wrong is half a character, which JSON itself allows."""
    return fault.message.startswith("invalid string")


def _valid_text(data: bytes, name: str, prefix: str = "") -> str:
    """Text that is to become CUE, where strings have to be UTF-8; bytes that are no JSON either are told so later."""
    try:
        return data.decode()
    except UnicodeDecodeError as e:
        if not _valid(data):
            return data.decode("utf-8", "surrogateescape")
        source = Source(name, bytes(b if b < 128 else ord("?") for b in data).decode())
        place = Position(source, e.start)
        raise failure(CueSyntaxError(Diagnostic(f"{prefix}illegal UTF-8 encoding", position=place))) from None


def _unmarshal(call: CallContext) -> Value:
    text = _valid_text(call.bytes(0), "json", "json: could not parse JSON: ")
    return value_of(call, _parse(text, "json"), Source("json", text))


def _unmarshal_stream(call: CallContext) -> Value:
    source = Source("", _valid_text(call.bytes(0), ""))
    try:
        documents = json.decode_stream(source)
    except CueSyntaxError as e:
        raise failure(e) from None
    start = token.make(0, token.NO_SPACE)
    return value_of(call, ast.ListLit(start, documents, start), source)


def _marshal(call: CallContext) -> str:
    return json.encode(concrete_data(call, 0, json.INCOMPLETE))


def _marshal_stream(call: CallContext) -> str:
    return "".join(json.encode(data) + "\n" for data in stream_of(call, json.INCOMPLETE))


def _valid(data: bytes) -> bool:
    try:
        json.parse(_text(data))
    except json.JSONError as e:
        return _is_surrogate(e)
    return True


def _tokens(text: str) -> list[str]:
    """Strings, punctuation and scalars of a valid JSON text, without white space."""
    try:
        json.parse(text)
    except json.JSONError as e:
        if not _is_surrogate(e):
            raise ValueError(_complaint(e)) from None
    return re.findall(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+', text, re.S)


def _complaint(fault: ValueError) -> str:
    return "unexpected end of JSON input" if "unexpected EOF" in str(fault) else str(fault)


def _compact(data: bytes) -> str:
    return "".join(_tokens(_text(data)))


def _indent(call: CallContext) -> str:
    """One member a line; empty objects and arrays stay on theirs."""
    data, prefix, indent = call.bytes(0), call.string(1), call.string(2)
    out: list[str] = []
    depth = size = 0
    previous = ""
    for part in _tokens(_text(data)):
        closes = part in ("}", "]")
        depth -= closes
        opened = previous in ("{", "[")
        if previous == "," or closes != opened:
            size += len(prefix) + len(indent) * depth
            call.ctx.check_size(size)
            out.append(f"\n{prefix}{indent * depth}")
        out.append(part + " " if part == ":" else part)
        depth += part in ("{", "[")
        previous = part
    end = data.rstrip(b" \t\r\n")
    return "".join(out) + data[len(end) :].decode()


def _validate(call: CallContext) -> Any:
    take_default(call, 0)
    text = _valid_text(call.bytes(0), "json.Validate")
    source = Source("json.Validate", text)
    return satisfies(call, value_of(call, _parse(text, source.name), source), call.args[1], concrete=False, whole=True)


PACKAGE = Package(
    "encoding/json",
    [
        function("Valid", "S", "b", _valid),
        function("Compact", "S", "s", _compact),
        raw_function("Indent", "S s s", "s", _indent),
        function("HTMLEscape", "S", "s", lambda data: _text(data).translate(_HTML)),
        raw_function("Marshal", "_", "s", _marshal),
        raw_function("MarshalStream", "_", "s", _marshal_stream),
        raw_function("UnmarshalStream", "S", "_", _unmarshal_stream),
        raw_function("Unmarshal", "S", "_", _unmarshal),
        raw_function("Validate", "S _", "b", _validate, non_concrete=True),
    ],
)
