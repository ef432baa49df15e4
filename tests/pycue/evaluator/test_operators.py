from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycue.evaluator.diagnose import diagnostics

Evaluate = Callable[[str], Any]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("7 / 2", "3.5"),
        ("1e60000 * 1e40000", "1E+100000"),
        ("-(1 - 1)", "0"),
        ("-0.0", "0.0"),
        ("0 * -1", "-0"),
        ('"a" + "b"', '"ab"'),
        ("'a' + 'b'", "'ab'"),
        ('"ab" * 3', '"ababab"'),
        ("3 * 'ab'", "'ababab'"),
        ("1 == 1.0", "true"),
        ('1 == "1"', "false"),
        ("null == 1", "false"),
        ("null != 1", "true"),
        ('"a" < "b"', "true"),
        ('"b" <= "a"', "false"),
        ("[1, 2] == [1, 2]", "true"),
        ("[1, 2] == [1, 3]", "false"),
        ("{a: 1, #b: 2} == {a: 1}", "true"),
        ("{a: 1, b?: 2} == {a: 1}", "true"),
        ("{a: 1} == {a: 1, b: 2}", "false"),
        ('"abc" =~ "b"', "true"),
        ('"abc" !~ "^b"', "true"),
        ('"a\\n" =~ "a$"', "false"),
        ("true && !false", "true"),
        ("false || false", "false"),
        ('"\\(1e3) \\(1.0) \\(5Ki) \\(true)"', '"1E+3 1.0 5120 true"'),
        ("'\\(1) \\(\"é\") \\('\\xff')'", "'1 é \\xff'"),
        ("[1, 2, 3][1]", "2"),
        ("[1, 2, 3][0:2]", "[1,2]"),
        ("'abc'[1:]", "'bc'"),
        ('{"a-b": 1}["a-b"]', "1"),
    ],
)
def test_values(evaluate: Evaluate, text: str, value: str) -> None:
    result = evaluate(f"x: {text}")
    assert result.errors == []
    assert result["x"] == value


@pytest.mark.parametrize(
    ("text", "messages", "positions"),
    [
        ('"a" / 2', ["invalid operands \"a\" and 2 to '/' (type string and int)"], ["1:4", "1:10"]),
        ('"a" - 1', ['cannot use "a" (type string) as type number in -'], ["1:4"]),
        ('1 =~ "a"', ["cannot use 1 (type int) as type string in =~"], ["1:4"]),
        ("null < 1", ["invalid operands null and 1 to '<' (type null and int)"], ["1:4", "1:11"]),
        ("1 / 0", ["failed arithmetic: division by zero"], ["1:4"]),
        ("1e60000 * 1e40001", ["failed arithmetic: exponent out of range"], ["1:4"]),
        ("1e-60000 / 1e40001", ["failed arithmetic: exponent out of range"], ["1:4"]),
        ("0 / 0", ["failed arithmetic: division undefined"], ["1:4"]),
        ('"a" * -1', ["cannot convert negative number to uint64"], ["1:4"]),
        ("'a' * 2000000", ["bytes multiplication count 2000000 exceeds limit of 1000000"], ["1:4"]),
        ('-"a"', ['invalid operation -"a" (- string)'], ["1:4"]),
        ("!1", ["invalid operation !1 (! int)"], ["1:4"]),
        ('"a" =~ "("', ["invalid regexp: error parsing regexp: missing closing ): `(`"], ["1:4"]),
        (
            "[1] + [2]",
            ["Addition of lists is superseded by list.Concat; see https://cuelang.org/e/v0.11-list-arithmetic"],
            ["1:4"],
        ),
        ('"abc"[0:1]', ['cannot slice "abc" (type string)'], ["1:4"]),
        ("[1, 2][2:1]", ["invalid slice index: 2 > 1"], ["1:4"]),
        ("[1, 2][0:5]", ["index 5 out of range"], ["1:4"]),
        ("[1, 2][3]", ["index out of range [3] with length 2"], ["1:11"]),
        ("[1, 2][1.5]", ["invalid index 1.5 (invalid type float)"], ["1:4", "1:11"]),
        ("[1, 2][bool]", ["invalid index bool (invalid type bool)"], ["1:4", "1:11"]),
        ("[1, 2][_]", ["invalid index _ (invalid type _)"], ["1:4", "1:11"]),
        ("[1, 2][-1]", ["invalid index -1 (index must be non-negative)"], ["1:4", "1:11"]),
        (
            '"\\(null)"',
            ["invalid interpolation: cannot use null (type null) as type (bool|string|bytes|number)"],
            ["1:4", "1:7"],
        ),
        (">true", ["invalid value true (type bool) for bound >"], ["1:5"]),
        ("<[1]", ["cannot use list for bound <"], ["1:5"]),
        (">int", ["bound has fixed non-concrete value"], ["1:4"]),
    ],
)
def test_errors(evaluate: Evaluate, text: str, messages: list[str], positions: list[str]) -> None:
    result = evaluate(f"x: {text}")
    assert result.errors == [f"x: {message}" for message in messages]
    assert result.positions() == positions


def test_both_operands_are_reported(evaluate: Evaluate) -> None:
    result = evaluate('x: "x" || 1')
    assert result.errors == [
        'x: cannot use "x" (type string) as type bool in ||',
        "x: cannot use 1 (type int) as type bool in ||",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y + 1", "non-concrete value int in operand to +"),
        ("-y", "operand y of '-' not concrete (was int)"),
        ("(1 | 2) + 1", "unresolved disjunction 1 | 2 (type int)"),
        ('"\\(y)"', "invalid interpolation: non-concrete value int (type int)"),
        ("[1][y]", "invalid non-ground value int (must be concrete int)"),
        (">y", "non-concrete value y for bound >"),
        ("z.foo", "undefined field: foo"),
        ("len(z.foo)", "undefined field: foo"),
    ],
)
def test_incomplete_values_are_no_errors_yet(evaluate: Evaluate, text: str, message: str) -> None:
    result = evaluate(f"x: {text}\ny: int\nz: {{}}")
    assert result.errors == []
    (bottom,) = [item.summary() for item in diagnostics(result.root.arcs["x"].base)]
    assert bottom == f"x: {message}"


def test_defaults_are_taken(evaluate: Evaluate) -> None:
    assert evaluate("x: y + 1\ny: *1 | int")["x"] == "2"


@pytest.mark.parametrize("text", ["y == 1", "1 != y", "y < 1", "2 * z", "z + [1]", "true || y", "y && true", "z =~ y"])
def test_operands_are_concrete_all_through(evaluate: Evaluate, text: str) -> None:
    """A struct or list with something undecided in it decides no operation, not even one of other types."""
    result = evaluate(f"x: {text}\ny: {{a: int}}\nz: [int]")
    assert result.errors == []
    (bottom,) = [item.summary() for item in diagnostics(result.root.arcs["x"].base)]
    assert "incomplete value int" in bottom


def test_operands_in_error_are_told_once(evaluate: Evaluate) -> None:
    assert evaluate("y: {a: 1 & 2}\nx: y == 1").errors == ["y.a: conflicting values 2 and 1"]
