"""Comprehensions: sources, guards, bodies, and fields that comprehensions of one struct make for each other."""

from __future__ import annotations

import pytest

from pycue import Context


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("x: [for n in [1, 2, 3] if n > 1 {n * 10}]", "[20,30]"),
        ("x: {for k, v in {a: 1, _h: 2, #d: 3, o?: 4} {(k): v}}", "{a:1}"),
        ("x: [for i, v in [7, 8] let w = v + i {w}]", "[7,9]"),
        ("x: {if true {3}}", "3"),
        ("x: {a: 1, if a == 1 {b: 2}, if x.b == 2 {c: 3}}", "{a:1,b:2,c:3}"),
        ("x: {a: 1, if x.b == 2 {c: 3}, if a == 1 {b: 2}}", "{a:1,c:3,b:2}"),
        ("x: {a?: 1, b?: 2, if a != _|_ {b: 2}, if b != _|_ {c: 3}} & {a: 1}", "{a:1,b:2,c:3}"),
        ('x: {for k in ["a", "b"] {"\\(k)": {n: k}}}', '{a:{n:"a"},b:{n:"b"}}'),
        ("x: {for v in [{a: 1}, {b: 2}] {v}}", "{a:1,b:2}"),
        ("x: {o?: int, if o == _|_ {none: true}}", "{o?:int,none:true}"),
        ("let y = {_c: [1, 2], len([for v in _c {v}])}, x: y + 0", "2"),
    ],
)
def test_results(evaluate, source, printed):
    result = evaluate(source)
    assert result["x"] == printed
    assert result.errors == []


def test_a_field_set_that_was_read_is_frozen(evaluate):
    result = evaluate('x: {a: 1, for k, v in x {"\\(k)2": v}}')
    assert result.errors == ["x: adding field a2 not allowed as field set was already referenced"]


def test_a_field_may_not_depend_on_its_own_absence(evaluate):
    assert evaluate("x: {if x.c == _|_ {c: 1}}").incomplete("x") == "x: cyclic reference to field c"


def test_of_two_that_range_over_each_other_the_inner_goes_first(evaluate):
    result = evaluate("x: {for k, v in y {(k): v}, d: 1}, y: {a: 1, for k, v in x {c: v}}")
    assert result.errors == [
        "x: adding field a not allowed as field set was already referenced",
        "x: adding field c not allowed as field set was already referenced",
    ]
    assert result.positions() == ["1:25"]


def test_fields_deeper_in_wait_for_the_comprehension(evaluate):
    result = evaluate("c: {if p.x != _|_ {p: y: 1}, if p.y == _|_ {p: x: 1}, p: {}}")
    assert result.incomplete("c") == "c: cyclic reference to field x"


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        ("y: a?", "{y:1}"),
        ("y: b?", "{n:1}"),
        ("y: {w: 1, z: b?}", "{n:1}"),
        ("y: b?.c?", "{n:1}"),
        ('y: "\\(b?)"', "{n:1}"),
        ("for k in b? {y: k}", "{n:1}"),
        ("(b?): 1", "{n:1}"),
        ("[string]: b?", "{}"),
    ],
)
def test_try(evaluate, body, printed):
    result = evaluate(f"@experiment(try)\na: 1, b?: int\nx: {{try {{{body}}} else {{n: 1}}}}")
    assert (result["x"], result.errors) == (printed, [])


@pytest.mark.parametrize(
    ("condition", "outer", "inner"),
    [
        ("== _|_", "cyclic reference to field b", "undefined field: a"),
        ("== 1", "undefined field: b", "cyclic reference to field a"),
    ],
)
def test_conditions_that_feed_each_other(evaluate, condition, outer, inner):
    result = evaluate(f"x: {{if y.b {condition} {{a: 1}}}}, y: {{if x.a {condition} {{b: 1}}}}")
    assert result.incomplete("x") == f"x: {outer}"
    assert result.incomplete("y") == f"y: {inner}"


