"""Policies about objects: taking over, reading only, keeping."""

from __future__ import annotations

from typing import Any

import pytest

NOTE = 'output: {apiVersion: "v1", kind: "ConfigMap", data: text: parameter.text}\nparameter: text: *"x" | string\n'


def submit(world: Any, names: str, policy: str, rules: str) -> Any:
    components = f"  components: [{', '.join(f'{{name: {name}, type: note}}' for name in names.split())}]\n"
    more = f"  policies: [{{name: p, type: {policy}, properties: {{rules: {rules}}}}}]\n"
    return world.up(world.component_definition("note", NOTE), world.application(components=components, more=more))


def theirs(world: Any, name: str) -> None:
    with world.store.transaction():
        world.cluster.apply(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"text": "old"}}
        )


def names(world: Any) -> list[str]:
    return [obj["metadata"]["name"] for obj in world.cluster.list("v1", "ConfigMap")]


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ("{componentNames: [a]}", "x"),
        ("{resourceTypes: [ConfigMap], resourceNames: [a]}", "x"),
        ("{componentNames: [b]}", "old"),
    ],
)
def test_taking_over(world: Any, selector: str, text: str) -> None:
    theirs(world, "a")
    submit(world, "a", "take-over", f"[{{selector: {selector}}}]")
    assert world.get("ConfigMap", "a", version="v1")["data"] == {"text": text}


def test_reading_only(world: Any) -> None:
    theirs(world, "a")
    record = submit(world, "a", "read-only", "[{selector: {componentNames: [a]}}]")
    assert record.phase == "running"
    assert world.get("ConfigMap", "a", version="v1")["data"] == {"text": "old"}
    world.runtime.delete(record)
    assert names(world) == ["a"]


def test_reading_what_is_not_there(world: Any) -> None:
    record = submit(world, "a", "read-only", "[{selector: {componentNames: [a]}}]")
    assert "is marked as read-only but does not exist" in record.run.status("a").message
    assert names(world) == []


def test_keeping(world: Any) -> None:
    rules = "[{selector: {componentNames: [never]}, strategy: never}, "
    rules += "{selector: {componentNames: [late]}, strategy: onAppDelete}]"
    submit(world, "never late soon stays", "garbage-collect", rules)
    record = submit(world, "stays", "garbage-collect", rules)
    assert names(world) == ["late", "never", "stays"]
    world.runtime.delete(record)
    assert names(world) == ["never"]


POLICY = """apiVersion: core.oam.dev/v1alpha1
kind: Policy
metadata: {name: shared}
type: topology
properties: {clusters: [CLUSTER], namespace: elsewhere}
"""


@pytest.mark.parametrize(("cluster", "phase"), [("local", "running"), ("mars", "workflowFailed")])
def test_policies_that_stand_alone(world: Any, cluster: str, phase: str) -> None:
    step = "- {name: d, type: deploy, properties: {policies: [shared]}}"
    application = world.application(step, components="  components: [{name: a, type: note}]\n")
    record = world.up(world.component_definition("note", NOTE), POLICY.replace("CLUSTER", cluster), application)
    assert record.phase == phase
    assert (names(world) == ["a"]) is (phase == "running")


def test_a_policy_that_is_nowhere(world: Any) -> None:
    step = "- {name: d, type: deploy, properties: {policies: [nowhere]}}"
    application = world.application(step, components="  components: [{name: a, type: note}]\n")
    record = world.up(world.component_definition("note", NOTE), application)
    assert record.run.status("d").message == "function call error for deploy: external policy nowhere not found"


@pytest.mark.parametrize(
    ("strategy", "text", "size"),
    [
        ("{path: [data.size]}", "new", "9"),
        ('{path: ["*"]}', "x", "9"),
        ('{path: ["data[\\"size\\"]"], affect: onUpdate}', "new", "9"),
        ("{path: [data.size], affect: onStateKeep}", "new", "1"),
        ("{path: [data.other]}", "new", "1"),
    ],
)
def test_fields_that_are_left_to_others(world: Any, strategy: str, text: str, size: str) -> None:
    template = NOTE.replace("text: parameter.text}", 'text: parameter.text, data: size: "1"}')
    rules = f"[{{selector: {{resourceTypes: [ConfigMap]}}, strategy: {strategy}}}]"
    more = f"  policies: [{{name: p, type: apply-once, properties: {{enable: true, rules: {rules}}}}}]\n"

    def component(properties: str) -> str:
        return f"  components: [{{name: a, type: note, properties: {properties}}}]\n"

    world.up(world.component_definition("note", template), world.application(components=component("{}"), more=more))
    live = world.get("ConfigMap", "a", version="v1")
    with world.store.transaction():
        world.cluster.apply({**live, "data": {**live["data"], "size": "9"}}, replace=True)
    world.up(world.application(components=component("{text: new}"), more=more))
    assert world.get("ConfigMap", "a", version="v1")["data"] == {"text": text, "size": size}
