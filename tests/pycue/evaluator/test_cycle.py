"""Reference cycles dissolve, evaluation cycles wait for a value, structural cycles are errors."""

from __future__ import annotations

import pytest

from pycue.evaluator.diagnose import diagnostics


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
        ("x: {a: y}, y: x", "y"),
        ("x: {a: y.b, b: {a: y.b}}, y: x", "x.b.a"),
        ("x: {a: y & x}, y: {c: 1}", "x.a.a"),
        ("x: {a?: y}, y: {b: x}", "y.b"),
        ("x: {a: {b?: x, b: {}}}", "x.a.b.a.b"),
        ("y: [string]: b: y\nx: y\nx: c: y", "x.c.b.b.b.b.b"),
        ("x: a: b: {a: {c: 1}, x}.a", "x.a.b.b"),
        ("x: {for k in f {}, a: {x, b: {c: 1}, f: b}, b!: a, f: {d: 1}}", "x.a.f"),
    ],
)
def test_endless(evaluate, source, path):
    assert f"{path}: structural cycle" in evaluate(source).errors


def test_schema_tried_within_its_own_trial(evaluate):
    errors = evaluate("x: matchN(1, [{n: x}]) & {n: n: n: _}").errors
    assert errors[-1] == "x.n.n: invalid value {n:{n:{n:_}}} (does not satisfy matchN): structural cycle"
    errors = evaluate("y: matchN(1, [{n: y}]), x: y & {n: n: _}").errors
    assert errors[-1] == "x.n: invalid value {n:_} (does not satisfy matchN): structural cycle"
    errors = evaluate('y: {b: string, a: matchN(1, [y])}, x: y & {a: b: ""}').errors
    assert errors[-1] == "x.a.a: structural cycle"
    assert evaluate("x: matchN(1, [{n: x}]) & {}").errors == []


@pytest.mark.parametrize(
    ("source", "errors"),
    [
        ("x: {b: x + 1}", []),
        ("x: y - 1, y: {a: int}", []),
        ("x: y == 1, y: {a: int}", []),
        (
            "x: 1 + y, y: {a: 1 & 2}",
            [
                "y.a: conflicting values 2 and 1",
                "x: invalid right-hand value to '+' (type int): y.a: conflicting values 2 and 1",
            ],
        ),
        ("y: {a: 1 & 2}, x: 1 + y", ["y.a: conflicting values 2 and 1"]),
    ],
)
def test_operand_that_is_not_settled(evaluate, source, errors):
    assert sorted(evaluate(source).errors) == sorted(errors)


def test_field_of_what_has_no_value_yet(evaluate):
    assert evaluate("x: y.a, y: string").errors == ["x: undefined field: a"]
    assert evaluate("y: string, x: y.a").errors == ["x: invalid operand y (found string, want list or struct)"]
    assert evaluate("x: x[0]").errors == []
    assert evaluate("x: (y & int).a, y: _").errors == ["x: invalid operand y & int (found int, want list or struct)"]


@pytest.mark.parametrize(
    "source", ["x: {c: x & {f: 1}}, y: x & {d: 1}", "x: {c: x & {f: 1}}, #Y: x", "x: {c: x & {f: 1}}, y: x.c"]
)
def test_structural_cycle_is_told_once(evaluate, source):
    assert evaluate(source).errors == ["x.c.c: structural cycle"]


@pytest.mark.parametrize(
    ("source", "errors"),
    [
        ("#A: {a: {a: #A, #A, c: a}}", ["#A.a.a: structural cycle"]),
        (
            "#C: {e: {d?: e, e: f.f, #B}}\n#B: f\nf: #C\ng: #C",
            ["#C.e.e: structural cycle", "#C.e.e: undefined field: f"],
        ),
        ("x: {d: x | float}\nx: x.d", []),
    ],
)
def test_repetition_in_new_places_ends(evaluate, source, errors):
    assert evaluate(source).errors == errors


def test_elements_of_a_cycle_as_fields_of_a_definition_end(evaluate):
    errors = evaluate('#X: y: list\nlist: [{e: list, for k, v in e {"\\(k)1": v}}]').errors
    assert errors[-1] == "list.0.e: structural cycle"


def test_struct_closed_by_a_call_that_it_is_made_of(evaluate):
    assert evaluate("#X: null | close({n: int, #X})\ny: #X & true").errors[-1] == "structural cycle"


