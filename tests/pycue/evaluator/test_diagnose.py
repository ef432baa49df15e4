from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pycue.evaluator.diagnose import diagnostics, summary
from pycue.evaluator.values import EVAL, Bottom, Message
from pycue.source import Position, Source

Evaluate = Callable[[str], Any]

_SOURCE = Source("t.cue", "one\ntwo\nthree\n")


def test_wrapped_errors_follow_and_lend_path_and_positions() -> None:
    inner = Bottom(EVAL, [Message("inner %s", ("x",), ("a", "b-c"), None, [Position(_SOURCE, 4)])])
    outer = Bottom(EVAL, [Message("outer", (), (), Position(_SOURCE, 8), [], inner)])
    (item,) = diagnostics(outer)
    assert item.message == "outer: inner x"
    assert item.path == ("a", '"b-c"')
    assert [p.line for p in item.positions()] == [3, 2]
    assert summary(outer) == 'outer: a."b-c": inner x'


def test_errors_without_primary_position_come_first() -> None:
    bottom = Bottom(EVAL, [Message("second", (), (), Position(_SOURCE, 0)), Message("first"), Message("first")])
    assert [item.message for item in diagnostics(bottom)] == ["first", "second"]
    assert summary(bottom) == "first (and 2 more errors)"


def test_references_are_positions_of_a_conflict(evaluate: Evaluate) -> None:
    result = evaluate("a: x & 3\nx: string")
    assert result.errors == ["a: conflicting values 3 and string (mismatched types int and string)"]
    assert result.positions() == ["1:4", "1:8", "2:4"]


def test_values_written_in_place_have_their_own_paths(evaluate: Evaluate) -> None:
    assert evaluate("f: ({g: 1 & 4}).g + 1").errors == ["g: conflicting values 4 and 1"]


def test_values_in_messages_do_not_repeat_paths() -> None:
    inner = Bottom(4, [Message("inner", (), ("a",))])
    outer = Bottom(4, [Message("outer", (), (), wrapped=inner)])
    assert summary(outer) == "outer: a: inner"
    assert summary(outer, paths=False) == "a: outer: inner"


def test_a_value_in_error_is_shown_wherever_it_is_referred_to(evaluate: Evaluate) -> None:
    result = evaluate("x: few: =={a: 1}\nx: few: {a: 2}\nsame: x.few")
    assert set(result.errors) == {"x.few: invalid value {a:2} (out of bound =={a:1})"}
