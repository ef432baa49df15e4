"""The Application model."""

import pytest

from oam.errors import DocumentError
from oam.model import Application, load_documents
from pycue.source import Source

TEXT = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: shop
  labels: {team: red}
spec:
  components:
  - name: web
    type: server
    properties: {image: a}
    traits:
    - type: route
      properties: {host: x}
    - type: bare
    dependsOn: [db]
  - name: db
    type: store
  policies:
  - type: debug
  workflow:
    mode: {steps: DAG}
    steps:
    - name: s
      type: step-group
      subSteps:
      - {name: t, type: deploy, properties: {policies: [p]}}
"""


def parse(text):
    (document,) = load_documents(Source("app.yaml", text))
    return Application.parse(document.data, document)


def test_all_parts():
    app = parse(TEXT)
    web, db = app.components
    assert (app.name, app.namespace, app.labels) == ("shop", "", {"team": "red"})
    assert (web.name, web.properties, web.depends_on) == ("web", {"image": "a"}, ("db",))
    assert [(t.type, t.properties) for t in web.traits] == [("route", {"host": "x"}), ("bare", None)]
    assert db.properties is None
    assert app.policies[0].name == "debug-auto-gen-0"
    assert app.workflow.mode == {"steps": "DAG"}
    assert app.workflow.steps[0].sub_steps[0].properties == {"policies": ["p"]}
    assert repr(app.position((*web.path, "properties", "image"))) == "app.yaml:10:25"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: web", "name: 5", "spec.components.0.name: cannot use number as string"),
        ("properties: {image: a}", "properties: [1]", "spec.components.0.properties: cannot use array as object"),
        ("dependsOn: [db]", "dependsOn: db", "spec.components.0.dependsOn: cannot use string as array"),
        ("{team: red}", "{team: 1}", "metadata.labels.team: cannot use number as string"),
    ],
)
def test_wrong_types_are_placed(old, new, message):
    text = TEXT.replace(old, new)
    with pytest.raises(DocumentError) as caught:
        parse(text)
    assert caught.value.text == message
    line = text[: text.index(new)].count("\n") + 1
    assert caught.value.diagnostics[0].position.line == line
