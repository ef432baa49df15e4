"""CUE package math/bits: operators on ints of any size. Source: pkg/math/bits/manual.go."""

from __future__ import annotations

from pycue.std._declare import Package, function

__all__ = ["PACKAGE"]

_LIMIT = 1 << 26  # bits of a result


def _lsh(x: int, n: int) -> int:
    if n > _LIMIT:
        raise ValueError(f"shift count {n} exceeds limit of {_LIMIT}")
    return x << n


def _at(x: int, i: int) -> int:
    if i >> 31:
        raise ValueError("bit index too large")
    return x >> i & 1


def _set(x: int, i: int, bit: int) -> int:
    if i < 0:
        raise ValueError("negative bit index")
    if bit > 1:
        raise ValueError("set bit is not 0 or 1")
    return x | 1 << i if bit else x & ~(1 << i)


PACKAGE = Package(
    "math/bits",
    [
        function("Lsh", "I u", "i", _lsh),
        function("Rsh", "I u", "i", lambda x, n: x >> n),
        function("At", "I u", "i", _at),
        function("Set", "I i u", "i", _set),
        function("And", "I I", "i", lambda x, y: x & y),
        function("Or", "I I", "i", lambda x, y: x | y),
        function("Xor", "I I", "i", lambda x, y: x ^ y),
        function("Clear", "I I", "i", lambda x, y: x & ~y),
        function("OnesCount", "I", "i", lambda x: abs(x).bit_count()),
        function("Len", "I", "i", lambda x: x.bit_length()),
    ],
)
