"""Numbers as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["number_text"]

_SHORT = 10**4000  # str(int) refuses more digits than sys.get_int_max_str_digits() says


def number_text(value: int | Decimal) -> str:
    """Canonical decimal: plain while the exponent allows it, else ``d.dddE+n``, as all data formats print it.

    >>> number_text(31)
    '31'
    """
    if type(value) is int and -_SHORT < value < _SHORT:
        return str(value)
    from decimal import Decimal

    return str(Decimal(value))
