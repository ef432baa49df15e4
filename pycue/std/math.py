"""CUE package math. Source: pkg/math, and Go's package math for the functions over IEEE numbers.

Two families: functions over decimals of 34 digits (``Abs`` to ``Signbit``, rounding), whose integral results are ints,
and functions over IEEE numbers of 64 bits, whose results are floats.
"""

from __future__ import annotations

import math
from decimal import Decimal

from pycue._go import floats
from pycue.evaluator.number import compare, decimal_context, subtract, to_decimal
from pycue.std import _bessel
from pycue.std._declare import Package, function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from typing import TypeAlias

    Number: TypeAlias = "int | Decimal"

__all__ = ["PACKAGE"]

_DIGITS = 34
_EXPONENT = 100_000  # largest exponent of a result

# ---- decimals


def _finite(value: Decimal, fault: str = "overflow") -> Decimal:
    if value.is_nan():
        raise ValueError("invalid operation")
    if value.is_infinite() or (value and value.adjusted() > _EXPONENT):
        raise ValueError(fault)
    if not value or value.adjusted() < -_EXPONENT:
        raise ValueError("underflow, subnormal" if fault == "overflow" else fault)
    return value


def _rounded(value: Number, rounding: str, limited: bool) -> int:
    """An integer; ``limited``: results of more than 34 digits are 0, as the official functions have it."""
    if not isinstance(value, int):
        value = int(value.to_integral_value(rounding))
    return 0 if limited and abs(value) >= 10**_DIGITS else value


def _multiple_of(x: Number, y: Number) -> bool:
    if y == 0:
        raise ValueError("division by zero" if x else "division undefined")
    quotient = decimal_context().divide(to_decimal(x), to_decimal(y))
    return quotient == quotient.to_integral_value()


def _logarithm(x: Number, of: Callable[[Decimal], Decimal]) -> Decimal:
    if x < 0:
        raise ValueError("invalid operation")
    return of(to_decimal(x))


def _log2(x: Decimal) -> Decimal:
    """Both logarithms are rounded, as is their quotient."""
    context = decimal_context()
    if x.is_zero():
        return context.ln(x)
    return context.divide(context.ln(x), context.ln(to_decimal(2))).normalize(context)


def _power(x: Number, y: Number) -> Decimal:
    context = decimal_context()
    base, exponent = to_decimal(x), to_decimal(y)
    if base == 0 and exponent == 0:
        raise ValueError("invalid operation")
    if base == 0 and exponent < 0:
        return context.divide(to_decimal(1), base)
    if base == 0:
        return context.power(base, exponent)
    negative = exponent < 0 and exponent == exponent.to_integral_value()
    if negative:
        power = _finite(context.power(base, -exponent), "exponent out of range")
        return _padded(context.divide(to_decimal(1), power))
    return _finite(context.power(base, exponent), "exponent out of range")


def _padded(value: Decimal) -> Decimal:
    """With zeros up to 34 digits."""
    exponent = value.adjusted() - _DIGITS + 1
    return value.quantize(to_decimal(1).scaleb(exponent), context=decimal_context()) if value.is_finite() else value


def _cbrt(x: Number) -> Decimal:
    context = decimal_context()
    value = to_decimal(x)
    if not value:
        return value
    if abs(value.adjusted()) > context.Emax:
        raise ValueError("exponent out of range")
    wide = context.copy()
    wide.prec = 2 * _DIGITS
    root = wide.exp(wide.divide(wide.ln(abs(value)), to_decimal(3)))
    return _padded(context.plus(root.copy_sign(value)))


def _dim(x: Number, y: Number) -> Number:
    return subtract(x, y) if compare(x, y) > 0 else 0


def _power10(n: int) -> Decimal:
    return to_decimal(1).scaleb(n, decimal_context())


def _copysign(x: Number, y: Number) -> Decimal:
    return to_decimal(x).copy_sign(to_decimal(y))


def _jacobi(x: int, y: int) -> int:
    if y % 2 == 0:
        raise ValueError(f"big: invalid 2nd argument to Int.Jacobi: need odd integer but got {y}")
    sign = -1 if x < 0 and y < 0 else 1
    y = abs(y)
    x %= y
    while x:
        while x % 2 == 0:
            x //= 2
            if y % 8 in (3, 5):
                sign = -sign
        x, y = y, x
        if x % 4 == 3 and y % 4 == 3:
            sign = -sign
        x %= y
    return sign if y == 1 else 0


# ---- IEEE numbers


def _ieee(apply: Callable[..., float]) -> Callable[..., float]:
    """Python raises where IEEE has infinities and NaN; ``apply`` gets floats."""

    def guarded(*args: float) -> float:
        try:
            return apply(*args)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return guarded


def _log(apply: Callable[[float], float], pole: float) -> Callable[[float], float]:
    """A function that goes to minus infinity at ``pole``."""
    guarded = _ieee(apply)
    return lambda x: -math.inf if x == pole else guarded(x)


def _atanh(x: float) -> float:
    return math.copysign(math.inf, x) if abs(x) == 1 else math.atanh(x)


def _sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


def _ilogb(x: float) -> int:
    if x == 0:
        return -(1 << 31)
    if not math.isfinite(x):
        return (1 << 31) - 1
    return math.frexp(x)[1] - 1


def _logb(x: float) -> float:
    if x == 0:
        return -math.inf
    return float(_ilogb(x)) if math.isfinite(x) else abs(x)


def _ldexp(x: float, exponent: int) -> float:
    try:
        return math.ldexp(x, exponent)
    except OverflowError:
        return math.copysign(math.inf, x)


