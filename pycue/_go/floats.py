"""Functions over IEEE numbers whose last digits differ between Go's package math and the C library.

Source: Go's package math for the methods: rational approximations of the Cephes library for the arc tangent and the
gamma function, FreeBSD's logarithm.
"""

from __future__ import annotations

import math

__all__ = ["acos", "acosh", "asin", "asinh", "atan", "atan2", "gamma", "hypot"]

_EULER = 0.57721566490153286060651209008240243
_LN2 = 0.693147180559945309417232121458176568
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LOG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_ATAN_TOP = (
    -8.750608600031904122785e-01,
    -1.615753718733365076637e01,
    -7.500855792314704667340e01,
    -1.228866684490136173410e02,
    -6.485021904942025371773e01,
)
_ATAN_BOTTOM = (
    1.0,
    2.485846490142306297962e01,
    1.650270098316988542046e02,
    4.328810604912902668951e02,
    4.853903996359136964868e02,
    1.945506571482613964425e02,
)
_TAN_3_PI_8 = 2.41421356237309504880
_MORE_BITS = 6.123233995736765886130e-17  # what pi / 2 lacks
_GAMMA_TOP = (
    1.60119522476751861407e-04,
    1.19135147006586384913e-03,
    1.04213797561761569935e-02,
    4.76367800457137231464e-02,
    2.07448227648435975150e-01,
    4.94214826801497100753e-01,
    9.99999999999999996796e-01,
)
_GAMMA_BOTTOM = (
    -2.31581873324120129819e-05,
    5.39605580493303397842e-04,
    -4.45641913851797240494e-03,
    1.18139785222060435552e-02,
    3.58236398605498653373e-02,
    -2.34591795718243348568e-01,
    7.14304917030273074085e-02,
    1.00000000000000000320e00,
)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    result = coefficients[0]
    for coefficient in coefficients[1:]:
        result = result * x + coefficient
    return result


def hypot(x: float, y: float) -> float:
    """Length of a vector."""
    if not (math.isfinite(x) and math.isfinite(y)):
        return math.hypot(x, y)
    long, short = max(abs(x), abs(y)), min(abs(x), abs(y))
    if long == 0:
        return 0.0
    ratio = short / long
    return long * math.sqrt(1 + ratio * ratio)


def atan(x: float) -> float:
    """Arc tangent."""
    return math.copysign(_atan(abs(x)), x) if x else x


def _atan(x: float) -> float:
    """Arc tangent of a positive number, reduced to the interval up to 0.66."""
    if x <= 0.66:
        return _small_atan(x)
    if x > _TAN_3_PI_8:
        return math.pi / 2 - _small_atan(1 / x) + _MORE_BITS
    return math.pi / 4 + _small_atan((x - 1) / (x + 1)) + 0.5 * _MORE_BITS


def _small_atan(x: float) -> float:
    square = x * x
    return x * (square * _polynomial(_ATAN_TOP, square) / _polynomial(_ATAN_BOTTOM, square)) + x


def atan2(y: float, x: float) -> float:
    """Arc tangent of ``y / x`` in the quadrant of the point."""
    if not y or not x or not (math.isfinite(x) and math.isfinite(y)):
        return math.atan2(y, x)
    angle = atan(y / x)
    if x < 0:
        return angle + math.pi if angle <= 0 else angle - math.pi
    return angle


def asin(x: float) -> float:
    """Arc sine; not a number beyond 1."""
    size = abs(x)
    if not x or size > 1:
        return x if not x else math.nan
    other = math.sqrt(1 - size * size)
    angle = math.pi / 2 - _atan(other / size) if size > 0.7 else _atan(size / other)
    return math.copysign(angle, x)


def acos(x: float) -> float:
    """Arc cosine; not a number beyond 1."""
    return math.pi / 2 - asin(x)


def _log(x: float) -> float:
    """Natural logarithm of a positive number."""
    fraction, exponent = math.frexp(x)
    if fraction < math.sqrt(2) / 2:
        fraction *= 2
        exponent -= 1
    f = fraction - 1
    s = f / (2 + f)
    square = s * s
    fourth = square * square
    odd = square * (_LOG[0] + fourth * (_LOG[2] + fourth * (_LOG[4] + fourth * _LOG[6])))
    even = fourth * (_LOG[1] + fourth * (_LOG[3] + fourth * _LOG[5]))
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + (odd + even)) + exponent * _LN2_LOW)) - f)


def acosh(x: float) -> float:
    """Inverse hyperbolic cosine; not a number below 1."""
    if x < 1:
        return math.nan
    if x >= 1 << 28:
        return _log(x) + _LN2 if math.isfinite(x) else x
    if x > 2:
        return _log(2 * x - 1 / (x + math.sqrt(x * x - 1)))
    above = x - 1
    return math.log1p(above + math.sqrt(2 * above + above * above))


def asinh(x: float) -> float:
    """Inverse hyperbolic sine."""
    size = abs(x)
    if not math.isfinite(x) or size < 1 / (1 << 28):
        return x
    if size > 1 << 28:
        result = _log(size) + _LN2
    elif size > 2:
        result = _log(2 * size + 1 / (math.sqrt(size * size + 1) + size))
    else:
        result = math.log1p(size + size * size / (1 + math.sqrt(1 + size * size)))
    return math.copysign(result, x)


def gamma(x: float) -> float:
    """Gamma function; not a number for negative integers.

    Raises:
        OverflowError: the result is beyond the range of numbers.
    """
    if x == 0:
        return math.copysign(math.inf, x)
    if x < 0 and x == math.floor(x):
        return math.nan
    if not abs(x) <= 33:
        return math.gamma(x)
    factor = 1.0
    while x >= 3:
        x -= 1
        factor *= x
    while x < 2:
        if -1e-9 < x < 1e-9:
            return factor / ((1 + _EULER * x) * x)
        factor /= x
        x += 1
    if x == 2:
        return factor
    return factor * _polynomial(_GAMMA_TOP, x - 2) / _polynomial(_GAMMA_BOTTOM, x - 2)
