"""What the definition protocol says of running applications: steps, labels, context, revisions.

The numbers are those of the rows that describe the protocol item by item.
"""

from __future__ import annotations

from typing import Any

import pytest

NOTE = """
output: {
  apiVersion: "v1"
  kind:       "ConfigMap"
  data: {
    revision: context.appRevision
    number:   "\\(context.appRevisionNum)"
    app:      context.appName
    name:     context.name
    place:    context.namespace
    own:      context.revision
    text:     parameter.text
  }
}
parameter: text: *"x" | string
"""
SIDE = """
outputs: side: {
  apiVersion: "v1"
  kind:       "ConfigMap"
  metadata: name: "\\(context.name)-side"
  data: revision: context.appRevision
}
parameter: {...}
"""


def component(*lines: str) -> str:
    return "  components:\n  - name: c\n    type: note\n" + "".join(f"    {line}\n" for line in lines)


def trait(world: Any, template: str, spec: str = "") -> str:
    text = world.step_definition("side", template).replace("WorkflowStepDefinition", "TraitDefinition")
    return text.replace("spec:\n", f"spec:\n{spec}", 1)


def test_b47_a_trait_that_manages_the_workload(world: Any) -> None:
    definitions = world.component_definition("note", NOTE), trait(world, SIDE, "  manageWorkload: true\n")
    world.up(*definitions, world.application(components=component("traits: [{type: side}]")))
    assert [obj["metadata"]["name"] for obj in world.cluster.list("v1", "ConfigMap")] == ["c-side"]


@pytest.mark.parametrize(("spec", "revision"), [("  skipRevisionAffect: true\n", "app-v1"), ("", "app-v2")])
def test_b48_a_trait_that_does_not_affect_the_revision(world: Any, spec: str, revision: str) -> None:
    definitions = world.component_definition("note", NOTE), trait(world, SIDE, spec)
    world.up(*definitions, world.application(components=component("traits: [{type: side, properties: {a: 1}}]")))
    record = world.up(
        *definitions, world.application(components=component("traits: [{type: side, properties: {a: 2}}]"))
    )
    assert record.revision == revision


def test_b49_b69_the_revision_of_a_component(world: Any) -> None:
    definition = world.component_definition("note", NOTE)
    world.up(definition, world.application(components=component()))
    first = world.get("ConfigMap", "c", version="v1")["data"]["own"]
    world.up(definition, world.application(components=component("properties: {text: new}")))
    second = world.get("ConfigMap", "c", version="v1")["data"]["own"]
    assert first
    assert second
    assert first != second


def test_b50_objects_for_the_control_plane_only(world: Any) -> None:
    definitions = world.component_definition("note", NOTE), trait(world, SIDE, "  controlPlaneOnly: true\n")
    step = "- {name: s, type: apply-component, properties: {component: c, namespace: far}}"
    world.up(*definitions, world.application(step, components=component("traits: [{type: side}]")))
    assert world.get("ConfigMap", "c", "far", "v1")
    assert world.get("ConfigMap", "c-side", "default", "v1")


def test_b56_the_step_of_the_protocol_does_not_replace_the_built_in_one(world: Any, protocol: dict[str, str]) -> None:
    step = "- {name: s, type: apply-component, properties: {component: c}}"
    record = world.up(
        protocol["apply-component"],
        world.component_definition("note", NOTE),
        world.application(step, components=component()),
    )
    assert record.phase == "running"


POD = 'output: {apiVersion: "v1", kind: "Pod", spec: containers: [{name: "c", image: "i"}]}\nparameter: {}\n'


def test_b56_under_another_name_it_loads_applies_and_waits(world: Any, protocol: dict[str, str]) -> None:
    mended = (
        protocol["apply-component"]
        .replace("name: apply-component", "name: mine")
        .replace("parameter.name", "parameter.component")
    )
    step = "- {name: s, type: mine, properties: {component: c}}"
    record = world.up(mended, world.component_definition("note", POD), world.application(step, components=component()))
    assert record.phase == "running"
    assert world.get("Pod", "c", version="v1")["status"] == {"phase": "Running"}
    assert record.run.end - record.run.start >= 2


def test_b57_its_mistake_is_pointed_at(world: Any, protocol: dict[str, str]) -> None:
    named = protocol["apply-component"].replace("name: apply-component", "name: mine")
    step = "- {name: s, type: mine, properties: {component: c}}"
    world.up(named, world.component_definition("note", NOTE), world.application(step, components=component()))
    (found,) = [warning for warning in world.warnings if warning.code == "OAM510"]
    assert found.message == 'reference to undeclared parameter "name"'
    assert found.help == 'did you mean "component"?'
    assert found.position is not None
    assert found.position.filename == "f0.yaml"


