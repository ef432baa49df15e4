from __future__ import annotations

import pytest

from pycue import Context


@pytest.mark.parametrize(
    ("general", "special"),
    [
        ("_", "{a: 1}"),
        ("int", "3"),
        ("number", "int"),
        ("number", ">=1"),
        (">=1", ">=2"),
        (">=1", ">1"),
        (">1", "2"),
        ("<=5", "<4"),
        ("!=3", "4"),
        ("!=3", ">3"),
        ("int", ">=1 & int"),
        (">=1 & <=9", "5"),
        ("1 | 2 | 3", "1 | 3"),
        ("string", '"a" | "b"'),
        ("{a: int}", "{a: 1, b: 2}"),
        ("{[string]: int}", "{a: 1}"),
        ("[...int]", "[1, 2]"),
        ("[int, string]", '[1, "a"]'),
        ('=~"^a"', '"abc"'),
        ('{a: "x" | "y"}', '{a: "x"}'),
    ],
)
def test_allows(general: str, special: str) -> None:
    context = Context()
    a, b = (context.compile(f"x: {text}").lookup("x") for text in (general, special))
    assert a.subsumes(b)


@pytest.mark.parametrize(
    ("general", "special"),
    [
        ("3", "int"),
        ("int", "number"),
        (">1", ">=1"),
        (">=2", ">=1"),
        ("!=3", ">2"),
        ("1 | 2", "1 | 3"),
        ("{a: int}", "{b: 2}"),
        ("{a: int}", "{a?: 1}"),
        ("{[string]: int}", '{a: "x"}'),
        ("[int]", "[1, 2]"),
        ("[int]", "[...int]"),
        ("[...int]", '["a"]'),
        ('=~"^a"', '"bc"'),
        ("{a: 1}", "[1]"),
    ],
)
def test_does_not_allow(general: str, special: str) -> None:
    context = Context()
    a, b = (context.compile(f"x: {text}").lookup("x") for text in (general, special))
    assert not a.subsumes(b)


def test_closed_structs() -> None:
    value = Context().compile("#A: {a?: int}, #B: {a: 1}, #C: {b: 1}, open: {a: 1}, loose: {a?: int}")
    a, b, c, open_, loose = (value.lookup(name) for name in ("#A", "#B", "#C", "open", "loose"))
    assert a.subsumes(b)
    assert not a.subsumes(c)
    assert not a.subsumes(open_)
    assert loose.subsumes(c)
