"""Applications of any shape are run or refused, never anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oam.errors import OamError
from oam.model.shape import APPLICATION, faults

NOTE = 'output: {apiVersion: "v1", kind: "ConfigMap", data: text: parameter.text}\nparameter: text: *"x" | string\n'
GOOD: dict[str, Any] = {
    "apiVersion": "core.oam.dev/v1beta1",
    "kind": "Application",
    "metadata": {"name": "app", "labels": {"a": "b"}, "annotations": {"c": "d"}},
    "spec": {
        "components": [
            {
                "name": "a",
                "type": "note",
                "properties": {"text": "x"},
                "outputs": [{"name": "o", "valueFrom": "output.kind"}],
            },
            {"name": "b", "type": "note", "dependsOn": ["a"], "inputs": [{"from": "o", "parameterKey": "text"}]},
        ],
        "policies": [
            {"name": "t", "type": "topology", "properties": {"clusters": ["local"], "namespace": "x"}},
            {
                "name": "g",
                "type": "garbage-collect",
                "properties": {"rules": [{"selector": {"componentNames": ["a"]}}]},
            },
        ],
        "workflow": {
            "mode": {"steps": "StepByStep"},
            "steps": [
                {"name": "s", "type": "apply-component", "properties": {"component": "a"}, "timeout": "5m"},
                {
                    "name": "r",
                    "type": "apply-component",
                    "properties": {"component": "b"},
                    "if": "always",
                    "dependsOn": ["s"],
                    "retry": {"times": 2, "interval": "5s", "only": ["Execute"]},
                    "onFailure": [{"name": "h", "type": "suspend", "continueOnError": True}],
                },
                {
                    "name": "g",
                    "type": "step-group",
                    "subSteps": [{"name": "u", "type": "suspend", "properties": {"duration": "1s"}}],
                },
                {"name": "d", "type": "deploy", "properties": {"policies": ["t"]}},
            ],
            "finally": [{"name": "e", "type": "suspend", "properties": {"duration": "1s"}}],
        },
    },
}


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def changed(path: tuple[Any, ...], value: Any) -> Any:
    data = copy.deepcopy(GOOD)
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(list(places(GOOD))[3:]),
    st.sampled_from(["s", "", 5, True, None, [], {}, [1], [None], [{}], {"k": "v"}]),
)
def test_any_value_at_any_place(make_world: Any, path: tuple[Any, ...], value: Any) -> None:
    world = make_world()
    try:
        record = world.up(world.component_definition("note", NOTE), json.dumps(changed(path, value)))
    except OamError:
        assert world.cluster.objects() == []
    else:
        assert record.run.finished or record.phase in ("runningWorkflow", "workflowSuspending")


def test_the_unchanged_one_runs(make_world: Any) -> None:
    world = make_world()
    assert world.up(world.component_definition("note", NOTE), json.dumps(GOOD)).phase == "running"


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("spec", "workflow", "steps", 1, "if"), True, "must be text, not true or false"),
        (("spec", "workflow", "steps", 1, "dependOn"), ["s"], "there is no such field"),
        (("spec", "components", 0, "traits"), {}, "must be a list, not an object"),
        (("spec", "components", 0, "properties"), 5, "must be an object, not a number"),
    ],
)
def test_what_is_said(path: tuple[Any, ...], value: Any, fault: str) -> None:
    ((where, text, _),) = faults(changed(path, value), APPLICATION)
    assert (where, text) == (path, fault)
