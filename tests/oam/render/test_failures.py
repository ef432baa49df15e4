"""What failed renderings tell: every fault, its places on both sides, its code and a hint."""

import re

import pytest

from oam.errors import Failures, OamError
from oam.render import Renderer
from oam.render.context import Surroundings
from pycue import Limits

MISMATCH = "(mismatched types string and int)"
HEAD = "metadata: {name: a}\nspec:\n  components:\n"
TEMPLATE = """\
parameter: {
  image: string
  port: *80 | int
  size?: int
  mode: *"fast" | "slow"
  env?: [...{name: string}]
}
output: {
  kind: "Box"
  spec: {
    image: parameter.image
    port: parameter.port
    if parameter.size != _|_ {
      size: <100
      size: parameter.size
    }
  }
}
"""


def failure(shop, text):
    with pytest.raises(OamError) as caught:
        shop.render(HEAD + text)
    return caught.value


def at(position):
    """File, line and the word that stands at a position."""
    word = re.match(r'[\w".<]*', position.source.text[position.offset :])[0]
    return f"{position.filename}:{position.line} {word}"


def told(error):
    return {(item.code, item.summary()): (list(map(at, item.positions())), item.help) for item in error.diagnostics}


@pytest.fixture
def boxes(shop):
    shop.component("box", TEMPLATE)
    shop.trait("scale", "parameter: replicas: int\npatch: spec: replicas: parameter.replicas\n")
    return shop


def test_a_parameter_names_both_sides(boxes):
    error = failure(boxes, '  - {name: web, type: box, properties: {image: 5, port: "80"}}\n')
    assert told(error) == {
        ("oam.parameter", "parameter.image: conflicting values string and 5 (mismatched types string and int)"): (
            ["app.yaml:4 5", "box.yaml:8 string"],
            'put it in quotes: "5"',
        ),
        (
            "oam.parameter",
            f'parameter.port: conflicting values "80" and 80 {MISMATCH}; conflicting values "80" and int {MISMATCH}',
        ): (
            ['app.yaml:4 "80"', "box.yaml:9 80", "box.yaml:9 int"],
            "it may be 80 or int; write it without quotes: 80",
        ),
    }
    assert all(item.subject == "component web" for item in error.diagnostics)
    assert re.search(
        r"  parameter.port: 2 errors in empty disjunction:\n      app.yaml:4:\d+  - {name: web,", error.text
    )


def test_a_parameter_that_fails_elsewhere_is_found(boxes):
    error = failure(boxes, "  - {name: web, type: box, properties: {image: x, size: 300}}\n")
    ((places, _),) = told(error).values()
    assert places == ["app.yaml:4 300", "box.yaml:20 <100"]


def test_a_choice_names_what_may_be_given(boxes):
    error = failure(boxes, "  - {name: web, type: box, properties: {image: x, mode: slwo}}\n")
    assert [item.help for item in error.diagnostics] == ['it may be "fast" or "slow"; did you mean "slow"?']


def test_faults_of_the_template_do_not_hide_behind_parameters(boxes):
    error = failure(boxes, "  - {name: web, type: box, properties: {image: 5, size: 300}}\n")
    assert [item.path[0] for item in error.diagnostics] == ["parameter", "output"]


def test_all_components_and_traits_are_told(boxes):
    text = """\
  - {name: one, type: box, properties: {image: 1}, traits: [{type: scale, properties: {replicas: x}}]}
  - {name: two, type: bxo, properties: {image: 1}}
  - {name: three, type: box, traits: [{type: sclae}, {type: scale, properties: {replicas: 1}}]}
"""
    error = failure(boxes, text)
    assert isinstance(error, Failures)
    assert [(item.code, at(item.position), item.help) for item in error.diagnostics] == [
        ("oam.parameter", "app.yaml:4 1", 'put it in quotes: "1"'),
        ("oam.parameter", "app.yaml:4 x", ""),
        ("oam.definition.missing", "app.yaml:5 bxo", 'did you mean "box"?'),
        ("OAM201", "app.yaml:6 ", 'give the required parameter "image"'),
        ("OAM230", "app.yaml:6 box", ""),
        ("oam.definition.missing", "app.yaml:6 sclae", 'did you mean "scale"?'),
    ]


def test_a_missing_parameter_and_a_misspelt_one(boxes):
    error = failure(boxes, "  - {name: web, type: box, properties: {imgae: x}}\n")
    missing = next(item for item in error.diagnostics if item.code == "OAM201")
    assert missing.help == '"imgae" is given: is "image" meant?'


def test_a_closed_parameter_suggests_what_it_has(shop):
    shop.component("box", 'parameter: close({image: string, s: close({a: int})})\noutput: {kind: "Box"}\n')
    error = failure(shop, "  - {name: web, type: box, properties: {image: x, imag: y, s: {a: 1, b: 2}}}\n")
    assert told(error) == {
        ("OAM202", "parameter.imag: field not allowed"): (["app.yaml:4 y"], 'did you mean "image"?'),
        ("OAM202", "parameter.s.b: field not allowed"): (["app.yaml:4 2"], "the parameters are a"),
    }


def test_override_policies_are_where_their_values_stand(boxes):
    text = """\
  - {name: web, type: box, properties: {image: x}, traits: [{type: scale, properties: {replicas: 1}}]}
  policies:
  - name: big
    type: override
    properties:
      components:
      - name: web
        properties: {size: 300}
        traits: [{type: scale, properties: {replicas: many}}]
"""
    error = failure(boxes, text)
    assert [at(item.position) for item in error.diagnostics] == ["app.yaml:11 300", "app.yaml:12 many"]


