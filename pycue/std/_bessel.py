"""Bessel functions and the inverse error function, in decimals wide enough to round to the nearest IEEE number.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 9.1.10 and 9.1.11 (series), 9.2.5 and 9.2.6 (large
arguments), 7.1.5 (error function).
"""

from __future__ import annotations

import math

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["erfinv", "first_kind", "second_kind"]

_SERIES_UP_TO = 30.0
_PI = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798215"
_GAMMA = "0.57721566490153286060651209008240243104215933593992359880576723488486772677766467093694706329174674951463"
_DIGITS = 100


def first_kind(order: int, x: float) -> float:
    """J of an integer order."""
    if math.isnan(x):
        return x
    if math.isinf(x):
        return 0.0
    sign = -1 if order % 2 and (x < 0) != (order < 0) else 1
    order, x = abs(order), abs(x)
    if x > max(_SERIES_UP_TO, 2.0 * order):
        return sign * _upward(order, x, 0)
    return sign * _first_series(order, x)


def second_kind(order: int, x: float) -> float:
    """Y of an integer order; NaN below 0."""
    if math.isnan(x) or x < 0:
        return math.nan
    sign = -1 if order < 0 and order % 2 else 1
    if x == 0:
        return -sign * math.inf
    if math.isinf(x):
        return 0.0
    return sign * _upward(abs(order), x, 1)


def _first_series(order: int, x: float) -> float:
    import decimal

    with decimal.localcontext(decimal.Context(prec=_DIGITS)):
        half = decimal.Decimal(x) / 2
        return float(_power_series(order, half)) if half else float(order == 0)


def _power_series(order: int, half: Decimal) -> Decimal:
    """Sum of (-1)^k (x/2)^(2k+n) / (k! (n+k)!)."""
    from decimal import Decimal

    term = half**order / math.factorial(order)
    total, square, k = Decimal(0), half * half, 0
    while term and term.adjusted() > total.adjusted() - _DIGITS:
        total += term
        k += 1
        term = -term * square / (k * (k + order))
    return total


def _upward(order: int, x: float, kind: int) -> float:
    """Order 0 and 1, then the recurrence upwards; ``kind`` 0 for J, 1 for Y."""
    import decimal

    with decimal.localcontext(decimal.Context(prec=_DIGITS)):
        value = decimal.Decimal(x)
        low, high = (_start(n, value, kind) for n in (0, 1))
        for n in range(1, order):
            low, high = high, 2 * n / value * high - low
        return float(high if order else low)


def _start(order: int, x: Decimal, kind: int) -> Decimal:
    if x > _SERIES_UP_TO:
        return _asymptotic(order, x)[kind]
    return _second_series(order, x) if kind else _power_series(order, x / 2)


def _second_series(order: int, x: Decimal) -> Decimal:
    """Y of order 0 or 1."""
    from decimal import Decimal

    half = x / 2
    square = half * half
    total = 2 * (half.ln() + Decimal(_GAMMA)) * _power_series(order, half)
    if order:
        total -= 1 / half
    term, harmonic, k = (half if order else Decimal(1)), Decimal(0), 0
    while k < 2 or abs(term).adjusted() > -_DIGITS:
        following = harmonic + Decimal(1) / (k + 1)
        total -= term * (harmonic + (following if order else harmonic))
        k += 1
        harmonic = following
        term = -term * square / (k * (k + order))
    return total / Decimal(_PI)


def _asymptotic(order: int, x: Decimal) -> tuple[Decimal, Decimal]:
    """J and Y of order 0 or 1 for large ``x``."""
    from decimal import Decimal

    mu = 4 * order * order
    sums = [Decimal(1), Decimal(0)]  # of the even and of the odd terms
    term, k = Decimal(1), 0
    while True:
        k += 1
        following = term * (mu - (2 * k - 1) ** 2) / (k * 8 * x)
        if abs(following) >= abs(term) or abs(following).adjusted() < -40:
            break
        term = following
        sums[k % 2] += term if k % 4 < 2 else -term
    pi = Decimal(_PI)
    angle = x - (2 * order + 1) * pi / 4
    cosine, sine = _cos_sin(angle - 2 * pi * (angle / (2 * pi)).to_integral_value())
    scale = (2 / (pi * x)).sqrt()
    return scale * (sums[0] * cosine - sums[1] * sine), scale * (sums[0] * sine + sums[1] * cosine)


def _cos_sin(angle: Decimal) -> tuple[Decimal, Decimal]:
    from decimal import Decimal

    sums = [Decimal(0), Decimal(0)]
    term, k = Decimal(1), 0
    while term and (k < 8 or term.adjusted() > -_DIGITS):
        sums[k % 2] += term if k % 4 < 2 else -term
        k += 1
        term = term * angle / k
    return sums[0], sums[1]


def erfinv(y: float) -> float:
    """The ``x`` with ``erf(x) = y``; NaN outside -1 to 1."""
    if math.isnan(y) or abs(y) > 1:
        return math.nan
    if abs(y) == 1:
        return math.copysign(math.inf, y)
    if y == 0:
        return y
    logarithm = math.log1p(-y * y)
    middle = 2 / (math.pi * 0.147) + logarithm / 2
    x = math.copysign(math.sqrt(math.sqrt(middle * middle - logarithm / 0.147) - middle), y)
    for _ in range(3):
        x -= (math.erf(x) - y) / (2 / math.sqrt(math.pi) * math.exp(-x * x))
    return _refined(x, y)


def _refined(x: float, y: float) -> float:
    """Two steps of Newton's method in decimals."""
    import decimal

    with decimal.localcontext(decimal.Context(prec=_DIGITS)):
        factor = 2 / decimal.Decimal(_PI).sqrt()
        value, target = decimal.Decimal(x), decimal.Decimal(y)
        for _ in range(2):
            value -= (factor * _erf_series(value) - target) / (factor * (-value * value).exp())
        return float(value)


def _erf_series(x: Decimal) -> Decimal:
    from decimal import Decimal

    total, power, k = Decimal(0), x, 0
    while power and (k < 8 or power.adjusted() > -_DIGITS):
        total += power / (2 * k + 1)
        k += 1
        power = -power * x * x / k
    return total
