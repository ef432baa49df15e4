"""Disjunctions: defaults, elimination, merging of equal results, errors when nothing is left."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ('*"red" | "blue"', '*"red" | "blue"'),
        ('(*"red" | "blue") & "blue"', '"blue"'),
        ("(*1 | 2 | 3) & (1 | *2 | 3)", "1 | 2 | 3"),
        ("(1 | *2) | *3", "*3 | 2 | 1"),
        ("7 | 7 | 8", "7 | 8"),
        ("(*7 | null) & (7 | (*8 | *null))", "7 | null"),
        ("(7 | null) & (7 | (*8 | *null))", "7 | null"),
        ("(*7 | 8 | 9) & (7 | (*8 | 9))", "*7 | *8 | 9"),
        ("(*7 | null) & (7 | *(*8 | *null))", "7 | null"),
        ("5 | 6 | 7 | *8 | *9", "*8 | *9 | 7 | 5 | 6"),
        ("{a: 1} | {a: 1, ...} | {a: 1, [string]: int}", "{a:1}"),
        ("{a: 1, b?: int} | {a: 1, b?: int} | {a: 1, b?: string}", "{a:1,b?:int} | {a:1,b?:string}"),
        ("{a: 1} | close({a: 1})", "{a:1} | {a:1}"),
        ("{p: 1} | {q: {c: 1} & x}", "{p:1} | {q:{c:1}}"),
        ("(*1 | int) & (*2 | int)", "1 | 2 | int"),
        ('(string | *"x") & =~"^y"', '=~"^y"'),
        ("{a: 1} & ({a: 1, b: 2} | {a: 2})", "{a:1,b:2}"),
        ("[1, 2] & ([1, int] | [2, int])", "[1,2]"),
    ],
)
def test_values(evaluate, expression, printed):
    assert evaluate(f"x: {expression}")["x"] == printed


def test_unknown_alternatives_are_dropped_once_a_field_is_final(evaluate):
    assert evaluate("n: int\nx: n + 1 | string")["x"] == "string"


def test_references_inside_a_disjunct_see_that_disjunct(evaluate):
    result = evaluate("x: {n: 1, m: x.n + 1} | {n: 2, m: x.n + 10}")
    first, second = result.root.arcs["x"].base.values
    assert (first.arcs["m"].base.value, second.arcs["m"].base.value) == (2, 12)
    assert not result.errors


def test_the_default_waits_for_other_conjuncts(evaluate):
    result = evaluate('#P: c: *"" | string\nb: {p: #P, n: p.c}\no: b & {p: {if q == 1 {c: "w"}}}\nq: 1')
    assert result.root.arcs["o"].arcs["n"].deref().base.value == "w"


def test_all_failures_are_reported(evaluate):
    result = evaluate("x: (1 | 2) & 5")
    assert result.errors == [
        "x: 2 errors in empty disjunction:",
        "x: conflicting values 1 and 5",
        "x: conflicting values 2 and 5",
    ]


@pytest.mark.parametrize("repeats", [2, 4, 8])
def test_repeating_a_disjunction_costs_a_constant_each_time(evaluate, repeats):
    line = "x: [1] | [2] | [3]\n"
    assert evaluate(line * repeats)["x"] == "[1] | [2] | [3]"
    clones = [evaluate(line * n).context.disjuncts for n in (repeats, repeats + 1, repeats + 2)]
    assert clones[2] - clones[1] == clones[1] - clones[0] == 9


def test_references_inside_a_disjunct_are_shared(evaluate):
    result = evaluate('T: {n: "node", s: T} | {n: "leaf"}\nx: T & {n: "node"}\ny: T & T\nz: {p: T & T & _} | null')
    assert (result["x"], result["y"], result["z"]) == ('{n:"node",s:~(T)}', '{n:"leaf"}', "{p:~(T)} | null")


def test_shared_structure_without_fields_prints_by_its_path(evaluate):
    result = evaluate("E: {}\nI: int\nx: {p: E, q: I} | null")
    assert result["x"] == "{p:value at path 'E',q:int} | null"


@pytest.mark.parametrize(
    ("source", "errors"),
    [
        ('#V: {k: 1} | {k: 2}\nx: {k: "p"} & #V & {k: "q"}', ['x.k: conflicting values "q" and "p"']),
        (
            "x: 1 & 2 & (1 | 4)",
            [
                "x: 2 errors in empty disjunction:",
                "x: conflicting values 2 and 1",
                "x: conflicting values 4 and 1",
            ],
        ),
        ("x: {p: r & 3, q: r & 5} & ({a: 1} | {b: 1})\nr: 4", ["x.p: conflicting values 4 and 3"]),
        (
            "#D: {a: b: {}}\nx: #D & {a: b: c: 1, q: r & 3} & ({m: 1} | {n: 1})\nr: 4",
            ["x.q: conflicting values 4 and 3"],
        ),
        (
            "#D: {a: b: c: {}} | {}\nx: #D & {a: b: d: {}}",
            [
                "x: 2 errors in empty disjunction:",
                "x.a: field not allowed",
                "x.a.b.d: field not allowed",
            ],
        ),
        (
            'x: error("p") | error("q")',
            ["x: 2 errors in empty disjunction:", "x: p", "x: q"],
        ),
        (
            "x: {a: 1} & ({[string]: 2} | {a: 3})",
            [
                "x: 2 errors in empty disjunction:",
                "x: conflicting values 2 and 1",
                "x.a: conflicting values 3 and 1",
            ],
        ),
        (
            "x: [1] & [2, 3] & (4 | 5)",
            ["x.0: conflicting values 2 and 1", "x: incompatible list lengths (1 and 2)"],
        ),
    ],
)
def test_errors_of_failed_disjuncts(evaluate, source, errors):
    assert evaluate(source).errors == errors


def test_equal_disjuncts_allow_what_either_allows(evaluate):
    result = evaluate('#D: {\n{} | {c: string}\n{} | {a: string}\n}\nx: #D & {c: "d"}')
    assert (result["x"], result.errors) == ('{c:"d"} | {c:"d",a:string}', [])


def test_optional_fields_are_evaluated(evaluate):
    result = evaluate("x: {a?: 1 & 2} & ({b: 1} | {b: 2})")
    assert result["x"].startswith("{a?:_|_(x.a: conflicting values 2 and 1),b:1} | ")


def test_errors_of_optional_fields_do_not_tell_alternatives_apart(evaluate):
    assert evaluate("x: {a: 1, b?: 1 & 2} | {a: 1, b?: 3 & 4}")["x"] == "{a:1,b?:_|_(x.b: conflicting values 2 and 1)}"


def test_an_undecided_node_with_a_wrong_field_fails(evaluate):
    result = evaluate("n: int\nx: ({p: q & 3, if n < 1 {r: 1}} | 5) & {s: 1}\nq: 4")
    assert "x.p: conflicting values 4 and 3" in result.errors


def test_lets_tell_alternatives_apart(evaluate):
    result = evaluate("n: 1\nx: {a: 1} | {let B = n, a: B} | {a: 1}")
    assert len(result.root.arcs["x"].base.values) == 2


def test_a_trial_of_a_schema_leaves_its_optional_fields_alone(evaluate):
    def cost(schema: str, use: str) -> int:
        return evaluate(f"#O: {schema}\n{use}").context.unifications

    use = "x: matchN(1, [#O]) & {b: 1}"
    recursive, flat = "{a?: #O & {b: int}, b?: int}", "{b?: int}"
    assert cost(recursive, use) - cost(recursive, "") == cost(flat, use) - cost(flat, "")


def test_disjuncts_that_fail_alike_are_one_error(evaluate):
    result = evaluate("a: ({x: 1} | {x: 1, y: 2}) & {x: 2}\nb: (<1 | <2) & 5")
    assert result.errors == [
        "a.x: conflicting values 1 and 2",
        "b: 2 errors in empty disjunction:",
        "b: invalid value 5 (out of bound <1)",
        "b: invalid value 5 (out of bound <2)",
    ]


def test_a_node_that_a_disjunct_needs_is_undecided(evaluate):
    result = evaluate("a: a+1 | 3\nb: 3 | 4 | {c: b+1}\nd: [d+1] | *3\ne: x+1 | 5\nx: e+1")
    assert (result["a"], result["b"], result["d"]) == (
        "_|_(a: ambiguous default elimination by referencing a)",
        "_|_(b: cycle across unresolved disjunction referenced by b.c)",
        "3",
    )
    assert result["x"] == "_|_(e: cycle with field: x (and 1 more errors))"


def test_a_node_that_is_known_anyhow_may_be_needed_by_its_disjuncts(evaluate):
    result = evaluate("a: a+1 | 3\na: 3\nb: (b+1 | 5) & (3 | 5)\nc: 1 | [c.d]")
    assert (result["a"], result["b"], result["c"]) == ("3", "5", "1")


def test_all_undecided_fields_of_disjuncts_are_told(evaluate):
    assert "(and 3 more errors)" in evaluate("a: {b: a+1, c: a+2} | {d: a+3}")["a"]


def test_a_node_that_needs_itself_has_each_alternative_tried(evaluate):
    result = evaluate("a: *3 | 4\na: <=a\nb: {c: 1} | {c: 2}\nb: {if b.c > 1 {d: 1}}\ne: *3 | 4\ne: e+0")
    assert (result["a"], result["b"]) == ("*3 | 4", "{c:1} | {d:1,c:2}")
    assert result.incomplete("e") == "e: unresolved disjunction: e"


def test_alternatives_that_all_deny_what_the_node_needs_of_itself(evaluate):
    result = evaluate("a: 1 | []\na: a.b")
    assert result.errors == [
        "a: 2 errors in empty disjunction:",
        "a: invalid operand a (found int, want list or struct)",
        "a: undefined field: b",
    ]


def test_the_reference_that_made_a_disjunction_fail_is_where_it_failed(evaluate):
    result = evaluate("b: a + 1\na: (1|2) & (3|4)")
    place = {summary: result.positions(i) for i, summary in enumerate(result.errors)}
    assert place["a: 2 errors in empty disjunction:"] == ["1:4"]


def test_only_undecided_fields_of_the_disjunct_itself_eliminate_it(evaluate):
    result = evaluate("a: 3 | {b: x.y}\nc: 3 | {b: {c: x.y}}\nx: {}")
    assert (result["a"], result["c"]) == ("3", "3 | {b:{c:_|_(c.b.c: undefined field: y)}}")


def test_errors_of_many_disjuncts_count_from_the_first_undecided_one_on(evaluate):
    result = evaluate("c: 2\nc: 3 | {c + 0} | 4")
    assert [message.format for message in result.root.arcs["c"].base.messages] == [
        "%s errors in empty disjunction:",
        "unresolved disjunction: %s",
        "conflicting values %s and %s",
    ]


def test_a_field_outside_does_not_stand_for_a_disjunct_that_failed(evaluate):
    result = evaluate("c: {} | (1 & a.f)\na: c\nd: {f: e.f}\ne: d | {b: 1}")
    assert (result["a"], result["e"], result.errors) == ("{}", "{f:_} | {b:1}", [])
