"""Numbers: ints as Python ints while they are exact, decimals of 34 digits otherwise.

Source: internal/core/adt/decimal.go of the official tool.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from decimal import Context, Decimal

__all__ = [
    "LIMIT",
    "add",
    "compare",
    "decimal_context",
    "divide",
    "in_range",
    "multiply",
    "number_string",
    "subtract",
    "to_decimal",
]

LIMIT = 10**34  # ints of this size and beyond are rounded when computed
_MAX_EXPONENT = 100_000  # of a computed number in scientific notation

_contexts: list[Context] = []  # the one context, once it is needed


def decimal_context() -> Context:
    """The arithmetic of the language: 34 digits, half up, no traps; loads :mod:`decimal` on first use."""
    if not _contexts:
        import decimal

        context = decimal.Context(
            prec=34,
            rounding=decimal.ROUND_HALF_UP,
            Emin=-999_999,
            Emax=999_999,
            capitals=1,
            clamp=0,
            flags=[],
            traps=[],
        )
        _contexts.append(context)
    return _contexts[0]


def to_decimal(value: int | Decimal) -> Decimal:
    """The exact decimal."""
    from decimal import Decimal

    return Decimal(value) if isinstance(value, int) else value


def _exact(value: int) -> bool:
    return -LIMIT < value < LIMIT


def add(x: int | Decimal, y: int | Decimal) -> int | Decimal:
    """``x + y``."""
    if isinstance(x, int) and isinstance(y, int) and _exact(result := x + y):
        return result
    return decimal_context().add(to_decimal(x), to_decimal(y))


def subtract(x: int | Decimal, y: int | Decimal) -> int | Decimal:
    """``x - y``."""
    if isinstance(x, int) and isinstance(y, int) and _exact(result := x - y):
        return result
    return decimal_context().subtract(to_decimal(x), to_decimal(y))


def multiply(x: int | Decimal, y: int | Decimal) -> int | Decimal:
    """``x * y``; zero times a negative number is ``-0``."""
    if isinstance(x, int) and isinstance(y, int):
        result = x * y
        if _exact(result) and (result or (x >= 0 and y >= 0)):
            return result
    return decimal_context().multiply(to_decimal(x), to_decimal(y))


def divide(x: int | Decimal, y: int | Decimal) -> Decimal:
    """``x / y`` for ``y`` not zero: trailing zeros removed, then one put back unless there is a fraction already."""
    from decimal import Decimal

    context = decimal_context()
    quotient = context.divide(to_decimal(x), to_decimal(y)).normalize(context)
    sign, digits, exponent = quotient.as_tuple()
    if isinstance(exponent, int) and exponent >= 0 and len(digits) < context.prec:
        quotient = Decimal((sign, (*digits, 0), exponent - 1))
    return quotient


def in_range(value: int | Decimal) -> bool:
    """Whether a computed number is finite and its exponent one that the language allows."""
    if isinstance(value, int) or not value:
        return True
    return value.is_finite() and -_MAX_EXPONENT <= value.adjusted() <= _MAX_EXPONENT


def compare(x: int | Decimal, y: int | Decimal) -> int:
    """-1, 0 or 1."""
    return (x > y) - (x < y)


def number_string(value: int | Decimal) -> str:
    """Canonical spelling: plain, or with ``E`` where the exponent is positive or far below zero."""
    if isinstance(value, int):
        try:
            return str(value)
        except ValueError:  # the interpreter's limit on the number of digits
            return str(to_decimal(value))
    return str(value)
