from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.evaluator import number


@pytest.mark.parametrize(
    ("x", "y", "text"),
    [
        (6, 2, "3.0"),
        (7, 2, "3.5"),
        (1, 3, "0." + "3" * 34),
        (2, 3, "0." + "6" * 33 + "7"),
        (120, 1, "120"),
        (100, 1, "1.0E+2"),
        (1234500, 1, "1.23450E+6"),
        (0, 5, "0.0"),
        (Decimal("2.0"), 4, "0.5"),
        (1, 10**10, "1E-10"),
    ],
)
def test_divide(x: int | Decimal, y: int | Decimal, text: str) -> None:
    assert number.number_string(number.divide(x, y)) == text


@pytest.mark.parametrize(
    ("x", "y", "text"),
    [
        (Decimal("2.50"), 2, "5.00"),
        (100, Decimal("1.00"), "100.00"),
        (0, -1, "-0"),
        (10**20, 10**20, "1" + "0" * 33 + "0" * 7),
    ],
)
def test_multiply(x: int | Decimal, y: int | Decimal, text: str) -> None:
    product = number.multiply(x, y)
    assert number.to_decimal(product) == Decimal(text)
    if "." in text or text == "-0":
        assert number.number_string(product) == text


def test_sums_keep_the_exponent() -> None:
    assert number.number_string(number.subtract(Decimal("1.10"), Decimal("1.1"))) == "0.00"
    assert number.number_string(number.add(Decimal("1.5e3"), 1)) == "1501"


def test_ints_beyond_34_digits_are_rounded_half_up() -> None:
    assert number.number_string(number.add(12345678901234567890123456789012345, 0)) == (
        "1.234567890123456789012345678901235E+34"
    )


@given(st.integers(-(10**16), 10**16), st.integers(-(10**16), 10**16))
def test_ints_are_exact(x: int, y: int) -> None:
    assert number.add(x, y) == x + y
    assert number.subtract(x, y) == x - y
    assert number.multiply(x, y) == x * y
    assert number.compare(x, y) == (x > y) - (x < y)


@given(st.integers(-(10**40), 10**40), st.integers(-(10**40), 10**40))
def test_arithmetic_agrees_with_decimals(x: int, y: int) -> None:
    context = number.decimal_context()
    assert context.plus(number.to_decimal(number.add(x, y))) == context.add(Decimal(x), Decimal(y))
    assert context.plus(number.to_decimal(number.multiply(x, y))) == context.multiply(Decimal(x), Decimal(y))


def test_very_long_ints_print() -> None:
    assert number.number_string(10**5000) == "1" + "0" * 5000
