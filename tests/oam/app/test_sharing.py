"""Policies about objects that several applications own, and about how objects are updated; the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from oam.app import Runtime, read_bundle
from oam.ports import ObjectRef
from oam.store import MemoryStore
from oam.workflow.clock import SeededRandom, VirtualClock
from oam.workflow.operations import OperationError
from pycue.source import Source

if TYPE_CHECKING:
    from oam.app import Record
    from oam.ports import Object

APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: %s}
spec:
  components:
  - {name: %s, type: k8s-objects, properties: {objects: [%s]}}
  policies: [%s]
"""
CONFIG = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {from: %s}}"
SHARED = "{name: p, type: shared-resource, properties: {rules: [{selector: {resourceTypes: [ConfigMap]}}]}}"
UPDATE = (
    "{name: p, type: resource-update, properties: {rules: [{selector: {resourceTypes: [ConfigMap]}, strategy: %s}]}}"
)
C = ObjectRef("v1", "ConfigMap", "default", "c")


@pytest.fixture
def runtime() -> Runtime:
    return Runtime(MemoryStore(), VirtualClock(1_700_000_000), SeededRandom())


def up(runtime: Runtime, name: str, objects: str, policy: str = "") -> Record:
    text = APPLICATION % (name, name, objects, policy)
    records, _ = runtime.submit(read_bundle([Source("a.yaml", text)]))
    return runtime.run(records[0])


def live(runtime: Runtime) -> Object:
    found = runtime.cluster.get(C)
    assert found is not None
    return found


def sharers(runtime: Runtime) -> tuple[str, str, str]:
    metadata = live(runtime)["metadata"]
    shared = metadata["annotations"]["app.oam.dev/shared-by"]
    return shared, metadata["labels"]["app.oam.dev/name"], live(runtime)["data"]["from"]


def test_the_first_sharer_decides_and_the_last_one_takes_it_along(runtime: Runtime) -> None:
    one = up(runtime, "one", CONFIG % "one", SHARED)
    assert sharers(runtime) == ("default/one", "one", "one")
    two = up(runtime, "two", CONFIG % "two", SHARED)
    assert (two.phase, *sharers(runtime)) == ("running", "default/one,default/two", "one", "one")
    assert up(runtime, "one", CONFIG % "uno", SHARED).phase == "running"
    assert sharers(runtime) == ("default/one,default/two", "one", "uno")
    runtime.delete(one)
    assert sharers(runtime) == ("default/two", "two", "uno")
    runtime.delete(two)
    assert runtime.cluster.get(C) is None


def test_what_is_not_shared_by_both_is_not_shared(runtime: Runtime) -> None:
    up(runtime, "one", CONFIG % "one")
    two = up(runtime, "two", CONFIG % "two", SHARED)
    assert two.phase == "workflowFailed"
    assert "is managed by other application default/one" in two.run.statuses[0].message
    assert live(runtime)["data"] == {"from": "one"}


def test_a_change_of_some_fields_makes_the_object_anew(runtime: Runtime) -> None:
    policy = UPDATE % "{op: patch, recreateFields: [data.from]}"
    up(runtime, "one", CONFIG % "one", policy)
    first = live(runtime)["metadata"]["uid"]
    up(runtime, "one", CONFIG % "one, more: x", policy)
    assert live(runtime)["metadata"]["uid"] == first
    up(runtime, "one", CONFIG % "two, more: x", policy)
    assert live(runtime)["metadata"]["uid"] != first
    assert live(runtime)["data"] == {"from": "two", "more": "x"}


@pytest.mark.parametrize(("op", "data"), [("patch", {"from": "two", "theirs": "x"}), ("replace", {"from": "two"})])
def test_what_others_added_stays_unless_objects_are_replaced(runtime: Runtime, op: str, data: dict[str, str]) -> None:
    policy = UPDATE % f"{{op: {op}}}"
    up(runtime, "one", CONFIG % "one", policy)
    with runtime.store.transaction():
        edited = live(runtime)
        edited["data"]["theirs"] = "x"
        runtime.store.write("objects", "/ConfigMap/default/c", edited)  # by somebody who does not apply
    up(runtime, "one", CONFIG % "two", policy)
    assert live(runtime)["data"] == data


HALF = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: one}
spec:
  components:
  - {name: one, type: k8s-objects, properties: {objects: [%s]}}
  - {name: new, type: k8s-objects, properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: new}}]}}
  workflow:
    steps:
    - {name: one, type: apply-component, properties: {component: one}}
    - {name: new, type: apply-component, properties: {component: new}}
    - {name: bad, type: apply-object, properties: {value: {apiVersion: v1, kind: ConfigMap, metadata: {name: BAD}}}}
"""


def test_going_back_after_a_failed_revision(runtime: Runtime) -> None:
    first = up(runtime, "one", CONFIG % "one")
    records, _ = runtime.submit(read_bundle([Source("a.yaml", HALF % (CONFIG % "two"))]))
    failed = runtime.run(records[0])
    assert (failed.phase, failed.revision, live(runtime)["data"]) == ("workflowFailed", "one-v2", {"from": "two"})
    back = runtime.rollback(failed)
    assert (back.phase, back.revision, back.application) == ("running", "one-v1", first.application)
    assert live(runtime)["data"] == {"from": "one"}
    assert runtime.cluster.get(ObjectRef("v1", "ConfigMap", "default", "new")) is None
    assert [str(entry.ref) for entry in runtime.managed(back)] == ["ConfigMap/c"]
    again = up(runtime, "one", CONFIG % "one")
    assert (again.revision, again.run.start) == ("one-v1", first.run.start)  # nothing to do
    assert up(runtime, "one", CONFIG % "three").revision == "one-v3"


def test_there_must_be_something_to_go_back_to(runtime: Runtime) -> None:
    records, _ = runtime.submit(read_bundle([Source("a.yaml", HALF % (CONFIG % "two"))]))
    with pytest.raises(OperationError, match="no succeeded revision to return to"):
        runtime.rollback(runtime.run(records[0]))
    fine = up(runtime, "one", CONFIG % "one")
    with pytest.raises(OperationError, match="one-v2 is the last succeeded revision already"):
        runtime.rollback(fine)
