"""Differences of parameter schemas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.definition.compatibility import compare_all, compare_definitions, version_step
from oam.definition.library import read_definitions
from tests.strategies import FAST

HEAD = '{name}: {{type: "component", attributes: {{{attributes}}}}}\ntemplate: {{\n{template}\noutput: kind: "K"\n}}\n'


def definition(template, name="web", attributes=""):
    text = HEAD.format(name=name, attributes=attributes, template=template)
    return read_definitions("web.cue", text)[0]


def changes(old, new):
    found = compare_definitions(definition(f"parameter: {old}"), definition(f"parameter: {new}"))
    return [(change.path, change.kind, change.breaking) for change in found.changes]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("{a: int}", "{a: int, b?: int}", [("b", "added", False)]),
        ("{a: int}", "{a: int, b: *1 | int}", [("b", "added", False)]),
        ("{a: int}", "{a: int, b: int}", [("b", "added", True)]),
        ("{a: int}", "{a: int, b!: int}", [("b", "added", True)]),
        ("{a: int, b?: int}", "{a: int}", [("b", "removed", True)]),
        ("{a: int}", "{a: int | string}", [("a", "widened", False)]),
        ("{a: int | string}", "{a: int}", [("a", "narrowed", True)]),
        ("{a: int}", "{a: string}", [("a", "changed", True)]),
        ("{a: >=1 & <=5}", "{a: >=0 & <=5}", [("a", "widened", False)]),
        ('{a: "x" | "y"}', '{a: "x"}', [("a", "narrowed", True), ("a", "optional", False)]),
        ("{a: *1 | int}", "{a: *2 | int}", [("a", "default", False)]),
        ("{a: *1 | int}", "{a: int}", [("a", "required", True)]),
        ("{a: int}", "{a: *1 | int}", [("a", "optional", False)]),
        ("{a?: int}", "{a: int}", [("a", "required", True)]),
        ("{a: [...int]}", "{a: [...string]}", [("a[]", "changed", True)]),
        ("{a: [...{x: int}]}", "{a: [...{x: int, y: int}]}", [("a[].y", "added", True)]),
        ("{a: [string]: int}", "{a: [string]: int | string}", [("a[name]", "widened", False)]),
        ("{a: int}", "close({a: int})", [("[name]", "narrowed", True)]),
        ("close({a: int})", "{a: int}", [("[name]", "widened", False)]),
        ("{a: b: c: int}", '{a: b: c: int, a: b: "d-e": int}', [('a.b."d-e"', "added", True)]),
        ("{a?: {b: int}}", "{a?: {b: int, c: int}}", [("a.c", "added", True)]),
        ("{a: int, if a > 1 {b: int}}", "{a: int, if a > 1 {b: string}}", [("b", "changed", True)]),
        ("{a: int}", "{a: int, if a > 1 {b: int}}", [("b", "added", True)]),
        ("{a: int}", "{a: int, if a > 1 {b: *1 | int}}", [("b", "added", False)]),
        ("{a: int, if a > 1 {b: int}}", "{a: int, b: int}", [("b", "required", True)]),
        ("{\n// +immutable\na: int}", "{a: int}", [("a", "mutable", False)]),
        ("{a: int}", "{\n// +immutable\na: int}", [("a", "immutable", True)]),
        ("{a: {x: int} | {y: int}}", "{a: {x: int}}", [("a", "narrowed", True)]),
    ],
)
def test_one_change(old, new, wanted):

    assert sorted(changes(old, new)) == sorted(wanted)


def test_definitions_are_followed():
    old = definition("#P: {x: int}\nparameter: p: #P")
    new = definition("#P: {x: int, y?: string}\nparameter: p: #P")
    change = compare_definitions(old, new).changes[0]
    assert (change.path, change.kind, change.new) == ("p.y", "added", "string")
    assert (change.position.filename, change.position.line) == ("web.cue", 3)


def test_schemas_that_hold_themselves_end():
    old = definition("#T: {v: int, below?: [...#T]}\nparameter: #T")
    new = definition("#T: {v: string, below?: [...#T]}\nparameter: #T")
    assert compare_definitions(old, new).changes[0].path == "v"
    assert not compare_definitions(old, definition("#T: {v: int, below?: [...#T]}\n\nparameter: #T")).changes


def test_parameters_may_come_and_go_as_a_whole():
    with_some, without = definition("parameter: {a: int, b?: int}"), definition("")
    assert [(c.path, c.kind) for c in compare_definitions(without, with_some).changes] == [
        ("a", "added"),
        ("b", "added"),
    ]
    assert {c.kind for c in compare_definitions(with_some, without).changes} == {"removed"}


def test_what_callers_rely_on_besides_parameters():
    a = definition("", attributes='workload: definition: {apiVersion: "apps/v1", kind: "Deployment"}')
    b = definition("", attributes='workload: definition: {apiVersion: "apps/v1", kind: "StatefulSet"}', name="other")
    found = compare_definitions(a, b)
    assert [(c.path, c.old, c.new) for c in found.changes] == [
        ("name", "web", "other"),
        ("attributes.workload", "apps/v1 Deployment", "apps/v1 StatefulSet"),
    ]
    assert found.step == "major"


def test_the_step_and_the_versions():
    def at(version, parameter):
        return definition(f"parameter: {parameter}", attributes=f'version: "{version}"')

    wider = compare_definitions(at("1.2.3", "a: int"), at("1.2.4", "{a: int, b?: int}"))
    assert (wider.step, wider.declared_step, wider.next_version, wider.acceptable) == ("minor", "patch", "1.3.0", False)
    major = compare_definitions(at("1.2.3", "a: int"), at("2.0.0", "a: string"))
    assert (major.step, major.acceptable, major.breaking) == ("major", True, True)
    same = compare_definitions(at("1.2.3", "a: int"), at("1.2.3", "a: int"))
    assert (same.step, same.acceptable) == ("none", True)
    text = compare_definitions(definition("x: 1"), definition("x: 2"))
    assert (text.step, text.changes) == ("patch", ())
    assert version_step("2.0.0", "1.0.0") == "none"


def test_many_definitions_are_compared_by_name():
    a, b, c = (definition("parameter: a: int", name=name) for name in "abc")
    found = compare_all([a, b], [b, c])
    assert [(item.step, [change.kind for change in item.changes]) for item in found] == [
        ("major", ["removed"]),
        ("none", []),
        ("minor", ["added"]),
    ]


# ---- properties

leaves = st.sampled_from(
    ("int", "string", "bool", "number", '"x" | "y"', '*"x" | "y"', ">=1 & <=9", "*3 | int", "[...int]", '=~"^a"', "_")
)
names = st.sampled_from(("a", "b", "c", '"d-e"'))
marks = st.sampled_from(("", "?", "!"))


def struct(inner):
    fields = st.dictionaries(names, st.tuples(marks, inner), max_size=3)
    return fields.map(lambda f: "{" + ", ".join(f"{n}{m}: {t}" for n, (m, t) in f.items()) + "}")


schemas = st.recursive(leaves, lambda inner: struct(inner) | inner.map(lambda t: f"[...{t}]"), max_leaves=6)
parameters = struct(schemas)


@given(parameters)
@FAST
def test_a_schema_has_no_changes_against_itself(schema):
    old, new = definition(f"parameter: {schema}"), definition(f"parameter:  {schema}\nelse: 1")
    assert not compare_definitions(old, new).changes


@given(parameters, parameters, leaves)
@FAST
def test_taking_more_never_breaks(schema, other, leaf):
    old = definition(f"parameter: {{p: {leaf}, q: {schema}}}")
    new = definition(f"parameter: {{p: {leaf} | {{}} | null, q: {schema}, r?: {other}}}")
    found = [change for change in compare_definitions(old, new).changes if change.kind != "required"]
    assert not any(change.breaking for change in found), found