def test_b63_to_b68_labels_and_context_of_a_running_application(world: Any) -> None:
    world.up(world.component_definition("note", NOTE), world.application(components=component()), namespace="shop")
    live = world.get("ConfigMap", "c", "shop", "v1")
    assert live["metadata"]["labels"]["app.oam.dev/appRevision"] == "app-v1"
    data = {key: live["data"][key] for key in ("revision", "number", "app", "name", "place")}
    assert data == {"revision": "app-v1", "number": "1", "app": "app", "name": "c", "place": "shop"}
    world.up(
        world.component_definition("note", NOTE),
        world.application(components=component("properties: {text: other}")),
        namespace="shop",
    )
    data = world.get("ConfigMap", "c", "shop", "v1")["data"]
    assert (data["revision"], data["number"]) == ("app-v2", "2")


def test_b73_b74_context_of_workflow_steps(world: Any) -> None:
    template = """
seen: [
  context.name, context.namespace, context.appRevision, context.labels.tier, context.annotations.by, context.stepName,
]
"""
    application = world.application(
        "- {name: s, type: t, outputs: [{name: seen, valueFrom: seen}]}",
        metadata="{name: app, namespace: shop, labels: {tier: front}, annotations: {by: jo}}",
    )
    record = world.up(world.step_definition("t", template), application)
    assert record.run.variables["seen"] == ["app", "shop", "app-v1", "front", "jo", "s"]


def test_definitions_stay_for_the_next_time(world: Any) -> None:
    world.up(world.component_definition("note", NOTE), world.application(components=component()))
    again = type(world)(world.store)
    again.clock.sleep(60)
    record = again.up(world.application(components=component("properties: {text: later}")))
    assert record.revision == "app-v2"
    assert again.get("ConfigMap", "c", version="v1")["data"]["text"] == "later"


def test_a_policy_of_ones_own_makes_objects(world: Any) -> None:
    policy = world.step_definition(
        "about",
        'output: {apiVersion: "v1", kind: "ConfigMap", data: {app: context.appName, word: parameter.word}}\n'
        "parameter: word: string\n",
    ).replace("WorkflowStepDefinition", "PolicyDefinition")
    more = "  policies: [{name: note-it, type: about, properties: {word: hi}}]\n"
    world.up(policy, world.component_definition("note", NOTE), world.application(components=component(), more=more))
    assert world.get("ConfigMap", "note-it", version="v1")["data"] == {"app": "app", "word": "hi"}


def test_all_definitions_of_both_documents_run(world: Any, protocol: dict[str, str], data_flow: list[str]) -> None:
    application = """apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: everything}
spec:
  components:
  - name: chart
    type: helm
    properties: {repoType: helm, repoUrl: 'https://h.example.com', chart: web, version: 1.2.3}
  - name: web
    type: my-service
    properties: {image: 'nginx:1'}
    traits:
    - {type: hpa, properties: {max: 3}}
    - {type: myscaler, properties: {replicas: 2}}
    - {type: ingress, properties: {domain: web.example.com, http: {/: 80}}}
"""
    record = world.up(*protocol.values(), *data_flow[:2], application)
    assert record.phase == "running"
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    (scaler,) = world.cluster.list("autoscaling/v2beta2", "HorizontalPodAutoscaler")
    assert scaler["spec"]["scaleTargetRef"] == workload
    (manual,) = world.cluster.list("core.oam.dev/v1alpha2", "ManualScalerTrait")
    assert manual["spec"] == {"replicaCount": 2, "workloadRef": workload}
    assert world.get("HelmRepository", "chart", version="source.toolkit.fluxcd.io/v1beta1")
    assert (
        world.get("HelmRelease", "chart", version="helm.toolkit.fluxcd.io/v2beta1")["spec"]["chart"]["spec"]["chart"]
        == "web"
    )


def test_b54_the_policy_of_the_protocol_in_its_own_vocabulary(make_world: Any, protocol: dict[str, str]) -> None:
    from oam.definition import SEED

    world = make_world(profile=SEED)
    more = "  policies: [{name: places, type: env-binding, properties: {envs: []}}]\n"
    components = component()
    world.up(
        protocol["env-binding"],
        world.component_definition("note", NOTE),
        world.application(components=components, more=more),
    )
    binding = world.get("EnvBinding", "places", version="core.oam.dev/v1alpha1")
    assert binding["spec"]["engine"] == "ocm"
    assert binding["spec"]["appTemplate"]["spec"]["components"] == [{"name": "c", "type": "note"}]
