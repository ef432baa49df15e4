"""CUE package encoding/yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.encoding import yaml
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.std._data import concrete_data, data_of, satisfies, value_of
from pycue.std._declare import Package, raw_function

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Value

__all__ = ["PACKAGE"]


def _documents(call: CallContext, name: str) -> list[Value]:
    """The documents of the first argument."""
    source = Source(name, call.bytes(0).decode("utf-8", "replace"))
    try:
        documents = yaml.decode(source, comments=False)
    except CueSyntaxError as e:
        raise ValueError(e.diagnostics[0].message) from None
    return [value_of(call, document, source) for document in documents]


def _unmarshal(call: CallContext) -> Value | None:
    documents = _documents(call, "")
    if len(documents) > 1:
        line, column = _start(documents[1])
        raise ValueError(f"{line}:{column}: expected a single YAML document")
    return documents[0] if documents else None


def _start(document: Value) -> tuple[int, int]:
    """Line and column at which a document starts."""
    position = document.src.position if document.src is not None else None
    return (position.line, position.column) if position is not None else (1, 1)


def _marshal(call: CallContext) -> str:
    return yaml.encode(concrete_data(call, 0))


def _marshal_stream(call: CallContext) -> str:
    return yaml.encode_stream([data_of(call, item) for item in call.list(0)])


def _validator(name: str, concrete: bool) -> Callable[[CallContext], Any]:
    def check(call: CallContext) -> bool:
        documents = _documents(call, name)
        return all(satisfies(call, document, call.args[1], concrete=concrete) for document in documents)  # type: ignore[arg-type]

    return check


PACKAGE = Package(
    "encoding/yaml",
    [
        raw_function("Marshal", "_", "s", _marshal),
        raw_function("MarshalStream", "_", "s", _marshal_stream),
        raw_function("Unmarshal", "S", "_", _unmarshal),
        raw_function("UnmarshalStream", "S", "l", lambda call: _documents(call, "")),
        raw_function("Validate", "S _", "b", _validator("yaml.Validate", True), non_concrete=True),
        raw_function("ValidatePartial", "S _", "b", _validator("yaml.ValidatePartial", False), non_concrete=True),
    ],
)
