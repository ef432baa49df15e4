"""Which line made each field."""

import json

import pytest

from oam.cli import main
from oam.definition.library import Library
from oam.explain import explain
from oam.model.application import Application
from oam.model.yaml_reader import load_documents
from oam.render import Renderer
from oam.render.context import Surroundings
from oam.render.trace import Trace
from pycue.source import Source

COMPONENT = """web: {type: "component"}
template: {
	_ports: [for p in parameter.ports {target: p}]
	output: {
		apiVersion: "apps/v1"
		kind:       "Deployment"
		spec: {
			replicas: parameter.replicas
			selector: matchLabels: {parameter.labels, own: context.name}
			containers: [{
				name:  context.name
				image: "\\(parameter.image):\\(parameter.tag)"
				if parameter.debug {args: ["-v"]}
				ports: [for p in _ports {containerPort: p.target}]
			}, {name: "aux", image: "b"}]
		}
	}
	outputs: service: {
		apiVersion: "v1"
		kind:       "Service"
		spec: type: parameter.expose
	}
	parameter: {
		image:    string
		tag:      *"latest" | string
		replicas: *1 | int
		labels: [string]: string
		ports: *[] | [...int]
		debug:  *false | bool
		expose: *"ClusterIP" | "NodePort"
	}
}
"""
TRAIT = """tune: {type: "trait"}
template: {
	patch: spec: {
		// +patchKey=name
		containers: [{name: "aux", level: parameter.level}, {name: "new", image: parameter.image}]
		// +patchStrategy=retainKeys
		replicas: parameter.replicas
	}
	patchOutputs: service: metadata: annotations: tuned: "yes"
	parameter: {level: *"info" | string, image: string, replicas: int}
}
"""
MERGE = """merge: {type: "trait"}
template: {
	// +patchStrategy=jsonMergePatch
	patch: {
		spec: {replicas: parameter.replicas, selector: null}
	}
	parameter: replicas: int
}
"""
STEPS = """steps: {type: "trait"}
template: {
	// +patchStrategy=jsonPatch
	patch: {
		operations: [
			{op: "add", path: "/spec/paused", value: parameter.paused},
			{op: "copy", from: "/spec/replicas", path: "/spec/before"},
		]
	}
	parameter: paused: bool
}
"""
APP = """kind: Application
metadata:
  name: shop
  labels: {team: core}
  annotations: {note: hello}
spec:
  components:
  - name: front
    type: web
    properties:
      image: nginx
      labels: {tier: front}
      ports: [80, 8080]
      debug: true
    traits:
    - type: tune
      properties: {image: log, replicas: 3}
"""


def explained(text, namespace="default"):
    library = Library()
    for name, definition in (("web", COMPONENT), ("tune", TRAIT), ("merge", MERGE), ("steps", STEPS)):
        library.add_file(f"{name}.cue", definition)
    (document,) = load_documents(Source("app.yaml", text))
    app = Application.parse(document.data, document)
    items, _ = explain(Renderer(library, trace=Trace()), app, Surroundings(namespace=namespace))
    return items


def fields(text, index=0):
    return {str(field.path): field.causes for field in explained(text)[index].fields}


def told(cause):
    """A cause in short: who, where, and what it reads from where."""
    reads = [f"{read.path} {read.origin} {read.position!r}" for read in cause.reads]
    return f"{cause.kind} {cause.name} {cause.target}", repr(cause.position), reads


def test_literals_parameters_and_defaults():
    found = fields(APP)
    assert told(found["kind"][0]) == ("component web output", "web.cue:6:15", [])
    (image,) = found["spec.containers[0].image"]
    assert told(image)[:2] == ("component web output", "web.cue:12:12")
    assert sorted(told(image)[2]) == [
        "parameter.image given app.yaml:11:14",
        "parameter.tag default web.cue:25:13",
    ]


def test_structs_of_parameters_are_followed_to_the_field():
    found = fields(APP)
    (tier,) = found["spec.selector.matchLabels.tier"]
    assert told(tier)[1:] == ("web.cue:9:28", ["parameter.labels.tier given app.yaml:12:22"])
    (own,) = found["spec.selector.matchLabels.own"]
    assert told(own)[1:] == ("web.cue:9:51", ["context.name context app.yaml:8:11"])


