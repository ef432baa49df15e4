"""Evaluated values as CUE text. Every row was answered by the official ``cue eval``."""

from __future__ import annotations

import pytest

from pycue import Context
from pycue.export.exporter import value_file
from pycue.export.profile import Profile
from pycue.syntax.format import format_node


def shown(text: str, path: str = "", **options: bool) -> str:
    value = Context().compile(text)
    value = value.lookup(path) if path else value
    ctx, vertex = value._context(), value._vertex()
    ctx.unify(vertex)
    profile = Profile(defaults=True, definitions=True, **options)
    return format_node(value_file(ctx, vertex, profile), indent="    ")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("a: 0x1F", "a: 31"),
        ("a: 1.5e3+1", "a: 1501.0"),
        ("a: 1e3", "a: 1e+3"),
        ("a: -5", "a: -5"),
        ('a: "it\'s \\"q\\" \\u1234"', 'a: "it\'s \\"q\\" ሴ"'),
        (r"a: '\x01é'", r"a: '\x01é'"),
        ("a: int & <5 & >1", "a: uint & >1 & <5"),
        ("a: int & >-5 & <5", "a: int & >-5 & <5"),
        ("a: int & !=4 & >2", "a: int & !=4 & >2"),
        ("a: >=0 & int & !=3", "a: int & >=0 & !=3"),
        ("a: int & >=0", "a: uint"),
        ("a: int & >=0 & <=255", "a: uint8"),
        ("a: int8 & >0", "a: uint & >0 & <=127"),
        ("a: float64", "a: float64"),
        ("a: number & >5", "a: >5"),
        ("a: float & >5", "a: float & >5"),
        ("a: string & !=null", "a: string & !=null"),
        ('a: string & !=""', 'a: !=""'),
        ("a: string | *5 | [...]", "a: 5"),
        ("a: *1 | int\nb: *2 | int\nc: *(a & b) | 3", "a: 1\nb: 2\nc: 1 | 2 | int | 3"),
        ("a: [1, 2, ...int]", "a: [1, 2]"),
        ("a: [0x1F]", "a: [0x1F]"),
        ('import "list"\na: list.Concat([[0x1F], [1.5Ki]])', "a: [0x1F, 1.5Ki]"),
        ("a: _\na: {if false {b: 1}}", "a: {}"),
        ("a: {_}", "a: _"),
        ("a: matchN(1, [int]) & >1 & !=3", "a: >1 & !=3 & matchN(1, [int])"),
        ("y: int, z: int\na: b: >y\nc: a & {b: <z}", "y: int\nz: int\na: {\n    b: >y\n}\nc: {\n    b: >y & <z\n}"),
        ("a: {5, #b: 1}", "a: {\n    5\n    #b: 1\n}"),
        ("a: {[1, 2], #b: 1}", "a: {\n    #b: 1\n    [1, 2]\n}"),
        ('"a-b": 1, _h: 2, "_x": 3, o?: 4', '"a-b": 1\n"_x":  3'),
    ],
)
def test_values(text: str, want: str) -> None:
    assert shown(text) == want + "\n"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("x: int\ny: x + 1", "x: int\ny: x + 1"),
        ("x: int\ny: -(x+1)*2", "x: int\ny: -(x + 1) * 2"),
        ("x: int\ny: x & 5+x & int", "x: int\ny: int & x & 5+x"),
        ('s: string\nt: "\\(s)-a"', 's: string\nt: "\\(s)-a"'),
        ("x: int\na: {b: 1, if x > 5 {c: 2}}", "x: int\na: {\n    b: 1, if x > 5 {\n        c: 2\n    }\n}"),
        ("x: int\na: {let L = x + 1, b: L}", "x: int\na: {\n    let L = x + 1\n    b: L\n}"),
        ("x: int\na: [for v in [x] if v > 3 {v}, 2]", "x: int\na: [for v in [x] if v > 3 {\n    v\n}, 2]"),
        ('s: string\na: {(s): 1, "\\(s)b": 2}', 's: string\na: {\n    (s):     1\n    "\\(s)b": 2\n}'),
        ("#A: {a: int}\nb: #A & {a: 1}", "#A: {\n    a: int\n}\nb: {\n    a: 1\n}"),
    ],
)
def test_what_is_incomplete_is_shown_as_written(text: str, want: str) -> None:
    assert shown(text) == want + "\n"


def test_what_to_show() -> None:
    text = "a?: 1, b!: int, _h: 2, #d: 3 @x(y)"
    assert shown(text) == "b!: int\n#d: 3\n"
    assert shown(text, optional=True, hidden=True, attributes=True) == "a?: 1\nb!: int\n_h: 2\n#d: 3 @x(y)\n"


def test_errors_as_values() -> None:
    assert shown("a: {b: 1 & 2, c: 3}", errors=True) == (
        "a: {\n    b: _|_ // a.b: conflicting values 2 and 1\n    c: 3\n}\n"
    )


def test_references_that_leave_the_value_come_along() -> None:
    text = 'x: int\nn: "s"\ny: {a: x + 1, b: "\\(n)\\(x)", c: z.q + a, d: int}\nz: {q: int}'
    assert shown(text, "y") == (
        'a: X + 1\nb: "\\("s")\\(X)"\nc: Q + a\nd: int\n\n//cue:path: x\nlet X = int\n\n//cue:path: z.q\nlet Q = int\n'
    )


def test_an_alias_behind_a_label_is_the_label() -> None:
    assert shown("@experiment(aliasv2)\na~X: {r: int}\nb: X.r + 1") == "a: {\n    r: int\n}\nb: a.r + 1\n"
