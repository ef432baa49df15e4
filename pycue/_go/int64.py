"""Arithmetic of Go's 64-bit ints: results wrap around, quotients are cut towards zero."""

from __future__ import annotations

__all__ = ["quotient", "wrapped"]


def wrapped(number: int) -> int:
    """The int of 64 bits that a number becomes.

    >>> wrapped(1 << 63)
    -9223372036854775808
    """
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def quotient(number: int, divisor: int) -> int:
    """Division by a positive number.

    >>> quotient(-3, 2)
    -1
    """
    return number // divisor if number >= 0 else -(-number // divisor)
