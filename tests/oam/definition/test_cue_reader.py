"""Definitions in CUE format."""

import pytest

from oam.definition.cue_reader import read_cue
from oam.errors import DefinitionError
from pycue.errors import CueError
from pycue.source import Source


def read(text):
    return read_cue(Source("d.cue", text))


def test_the_template_is_printed_anew():
    definition = read(
        'import "strings"\n\nd: type: "trait"\ntemplate: {\n\n  "a": {"b": {c: strings.ToUpper("x")}}\n\n\n'
        "  // above\n  parameter: {x: string, longer: int}\n}\n"
    )
    assert definition.template_text == (
        'import "strings"\na: b: c: strings.ToUpper("x")\n\n// above\nparameter: {x: string, longer: int}\n'
    )


def test_several_fields_of_one_name_unify():
    definition = read('d: type: "policy"\nd: description: "\\(d.type) of ours"\nd: labels: a: "b"\ntemplate: x: 1\n')
    assert definition.description == "policy of ours"
    assert definition.labels == {"custom.definition.oam.dev/a": "b"}


def test_references_within_the_metadata():
    definition = read('d: {type: "trait", labels: a: "1", annotations: b: labels.a + "2"}\ntemplate: x: 1\n')
    assert definition.annotations == {"custom.definition.oam.dev/b": "12"}


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("template: {a: 1}\n", "no metadata found, invalid", None),
        ('d: type: "trait"\n', "no template found, invalid", 1),
        ('d: type: "trait"\ntemplate: {}\n', "no template found, invalid", 1),
        ('d: type: "trait"\ntemplate: [1]\n', "unexpected decl found in template", 2),
        ('a: type: "trait"\nb: alias: "x"\ntemplate: x: 1\n', "duplicated definition name found, a and b", 2),
        ('d: type: "Trait"\ntemplate: x: 1\n', "invalid type Trait", 1),
        ("d: type: 5\ntemplate: x: 1\n", "d.type: cannot use value 5 (type int) as string", 1),
        ("d: type: 'trait'\ntemplate: x: 1\n", "d.type: cannot use value 'trait' (type bytes) as string", 1),
        ('d: {type: "trait", alias: string}\ntemplate: x: 1\n', "d.alias: non-concrete value string", 1),
        ('d: "trait"\ntemplate: x: 1\n', 'd: cannot use value "trait" (type string) as struct', 1),
        ('d: labels: ["a"]\ntemplate: x: 1\n', 'd.labels: cannot use value ["a"] (type list) as struct', 1),
        ('d: attributes: "a"\ntemplate: x: 1\n', 'd.attributes: cannot use value "a" (type string) as struct', 1),
        (
            '"a-b": {type: "trait"\nlabels: {x: {y: [1, "z", null, true]}}}\ntemplate: x: 1\n',
            '"a-b".labels.x: cannot use value {y:[1,"z",null,true]} (type struct) as string',
            2,
        ),
        (
            'd: {type: "component"\nattributes: {\nworkload: {definition: {name: "x"}}}}\ntemplate: x: 1\n',
            'invalid definition spec: json: unknown field "name"',
            3,
        ),
        (
            'd: {type: "policy", attributes: priority: "high"}\ntemplate: x: 1\n',
            "json: cannot unmarshal string into Go struct field PolicyDefinitionSpec.priority of type int32",
            1,
        ),
    ],
)
def test_faults(text, message, line):
    with pytest.raises(DefinitionError) as caught:
        read(text)
    assert message in caught.value.text
    position = caught.value.diagnostics[0].position
    assert (position.line if position else None) == line


@pytest.mark.parametrize(
    "text", ['d: type: "a" & "b"\ntemplate: x: 1\n', "d: type: nowhere\ntemplate: x: 1\n", "d: {\n"]
)
def test_faults_of_the_language(text):
    with pytest.raises(CueError):
        read(text)


def test_oddities_are_told():
    definition = read('d: {labels: {}, colour: "red"}\nlet x = 1\ntemplate: a: x\n')
    assert [w.code for w in definition.warnings] == [
        "OAM101",
        "OAM102",
        "OAM103",
    ]
    assert "kind" not in definition.to_object()


def status(body):
    return read(f'd: {{type: "component", attributes: status: {{{body}}}}}\ntemplate: output: {{}}\n').spec["status"]


def test_status_snippets_may_be_structs():
    assert status("healthPolicy: {isHealth: context.output.ready > 0}") == {
        "healthPolicy": "isHealth: context.output.ready > 0"
    }
    text = status('customStatus: {\n\tif context.x {message: "a"}\n\tif !context.x {message: "b"}\n}')["customStatus"]
    assert text == 'if context.x {message: "a"}\nif !context.x {message: "b"}'
    assert (
        status("healthPolicy: {x: 1} @disableValidation()")["healthPolicy"] == "// cue-attr:@disableValidation()\nx: 1"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("healthPolicy: 5", "expected attributes.status.healthPolicy field to be string, got INT"),
        ('healthPolicy: "ok: true"', "healthPolicy must contain an 'isHealth' field"),
        ('healthPolicy: "isHealth: \\"yes\\""', "isHealth"),
        ('healthPolicy: "isHealth:"', "invalid cue content in string literal"),
        ('healthPolicy: "isHealth: == 1"', "expected operand, found '=='"),
        ('healthPolicy: "isHealth: 1 + =="', "expected operand, found '=='"),
        ("healthPolicy: {ok: true}", "healthPolicy must contain an 'isHealth' field"),
        ('customStatus: "x: 1"', "customStatus must contain a 'message' field"),
        ('customStatus: "message: 5"', "customStatus field 'message' must be a string, got INT"),
        ('details: "a: {b: 1}"', 'status.details field "a" contains unsupported expression type *ast.StructLit'),
    ],
)
def test_status_faults(body, message):
    with pytest.raises(DefinitionError) as caught:
        status(body)
    assert caught.value.text.startswith("failed to parse metadata d: ")
    assert message in caught.value.text


def test_quoted_names_are_told_in_quotes():
    with pytest.raises(DefinitionError, match=r'^failed to parse metadata "d": '):
        read_cue(Source("d.cue", '"d": {type: "trait", attributes: status: healthPolicy: "x: 1"}\ntemplate: a: 1\n'))


def test_local_details_may_be_anything():
    assert status('details: "$a: {b: 1}\\nc: $a.b"') == {"details": "$a: {b: 1}\nc: $a.b"}
