"""Reference cycles dissolve, evaluation cycles wait for a value, structural cycles are errors."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("x: y, y: z & 3, z: x", "3"),
        ("x: x & >1", ">1"),
        ("x: y + 100, y: x - 100, x: 200", "200"),
        ("y: {p: y.q, q: y.p, q: 5}, x: y.p + 1", "6"),
        ("x: {n: len(x.l), l: [for i in [1, 2] {i + x.n}]}", "{n:2,l:[3,4]}"),
        (
            "#L: {v: int, next?: #L}, x: #L & {v: 1, next: {v: 2, next: v: 3}}",
            "{v:1,next:{v:2,next:{v:3,next?:~(#L)}}}",
        ),
        ("x: [...x]", "[]"),
        ("#T: {l: #T | *null}, x: (#T & {l: l: {}}).l.l.l == null", "true"),
    ],
)
def test_terminating(evaluate, source, printed):
    result = evaluate(source)
    assert result["x"] == printed
    assert result.errors == []


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("x: {a: x}", "x.a"),
        ("x: {a: {b: x.a}}", "x.a.b"),
        ("x: [x]", "x.0"),
        ("x: {a: x & {y: 1}}", "x.a.a"),
        ("x: {[string]: x, a: {}}", "x.a.a"),
        ("#A: {b: #B}, #B: {a: #A}", "#B.a"),
        ("y: [string]: b: y\nx: y\nx: c: y", "x.c.b.b.b.b.b"),
    ],
)
def test_endless(evaluate, source, path):
    assert f"{path}: structural cycle" in evaluate(source).errors
