"""Functions over IEEE numbers to the last digit of the official command's."""

from __future__ import annotations

import math

import pytest

from pycue._go import floats


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("atan", (10.0,), 1.4711276743037345),
        ("atan", (-7.0,), -1.4288992721907325),
        ("atan2", (1e-5, -2.5), 3.141588653589793),
        ("acos", (0.5,), 1.0471975511965976),
        ("asin", (2.0,), math.nan),
        ("acosh", (3.0,), 1.7627471740390859),
        ("acosh", (0.5,), math.nan),
        ("hypot", (1.5, 1.0), 1.8027756377319948),
        ("gamma", (-2.5,), -0.9453087204829419),
        ("gamma", (3.999,), 5.992468875982886),
        ("gamma", (-3.0,), math.nan),
        ("gamma", (-0.0,), -math.inf),
    ],
)
def test_values(name: str, args: tuple[float, ...], expected: float) -> None:
    assert getattr(floats, name)(*args) == pytest.approx(expected, rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("name", ["atan", "asinh", "hypot", "atan2"])
def test_close_to_the_library(name: str) -> None:
    ours, theirs = getattr(floats, name), getattr(math, name)
    for i in range(-50, 50):
        x = i / 7
        args = (x, 2.5 - x) if name in ("hypot", "atan2") else (x,)
        assert ours(*args) == pytest.approx(theirs(*args), rel=1e-14, abs=1e-300)
