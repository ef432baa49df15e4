"""Stages before the workflow, and stages of traits."""

from __future__ import annotations

from typing import Any

import pytest

from oam.app.history import history
from oam.app.stages import StageError
from oam.definition import UPSTREAM
from oam.errors import OamError

APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: held}
spec:
  components: []
  workflow: {ref: later}
"""

WORKFLOW = """
apiVersion: core.oam.dev/v1alpha1
kind: Workflow
metadata: {name: later}
steps: [{name: gate, type: suspend}]
"""

STAGED = """
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: box}
spec:
  workload: {type: autodetects.core.oam.dev}
  schematic:
    cue:
      template: |
        output: {apiVersion: "apps/v1", kind: "Deployment", spec: {selector: {}, template: {}}}
  status:
    healthPolicy: |
      isHealth: *false | bool
      if context.output.status.readyReplicas != _|_ {isHealth: context.output.status.readyReplicas > 0}
---
apiVersion: core.oam.dev/v1beta1
kind: TraitDefinition
metadata: {name: note}
spec:
  stage: PostDispatch
  schematic:
    cue:
      template: |
        outputs: note: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "note",
          data: ready: "\\(context.output.status.readyReplicas)"}
---
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: staged}
spec:
  components: [{name: a, type: box, traits: [{type: note}]}]
"""


def test_a_missing_workflow_is_refused(world: Any) -> None:
    with pytest.raises(StageError, match=r'Workflow\.core\.oam\.dev "later" not found'):
        world.submit(APPLICATION)
    assert world.cluster.list("core.oam.dev/v1beta1", "Application") == []


def test_kubevela_holds_the_application_until_the_workflow_is_there(make_world: Any) -> None:
    world = make_world(profile=UPSTREAM)
    record = world.submit(APPLICATION)
    assert (record.phase, record.run.steps) == ("rendering", [])
    assert record.conditions[0]["type"] == "Parsed"
    told = len(history(world.store, "default", "held"))
    world.runtime.turn(record)
    assert len(history(world.store, "default", "held")) == told
    world.submit(WORKFLOW, APPLICATION)
    record = world.runtime.run(world.runtime.find("held"))
    assert (record.phase, record.conditions) == ("workflowSuspending", [])


def test_a_late_trait_sees_the_status_of_the_workload(world: Any) -> None:
    record = world.up(STAGED)
    assert record.phase == "running"
    assert world.get("ConfigMap", "note", version="v1")["data"] == {"ready": "1"}


def test_a_late_trait_waits_for_the_workload(make_world: Any) -> None:
    world = make_world(ready=lambda _: False)
    record = world.up(STAGED)
    service = next(iter(record.services.values()))
    assert service["traits"][0]["pending"] is True
    assert world.cluster.list("v1", "ConfigMap") == []


FAILURES = ("retry: {times: 2}", "onFailure: [{name: h, type: suspend}]", "continueOnError: true")


@pytest.mark.parametrize("field", FAILURES)
def test_what_kubevela_does_not_know_is_refused_in_its_profile(make_world: Any, field: str) -> None:
    application = make_world.application(f"- {{name: s, type: suspend, {field}}}")
    make_world().up(application)
    with pytest.raises(OamError, match=f'unknown field "spec.workflow.steps\\[0\\].{field.split(":")[0]}"'):
        make_world(profile=UPSTREAM).up(application)


def test_faults_of_policies_and_handlers_have_their_places(world: Any) -> None:
    steps = "- name: s\n  type: suspend\n  retry: {backoff: linear}\n  onFailure: [{name: h, type: suspemd}]"
    with pytest.raises(OamError) as caught:
        world.up(world.application(steps, "    finally: [{name: e, type: suspemd}]\n"))
    texts = [str(fault) for fault in caught.value.diagnostics]
    assert len(texts) == 2
    assert "spec.workflow.steps[0].onFailure[0].type" in texts[0]
    assert "spec.workflow.finally[0].type" in texts[1]
    with pytest.raises(OamError, match="retry: backoff is"):
        world.up(world.application(steps.replace("suspemd", "suspend")))
