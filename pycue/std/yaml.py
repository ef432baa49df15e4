"""CUE package encoding/yaml."""

from __future__ import annotations

from pycue.encoding import yaml
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.std._data import concrete_data, satisfies, stream_of, take_default, value_of
from pycue.std._declare import Package, raw_function
from pycue.syntax import ast, token

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.vertex import Vertex

__all__ = ["PACKAGE"]


_FAULTS = {
    "invalid start byte": "invalid leading UTF-8 octet",
    "invalid continuation byte": "invalid trailing UTF-8 octet",
    "unexpected end of data": "incomplete UTF-8 octet sequence",
}


def _parse(call: CallContext, name: str) -> tuple[Source, list[ast.Expr]]:
    """The documents of the first argument, as expressions."""
    try:
        source = Source(name, call.bytes(0).decode())
    except UnicodeDecodeError as e:
        raise ValueError(f"{name}: {_FAULTS[e.reason]}") from None
    try:
        return source, yaml.decode(source, comments=False)
    except CueSyntaxError as e:
        raise ValueError(e.diagnostics[0].message) from None


def _documents(call: CallContext, name: str) -> list[Vertex]:
    source, documents = _parse(call, name)
    return [value_of(call, document, source) for document in documents]


def _unmarshal(call: CallContext) -> Vertex | None:
    source, documents = _parse(call, "")
    if len(documents) > 1:
        line, column = source.line_column(token.offset(documents[1].pos))
        raise ValueError(f"{line}:{column}: expected a single YAML document")
    return value_of(call, documents[0], source) if documents else None


def _unmarshal_stream(call: CallContext) -> Vertex:
    source, documents = _parse(call, "")
    start = token.make(0, token.NO_SPACE)
    return value_of(call, ast.ListLit(start, documents, start), source)


def _marshal(call: CallContext) -> str:
    return yaml.encode(concrete_data(call, 0, spelled=True))


def _marshal_stream(call: CallContext) -> str:
    return yaml.encode_stream(stream_of(call, spelled=True))


def _validator(name: str, concrete: bool) -> Callable[[CallContext], Any]:
    def check(call: CallContext) -> bool:
        take_default(call, 0)
        documents = _documents(call, name)
        return all(satisfies(call, document, call.args[1], concrete=concrete) for document in documents)

    return check


PACKAGE = Package(
    "encoding/yaml",
    [
        raw_function("Marshal", "_", "s", _marshal),
        raw_function("MarshalStream", "_", "s", _marshal_stream),
        raw_function("Unmarshal", "S", "_", _unmarshal),
        raw_function("UnmarshalStream", "S", "l", _unmarshal_stream),
        raw_function("Validate", "S _", "b", _validator("yaml.Validate", True), non_concrete=True),
        raw_function("ValidatePartial", "S _", "b", _validator("yaml.ValidatePartial", False), non_concrete=True),
    ],
)
