"""Reading suites."""

from __future__ import annotations

import pytest

from oam.testing import SuiteError
from oam.testing.suite import join, laid_over

CASE = "cases: [{name: a, given: {parameter: {image: x}}, expect: {output.spec.replicas: 1}}]\n"


def faults_of(suite_of, text: str, name: str = "defs/web.test.yaml") -> list[str]:
    with pytest.raises(SuiteError) as caught:
        suite_of(text, name)
    return [f"{item.position!r}: {item.summary()}" for item in caught.value.diagnostics]


def test_the_definition_is_the_file_beside_the_suite(suite_of):
    suite = suite_of(CASE)
    assert (suite.type, suite.definition.name, suite.cases[0].name) == ("component", "web", "a")


@pytest.mark.parametrize("reference", ["./web.cue", "../defs/web.cue", "{file: web.cue, type: component, name: web}"])
def test_the_definition_by_its_file(suite_of, reference):
    assert suite_of(f"definition: {reference}\n{CASE}").definition.name == "web"


def test_a_well_known_definition(suite_of):
    suite = suite_of(f"definition: {{type: trait, name: scaler}}\n{CASE}")
    assert (suite.type, suite.built_in) == ("trait", True)


def test_one_of_several_definitions_in_a_file(suite_of, files):
    one = "apiVersion: core.oam.dev/v1beta1\nkind: TraitDefinition\nmetadata: {name: %s}\n"
    one += "spec: {schematic: {cue: {template: 'patch: {}'}}}\n"
    files["defs/many.yaml"] = "---\n".join([one % "a", one % "b"])
    assert (
        suite_of(f"definition: {{file: many.yaml, name: b}}\n{CASE.replace('output', 'patch')}").definition.name == "b"
    )
    assert faults_of(suite_of, f"definition: many.yaml\n{CASE}") == [
        "defs/web.test.yaml:1:13: definition: the file holds several definitions"
    ]


def test_rows_fill_names_and_values(suite_of):
    suite = suite_of(
        "cases:\n"
        "- name: ${count} of ${image}\n"
        "  each: {count: [1, 2], image: [a, b]}\n"
        "  given: {parameter: {replicas: '${count}', image: 'x/${image}:${other}'}}\n"
        "  expect: {output.spec.replicas: '${count}', output.spec: {snapshot: '${count}'}}\n"
        "- {name: plain, each: [{size: 3}], expect: {errors: []}}\n"
    )
    assert [case.name for case in suite.cases] == ["1 of a", "1 of b", "2 of a", "2 of b", "plain [size=3]"]
    assert suite.cases[1].given == {"parameter": {"replicas": 1, "image": "x/b:${other}"}}
    assert suite.cases[1].row == "count=1, image=b"


def test_what_a_case_gives_is_laid_over_what_the_suite_gives(suite_of):
    suite = suite_of(
        "given: {parameter: {image: a, ports: [{port: 1}]}, context: {name: web}}\n"
        "cases: [{name: x, given: {parameter: {ports: []}}, live: {output: {a: 1}}, expect: {health: true}}]\n"
    )
    assert suite.cases[0].given == {
        "parameter": {"image": "a", "ports": []},
        "context": {"name": "web"},
        "live": {"output": {"a": 1}},
    }


