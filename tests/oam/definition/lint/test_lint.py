"""What the checks of definitions find, and what they leave alone."""

from __future__ import annotations

import re

import pytest

from oam.definition import STANDARD
from oam.definition.lint import Lint, apply_edits, lint, read_sheets

COMPONENT = 'd: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}\n'
TRAIT = 'd: {type: "trait", attributes: {}}\n'
STEP = 'd: {type: "workflow-step", attributes: {}}\n'


def found(text: str, name: str = "d.cue") -> list[Lint]:
    return [item for sheet in read_sheets(name, text, STANDARD) for item in lint(sheet)]


def told(text: str) -> list[tuple[str, str]]:
    """Code and, for what has a place, the word that stands there."""
    out = []
    for item in found(text):
        place = item.finding.position
        word = re.match(r"[^\s,:\]]*", place.source.text[place.offset :])[0] if place else ""  # type: ignore[index]
        out.append((item.finding.code, word))
    return out


def template(kind: str, text: str) -> str:
    return f"{kind}template: {{\n{text}\n}}\n"


# ---- the form


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("let x = 1\n" + COMPONENT + "template: output: {}", "OAM101", "warning"),
        ('d: {type: "component", colour: "red", attributes: {}}\ntemplate: output: {}', "OAM102", "warning"),
        ("d: {attributes: {}}\ntemplate: output: {}", "OAM103", "error"),
    ],
)
def test_the_form(text: str, code: str, severity: str) -> None:
    (only,) = found(text)
    assert (only.finding.code, only.finding.severity) == (code, severity)


def test_a_schematic_of_another_kind() -> None:
    text = "kind: ComponentDefinition\nmetadata: {name: d}\nspec: {schematic: {helm: {}}}\n"
    (only,) = found(text, "d.yaml")
    assert (only.finding.code, only.finding.severity) == ("OAM110", "error")
    assert found(text.replace("helm", "terraform"), "d.yaml") == []


def test_booleans_of_old_yaml() -> None:
    text = (
        "kind: TraitDefinition\nmetadata: {name: d}\n"
        "spec: {podDisruptive: yes, schematic: {cue: {template: 'patch: {}'}}}\n"
    )
    assert [item.finding.code for item in found(text, "d.yaml")] == ["OAM130"]


# ---- parameters


OPTIONAL = "parameter: {a?: int, b: int, s?: {x?: int, y: int}, l?: [...{v?: int}]}\n"


@pytest.mark.parametrize(
    ("output", "names"),
    [
        ("{x: parameter.a}", ["parameter.a"]),
        ('{x: "n\\(parameter.a)"}', ["parameter.a"]),
        ("{x: parameter.b}", []),
        ("{if parameter.a != _|_ {x: parameter.a}}", []),
        ('{if parameter["a"] != _|_ {x: parameter.a}}', []),
        ("{if parameter.a == _|_ {x: parameter.a}}", ["parameter.a"]),
        ("{if parameter.b != _|_ {x: parameter.a}}", ["parameter.a"]),
        ("{if parameter.a != _|_ && parameter.a > 1 {x: 1}}", []),
        ("{if parameter.a != _|_ if parameter.a > 1 {x: 1}}", []),
        ("{if parameter.a > 1 {x: parameter.a}}", ["parameter.a"]),
        ("{x: *parameter.a | 3}", []),
        ("{x?: parameter.a}", []),
        ("{x: parameter.s.y}", ["parameter.s"]),
        ("{if parameter.s != _|_ {x: parameter.s.y}}", []),
        ("{if parameter.s != _|_ {x: parameter.s.x}}", ["parameter.s.x"]),
        ("{if parameter.s.x != _|_ {x: parameter.s.x}}", []),
        ("{x: [for e in parameter.l {1}]}", ["parameter.l"]),
        ("{if parameter.l != _|_ {x: [for e in parameter.l {e.v}]}}", ["parameter.l[].v"]),
        ("{if parameter.l != _|_ {x: [for e in parameter.l if e.v != _|_ {e.v}]}}", []),
        ("{x: _helper}", ["parameter.a"]),
        ("{if parameter.a != _|_ {x: _helper}}", []),
        ("{if _given {x: parameter.a}}", []),
        ("{let local = parameter.a, if parameter.a != _|_ {x: local}}", []),
    ],
)
def test_optional_parameters(output: str, names: list[str]) -> None:
    text = template(COMPONENT, f"{OPTIONAL}_helper: parameter.a\n_given: parameter.a != _|_\noutput: {output}")
    lints = found(text)
    assert [item.finding.code for item in lints] == ["OAM220"] * len(names)
    assert [item.finding.message.partition(" ")[0] for item in lints] == names


