"""CUE package encoding/base64. The first argument names the encoding; only null, the standard one, is known."""

from __future__ import annotations

import base64
import re

from pycue.evaluator import kind as k
from pycue.evaluator.debug import debug_string
from pycue.evaluator.values import Null
from pycue.std._declare import Package, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.calls import CallContext

__all__ = ["PACKAGE"]


def _check_encoding(call: CallContext) -> None:
    value = call.value(0)
    if not isinstance(value, Null):
        kind = k.kind_string(value.kind)
        raise ValueError(f"base64: unsupported encoding: cannot use value {debug_string(value)} (type {kind}) as null")


def _encode(call: CallContext) -> str:
    _check_encoding(call)
    return base64.b64encode(call.bytes(1)).decode()


def _decode(call: CallContext) -> bytes:
    _check_encoding(call)
    text = call.string(1)
    compact = text.replace("\r", "").replace("\n", "")
    fault = _fault(compact)
    if fault is not None:
        breaks = [m.start() for m in re.finditer(r"[\r\n]", text)]
        for at in breaks:
            fault += at <= fault
        raise ValueError(f"illegal base64 data at input byte {fault}")
    return base64.b64decode(compact)


def _fault(text: str) -> int | None:
    """Where padded base64 goes wrong, as Go reports it; None if it does not."""
    body = text.rstrip("=") if len(text) % 4 == 0 and len(text) - len(text.rstrip("=")) <= 2 else text
    bad = re.search(r"[^A-Za-z0-9+/]", body)
    if bad:
        return bad.start()
    if len(text) % 4:
        return len(text) - len(text) % 4
    return None


def _encoded_len(call: CallContext) -> int:
    _check_encoding(call)
    return (call.int64(1) + 2) // 3 * 4


def _decoded_len(call: CallContext) -> int:
    _check_encoding(call)
    return call.int64(1) // 4 * 3


PACKAGE = Package(
    "encoding/base64",
    [
        raw_function("EncodedLen", "_ i", "i", _encoded_len),
        raw_function("DecodedLen", "_ i", "i", _decoded_len),
        raw_function("Encode", "_ S", "s", _encode),
        raw_function("Decode", "_ s", "S", _decode),
    ],
)
