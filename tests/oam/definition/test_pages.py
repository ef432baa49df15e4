"""Documentation pages of definitions and packages."""

from __future__ import annotations

import pytest

from oam.definition.builtin import KINDS, builtin_definition, builtin_names
from oam.definition.cue_reader import read_cue
from oam.definition.pages import console_page, markdown_page, package_page
from oam.definition.parameters import parameter_tables
from oam.errors import DefinitionError
from pycue import CueError
from pycue.source import Source
from pycue.syntax.parser import parse_file


def definition(template: str, head: str = 'type: "policy"'):
    return read_cue(Source("thing.cue", f"thing: {{{head}}}\ntemplate: {{\n{template}\n}}\n"))


def rows(template: str) -> dict[str, tuple[str, bool, str]]:
    tables = parameter_tables(parse_file(Source("t.cue", template)))
    assert tables is not None
    return {row.name: (row.type, row.required, row.default) for row in tables[0].rows}


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("a: string", ("string", True, "")),
        ("a?: int", ("int", False, "")),
        ("a: uint8", ("int", True, "")),
        ("a: number & >3", ("number", True, "")),
        ("a: *7 | int", ("int", False, "7")),
        ("a: *0.5 | float", ("float", False, "")),
        ('a: *"" | string', ("string", False, "empty")),
        ("a: *false | bool", ("bool", False, "false")),
        ('a: "x" | "y" | *"z"', ('"x" or "y" or "z"', False, "z")),
        ('a: *"x" | "x" | "y"', ('"x" or "y"', False, "x")),
        ("a: 1 | 2", ("int", True, "")),
        ("a: *1 | number | string", ("number", False, "1")),
        ("a: *null | string", ("null", True, "")),
        ("a: string | [...int]", ("string", True, "")),
        ("a: *context.name | string", ("string", True, "")),
        ('a: =~"^x"', ("string", True, "")),
        ("a: _", ("_", True, "")),
        ("a: [...bool]", ("[]bool", True, "")),
        ("a: [...]", ("[]_", True, "")),
        ("a: [int, int]", ("list", True, "")),
        ('a: *["x"] | [...string]', ("list", True, "")),
        ("a: {}", ("struct", True, "")),
        ("a: {...}", ("map[string]_", True, "")),
        ("a: [string]: bytes", ("map[string]bytes", True, "")),
        ("a: [string]: #D", ("map[string]D(#d)", True, "")),
        ("a: b: int", ("[a](#a)", True, "")),
        ("a: [...#D]", ("[[]a](#a)", True, "")),
        ("a: #D | {y: int}", ("[D](#d) or [type-option-2](#type-option-2)", True, "")),
    ],
)
def test_types(declared: str, expected: tuple[str, bool, str]) -> None:
    assert rows(f"context: _\n#D: x: int\nparameter: {{{declared}}}") == {"a": expected}


def test_conditions_hold_for_defaults_and_hidden_parameters_are_left_out() -> None:
    text = (
        'parameter: {\n kind: *"a" | "b"\n if kind == "a" {x: int}\n if kind == "b" {y: int}\n // +ignore\n z: int\n}'
    )
    assert list(rows(text)) == ["kind", "x"]


def test_nested_tables_follow_their_parent() -> None:
    tables = parameter_tables(parse_file(Source("t.cue", "parameter: {a: b: [...{c: d: int}], e: f: int}")))
    assert tables is not None
    assert [(table.title, table.depth) for table in tables] == [("", 0), ("a", 1), ("b", 2), ("c", 3), ("e", 1)]


def test_console() -> None:
    long = "word " * 30 + "end"
    page = console_page(definition(f"parameter: {{\n // +usage={long}\n // +immutable\n n: *5 | int\n}}"))
    lines = page.splitlines()
    assert lines[0] == "# Specification"
    assert lines[2].startswith("| NAME |" + " " * 45 + "DESCRIPTION")
    assert [line[9:109].strip() for line in lines[4:6]] == [("word " * 20).strip(), "word " * 10 + "end."]
    assert lines[4].endswith("| int  | false    |       5 | true      |")
    assert page.endswith("+\n\n\n")


def test_wide_characters_take_two_columns() -> None:
    page = console_page(definition("parameter: {\n // +usage=時間\n t: int\n}"))
    assert "| t    | 時間.       | int  |" in page


def test_other_forms_of_parameters() -> None:
    assert "| map[string]:int |" in console_page(definition("parameter: [string]: int"))
    assert "cannot use value [] (type list) as string" in console_page(definition("parameter: [...int]"))
    with pytest.raises(DefinitionError, match="parameter not exist"):
        console_page(definition("a: 1"))
    with pytest.raises(DefinitionError, match="parameter not exist"):
        console_page(definition("parameter: {}\na: nothing"))


def test_markdown() -> None:
    head = 'type: "trait"\nlabels: "ui-hidden": "true"\nattributes: appliesToWorkloads: ["jobs.batch"]'
    page = markdown_page(definition("parameter: {\n // +usage=a|b\n a: {b?: string}\n}", head))
    assert page == (
        "---\ntitle:  Thing\n---\n\n## Description\n\ndescription not defined.\n\n"
        "> For now this trait is hidden from the VelaUX. Available when using CLI\n\n"
        "### Apply To Component Types\n\nComponent based on the following kinds of resources:\n- jobs.batch\n\n\n\n"
        "## Specification\n\n\n"
        " Name | Description | Type | Required | Default | Immutable \n"
        " ---- | ----------- | ---- | -------- | ------- | --------- \n"
        " a | a&#124;b. | [a](#a) | true |  |  \n\n\n#### a\n\n"
        " Name | Description | Type | Required | Default | Immutable \n"
        " ---- | ----------- | ---- | -------- | ------- | --------- \n"
        " b |  | string | false |  |  \n\n"
    )
    step = markdown_page(definition("a: 1", 'type: "workflow-step"\ndescription: "does"'))
    assert "does.\n\n## Scope\n\nThis step type is valid in both Application and WorkflowRun.\n" in step
    assert step.endswith("## Specification\nThis capability has no arguments.\n")


def test_packages() -> None:
    text = '#Do: {\n #provider: "p"\n $params: {a: int}\n $returns?: {b: int}\n ...\n}\n'
    text += "#Again: #Do & {c: 1}\n#Steps: {...}\n"
    page = package_page(parse_file(Source("p.cue", text)))
    assert page.startswith("# p\n\n## #Do\n\n\n### *Params*\n\n Name |")
    assert page.count(" a |  | int | true |  |  \n") == 2
    assert "*Returns*" not in page
    assert page.endswith("## #Steps\n------\n\n")
    for bad in ("#A: x: #B", "#A: _|_"):
        with pytest.raises(CueError):
            package_page(parse_file(Source("p.cue", bad)))


@pytest.mark.parametrize("kind", KINDS)
def test_well_known_definitions_have_pages(kind: str) -> None:
    for name in builtin_names(kind):
        found = builtin_definition(kind, name)
        assert found is not None
        assert "## Specification\n" in markdown_page(found)