def test_what_is_required_somewhere_is_not_optional() -> None:
    assert told(template(COMPONENT, "parameter: a?: int\nparameter: a: int\noutput: x: parameter.a")) == []


def test_actions_are_looked_at_in_steps_only() -> None:
    text = "parameter: a?: int\nother: parameter.a\noutput: {}"
    assert told(template(STEP, text)) == [("OAM220", "parameter.a")]
    assert told(template(COMPONENT, text)) == []


@pytest.mark.parametrize(("kind", "code"), [(COMPONENT, "OAM221"), (TRAIT, "OAM221"), (STEP, "OAM510")])
def test_undeclared_parameters(kind: str, code: str) -> None:
    (only,) = found(template(kind, "parameter: image: string\noutput: x: parameter.imgae"))
    assert (only.finding.code, only.finding.help) == (code, 'did you mean "image"?')
    assert found(template(kind, "parameter: {...}\noutput: x: parameter.imgae")) == []


# ---- markers


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("// +usage=An image", ""),
        ("// + usage = An image", ""),
        ("// just words", ""),
        ("// usage=An image", "write the marker as // +usage=An image"),
        ("// patchKey=name", "write the marker as // +patchKey=name"),
        ("// +usgae=An image", 'there is no marker "+usgae"'),
        ("// +usage", "the marker +usage has no value"),
        ("// +mine=x", ""),
    ],
)
def test_marker_comments(comment: str, message: str) -> None:
    lints = found(template(COMPONENT, f"parameter: {{\n\t{comment}\n\timage: string\n}}\noutput: {{}}"))
    assert [item.finding.message for item in lints] == ([message] if message else [])
    assert all(item.finding.code == "OAM210" for item in lints)


def test_a_blank_in_a_key() -> None:
    text = template(TRAIT, "patch: {\n// +patchKey=name ip\nl: [1]\n}")
    assert told(text) == [("OAM210", "//")]
    assert told(text.replace("name ip", "name, ip")) == []


@pytest.mark.parametrize(
    ("patch", "codes"),
    [
        ("{spec: containers: [{image: 1}]}", ["OAM211"]),
        ("{spec: containers: [for c in [1] {image: c}]}", ["OAM211"]),
        ("{spec: args: [1, 2]}", []),
        ("{\n// +patchKey=name\nspec: containers: [{name: 1}]\n}", []),
        ("{\n// +patchKey=name\nspec: {containers: [{name: 1, env: [{name: 2}]}]}\n}", []),
        ("{\n// +patchKey=name\nspec: containers: [{image: 1}]\n}", ["OAM211"]),
        ("{\n// +patchKey=name\nspec: containers: [{name: 1, env: [{image: 2}]}]\n}", ["OAM211"]),
        ("{\n// +patchStrategy=replace\nl: [{a: 1}]\n}", []),
        ("{\n// +patchStrategy=retainKeys\nl: [1]\n}", ["OAM212"]),
        ("{\n// +patchStrategy=retainKeys\ns: {a: 1}\n}", []),
        ("{\n// +patchStrategy=replace\ns: {a: 1}\n}", ["OAM212"]),
        ("{\n// +patchStrategy=retainkey\ns: {a: 1}\n}", ["OAM212"]),
        ("{\n// +patchStrategy=jsonPatch\ns: {a: 1}\n}", ["OAM212"]),
    ],
)
def test_patches(patch: str, codes: list[str]) -> None:
    assert [code for code, _ in told(template(TRAIT, f"patch: {patch}"))] == codes


def test_json_patches_are_no_lists_to_merge() -> None:
    text = "// +patchStrategy=jsonPatch\npatch: {operations: [{op: 1}]}"
    assert told(template(TRAIT, text)) == []


def test_patch_markers_outside_of_patches() -> None:
    assert told(template(COMPONENT, "output: {\n// +patchKey=name\nl: [1]\n}")) == [("OAM212", "l")]