_HALF_UP, _HALF_EVEN, _DOWN, _FLOOR, _CEILING = (
    "ROUND_HALF_UP",
    "ROUND_HALF_EVEN",
    "ROUND_DOWN",
    "ROUND_FLOOR",
    "ROUND_CEILING",
)

_DECIMAL_FUNCTIONS = [
    function("Jacobi", "I I", "i", _jacobi),
    function("Floor", "n", "i", lambda x: _rounded(x, _FLOOR, True)),
    function("Ceil", "n", "i", lambda x: _rounded(x, _CEILING, True)),
    function("Trunc", "n", "i", lambda x: _rounded(x, _DOWN, False)),
    function("Round", "n", "i", lambda x: _rounded(x, _HALF_UP, False)),
    function("RoundToEven", "n", "i", lambda x: _rounded(x, _HALF_EVEN, False)),
    function("MultipleOf", "n n", "b", _multiple_of),
    function("Abs", "n", "n", lambda x: decimal_context().abs(to_decimal(x))),
    function("Cbrt", "n", "n", _cbrt),
    function("Copysign", "n n", "n", _copysign),
    function("Dim", "n n", "n", _dim),
    function("Exp", "n", "n", lambda x: _finite(decimal_context().exp(to_decimal(x)))),
    function("Exp2", "n", "n", lambda x: _power(2, x)),
    function("Log", "n", "n", lambda x: _logarithm(x, decimal_context().ln)),
    function("Log10", "n", "n", lambda x: _logarithm(x, decimal_context().log10)),
    function("Log2", "n", "n", lambda x: _logarithm(x, _log2)),
    function("Pow", "n n", "n", _power),
    function("Pow10", "j", "n", _power10),
    function("Signbit", "n", "b", lambda x: to_decimal(x).is_signed()),
]

_IEEE_FUNCTIONS = [
    function("Acosh", "f", "n", _ieee(floats.acosh)),
    function("Asin", "f", "n", _ieee(floats.asin)),
    function("Acos", "f", "n", _ieee(floats.acos)),
    function("Asinh", "f", "n", _ieee(floats.asinh)),
    function("Atan", "f", "n", _ieee(floats.atan)),
    function("Atan2", "f f", "n", _ieee(floats.atan2)),
    function("Atanh", "f", "n", _ieee(_atanh)),
    function("Erf", "f", "n", _ieee(math.erf)),
    function("Erfc", "f", "n", _ieee(math.erfc)),
    function("Erfinv", "f", "n", _bessel.erfinv),
    function("Erfcinv", "f", "n", lambda x: _bessel.erfinv(1 - x)),
    function("Expm1", "f", "n", _ieee(math.expm1)),
    function("Gamma", "f", "n", _ieee(floats.gamma)),
    function("Hypot", "f f", "n", _ieee(floats.hypot)),
    function("J0", "f", "n", lambda x: _bessel.first_kind(0, x)),
    function("Y0", "f", "n", lambda x: _bessel.second_kind(0, x)),
    function("J1", "f", "n", lambda x: _bessel.first_kind(1, x)),
    function("Y1", "f", "n", lambda x: _bessel.second_kind(1, x)),
    function("Jn", "i f", "n", _bessel.first_kind),
    function("Yn", "i f", "n", _bessel.second_kind),
    function("Ldexp", "f i", "n", _ldexp),
    function("Log1p", "f", "n", _log(math.log1p, -1.0)),
    function("Logb", "f", "n", _logb),
    function("Ilogb", "f", "i", _ilogb),
    function("Mod", "f f", "n", _ieee(math.fmod)),
    function("Remainder", "f f", "n", _ieee(math.remainder)),
    function("Cos", "f", "n", _ieee(math.cos)),
    function("Sin", "f", "n", _ieee(math.sin)),
    function("Sinh", "f", "n", _sinh),
    function("Cosh", "f", "n", _ieee(math.cosh)),
    function("Sqrt", "f", "n", _ieee(math.sqrt)),
    function("Tan", "f", "n", _ieee(math.tan)),
    function("Tanh", "f", "n", _ieee(math.tanh)),
]

_CONSTANTS = {
    "E": Decimal("2.71828182845904523536028747135266249775724709369995957496696763"),
    "Pi": Decimal("3.14159265358979323846264338327950288419716939937510582097494459"),
    "Phi": Decimal("1.61803398874989484820458683436563811772030917980576286213544861"),
    "Sqrt2": Decimal("1.41421356237309504880168872420969807856967187537694807317667974"),
    "SqrtE": Decimal("1.64872127070012814684865078781416357165377610071014801157507931"),
    "SqrtPi": Decimal("1.77245385090551602729816748334114518279754945612238712821380779"),
    "SqrtPhi": Decimal("1.27201964951406896425242246173749149171560804184009624861664038"),
    "Ln2": Decimal("0.693147180559945309417232121458176568075500134360255254120680009"),
    "Log2E": Decimal("1.442695040888963407359924681001892137426645954152985934135449408"),
    "Ln10": Decimal("2.3025850929940456840179914546843642076011014886287729760333278"),
    "Log10E": Decimal("0.43429448190325182765112891891660508229439700580366656611445378"),
    "MaxExp": (1 << 31) - 1,
    "MinExp": -(1 << 31),
    "MaxPrec": (1 << 32) - 1,
    "ToNearestEven": 0,
    "ToNearestAway": 1,
    "ToZero": 2,
    "AwayFromZero": 3,
    "ToNegativeInf": 4,
    "ToPositiveInf": 5,
    "Below": -1,
    "Exact": 0,
    "Above": 1,
    "MaxBase": 62,
}

PACKAGE = Package("math", [*_DECIMAL_FUNCTIONS, *_IEEE_FUNCTIONS], _CONSTANTS)
