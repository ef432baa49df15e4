"""CUE package encoding/base64. The first argument names the encoding; only null, the standard one, is known."""

from __future__ import annotations

import base64
import re

from pycue._go.int64 import quotient, wrapped
from pycue.evaluator import kind as k
from pycue.evaluator.values import EVAL, Null
from pycue.std._declare import Package, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.calls import CallContext

__all__ = ["PACKAGE"]


def _check_encoding(call: CallContext) -> None:
    value = call.value(0)
    if not isinstance(value, Null):
        text = "base64: unsupported encoding: cannot use value %s (type %s) as null"
        raise call.pathless_error(EVAL, text, value, k.kind_string(value.kind))


def _encode(call: CallContext) -> str:
    _check_encoding(call)
    return base64.b64encode(call.bytes(1)).decode()


def _decode(call: CallContext) -> bytes:
    _check_encoding(call)
    text = call.string(1)
    fault = _fault(text)
    if fault is not None:
        raise ValueError(f"illegal base64 data at input byte {fault}")
    return base64.b64decode(text)


_DIGIT = re.compile(r"[A-Za-z0-9+/]")
_LINE_ENDS = re.compile(r"[\r\n]*")


def _fault(text: str) -> int | None:
    """Where padded base64 goes wrong, as Go reports it; None if it does not. Line ends are passed over."""
    have = 0  # digits of the group of four at hand
    at = 0
    while at < len(text):
        char = text[at]
        if _DIGIT.match(char):
            have = (have + 1) % 4
        elif char == "=":
            return _padding_fault(text, at, have)
        elif char not in "\r\n":
            return at
        at += 1
    return at - have if have else None


def _padding_fault(text: str, at: int, have: int) -> int | None:
    """The same from the first ``=`` on, after ``have`` digits of a group."""
    if have < 2:
        return at
    after = _skip_line_ends(text, at + 1)
    if have == 2:
        if after == len(text):
            return after
        if text[after] != "=":
            return after - 1
        after = _skip_line_ends(text, after + 1)
    return after if after < len(text) else None


def _skip_line_ends(text: str, at: int) -> int:
    match = _LINE_ENDS.match(text, at)
    return match.end() if match else at


def _encoded_len(call: CallContext) -> int:
    _check_encoding(call)
    return wrapped(quotient(wrapped(call.int64(1) + 2), 3) * 4)


def _decoded_len(call: CallContext) -> int:
    _check_encoding(call)
    return quotient(call.int64(1), 4) * 3


PACKAGE = Package(
    "encoding/base64",
    [
        raw_function("EncodedLen", "_ i", "i", _encoded_len),
        raw_function("DecodedLen", "_ i", "i", _decoded_len),
        raw_function("Encode", "_ S", "s", _encode),
        raw_function("Decode", "_ s", "S", _decode),
    ],
)