def test_a_condition_does_not_run_comprehensions_that_cannot_make_the_field(evaluate):
    result = evaluate("x: {if y.a == _|_ {b: 1}}, y: {if x.b == _|_ {c: 1}}")
    assert (result["x"], result["y"]) == ("{b:1}", "{}")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("x: {if 1 {a: 1}}", "x: cannot use 1 (type int) as type bool"),
        ('x: [for v in "abc" {v}]', 'x: cannot range over "abc" (found string, want list or struct)'),
        ("x: {for i in [1, 2] {a: i}}", "x.a: conflicting values 2 and 1"),
        ('x: {if (true & "a") {a: 1}}', 'conflicting values true and "a" (mismatched types bool and string)'),
        (
            "x: {a: {b: 1}, for k, v in x if len(v) == 1 {(k): {b: 1, c: 2}}}",
            "x.a: adding field c not allowed as field set was already referenced",
        ),
        ('x: close({if "a" {}})', 'cannot use "a" (type string) as type bool'),
        ("l: [for v in x {}], x: l.d", "x: undefined field: d"),
        (
            "x: [for v in [1] {v}] & {}",
            "x: conflicting values [for _, v in [1] {v}] and {} (mismatched types list and struct)",
        ),
        ("k: null, x: {(k): 1}", "x: invalid index k (invalid type null)"),
        ("k: -1, x: {(k): 1}", "x: index k out of range [-1]"),
    ],
)
def test_errors(evaluate, source, error):
    assert evaluate(source).errors == [error]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("c: true | false, x: {if c {a: 1}}", "x: unresolved disjunction true | false (type bool)"),
        ("c: bool, x: {if c {a: 1}}", "x: incomplete bool: bool"),
        ("c: [1] | [2], x: {for v in c {a: v}}", "x: unresolved disjunction [1] | [2] (type list)"),
        ('c: "a" | "b", x: {(c): 1}', 'x: unresolved disjunction "a" | "b" (type string)'),
        ("x: {a: 1, if len(x) == 1 {b: 1}}", "x: cyclic reference to field b"),
        ("x: [int, for v in x {}]", "x: cannot range over x (incomplete type list)"),
        ("x: {(c): 1}, c: {}", "x: key value of dynamic field not yet known"),
        ("c: {r!: 1}, x: {for k, v in c {(k): v}}", "x: missing required field in for comprehension: r"),
    ],
)
def test_incomplete(evaluate, source, error):
    result = evaluate(source)
    assert result.errors == []
    assert result.incomplete("x") == error


def test_a_pattern_may_come_from_the_keys_that_it_applies_to(evaluate):
    result = evaluate('x: {[or(l)]: y: 1}, l: [...or([for k, _ in x {k}])], l: ["a"], x: close({a: _})')
    assert (result["x"], result.errors) == ("{a:{y:1}}", [])


def test_a_source_with_a_field_in_error_is_that_error(evaluate):
    """Not item by item again: its fields are told once, unless the source is not finished yet."""
    assert evaluate("s: {a: 1 & 2, b: 1}\nl: [for v in s {v}]").errors == ["s.a: conflicting values 2 and 1"]
    assert len(evaluate("l: [for v in s {v}]\ns: {a: 1 & 2, b: 1}").errors) == 2


def test_a_list_may_range_over_a_field_of_itself() -> None:
    """What it lacks while it is being made may still come for all that a ``for`` knows; elsewhere it is missing."""
    for text, fault in (("[for x in d.f {}]", False), ("[1, for x in d.f {x}]", False), ("[if d.f {1}]", True)):
        assert (Context().compile(f"d: {text}").error() is not None) is fault


def test_condition_that_is_a_struct_so_far(evaluate):
    result = evaluate("e: {}\ne: x.y\nx: {}\nif e {z: 1}\nw: {if e {z: 1}}")
    assert result.errors == ["e: undefined field: y"]
    assert evaluate("e: {}\nif e {}").errors == ["cannot use {} (type struct) as type bool"]


def test_source_that_is_a_struct_so_far(evaluate):
    result = evaluate("y: {a: {z.c} & {}, for v in a {}}\nz: {}")
    assert result.incomplete("y") == "y.a: undefined field: c"
