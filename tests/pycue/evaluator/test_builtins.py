from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.evaluator.builtins import _euclid_div, _euclid_mod, _truncated_quo, _truncated_rem

Evaluate = Callable[[str], Any]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('len("héllo")', "6"),
        ("len('héllo')", "6"),
        ("len([1, 2, ...])", "2"),
        ("len({a: 1, b?: 2, _c: 3, #d: 4})", "1"),
        ("div(-7, 2)", "-4"),
        ("mod(-7, 2)", "1"),
        ("quo(-7, 2)", "-3"),
        ("rem(-7, 2)", "-1"),
        ("div(7, -2)", "-3"),
        ("and([])", "_"),
        ("and([int, 5])", "5"),
        ("or([1, 2])", "1 | 2"),
        ("or([1, 1])", "1"),
        ("5 & matchN(1, [int, string])", "5"),
        ('"x" & matchIf(string, =~"x", =~"y")', '"x"'),
    ],
)
def test_values(evaluate: Evaluate, text: str, value: str) -> None:
    result = evaluate(f"x: {text}")
    assert result.errors == []
    assert result["x"] == value


def test_close(evaluate: Evaluate) -> None:
    assert evaluate("x: close({a: int}) & {a: 1, b: 2}").errors == ["x.b: field not allowed"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("and([1]) + 1", "non-concrete value 1 in operand to +"),
        ("len(and([[1]]))", "error in call to len: incomplete argument [1] (type _)"),
        ("and([{a: 1}]).a", "and([{a:1}]).a undefined as and([{a:1}]) is incomplete (type _)"),
        ("div(and([5, int]), 2)", "incomplete number in argument to div builtin: 5 & int"),
    ],
)
def test_a_conjunction_is_no_operand_before_a_field_unifies_it(evaluate: Evaluate, text: str, message: str) -> None:
    assert evaluate(f"x: {text}").incomplete("x") == f"x: {message}"
    argument = text[text.index("and(") : text.index(")") + 1]
    whole = evaluate(f"y: {argument}\nx: {text.replace(argument, 'y')}")
    assert whole.errors == []
    assert whole["x"] in ("1", "2")


def test_match_n_counts(evaluate: Evaluate) -> None:
    result = evaluate("x: 5 & matchN(1, [int, >3])")
    assert result.errors == ["x: invalid value 5 (does not satisfy matchN): 2 matched, expected 1"]


def test_match_n_gives_the_errors_of_the_schemas(evaluate: Evaluate) -> None:
    result = evaluate('x: matchN(1, [{a: int}])\nx: a: "s"')
    assert result.errors == [
        'x.a: conflicting values "s" and int (mismatched types string and int)',
        'x: invalid value {a:"s"} (does not satisfy matchN): 0 matched, expected 1',
    ]


def test_match_if_chooses(evaluate: Evaluate) -> None:
    text = "#c: matchIf({a!: >2}, {b!: 5}, {b!: 1})\n"
    assert evaluate(text + "x: #c & {a: 3, b: 5}").errors == []
    assert evaluate(text + "x: #c & {a: 1, b: 5}").errors == [
        "x: invalid value {a:1,b:5} (does not satisfy matchIf): conflicting values 1 and 5"
    ]


def test_user_errors(evaluate: Evaluate) -> None:
    assert evaluate('x: error("no \\(y)")\ny: int').errors == ["x: no int"]
    assert evaluate('x: 1 | error("no")')["x"] == "1"


@given(st.integers(), st.integers().filter(bool))
def test_division_laws(x: int, y: int) -> None:
    assert _euclid_div(x, y) * y + _euclid_mod(x, y) == x
    assert 0 <= _euclid_mod(x, y) < abs(y)
    assert _truncated_quo(x, y) * y + _truncated_rem(x, y) == x
    assert abs(_truncated_rem(x, y)) < abs(y)
