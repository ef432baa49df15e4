"""CUE package encoding/toml."""

from __future__ import annotations

from pycue.encoding import toml
from pycue.errors import CueSyntaxError, EncodeError
from pycue.source import Source
from pycue.std._data import concrete_data, failure, value_of
from pycue.std._declare import Package, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Value

__all__ = ["PACKAGE"]


def _marshal(call: CallContext) -> str:
    try:
        data = concrete_data(call, 0)
        if data is None:
            raise ValueError("toml: cannot encode a nil interface")
        return toml.encode(data)
    except EncodeError as e:
        raise ValueError(e.diagnostics[0].message) from None


def _unmarshal(call: CallContext) -> Value:
    source = Source("", call.bytes(0).decode("utf-8", "replace"))
    try:
        expr = toml.decode(source)
    except CueSyntaxError as e:
        raise failure(e) from None
    return value_of(call, expr, source)


PACKAGE = Package(
    "encoding/toml",
    [raw_function("Marshal", "_", "s", _marshal), raw_function("Unmarshal", "S", "_", _unmarshal)],
)
