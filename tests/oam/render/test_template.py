"""Compiled templates."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from oam.errors import RenderError
from oam.render import Renderer
from oam.render.context import Surroundings, component_context
from oam.render.template import TemplateCompiler

CONTEXT = {"name": "web", "components": [{"name": "web"}], "context": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a: 1", set()),
        ("a: context.name", {"name"}),
        ('a: context["name"]\nb: "\\(context.components[0].name)"', {"name", "components"}),
        ("a: parameter.context.name\nb: {context: 1}", set()),
        ("a: context.context.a", {"context"}),
        ("a: [for c in context.components {c.name}]", {"components"}),
        ("a: context", set(CONTEXT)),
        ("k: string\na: context[k]", set(CONTEXT)),
        ("for k, v in context {(k): v}", set(CONTEXT)),
        ("context: name: string\na: context.name", set(CONTEXT)),
    ],
)
def test_only_what_a_template_selects_of_its_context_is_filled_in(text: str, seen: set[str]) -> None:
    template = TemplateCompiler().compile_text("t.cue", text, ("context", "parameter"))
    assert set(template.narrowed(CONTEXT)) == seen | {"name"}


def test_what_a_component_is_given_does_not_grow_with_the_others(shop: Any) -> None:
    shop.component("c", "output: {kind: context.name}\nparameter: {...}")
    sizes = []
    for count in (2, 40):
        names = [f"  - name: n{at}\n    type: c\n    properties: {{a: [1, 2, 3]}}\n" for at in range(10, 10 + count)]
        app = shop.application("metadata: {name: a}\nspec:\n  components:\n" + "".join(names))
        renderer = Renderer(shop.library)
        template = renderer.compile(shop.library.find("ComponentDefinition", "c"), ("context", "parameter"))
        context = component_context(app, app.components[0], Surroundings(), renderer.component_list(app))
        sizes.append(len(str(template.narrowed(context))))
    assert sizes[0] == sizes[1]


def test_the_package_is_a_command() -> None:
    done = subprocess.run([sys.executable, "-m", "oam"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: oam COMMAND")


def test_absent_required_parameters_are_told_with_what_refers_to_them(shop: Any) -> None:
    template = "output: {kind: parameter.a.r, size: parameter.n}\nparameter: {a: r!: string, n!: int & >3}"
    with pytest.raises(RenderError) as caught:
        shop.component("c", template).one()
    text = caught.value.text
    for path in ("parameter.a.r", "parameter.n"):
        assert f"{path}: field is required but not present" in text
    assert "output.kind: incomplete value string" in text
    assert "output.size: incomplete value int & >3" in text
