"""Closedness: which fields definitions, close(), embeddings and ellipses let through."""

from __future__ import annotations

import pytest

PREAMBLE = "#Pet: {name: string}\n#Tag: {tag: string}\n#Deep: {in: {n: int}}\n"


@pytest.mark.parametrize(
    "expression",
    [
        '#Pet & {name: "a"}',
        "#Pet & {_own: 1, #d: 2}",
        "#Pet & {other?: int}",
        "{#Pet, age: 1}",
        "{#Pet, ...} & {age: 1}",
        "{#Pet, #Tag}",
        '{#Pet, if true {q: 1}} & {name: "b"}',
        "close({a: {}}) & {a: {b: 1}}",
        "{#Deep, in: m: 1}",
        "{#Pet, [string]: _} & {x1: 1}",
    ],
)
def test_allowed(evaluate, expression):
    assert evaluate(f"{PREAMBLE}x: {expression}").errors == []


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("#Pet & {age: 1}", "x.age"),
        ("{#Pet} & {age: 1}", "x.age"),
        ("{...} & #Pet & {age: 1}", "x.age"),
        ("{#Pet, age: 1} & {size: 1}", "x.size"),
        ("close({a: int}) & {b: 1}", "x.b"),
        ("#Deep & {in: m: 1}", "x.in.m"),
        ("{#Pet & #Tag}", "x.name"),
        ("[#Pet][0] & {age: 1}", "x.age"),
        ("{#Pet, if true {q: 1}} & {r: 1}", "x.r"),
        ("#Pet & {[string]: _} & {z: 1}", "x.z"),
    ],
)
def test_refused(evaluate, expression, path):
    assert f"{path}: field not allowed" in evaluate(f"{PREAMBLE}x: {expression}").errors


def test_alternatives_are_chosen_by_closedness(evaluate):
    assert evaluate(f'{PREAMBLE}x: (#Pet | #Tag) & {{tag: "t"}}')["x"] == '{tag:"t"}'


def test_another_error_is_reported_alone(evaluate):
    errors = evaluate(f"{PREAMBLE}x: #Pet & {{name: 1, extra: 2}}").errors
    assert errors == ["x.name: conflicting values 1 and string (mismatched types int and string)"]


def test_elements_of_open_lists_are_open(evaluate):
    assert evaluate("#L: {v?: [...], w?: [...{a: int}]}\nx: #L & {v: [{n: 1}], w: [{a: 1}]}").errors == []
    assert evaluate("#L: {w?: [...{a: int}]}\nx: #L & {w: [{b: 1}]}").errors == ["x.w.0.b: field not allowed"]


@pytest.mark.parametrize("text", ["c: 1} & y.q", "c: 1, if z > 1 {b: 1}}", 'c: 1, "\\(z)": 1}', "c: 1} & (z + 1)"])
def test_a_node_that_is_incomplete_forbids_nothing_yet(evaluate, text):
    assert evaluate(f"#a: b: 1\ny: {{}}\nz: int\nx: #a & {{{text}").errors == []
    assert evaluate(f"#a: b: 1\ny: q: {{}}\nz: *0 | int\nx: #a & {{{text}").errors != []


@pytest.mark.parametrize("text", ["[for v in #a {v}]", "len(#a)", "[for v in b {v}]"])
def test_a_definition_of_which_the_fields_have_been_counted_is_closed(evaluate, text):
    fields = "y: #a.c\nb: #a\n#a: d: 1"
    assert evaluate(f"x: {text}\n{fields}").errors == ["y: undefined field: c"]
    assert evaluate(f"x: #a.d\n{fields}").errors == []


def test_what_a_comprehension_embeds_does_not_close_the_literal_of_its_body(evaluate):
    assert evaluate("#Pet: {if true {#Name}}\n#Name: name: string\n#Pet\nage: 1").errors == []
    assert evaluate("if true {#Pet, legs: 4}\n#Pet: name: string\nage: 1").errors == []
    assert evaluate("x: {if true {#Pet}} & {age: 1}\n#Pet: name: string").errors == ["x.age: field not allowed"]


def test_an_optional_field_that_is_not_allowed_is_an_error_that_nobody_is_told(evaluate):
    result = evaluate("#Pet: {name?: string}\nx: #Pet & {age?: int}\ny: #Pet & ({age?: int} | {age?: 5})")
    assert result.errors == []
    assert result["x"] == "{age?:_|_(x.age: field not allowed),name?:string}"
    assert result["y"] == "{name?:string,age?:_|_(y.age: field not allowed)}"  # both are the same


def test_a_field_stands_for_another_beside_a_reference_to_itself(evaluate):
    result = evaluate("first: {a: int}\nsecond: first & third\nthird: second")
    assert result.root.arcs["second"].base is result.root.arcs["first"]
    assert result.root.arcs["third"].deref() is result.root.arcs["first"]


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ("from: to, to: from", ["x.from"]),
        ("own: own", ["x.own"]),
        ("from: to, to: int", []),
        ("from: to, to: by, by: from", ["x.from"]),
    ],
)
def test_a_field_that_only_refers_to_itself_is_no_evidence(evaluate, fields, refused):
    errors = evaluate(f"#Span: {{{fields}}}\nx: #Span & {{long: 1}}").errors
    assert sorted(errors) == sorted(f"{path}: field not allowed" for path in [*refused, "x.long"])
