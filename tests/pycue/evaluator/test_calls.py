from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycue.evaluator import kind as k
from pycue.evaluator.calls import CallContext, CallError, invoke
from pycue.evaluator.context import OpContext
from pycue.evaluator.debug import debug_string
from pycue.evaluator.diagnose import summary
from pycue.evaluator.values import INCOMPLETE, Bottom, Builtin, Num, Param, String, Value
from pycue.evaluator.vertex import Environment, Vertex

Evaluate = Callable[[str], Any]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("len(5)", "cannot use 5 (type int) as (string|bytes|list|struct) in argument 1 to len"),
        ("div(7.5, 2)", "cannot use 7.5 (type float) as int in argument 1 to div"),
        ('mod(5, "a")', 'cannot use "a" (type string) as int in argument 2 to mod'),
        ("len(1, 2)", "too many arguments in call to len (have 2, want 1)"),
        ("div(1)", "not enough arguments in call to div (have 1, want 2)"),
        ("div(1, 0)", "error in call to div: division by zero"),
        ("y(1)", "cannot call non-function y (type int)"),
        ("matchN(1, [int])(5)", "cannot call previously called validator matchN(1, [int])"),
    ],
)
def test_errors_of_calls(evaluate: Evaluate, text: str, message: str) -> None:
    assert evaluate(f"x: {text}\ny: 5").errors == [f"x: {message}"]


def test_a_mismatch_is_placed_at_the_argument(evaluate: Evaluate) -> None:
    assert evaluate("x: len(y)\ny: 5").positions() == ["2:4"]


def call(func: Callable[[CallContext], Any], *args: Value, kind: int = k.TOP) -> Value:
    builtin = Builtin("F", [Param(kind) for _ in args], k.TOP, func, "pkg")
    return invoke(CallContext(OpContext(), builtin, list(args), None, Environment(None, Vertex())))


def test_python_data_becomes_values() -> None:
    result = call(lambda _: {"a": [1, "x", None, True, b"y", 0.5]})
    assert debug_string(result) == "{a:[1,\"x\",null,true,'y',0.5]}"


def test_value_errors_name_the_call() -> None:
    def fail(_: CallContext) -> Any:
        raise ValueError("bad input")

    result = call(fail)
    assert isinstance(result, Bottom)
    assert summary(result) == "error in call to pkg.F: bad input"


def test_call_errors_keep_their_code() -> None:
    def fail(context: CallContext) -> Any:
        raise CallError(context.ctx.error(INCOMPLETE, None, "not yet"))

    result = call(fail)
    assert isinstance(result, Bottom)
    assert result.incomplete
    assert summary(result) == "error in call to pkg.F: not yet"


def test_conversion_of_arguments() -> None:
    ctx = OpContext()
    strings = ctx.list_of([String("a"), String("b")])
    assert debug_string(call(lambda c: c.strings(0)[1], strings)) == '"b"'
    numbers = ctx.list_of([Num(1, k.INT), Num(2, k.INT)])
    assert debug_string(call(lambda c: sum(c.numbers(0)), numbers)) == "3"
    result = call(lambda c: c.strings(0), numbers)
    assert isinstance(result, Bottom)
    assert "invalid list element 0 in argument 0 to call: cannot use value 1 (int) as string" in summary(result)


def test_ints_of_64_bits_without_their_sign_are_the_nearest() -> None:
    result = call(lambda c: c.int64(0), Num((1 << 64) - 1, k.INT))
    assert isinstance(result, Num)
    assert result.value == (1 << 63) - 1


def test_int64_overflow() -> None:
    result = call(lambda c: c.int64(0), Num(1 << 64, k.INT))
    assert isinstance(result, Bottom)
    assert summary(result).endswith(f"int {1 << 64} overflows int64 in argument 0")


def test_int32_loses_the_bit_that_is_too_many() -> None:
    result = call(lambda c: c.int32(0, "rune"), Num(1 - (1 << 32), k.INT))
    assert isinstance(result, Num)
    assert result.value == 1


def test_int32_overflow() -> None:
    result = call(lambda c: c.int32(0, "rune"), Num(1 << 40, k.INT))
    assert isinstance(result, Bottom)
    assert summary(result).endswith(f"int {1 << 40} overflows rune in argument 0")
