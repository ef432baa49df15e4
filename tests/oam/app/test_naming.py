"""Outputs and conditions that name what is not there are refused before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from oam.errors import OamError

STEP = """
import "vela/op"
kept: 1
if parameter.more {extra: 1}
read: op.#Read & {value: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "c"}}
parameter: more: *false | bool
"""


def submit(world: Any, steps: str) -> Any:
    return world.submit(world.step_definition("t", STEP), world.application(steps))


@pytest.mark.parametrize(
    "value", ["read.value.x", "extra", "kept", "parameter.more", '"a" + context.name', "[for x in read {x}]", "lost?"]
)
def test_an_output_of_the_template(world: Any, value: str) -> None:
    submit(world, f"- {{name: s, type: t, outputs: [{{name: o, valueFrom: '{value}'}}]}}")


@pytest.mark.parametrize("value", ["raed.value", '"a" + raed.value', "[for x in raed {x}]", "{a: raed}"])
def test_an_output_that_the_template_does_not_have(world: Any, value: str) -> None:
    with pytest.raises(OamError) as caught:
        submit(world, f"- {{name: s, type: t, outputs: [{{name: o, valueFrom: '{value}'}}]}}")
    (fault,) = caught.value.diagnostics
    text = 'spec.workflow.steps[0].outputs[0].valueFrom: step type "t" has no field "raed"'
    assert (fault.code, fault.message) == ("OAM507", text)
    assert fault.help == 'did you mean "read"?'
    assert fault.position is not None
    assert world.cluster.objects() == []


@pytest.mark.parametrize(
    "condition",
    ["always", "status.a.failed", 'status["a"].phase == "failed"', "inputs.o == 1", 'context.name != "x"', "true"],
)
def test_a_condition_that_can_be_decided(world: Any, condition: str) -> None:
    steps = "- {name: a, type: t, outputs: [{name: o, valueFrom: kept}]}\n"
    submit(world, f"{steps}- {{name: b, type: t, if: '{condition}', inputs: [{{from: o}}]}}")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("status.aa.failed", 'there is no step "aa"'),
        ('status["aa"].failed', 'there is no step "aa"'),
        ("inputs.p == 1", 'the step has no input "p"'),
        ("stauts.a.failed", 'reference "stauts" not found'),
        ("1 + 2", "1 + 2 is not a boolean"),
        ('("yes")', '("yes") is not a boolean'),
        ("status.a.failed ==", "expected operand, found 'EOF'"),
    ],
)
def test_a_condition_that_cannot_be_decided(world: Any, condition: str, said: str) -> None:
    with pytest.raises(OamError) as caught:
        submit(world, f"- {{name: a, type: t}}\n- {{name: b, type: t, if: '{condition}'}}")
    (fault,) = caught.value.diagnostics
    assert fault.code == "OAM505"
    assert said in fault.message