@pytest.mark.parametrize(
    ("template", "code", "help"),
    [
        ('parameter: {a?: int}\noutput: {kind: "B", x: parameter.a}', "cue.reference",
            "it may be absent: use it within if parameter.a != _|_ {…}"),
        ('parameter: size: *1 | int\noutput: {kind: "B", x: parameter.sise}', "cue.reference", 'did you mean "size"?'),
        ('parameter: size: *1 | int\noutput: {kind: "B", x: parameter.zzz}', "cue.reference",
            'parameter declares no "zzz"'),
        ('outer: 1\noutput: {kind: "B", x: outr}', "cue.compile", 'did you mean "outer"?'),
        ('parameter: {}\noutput: {kind: "B", x: int}', "OAM230", ""),
    ],
)  # fmt: skip
def test_faults_of_templates(shop, template, code, help):
    shop.component("box", template)
    error = failure(shop, "  - {name: web, type: box, properties: {}}\n")
    assert [(item.code, item.help) for item in error.diagnostics] == [(code, help)]
    places = list(map(at, error.diagnostics[0].positions()))
    assert any(place.startswith("box.yaml:8 ") for place in places)
    assert "app.yaml:4 box" in places


def test_the_template_s_own_complaints_have_a_place(shop):
    shop.component("box", 'errs: ["no luck"]\noutput: {kind: "B"}')
    error = failure(shop, "  - {name: web, type: box, properties: {}}\n")
    assert told(error) == {("oam.render.errs", "no luck"): (["app.yaml:4 box"], "")}


def test_steps_and_policies_are_told_together(boxes):
    text = """\
  - {name: web, type: box, properties: {image: x}}
  policies:
  - {name: places, type: topology}
  - {name: other, type: topologi, properties: {}}
  workflow:
    steps:
    - {name: one, type: dploy}
    - {name: two, type: deploy, properties: {policies: [place]}}
    - {name: three, type: deploy, properties: {polices: []}}
"""
    error = failure(boxes, text)
    assert [(item.code, at(item.position), item.help) for item in error.diagnostics] == [
        ("oam.render.policy", "app.yaml:6 ", ""),
        ("oam.definition.missing", "app.yaml:7 topologi", 'did you mean "topology"?'),
        ("oam.render.steps", "app.yaml:10 dploy", 'did you mean "deploy"?'),
        ("oam.render.policy", "app.yaml:11 place", 'did you mean "places"?'),
        ("oam.render.step", "app.yaml:12 polices", ""),
    ]


def test_parameters_that_nobody_takes_are_told(boxes):
    boxes.render(HEAD + "  - {name: web, type: box, properties: {image: x, prot: 1}, traits: [{type: scale, properties: {replicas: 1, replica: 2}}]}\n")  # fmt: skip  # noqa: E501
    assert [(item.code, item.severity, item.summary(), at(item.position), item.help) for item in boxes.warnings] == [
        ("OAM202", "warning", "parameter.prot: box takes no such parameter", "app.yaml:4 1", 'did you mean "port"?'),
        ("OAM202", "warning", "parameter.replica: scale takes no such parameter", "app.yaml:4 2",
         'did you mean "replicas"?'),
    ]  # fmt: skip


def test_a_reference_to_the_workload_into_a_text_is_told(shop):
    shop.component("box", 'output: {kind: "Box"}')
    shop.trait("ref", 'outputs: x: {kind: "X", spec: "text"}', workloadRefPath="spec.ref")
    error = failure(shop, "  - {name: web, type: box, traits: [{type: ref}]}\n")
    assert [(item.code, at(item.position)) for item in error.diagnostics] == [("OAM310", "app.yaml:4 ref")]


def test_a_patch_that_does_not_fit_names_both_sides(shop):
    shop.component("box", 'output: {kind: "Box", spec: {num: 1, l: [{name: "a", v: "x"}, {name: "b", v: "y"}]}}')
    patch = 'num: parameter.num\n// +patchKey=name\nl: [{name: "b", v: parameter.v}]'
    patch = f"parameter: {{v: string, num: int}}\npatch: spec: {{\n{patch}\n}}"
    shop.trait("set", patch)
    error = failure(shop, "  - {name: web, type: box, traits: [{type: set, properties: {v: z, num: 2}}]}\n")
    assert "(and 1 more errors)\n  spec.l.1.v: conflicting values" in error.text
    assert told(error) == {
        ("oam.render.patch", 'spec.l.1.v: conflicting values "z" and "y"'): (
            ["app.yaml:4 z", 'box.yaml:7 "y"', "set.yaml:7 string", "set.yaml:11 parameter.v"],
            "",
        ),
        ("oam.render.patch", "spec.num: conflicting values 2 and 1"): (
            ["app.yaml:4 2", "box.yaml:7 1", "set.yaml:7 int", "set.yaml:9 parameter.num"],
            "",
        ),
    }


def test_a_used_up_budget_is_located(shop):
    shop.component("box", 'import "list"\noutput: {kind: "Box", l: list.Range(0, 100000, 1)}')
    app = shop.application(HEAD + "  - {name: web, type: box}\n")
    with pytest.raises(OamError) as caught:
        Renderer(shop.library, limits=Limits(steps=50)).application(app, Surroundings())
    assert [(item.code, at(item.position), item.subject) for item in caught.value.diagnostics] == [
        ("OAM601", "app.yaml:4 box", "component web")
    ]