def test_waiting_in_a_disjunct_for_oneself_ends(evaluate):
    result = evaluate("c: {f: (d | 3) & (f | 3 | 4)}\nc: f: f.f\nf: d.b\nd: c.f + 1")
    assert "_|_" in result["c"]


def test_every_field_around_a_cycle_is_named(evaluate):
    result = evaluate("a: b+1\nb: c+1\nc: a+1\nafter: c*2\nself: -self\nknown: known & (self > 1)")
    assert result["c"] == "_|_(b: cycle with field: c (and 1 more errors))"
    assert result["after"] == result["c"]
    assert result["self"] == "_|_(self: cycle with field: self)"
    assert result["known"] == "_|_(self: cycle with field: self)"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("d: d\nfor k, v in d {(k): v}", "cannot range over d (incomplete type _)"),
        ("d: d\nif d {(d): 1}", "incomplete bool: _"),
        ("d: e.x\ne: {}\nfor k, v in d {(k): v}", "d: undefined field: x"),
    ],
)
def test_what_fields_around_a_field_come_from(evaluate, source, error):
    root = evaluate(source).root
    assert [item.summary() for item in diagnostics(root.base)] == [error]


@pytest.mark.parametrize(
    ("text", "place"),
    [("d: {e: f}", "d.e"), ("d: {e: f, g: int}", "d.e"), ("d: {e: {x: f}}", "d.e.x"), ("d: {e: [f, int]}", "d.e.0")],
)
def test_an_operand_that_is_being_finished_has_no_end_where_a_field_of_it_stands_for_the_operation(
    evaluate, text, place
):
    errors = [
        f"{place}: structural cycle",
        f"f: invalid right-hand value to '-' (type int): {place}: structural cycle",
    ]
    for source in (f"{text}\nf: 3 - d", f"f: 3 - d\n{text}"):
        assert evaluate(source).errors == errors


@pytest.mark.parametrize("label", ['"v\\(c)"', '"v\\(-c)"'])
def test_a_label_made_of_a_field_that_stands_for_the_struct_is_not_known_yet(evaluate, label):
    result = evaluate(f'a: {{{label}: "x"}}\nc: a')
    assert result.errors == []
    assert result.incomplete("a").endswith("found _|_(a: invalid interpolation: cycle with field: c)")


@pytest.mark.parametrize("text", ['"v\\(c)"', "-c", "!c"])
def test_an_operand_that_stands_for_a_struct_around_it_has_no_end(evaluate, text):
    assert evaluate(f"a: {{d: {text}}}\nc: a").errors == ["c: structural cycle"]


@pytest.mark.parametrize(
    ("source", "printed"),
    [("x: d != _|_\nd: d.e", "_"), ("x: d != _|_\nd: d.e\nd: {a: 1}", "{a:1}"), ("x: d != _|_\nd: c.e\nc: d", "_")],
)
def test_reference_into_a_field_that_is_compared_with_bottom(evaluate, source, printed):
    result = evaluate(source)
    assert (result["x"], result["d"]) == ("true", printed)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("x: 1 + y & int, y: x", "x: cycle with field: y"),
        ("x: -y & int, y: x", "x: cycle with field: y"),
        ("x: >y & int, y: x", "x: cycle with field: y"),
        ("x: 1 + y, y: x & int", "x: non-concrete value int in operand to +"),
        ("x: {y, _}.a, y: _", "x: {y,_}.a undefined as {y,_} is incomplete (type _)"),
    ],
)
def test_operand_that_has_no_value_yet(evaluate, source, error):
    assert evaluate(source).incomplete("x") == error


def test_validator_of_what_it_is_part_of(evaluate):
    assert evaluate("x: y: matchIf(x, x, x)")["x"] == "{y:matchIf(x, x, x)}"
    errors = evaluate("x: y: matchN(1, [x]) & {y: _}").errors
    assert errors[-1] == "x.y.y: invalid value {y:_} (does not satisfy matchN): structural cycle"


def test_call_that_came_through_a_cycle(evaluate):
    errors = evaluate("""
        x: {a: x & {b: 1, kept: int}, text: "t", call: len(text), kept: len(text), fixed: len("t"), sum: 1 + len(text)}
    """).errors
    assert errors == ["x.a.a: structural cycle", "x.a.call: structural cycle"]
    errors = evaluate("x: {a: x & {b: 1}, text: string, either: len(text) | 7}, y: x.a.either").errors
    assert errors == ["x.a.a: structural cycle"]
