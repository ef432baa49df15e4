"""The library of well-known definitions: every type makes what it should, and nothing is left untested."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from oam.app.health import Health, judge
from oam.definition import Library
from oam.definition.builtin import builtin_definition, builtin_names
from oam.definition.vet import vet_template
from oam.providers import package_source
from oam.render.template import TemplateCompiler
from pycue import Context, CueError

KINDS = {
    "component": "ComponentDefinition",
    "trait": "TraitDefinition",
    "policy": "PolicyDefinition",
    "step": "WorkflowStepDefinition",
}
ALL = [(short, name) for short, kind in KINDS.items() for name in builtin_names(kind)]
CASES = yaml.safe_load(Path(__file__).with_name("well_known.yaml").read_text(encoding="utf-8"))
HOST = {
    "image": "nginx",
    "args": ["keep", "drop"],
    "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    "ports": [{"port": 80, "name": "http"}],
}
CONTEXT = {
    "name": "app",
    "namespace": "default",
    "stepName": "here",
    "stepSessionID": "id",
    "appName": "app",
}
READY = {"readyReplicas": 1, "updatedReplicas": 1, "replicas": 1}
# Packages whose operations belong to an engine with such services.
OTHERS = {
    "vela/email": "package email\n#SendEmail: {$params: {...}, ...}",
    "vela/helm": "package helm\n#Render: {$params: {...}, $returns: resources: [...], ...}",
    "vela/metrics": "package metrics\n#PromCheck: {$params: {...}, $returns?: {...}, ...}",
    "vela/query": "package query\n#CollectServiceEndpoints: {$params: {...}, $returns?: {...}, ...}",
}


def packages(path: str) -> str | None:
    return OTHERS.get(path) or package_source(path)


def template(short: str, name: str) -> Any:
    definition = builtin_definition(KINDS[short], name)
    assert definition is not None
    return TemplateCompiler(packages=packages).compile(definition.require_template(), ("context", "parameter"))


@pytest.mark.parametrize(("short", "name"), ALL)
def test_texts_are_whole(short: str, name: str) -> None:
    definition = builtin_definition(KINDS[short], name)
    assert definition is not None
    assert (definition.kind, definition.name) == (KINDS[short], name)
    assert definition.description.endswith(".")
    assert [*definition.warnings, *vet_template(definition)] == []


def test_every_type_has_a_case() -> None:
    known = {f"{short}/{name}" for short in ("component", "trait", "step") for name in CASES[short]}
    known.update(CASES["parameters"], (f"step/{name}" for name in CASES["plain"]))
    assert {f"{short}/{name}" for short, name in ALL} == known


@pytest.mark.parametrize(("short", "type_"), [(s, n) for s in ("component", "trait") for n in CASES[s]])
def test_objects(shop: Any, short: str, type_: str) -> None:
    case = CASES[short][type_]
    component = {"name": "it", "type": type_, "properties": case["properties"]}
    if short == "trait":
        trait = {"type": type_, "properties": case["properties"]}
        component = {"name": "it", "type": "webservice", "properties": HOST, "traits": [trait]}
    head = {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": {"name": "app"}}
    made = shop.objects(json.dumps({**head, "spec": {"components": [component]}}))
    by_kind = Context().encode({item["kind"]: item for item in reversed(made)})
    for path, expected in case["expect"].items():
        assert by_kind.lookup(path).decode() == expected, path


@pytest.mark.parametrize("type_", CASES["step"])
def test_steps(type_: str) -> None:
    case = CASES["step"][type_]
    filled = template("step", type_).fill(parameter=case["parameter"], context=CONTEXT)
    for path, expected in case["expect"].items():
        assert filled.lookup(path).decode() == expected, path


@pytest.mark.parametrize("type_", CASES["plain"])
def test_plain_steps(type_: str) -> None:
    filled = template("step", type_).fill(parameter={}, context=CONTEXT)
    assert filled.error() is None


@pytest.mark.parametrize("type_", CASES["parameters"])
def test_parameters(type_: str) -> None:
    good, bad = CASES["parameters"][type_]
    made = template(*type_.split("/"))
    assert made.fill(parameter=good, context=CONTEXT).lookup("parameter").error() is None
    with pytest.raises(CueError):
        made.fill(parameter=bad, context=CONTEXT).lookup("parameter").validate()


@pytest.mark.parametrize("type_", ["command", "env", "container-ports", "securitycontext"])
def test_container_traits_take_nothing(type_: str) -> None:
    output = {"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "i"}]}}}}
    filled = template("trait", type_).fill(parameter={}, context={**CONTEXT, "output": output})
    patched = filled.lookup("patch.spec.template.spec.containers").decode()
    assert [container["name"] for container in patched] == ["app"]


@pytest.mark.parametrize(
    ("short", "parameter", "message"),
    [
        ("command", {"containerName": "no"}, "container no not found"),
        ("command", {"args": ["a"], "addArgs": ["b"]}, "cannot set addArgs/delArgs and args at the same time"),
        ("env", {"containers": [{"env": {}}]}, "containerName must be set for containers"),
    ],
)
def test_container_traits_complain(short: str, parameter: dict[str, Any], message: str) -> None:
    output = {"spec": {"template": {"spec": {"containers": [{"name": "app"}]}}}}
    filled = template("trait", short).fill(parameter=parameter, context={**CONTEXT, "output": output})
    assert filled.lookup("errs").decode() == [message]


@pytest.mark.parametrize(
    ("type_", "status", "healthy", "message"),
    [
        ("webservice", {**READY, "observedGeneration": 2}, True, "Ready:1/1"),
        ("webservice", {**READY, "observedGeneration": 1}, False, "Ready:1/1"),
        ("statefulset", {}, False, "Ready:0/1"),
        ("daemon", {"numberReady": 1, "desiredNumberScheduled": 2}, False, "Ready:1/2"),
        ("task", {"succeeded": 1}, True, "Active/Failed/Succeeded:0/0/1"),
    ],
)
def test_health(type_: str, status: dict[str, int], healthy: bool, message: str) -> None:
    definition = builtin_definition("ComponentDefinition", type_)
    assert definition is not None
    live = {"metadata": {"generation": 2}, "spec": {"replicas": 1, "parallelism": 1}, "status": status}
    assert judge(TemplateCompiler(), definition, {"output": live}, {}) == Health(healthy, message)


def test_own_definitions_win() -> None:
    library = Library()
    assert library.find("TraitDefinition", "scaler").description == "A fixed number of pods."
    library.add_file("scaler.cue", 'scaler: {type: "trait", description: "mine"}\ntemplate: patch: {}\n')
    assert library.find("TraitDefinition", "scaler").description == "mine"
    assert len(library) == 1