# ---- status, order, imports


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ('healthPolicy: "isHealth: context.output.ready"', ""),
        ('healthPolicy: "isHealthy: true"', 'there is no field "isHealth"'),
        ('healthPolicy: "isHealth: contxt.x"', 'line 1: reference "contxt" not found'),
        ('customStatus: "message: 1 +"', "line 1: expected operand"),
        ('customStatus: "msg: 1"', 'there is no field "message"'),
        ('details: "a: parameter.b"', ""),
    ],
)
def test_status(status: str, message: str) -> None:
    text = (
        "kind: ComponentDefinition\nmetadata: {name: d}\n"
        f"spec: {{status: {{{status}}}, schematic: {{cue: {{template: 'output: {{}}'}}}}}}\n"
    )
    lints = found(text, "d.yaml")
    assert [item.finding.code for item in lints] == (["OAM150"] if message else [])
    assert all(message in item.finding.message and item.finding.severity == "error" for item in lints)
    assert all(repr(item.finding.position).startswith("d.yaml:3:") for item in lints)


def test_the_order_of_actions() -> None:
    head = f'import "vela/op"\n{STEP}'
    early = "a: op.#Log & {data: b.value}\nb: op.#Read & {value: _}"
    (only,) = found(template(head, early))
    assert (only.finding.code, only.finding.severity) == ("OAM506", "error")
    assert only.finding.help == 'put "b" before "a"'
    assert found(template(head, "\n".join(reversed(early.splitlines())))) == []


def test_unused_imports() -> None:
    text = 'import (\n\t"strings"\n\t"list"\n)\n' + template(COMPONENT, "output: x: list.Max([1])")
    assert told(text) == [("OAM140", '"strings"')]


# ---- mending


def mended(text: str, name: str = "d.cue") -> str:
    for _ in range(9):
        text, made = apply_edits(text, [item.edits for item in found(text, name)])
        if not made:
            return text
    raise AssertionError("no end")


BEFORE = """\
// A file with words at its top.

import "strings"

d: {type: "component", attributes: {}} // keep

template: {
	parameter: {
		// usage=The image
		image: string // +short=i
		//patchKey=x
		odd:   [...string] // stays
	}

	output: {
		args:   [ "a" ] + parameter.odd + ["b"] // stays too
		twice: 2 * ["x"]
	}
}
"""
AFTER = """\
// A file with words at its top.

import "list"

d: {type: "component", attributes: {}} // keep

template: {
	parameter: {
		// +usage=The image
		// +short=i
		image: string
		// +patchKey=x
		odd:   [...string] // stays
	}

	output: {
		args:   list.Concat([[ "a" ], parameter.odd, ["b"]]) // stays too
		twice: list.Repeat(["x"], 2)
	}
}
"""


def test_mending_changes_nothing_else() -> None:
    assert mended(BEFORE) == AFTER
    assert found(AFTER) == []


def test_mending_in_yaml() -> None:
    head = "kind: ComponentDefinition\nmetadata:\n  name: d # ü\nspec:\n  schematic:\n    cue:\n      template: |\n"
    body = "parameter: {\n\timage: string // +usage=x\n}\n\noutput: {a: [1] + [2]}\n"
    wanted = (
        'import "list"\n\nparameter: {\n\t// +usage=x\n\timage: string\n}\n\noutput: {a: list.Concat([[1], [2]])}\n'
    )

    def indented(text: str) -> str:
        return "".join(f"        {line}".rstrip() + "\n" for line in text.splitlines())

    fixed = mended(head + indented(body) + "status: {}\n", "d.yaml")
    assert "\n".join(line.rstrip() for line in fixed.splitlines()) + "\n" == head + indented(wanted) + "status: {}\n"


def test_quoted_templates_are_left_alone() -> None:
    text = 'kind: TraitDefinition\nmetadata: {name: d}\nspec: {schematic: {cue: {template: "patch: {a: [1] + [2]}"}}}\n'
    assert [(item.finding.code, item.edits) for item in found(text, "d.yaml")] == [("OAM120", ())]


def test_several_imports() -> None:
    text = 'import (\n\t"strings" // why\n\t"math"\n\t"list"\n)\n' + template(COMPONENT, "output: x: list.Max([1])")
    assert mended(text) == text.replace('\t"math"\n', "")  # what says why is not thrown away