def test_helpers_of_the_template_are_gone_through():
    (port,) = fields(APP)["spec.containers[0].ports[1].containerPort"]
    assert told(port)[1:] == ("web.cue:14:45", ["parameter.ports[1] given app.yaml:13:19"])
    assert [repr(place) for place in port.via] == ["web.cue:3:45"]


def test_conditions_are_named():
    (args,) = fields(APP)["spec.containers[0].args[0]"]
    assert [(item.text, repr(item.position)) for item in args.conditions] == [("parameter.debug", "web.cue:13:5")]


def test_patches_tell_whose_field_it_is_and_by_which_key():
    found = fields(APP)
    (replicas,) = found["spec.replicas"]
    assert told(replicas) == ("trait tune patch", "tune.cue:7:13", ["parameter.replicas given app.yaml:17:42"])
    (level,) = found["spec.containers[1].level"]
    assert told(level) == ("trait tune patch", "tune.cue:5:37", ["parameter.level default tune.cue:10:21"])
    assert level.element == "containers[1] merged by name=aux"
    (image,) = found["spec.containers[2].image"]
    assert image.element == "containers[2] added by name=new"
    base, patch = found["spec.containers[1].name"]
    assert (base.kind, patch.kind, base.position.line, patch.position.line) == ("component", "trait", 15, 5)
    (merged,) = [merged for trait, merged in explained(APP)[0].lists if trait == "tune"]
    assert (str(merged.path), merged.key) == ("spec.containers", "name")
    assert [(one.how, one.text) for one in merged.elements] == [("kept", "front"), ("merged", "aux"), ("added", "new")]


def test_patches_of_other_objects():
    found = fields(APP, 1)
    (tuned,) = found["metadata.annotations.tuned"]
    assert told(tuned)[:2] == ("trait tune patchOutputs.service", "tune.cue:9:55")
    (type_,) = found["spec.type"]
    assert told(type_) == (
        "component web outputs.service",
        "web.cue:21:15",
        ["parameter.expose default web.cue:30:11"],
    )


def test_the_engine_and_the_application():
    found = fields(APP)
    (team,) = found["metadata.labels.team"]
    assert (team.kind, repr(team.position)) == ("application", "app.yaml:4:18")
    (note,) = found["metadata.annotations.note"]
    assert (note.kind, repr(note.position)) == ("application", "app.yaml:5:23")
    assert found['metadata.labels."app.oam.dev/name"'][0].kind == "engine"
    assert found["metadata.name"][0].note == "named after front"
    assert found["metadata.namespace"][0].note == "the application's namespace"


def test_later_patches_see_through_earlier_ones():
    text = (
        APP
        + "    - type: merge\n      properties: {replicas: 7}\n    - type: steps\n      properties: {paused: true}\n"
    )
    found = fields(text)
    assert told(found["spec.replicas"][0]) == (
        "trait merge patch",
        "merge.cue:5:20",
        ["parameter.replicas given app.yaml:19:30"],
    )
    assert told(found["spec.before"][0])[0] == "trait merge patch"
    assert told(found["spec.paused"][0]) == (
        "trait steps patch",
        "steps.cue:6:45",
        ["parameter.paused given app.yaml:21:28"],
    )
    assert told(found["spec.containers[1].level"][0])[0] == "trait tune patch"
    assert told(found["spec.containers[0].image"][0])[1] == "web.cue:12:12"
    assert not any(path.startswith("spec.selector") for path in found)


def test_every_field_has_a_cause():
    text = (
        APP
        + "    - type: merge\n      properties: {replicas: 7}\n    - type: scaler\n      properties: {replicas: 7}\n"
    )
    for item in explained(text):
        assert item.fields
        for field in item.fields:
            assert field.causes, field.path
            assert all(cause.position is not None or cause.kind == "engine" for cause in field.causes), field.path


OVERRIDES = """  policies:
  - name: prod
    type: override
    properties:
      components:
      - name: front
        properties:
          labels: {zone: b}
          ports: [90]
        traits:
        - type: tune
          properties: {replicas: 9}
  - name: more
    type: override
    properties:
      components:
      - properties: {tag: "7", labels: {}}
      - {name: back, type: web, properties: {image: x, replicas: 2}}
"""


