"""What deploy steps deploy: places, replicas, what components give each other."""

from __future__ import annotations

from typing import Any

import pytest

NOTE = """
_name: [if context.replicaKey != "" {context.name + "-" + context.replicaKey}, context.name][0]
output: {apiVersion: "v1", kind: "ConfigMap", metadata: name: _name, data: parameter.data}
outputs: copy: {apiVersion: "v1", kind: "ConfigMap", metadata: name: _name + "-copy", data: parameter.data}
parameter: data: [string]: string
"""


def up(world: Any, components: str, policies: str, step: str = "") -> Any:
    return world.up(
        world.component_definition("note", NOTE),
        world.application(step, f"  policies: {policies}\n", f"  components: {components}\n"),
    )


def names(world: Any, namespace: str = "default") -> list[str]:
    return [obj["metadata"]["name"] for obj in world.cluster.list("v1", "ConfigMap", namespace)]


def outcome(record: Any) -> tuple[str, str]:
    status = record.run.statuses[-1]
    return str(status.phase), status.message.removeprefix("function call error for deploy: ")


def test_replicas_stand_for_their_component(world: Any) -> None:
    policies = "[{name: r, type: replication, properties: {keys: [x, z], selector: [a]}}]"
    step = "- {name: d, type: deploy, properties: {policies: [r]}}"
    record = up(world, "[{name: a, type: note, properties: {}}, {name: b, type: note, properties: {}}]", policies, step)
    assert outcome(record) == ("succeeded", "")
    assert names(world) == ["a-x", "a-x-copy", "a-z", "a-z-copy", "b", "b-copy"]
    assert world.get("ConfigMap", "a-x", version="v1")["metadata"]["labels"]["app.oam.dev/replicaKey"] == "x"
    standing = [(service["name"], service.get("replicaKey")) for service in record.services.values()]
    assert sorted(standing, key=str) == [("a", "x"), ("a", "z"), ("b", None)]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("{name: p, type: replication, properties: {keys: [x], selector: [z]}}", "policy p selects no component"),
        (
            "{name: p, type: topology, properties: {foo: 1}}",
            'failed to parse topology policy p: json: unknown field "foo"',
        ),
        ("{name: p, type: topology, properties: {clusterLabelSelector: {a: b}}}", "any cluster matches given labels"),
    ],
)
def test_policies_that_mean_nothing(make_world: Any, policy: str, message: str) -> None:
    from oam.definition import UPSTREAM

    step = "- {name: d, type: deploy, properties: {policies: [p]}}"
    components = (
        "  components: [{name: a, type: k8s-objects, properties: {objects: [{apiVersion: v1, kind: ConfigMap}]}}]\n"
    )
    application = make_world.application(step, f"  policies: [{policy}]\n", components)
    phase, said = outcome(make_world(profile=UPSTREAM).up(application))
    assert (phase, message in said) == ("failed", True)


def test_no_place_may_be_the_answer(world: Any) -> None:
    policy = "{name: p, type: topology, properties: {clusterLabelSelector: {a: b}, allowEmpty: true}}"
    record = up(world, "[{name: a, type: note}]", f"[{policy}]")
    assert (outcome(record), names(world)) == (("succeeded", ""), [])


HERE = "[{name: p, type: topology, properties: {clusters: [local]}}]"


def test_components_give_each_other_values(world: Any) -> None:
    taker = (
        '{name: b, type: note, inputs: [{from: v, parameterKey: data.got}, {from: w, parameterKey: "data[\\"x.y\\"]"}]}'
    )
    outputs = "[{name: v, valueFrom: output.data.num}, {name: w, valueFrom: outputs.copy.metadata.name}]"
    giver = f'{{name: a, type: note, properties: {{data: {{num: "7"}}}}, outputs: {outputs}}}'
    assert outcome(up(world, f"[{taker}, {giver}]", HERE)) == ("succeeded", "")
    assert world.get("ConfigMap", "b", version="v1")["data"] == {"got": "7", "x.y": "a-copy"}


def test_values_that_are_not_there(world: Any) -> None:
    giver = "{name: a, type: note, outputs: [{name: v, valueFrom: output.data.num}]}"
    taker = "{name: b, type: note, inputs: [{from: v, parameterKey: data.got}]}"
    phase, message = outcome(up(world, f"[{giver}, {taker}]", HERE))
    assert (phase, "failed to get output v of component a from output.data.num" in message) == ("failed", True)


def test_terraform_is_left_out_if_asked(world: Any) -> None:
    cloud = """\
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: bucket}
spec:
  workload: {type: configurations.terraform.core.oam.dev}
  schematic: {terraform: {configuration: 'variable "acl" {}'}}
"""
    components = "  components: [{name: a, type: note}, {name: c, type: bucket, properties: {acl: x}}]\n"
    step = "- {name: d, type: deploy}"
    record = world.up(cloud, world.component_definition("note", NOTE), world.application(step, components=components))
    assert outcome(record) == ("succeeded", "")
    assert names(world) == ["a", "a-copy"]
    assert world.cluster.list("terraform.core.oam.dev/v1beta2", "Configuration") == []


@pytest.mark.parametrize(("order", "gone"), [("dependency", ["c", "b", "a"]), ("", ["a", "b", "c"])])
def test_what_needs_others_goes_first_if_asked(world: Any, order: str, gone: list[str]) -> None:
    more = f'  policies: [{{name: g, type: garbage-collect, properties: {{order: "{order}"}}}}]\n'
    one = "type: k8s-objects, properties: {objects: [{apiVersion: v1, kind: ConfigMap}]}"
    components = f"""\
  components:
  - {{name: a, {one}, outputs: [{{name: v, valueFrom: output.metadata.name}}]}}
  - {{name: b, {one}, inputs: [{{from: v, parameterKey: "objects[0].data.v"}}]}}
  - {{name: c, {one}, dependsOn: [b]}}
"""
    record = world.up(world.application(components=components, more=more))
    assert [ref.name for ref in world.runtime.delete(record)] == gone
