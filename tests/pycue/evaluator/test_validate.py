"""Validation: concreteness, required fields, what definitions are excused from."""

from __future__ import annotations

import pytest

from pycue.compile import compile_files
from pycue.evaluator.context import OpContext
from pycue.evaluator.diagnose import diagnostics
from pycue.evaluator.validate import validate
from pycue.source import Source
from pycue.syntax.parser import parse_file


def errors(text: str, **options: bool) -> list[str]:
    context = OpContext()
    root = context.new_root(compile_files([parse_file(Source("t.cue", text))]).conjuncts)
    bottom = validate(context, root, **options)
    return [item.summary() for item in diagnostics(bottom)] if bottom is not None else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: int", ["a: incomplete value int"]),
        ("a: {b: [string]}", ["a.b.0: incomplete value string"]),
        ("#a: int, _b: string, c?: int", []),
        ("a: *1 | 2", []),
        ("a: 1 | 2", ["a: incomplete value 1 | 2"]),
        ("#D: r!: int\nx: #D", ["x.r: field is required but not present"]),
    ],
)
def test_concrete(text: str, expected: list[str]) -> None:
    assert errors(text, concrete=True, final=True) == expected


def test_incompleteness_is_no_error_by_itself() -> None:
    assert errors("a: int\nb: a + 1\nc!: string") == []


def test_errors_in_definitions_and_hidden_fields_count() -> None:
    assert errors("#a: 1 & 2") == ["#a: conflicting values 2 and 1"]
    assert errors("_a: {b: 1 & 2}") == ["_a.b: conflicting values 2 and 1"]


def test_errors_in_optional_fields_do_not() -> None:
    assert errors("a?: 1 & 2", concrete=True, final=True) == []


def test_a_chosen_disjunct_is_told_once() -> None:
    assert errors("b: c\nc: {a: _} | (1 & 2)", concrete=True) == ["b.a: incomplete value _"]
    assert errors("b: c\nc: {a: _}", concrete=True) == ["b.a: incomplete value _", "c.a: incomplete value _"]
