"""CUE package encoding/hex."""

from __future__ import annotations

import re

from pycue._go.int64 import quotient, wrapped
from pycue.std._declare import Package, function

__all__ = ["PACKAGE"]


def _decode(text: str) -> bytes:
    bad = re.search(r"[^0-9a-fA-F]", text)
    if bad:
        code = bad[0].encode()[0]
        raise ValueError(f"encoding/hex: invalid byte: U+{code:04X} '{chr(code)}'")
    if len(text) % 2:
        raise ValueError("encoding/hex: odd length hex string")
    return bytes.fromhex(text)


def _dump(data: bytes) -> str:
    """Sixteen bytes a line: offset, two groups of eight in hex, the printable ones."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        halves = ["".join(f"{byte:02x} " for byte in row[i : i + 8]).ljust(24) for i in (0, 8)]
        text = "".join(chr(byte) if 32 <= byte <= 126 else "." for byte in row)
        lines.append(f"{start:08x}  {halves[0]} {halves[1]} |{text}|\n")
    return "".join(lines)


PACKAGE = Package(
    "encoding/hex",
    [
        function("EncodedLen", "i", "i", lambda n: wrapped(n * 2)),
        function("DecodedLen", "i", "i", lambda n: quotient(n, 2)),
        function("Decode", "s", "S", _decode),
        function("Dump", "S", "s", _dump),
        function("Encode", "S", "s", lambda data: data.hex()),
    ],
)
