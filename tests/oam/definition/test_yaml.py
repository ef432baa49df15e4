"""Definitions as objects, and the way to CUE and back."""

from pathlib import Path

import pytest

from oam.definition import Library
from oam.definition.cue_reader import read_cue
from oam.definition.cue_writer import to_cue
from oam.definition.library import read_definitions
from oam.errors import DefinitionError
from oam.model import to_yaml
from pycue.source import Source

FOLDER = Path(__file__).resolve().parents[3] / "examples" / "definitions"
EXAMPLES = sorted(path for path in FOLDER.iterdir() if ".test." not in path.name)

TEXT = """\
kind: TraitDefinition
metadata:
  name: t
  annotations: {definition.oam.dev/description: d, custom.definition.oam.dev/x: "1", core.oam.dev/y: "2"}
spec:
  podDisruptive: true
  status: {healthPolicy: 'isHealth: context.output.ok'}
  schematic:
    cue:
      template: |
        import "strings"

        outputs: {a: strings.ToUpper(parameter.x)}
        parameter: x: string
"""


def test_positions_point_into_the_yaml_file():
    (definition,) = read_definitions("d.yaml", TEXT)
    with pytest.raises(DefinitionError) as caught:
        read_definitions("d.yaml", TEXT.replace("parameter: x: string", "parameter: x: ,"))
    assert definition.template is not None
    assert repr(caught.value.diagnostics[0].position).startswith("d.yaml:14:")
    assert 'the template of TraitDefinition "t" is not CUE' in caught.value.text


def test_metadata_of_the_cue_form():
    text = to_cue(read_definitions("d.yaml", TEXT)[0])
    assert text.startswith('import "strings"\n\nt: {\n')
    assert '"core.oam.dev/y": "2"' in text
    assert "healthPolicy: isHealth: context.output.ok" in text
    assert read_cue(Source("t.cue", text)).annotations["custom.definition.oam.dev/x"] == "1"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_examples_survive_both_ways(path):
    (definition,) = read_definitions(path.name, path.read_text("utf-8"))
    (as_yaml,) = read_definitions("x.yaml", to_yaml(definition.to_object(), indent_lists=True))
    assert as_yaml.to_object() == definition.to_object()
    once = read_cue(Source("x.cue", to_cue(definition)))
    twice = read_cue(Source("x.cue", to_cue(once)))
    assert once.to_object() == twice.to_object()
    assert (once.kind, once.name, once.description) == (definition.kind, definition.name, definition.description)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: Deployment\n", 'not a definition: kind "Deployment"'),
        ("a: 1\n", "not a definition: no kind"),
        ("kind: TraitDefinition\nmetadata: {}\n", "the definition has no name"),
        ("kind: TraitDefinition\nmetadata: {name: t}\nspec: []\n", "spec is not a mapping"),
    ],
)
def test_faults(text, message):
    with pytest.raises(DefinitionError) as caught:
        read_definitions("d.yaml", text)
    assert caught.value.text == message
    assert caught.value.diagnostics[0].position is not None


def test_unknown_fields_only_warn():
    (definition,) = read_definitions(
        "d.yaml", "kind: TraitDefinition\nmetadata: {name: t}\nspec:\n  podDisrupt: true\n"
    )
    (found,) = definition.warnings
    assert 'unknown field "podDisrupt"' in found.message
    assert found.position.line == 4


def definition(name, namespace="", description=""):
    text = (
        f"kind: TraitDefinition\nmetadata: {{name: {name}, namespace: '{namespace}', labels: {{x: l{description}}}}}\n"
    )
    return read_definitions("d.yaml", text)[0]


def test_lookup_prefers_the_nearer_namespace():
    library = Library(
        [definition("t", "vela-system"), definition("t", "own"), definition("t", "far"), definition("u", "far")]
    )
    assert library.find("TraitDefinition", "t", "own").namespace == "own"
    assert library.find("TraitDefinition", "t", "other").namespace == "vela-system"
    assert library.find("TraitDefinition", "u", "own").namespace == "far"
    assert library.get("ComponentDefinition", "t") is None


def test_lookup_of_a_revision():
    library = Library([definition("web"), definition("web-v2", description="second")])
    assert library.find("TraitDefinition", "web@v2").name == "web-v2"
    assert library.find("TraitDefinition", "web@v3").name == "web"


def test_a_missing_definition_suggests_a_known_one():
    with pytest.raises(DefinitionError) as caught:
        Library([definition("ingress")]).find("TraitDefinition", "ingres")
    assert caught.value.text == 'traitdefinitions.core.oam.dev "ingres" not found'
    assert caught.value.diagnostics[0].help == 'did you mean "ingress"?'
