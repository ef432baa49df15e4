"""Rendering from texts."""

import pytest

from oam.definition import STANDARD, Library
from oam.model import Application, load_documents
from oam.render import Renderer
from oam.render.context import Surroundings
from pycue.source import Source


class Shop:
    """Definitions and a way to render applications with them."""

    def __init__(self, profile=STANDARD):
        self.library = Library()
        self.profile = profile
        self.warnings = []

    def define(self, text, name="defs.yaml"):
        self.library.add_file(name, text, self.profile)
        return self

    def component(self, name, template, **spec):
        return self._add("ComponentDefinition", name, template, spec)

    def trait(self, name, template, **spec):
        return self._add("TraitDefinition", name, template, spec)

    def policy(self, name, template, **spec):
        return self._add("PolicyDefinition", name, template, spec)

    def _add(self, kind, name, template, spec):
        import json

        lines = "".join(f"        {line}\n" for line in template.strip("\n").split("\n"))
        extra = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in spec.items())
        text = f"kind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{extra}"
        text += f"  schematic:\n    cue:\n      template: |\n{lines}"
        return self.define(text, f"{name}.yaml")

    def application(self, text):
        (document,) = load_documents(Source("app.yaml", text))
        return Application.parse(document.data, document)

    def render(self, text, **around):
        app = self.application(text)
        around.setdefault("namespace", app.namespace or "default")
        rendered = Renderer(self.library, profile=self.profile).application(app, Surroundings(**around))
        self.warnings = rendered.warnings
        return rendered

    def objects(self, text, **around):
        """All objects of all components in their order."""
        out = []
        for placement in self.render(text, **around).placements:
            for component in placement.components:
                out += [component.workload, *(item.data for item in component.auxiliaries)]
        return out

    def one(self, type_="c", properties="{}", traits="", app="a"):
        """The workload of a one-component application."""
        text = f"metadata: {{name: {app}}}\nspec:\n  components:\n"
        text += f"  - name: web\n    type: {type_}\n    properties: {properties}\n"
        if traits:
            text += f"    traits: {traits}\n"
        return self.objects(text)[0]


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def make_shop():
    return Shop
