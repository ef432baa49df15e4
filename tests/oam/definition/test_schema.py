"""OpenAPI schemas of parameters."""

import pytest

from oam.definition.schema import parameter_schema
from oam.errors import DefinitionError
from pycue.source import Source
from pycue.syntax.parser import parse_file


def schema(text):
    return parameter_schema(parse_file(Source("-", text)))


def field(expr, more=""):
    out = schema(f"parameter: x: {expr}\n{more}")["properties"]["x"]
    assert out.pop("title") == "x"
    return out


@pytest.mark.parametrize(
    ("expr", "want"),
    [
        ("string", {"type": "string"}),
        ("int", {"type": "integer"}),
        ("bool", {"type": "boolean"}),
        ("bytes", {"type": "string", "format": "binary"}),
        ("_", {}),
        ("*3 | int", {"type": "integer", "default": 3}),
        ('"a" | "b"', {"type": "string", "enum": ["a", "b"]}),
        ('"a" | *"b"', {"type": "string", "enum": ["b", "a"], "default": "b"}),
        ('"a" | string', {"type": "string", "oneOf": [{"enum": ["a"]}, {}]}),
        ("string | int", {"oneOf": [{}, {}]}),
        ("*null | string", {"type": "string", "nullable": True}),
        ("*context.name | string", {"type": "string"}),
        ("int & >=1 & <=9", {"type": "integer", "minimum": 1, "maximum": 9}),
        (">0", {"type": "number", "minimum": 0, "exclusiveMinimum": True}),
        ("int & !=3", {"type": "integer", "not": {"allOf": [{"minimum": 3}, {"maximum": 3}]}}),
        ("*3 | >=1 & <=9", {"type": "number", "minimum": 1, "maximum": 9, "default": 3}),
        ("*0 | >=1", {"type": "number", "oneOf": [{"enum": [0]}, {"minimum": 1}], "default": 0}),
        ("int8", {"type": "integer", "minimum": -128, "maximum": 127}),
        ("uint16", {"type": "integer", "minimum": 0, "maximum": 65535}),
        ("float32", {"type": "number", "format": "float"}),
        ('=~"^a"', {"type": "string", "pattern": "^a"}),
        ('!~"^a"', {"type": "string", "not": {"pattern": "^a"}}),
        ("strings.MinRunes(2) & strings.MaxRunes(9)", {"type": "string", "minLength": 2, "maxLength": 9}),
        ("list.MaxItems(3)", {"type": "array", "maxItems": 3}),
        ("struct.MinFields(1)", {"type": "object", "minProperties": 1}),
        ("[...string]", {"type": "array", "items": {"type": "string"}}),
        ("*[] | [...int]", {"type": "array", "items": {"type": "integer"}}),
        ('*["a"] | [...string]', {"type": "array", "items": {"type": "string"}, "default": ["a"]}),
        ("[string]: int", {"type": "object", "additionalProperties": {"type": "integer"}}),
        ("{...}", {"type": "object", "additionalProperties": {}}),
        ("{}", {"type": "object"}),
        ("*{a: 1} | {a: int}", {
            "type": "object", "default": {"a": 1}, "required": ["a"],
            "properties": {"a": {"type": "integer", "title": "a"}},
        }),
    ],
)  # fmt: skip
def test_expressions(expr, want):
    assert field(expr) == want


def test_required_optional_and_conditional_fields():
    out = schema('parameter: {a: int, b?: int, c!: int, k: *"x" | "y"\nif k == "x" {d: int}\nif k == "y" {e: int}}')
    assert out["required"] == ["a", "c", "k", "d"]
    assert list(out["properties"]) == ["a", "b", "c", "k", "d"]


def test_references_are_followed():
    out = field("#A", '#A: {b: #B}\n#B: int & >=1\nparameter: y: {"n": #A}')
    assert out["properties"]["b"] == {"type": "integer", "minimum": 1, "title": "b"}


def test_recursion_ends():
    assert field("#A", "#A: next?: #A")["type"] == "object"


def test_alternative_structs():
    out = field('*#A | {k: "b", w: int}', '#A: {k: "a", v: *1 | int}')
    assert out["oneOf"] == [{"required": ["k", "v"]}, {"required": ["k", "w"]}]
    assert out["properties"]["k"] == {"title": "k"}
    assert out["default"] == {"k": "a", "v": 1}


def test_descriptions():
    text = (
        "parameter: {\n// +usage=first line\n// +short=f\na: int\n// plain\nb: int\n"
        "// +immutable\nc: int\n// +usage=words\n// +immutable\nd: int\n}"
    )
    found = schema(text)["properties"]
    assert [item.get("description") for item in found.values()] == ["first line", "plain", None, "words"]
    assert [item.get("x-immutable", False) for item in found.values()] == [False, False, True, True]


def test_no_parameter():
    assert schema("output: {}\n") == {"type": "object"}
    assert schema("parameter: string\n") == {"type": "string"}


def test_what_a_schema_cannot_say():
    with pytest.raises(DefinitionError, match=r"^unsupported op != for string type$"):
        field('string & !=""')
    with pytest.raises(DefinitionError, match=r"^unsupported op \. for object type"):
        field("{basic, b: int}", "basic: a: string")
    assert set(field("{#Basic, b: int}", "#Basic: a: string")["properties"]) == {"a", "b"}


def test_choices_of_conditional_fields_stand_twice():
    text = 't: *"x" | "y"\nif t == "x" {m: *"" | "Memory"}\nn: *"" | "Memory"'
    found = schema(f"parameter: {{\n{text}\n}}")["properties"]
    assert (found["m"]["enum"], found["n"]["enum"]) == (["", "Memory", "Memory"], ["", "Memory"])


def test_groups_of_comments_stay_apart():
    found = schema("parameter: {\n\t// one\n\ta?: {\n\t\tb?: int\n\t}\n\n\t// two\n}")
    assert found["properties"]["a"]["description"] == "one\n\n\ntwo"
