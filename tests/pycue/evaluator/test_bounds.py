from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.evaluator import kind as k
from pycue.evaluator.bounds import holds, simplify, sized_name, sized_type
from pycue.evaluator.context import OpContext
from pycue.evaluator.values import Bottom, BoundValue, Num

Evaluate = Callable[[str], Any]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (">=1 & >1 & >=2", ">=2"),
        ("int & >=0 & <=255", "uint8"),
        ("uint8 & int16", "uint8"),
        ("int & >=1 & <=1", ">=1 & <=1 & int"),
        ("!=1 & !=1 & !=2", "!=1 & !=2"),
        (">0 & !=0", ">0"),
        ('!="b" & =~"c"', '=~"c"'),
        ('>"a" & <"b"', '>"a" & <"b"'),
        ("float32", "float32"),
        ("uint8 & 3", "3"),
        ("!=null", "!=null"),
        ("<=5 & 3", "3"),
    ],
)
def test_simplification(evaluate: Evaluate, text: str, value: str) -> None:
    result = evaluate(f"x: {text}")
    assert result.errors == []
    assert result["x"] == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (">5 & <3", "incompatible number bounds <3 and >5"),
        ("int & >1 & <2", "incompatible integer bounds >1 and <2"),
        ("int & >=3.4 & <=3.6", "incompatible integer bounds <=3.6 and >=3.4"),
        ('<"b" & >"c"', 'incompatible string bounds <"b" and >"c"'),
        ("'a' & >'b'", "invalid value 'a' (out of bound >'b')"),
        ("uint8 & 300", "invalid value 300 (out of bound <=255)"),
        ('=~"^a" & "b"', 'invalid value "b" (out of bound =~"^a")'),
        ("!=[1] & [1]", "invalid value [1] (out of bound !=[1])"),
    ],
)
def test_conflicts(evaluate: Evaluate, text: str, message: str) -> None:
    assert evaluate(f"x: {text}").errors == [f"x: {message}"]


def test_bounds_of_many_digits(evaluate: Evaluate) -> None:
    result = evaluate("a: float32 & 8_000_000_000\nb: int & >1e40 & <1e40")
    assert result.errors == ["b: incompatible integer bounds <1E+40 and >1E+40"]


def test_sized_types_have_no_positions(evaluate: Evaluate) -> None:
    assert evaluate("x: uint8\nx: 300").positions() == ["2:4"]


@pytest.mark.parametrize("name", ["int8", "uint16", "int128", "uint", "float32", "float64"])
def test_names_of_sized_types(name: str) -> None:
    conjunction = sized_type(name)
    assert conjunction is not None
    assert sized_name(conjunction.values) == name


_bounds = st.builds(
    lambda op, limit: BoundValue(op, Num(limit, k.INT), k.NUMBER),
    st.sampled_from(["<", "<=", ">", ">=", "!="]),
    st.integers(-6, 6),
)


@given(_bounds, _bounds)
def test_simplifying_keeps_the_set_of_values(x: BoundValue, y: BoundValue) -> None:
    ctx = OpContext()
    result = simplify(ctx, k.INT, x, y)
    for i in range(-8, 9):
        value = Num(i, k.INT)
        both = holds(ctx, x, value) and holds(ctx, y, value)
        if isinstance(result, Bottom):
            assert not both
        elif isinstance(result, BoundValue):
            assert holds(ctx, result, value) is both
