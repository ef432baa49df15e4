"""Definitions."""

from oam.definition.definition import Definition
from oam.definition.library import read_definitions
from oam.render.template import TemplateCompiler

TEXT = 'd: {type: "trait", attributes: podDisruptive: true}\ntemplate: {\n\tpatch: x: [1] + [2]\n\tparameter: {}\n}\n'


def test_the_text_of_a_template_is_that_of_the_file_however_it_was_compiled_meanwhile():
    untouched, compiled = (read_definitions("d.cue", TEXT)[0] for _ in range(2))
    assert compiled.template is not None
    TemplateCompiler().compile(compiled.template, ("parameter",))
    assert compiled.template_text == untouched.template_text == "patch: x: [1] + [2]\nparameter: {}\n"
    assert list(compiled.spec) == ["podDisruptive", "schematic"]


def test_attributes_are_there_before_the_text_is():
    (definition,) = read_definitions("d.cue", TEXT)
    assert definition.attribute("podDisruptive") is True
    assert definition.attribute("stage") is None
    assert definition.attribute("schematic") is None
    assert definition.spec["schematic"]["cue"]["template"] == definition.template_text


def test_equality_is_that_of_the_objects():
    (one,), (other,) = (read_definitions("d.cue", TEXT) for _ in range(2))
    assert one == other
    other.labels["a"] = "b"
    assert one != other
    assert Definition("K", "n") == Definition("K", "n", spec={})
    assert Definition("K", "n") != "n"