def test_all_mistakes_are_told_with_their_places(suite_of):
    text = (
        "cases:\n"
        "- name: a\n"
        "  given: {parameter: {image: x}, objects: []}\n"
        "  expect: {outptu.spec: 1, errors: 5}\n"
        "- name: a\n"
        "  expect: {output.spec: {regex: '('}}\n"
        "- {name: b, expect: {}}\n"
        "- {name: c, each: 1, expect: {errors: []}}\n"
    )
    assert faults_of(suite_of, text) == [
        "defs/web.test.yaml:3:34: cases.0.given.objects: objects cannot be given to a component",
        "defs/web.test.yaml:4:25: cases.0.expect.outptu.spec: a component has no outptu",
        "defs/web.test.yaml:4:36: cases.0.expect.errors: write a list: of texts, or of {path, matches, code}",
        'defs/web.test.yaml:5:9: cases.1.name: there is another case "a"',
        (
            "defs/web.test.yaml:6:33: cases.1.expect.output.spec.regex: not a regular expression: missing ), "
            "unterminated subpattern at position 0"
        ),
        "defs/web.test.yaml:7:13: cases.2.expect: nothing is expected",
        "defs/web.test.yaml:8:19: cases.3.each: each must be a list of rows, or lists of values by name",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cases: []\ncase: 1\n", "2:7: case: there is no such field"),
        ("cases: {}\n", "1:1: cases: must be a list, not an object"),
        ("[]\n", "1:1: must be an object, not a list"),
        (f"definition: none.cue\n{CASE}", "1:13: definition: defs/none.cue: no such file or directory"),
        (f"definition: {{type: trait}}\n{CASE}", "1:1: definition: a well-known definition has a type and a name"),
        (f"definition: {{type: trait, name: none}}\n{CASE}", '1:1: definition: there is no well-known trait "none"'),
        (f"definition: {{type: x, name: none}}\n{CASE}", '1:20: definition.type: there is no type "x"'),
        (f"definition: {{typ: x}}\n{CASE}", "1:19: definition.typ: there is no such field"),
        (f"profile: x\n{CASE}", "1:10: profile: unknown profile; one of standard, upstream, seed"),
        (
            "cases: [{name: a, expect: {errors: [{pat: x}]}}]",
            "1:43: cases.0.expect.errors.0.pat: there is no such field",
        ),
    ],
)
def test_mistakes(suite_of, text, fault):
    assert f"defs/web.test.yaml:{fault}" in faults_of(suite_of, text)


def test_the_context_of_a_step_is_made_by_running_it(suite_of):
    text = "definition: {type: workflow-step, name: suspend}\n"
    text += "given: {context: {cluster: x}}\ncases: [{name: a, expect: {phase: failed}}]\n"
    assert faults_of(suite_of, text) == [
        "defs/web.test.yaml:2:28: given.context.cluster: a step cannot be given context.cluster"
    ]


def test_without_definition(suite_of):
    assert faults_of(suite_of, CASE, "defs/other.test.yaml") == [
        "defs/other.test.yaml:1:1: there is no definition defs/other.cue beside the suite"
    ]


def test_a_suite_in_cue(suite_of):
    text = """
_image: "nginx"
cases: [for n in [1, 3] {
	name: "\\(n)"
	given: parameter: {image: _image, replicas: n}
	expect: output: spec: {replicas: n, image: =~"^ng"}
}]
"""
    suite = suite_of(text, "defs/web.test.cue")
    assert [case.name for case in suite.cases] == ["1", "3"]
    assert suite.cases[1].given == {"parameter": {"image": "nginx", "replicas": 3}}


def test_what_is_given_in_cue_is_concrete(suite_of):
    text = 'cases: [{name: "a", given: parameter: image: string, expect: errors: []}]'
    assert faults_of(suite_of, text, "defs/web.test.cue") == [
        "defs/web.test.cue:1:46: cases.0.given.parameter.image: must be concrete, not string"
    ]


@pytest.mark.parametrize(
    ("beside", "path", "joined"),
    [
        ("a/b.yaml", "c.cue", "a/c.cue"),
        ("a/b.yaml", "../c.cue", "c.cue"),
        ("b.yaml", "../c.cue", "../c.cue"),
        ("/a/b.yaml", "../../c", "/c"),
        ("../b.yaml", "../c", "../../c"),
        ("a/b.yaml", "/c", "/c"),
    ],
)
def test_paths_of_files(beside, path, joined):
    assert join(beside, path) == joined


def test_laying_over():
    below = {"a": {"b": 1, "c": [1], "gone": 3}}
    assert laid_over(below, {"a": {"c": [2], "d": None, "gone": None}}) == {"a": {"b": 1, "c": [2], "d": None}}