def test_overrides_are_named_where_they_give_something():
    text = APP + OVERRIDES
    found = fields(text)

    def read(path, name):
        return next(told(found[path][-1])[2][at] for at, r in enumerate(found[path][-1].reads) if r.path == name)

    assert read("spec.replicas", "parameter.replicas") == "parameter.replicas policy prod app.yaml:29:34"
    assert read("spec.containers[0].image", "parameter.tag") == "parameter.tag policy more app.yaml:34:27"
    assert read("spec.containers[0].image", "parameter.image") == "parameter.image given app.yaml:11:14"
    labels = "spec.selector.matchLabels"
    assert read(f"{labels}.tier", "parameter.labels.tier") == "parameter.labels.tier given app.yaml:12:22"
    assert read(f"{labels}.zone", "parameter.labels.zone") == "parameter.labels.zone policy prod app.yaml:25:26"
    ports = "spec.containers[0].ports"
    assert read(f"{ports}[0].containerPort", "parameter.ports[0]") == "parameter.ports[0] policy prod app.yaml:26:19"
    assert f"{ports}[1].containerPort" not in found
    back = next(item for item in explained(text) if item.owner == "component back")
    (replicas,) = (field for field in back.fields if str(field.path) == "spec.replicas")
    assert told(replicas.causes[0])[2] == ["parameter.replicas policy more app.yaml:35:66"]


# ---- the command


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "defs").mkdir()
    (tmp_path / "defs" / "web.cue").write_text(COMPONENT)
    (tmp_path / "defs" / "tune.cue").write_text(TRAIT)
    return tmp_path


def test_text(folder, capsys):
    assert main(["explain", "-f", "app.yaml", "-d", "defs", "--object", "deployment", "--path", "spec.replicas"]) == 0
    assert capsys.readouterr().out == (
        "Deployment/front, component front, from component web\n"
        "  spec.replicas = 3\n"
        "    <- trait tune patch, defs/tune.cue:7:13  | replicas: parameter.replicas\n"
        "       <- parameter.replicas, app.yaml:17:42\n"
    )


def test_json(folder, capsys):
    args = ["explain", "-f", "app.yaml", "-d", "defs", "front", "--object", "Service/front", "--format", "json"]
    assert main(args) == 1
    assert "no object Service/front; there are Deployment/front, Service/" in capsys.readouterr().err
    assert main([*args[:-4], "--object", "Service", "--path", "spec.type", "--format", "json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)
    (field,) = item["fields"]
    assert (field["path"], field["value"]) == ("spec.type", "ClusterIP")
    assert field["causes"][0]["position"] == {"file": "defs/web.cue", "line": 21, "column": 15}


def test_an_application_without_components(folder, capsys):
    (folder / "empty.yaml").write_text("kind: Application\nmetadata: {name: none}\nspec: {components: []}\n")
    assert main(["explain", "-f", "empty.yaml"]) == 0
    assert capsys.readouterr().out == "No objects.\n"
    assert main(["explain", "-f", "empty.yaml", "front"]) == 1
    assert main(["explain", "-f", "empty.yaml", "--object", "Pod"]) == 1


def test_lists(folder, capsys):
    assert main(["explain", "patch", "-f", "app.yaml", "-d", "defs"]) == 0
    assert capsys.readouterr().out == (
        "Deployment/front, component front, from component web\n"
        "  spec.containers: trait tune, patchKey=name\n"
        "    [0] name=front  kept\n"
        "    [1] name=aux    merged\n"
        "    [2] name=new    added\n"
    )


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "no application"),
        (["-f", "app.yaml", "-d", "defs", "--format", "x"], "unknown format"),
        (["-f", "app.yaml", "-d", "defs", "back"], 'no component or policy "back"; there are front'),
        (["-f", "app.yaml", "-d", "defs", "--path", "spec.replica"], 'did you mean "spec.replicas"?'),
        (["-f", "app.yaml", "-d", "defs", "--path", "a b"], "invalid path"),
    ],
)
def test_wrong_use(folder, capsys, argv, message):
    assert main(["explain", *argv]) == 1
    assert message in capsys.readouterr().err
