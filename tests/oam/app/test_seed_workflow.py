"""The data-flow guide's application, its text unchanged, from submission to its end.

The numbers are those of the rows that describe the guide item by item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from oam.errors import OamError
from oam.store import MemoryStore
from oam.workflow.model import Phase, Reason, RunPhase

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def finished(any_world: Any, data_flow: list[str]) -> Any:
    any_world.record = any_world.up(*data_flow)
    return any_world


def steps(record: Any) -> dict[str, str]:
    return {status.name: f"{status.phase}/{status.reason}".rstrip("/") for status in record.run.statuses}


def without_readiness(make_world: Any) -> Any:
    return make_world(ready=lambda obj: obj["kind"] != "Deployment")


def test_a13_the_op_package_is_known(finished: Any) -> None:
    assert finished.record.run.status("apply-base-service").phase is Phase.SUCCEEDED


def test_a14_an_unused_import_is_no_mistake(finished: Any, data_flow: list[str]) -> None:
    assert any('"encoding/json"' in text for text in data_flow)
    assert finished.record.run.status("apply-proxy-service").phase is Phase.SUCCEEDED


def test_a15_a_component_that_is_not_there(world: Any, data_flow: list[str]) -> None:
    broken = data_flow[-1].replace("component: proxy-service", "component: proxy-servise")
    with pytest.raises(OamError) as caught:
        world.up(*data_flow[:-1], broken)
    fault = caught.value.diagnostics[0]
    assert fault.message == "spec.workflow.steps[1].properties.component: component proxy-servise not found"
    assert fault.help == 'did you mean "proxy-service"?'
    assert fault.position is not None
    assert fault.position.filename == "f2.yaml"


def test_a16_apply_component_by_name(finished: Any) -> None:
    assert (
        finished.get("Deployment", "base-service")["spec"]["template"]["spec"]["containers"][0]["image"]
        == "nginx:1.14.2"
    )
    assert finished.get("Service", "base-service", version="v1")
    assert finished.get("Ingress", "base-service-ingress", version="networking.k8s.io/v1")


def test_a17_a18_waiting_counts_no_failure(world: Any, data_flow: list[str]) -> None:
    record = world.runtime.turn(world.submit(*data_flow))
    status = record.run.status("apply-base-service")
    assert (status.phase, status.reason) == (Phase.RUNNING, Reason.WAIT)
    assert record.run.tries == {}
    assert "status" not in world.get("Deployment", "base-service")


def test_a19_a20_a21_the_address_is_exported_under_its_older_key(finished: Any) -> None:
    address = finished.get("Service", "base-service", version="v1")["spec"]["clusterIP"]
    assert finished.record.run.variables == {"baseIP": address}
    assert address.startswith("10.96.")


@pytest.mark.parametrize("hidden", ["_private", "#Definition"])
def test_a22_hidden_fields_are_not_exported(world: Any, data_flow: list[str], hidden: str) -> None:
    broken = data_flow[-1].replace("exportKey: clusterIP", f"exportKey: '{hidden}'")
    with pytest.raises(OamError, match="cannot be exported"):
        world.up(*data_flow[:-1], broken)


def test_a22_any_other_key_is(world: Any, data_flow: list[str]) -> None:
    record = world.up(*data_flow[:-1], data_flow[-1].replace("exportKey: clusterIP", "exportKey: apply.workload.kind"))
    assert record.run.variables == {"baseIP": "Deployment"}


def test_a23_a_parameter_given_by_an_input_only(finished: Any, data_flow: list[str]) -> None:
    assert "backendIP:" not in data_flow[-1].replace("parameterKey: backendIP", "")
    assert finished.record.run.status("apply-proxy-service").phase is Phase.SUCCEEDED


def test_a24_the_second_step_is_not_touched_before_the_first_is_over(world: Any, data_flow: list[str]) -> None:
    record = world.runtime.turn(world.submit(*data_flow))
    assert list(steps(record)) == ["apply-base-service"]


def test_a24_in_a_dag_it_is_pending(world: Any, data_flow: list[str]) -> None:
    dag = data_flow[-1].replace("  workflow:\n", "  workflow:\n    mode: {steps: DAG}\n")
    record = world.runtime.turn(world.submit(*data_flow[:-1], dag))
    assert record.run.status("apply-proxy-service").message == "Pending on Input: baseIP"
    assert steps(world.runtime.run(record))["apply-proxy-service"] == "succeeded"


def test_a25_a26_a27_the_proxy_is_told_the_address(finished: Any) -> None:
    container = finished.get("Deployment", "proxy-service")["spec"]["template"]["spec"]["containers"][0]
    address = finished.get("Service", "base-service", version="v1")["spec"]["clusterIP"]
    assert container == {
        "name": "proxy-service",
        "image": "nginx:1.14.2",
        "env": [{"name": "BackendIP", "value": address}],
    }


def test_a29_the_end(finished: Any) -> None:
    record = finished.record
    assert steps(record) == {"apply-base-service": "succeeded", "apply-proxy-service": "succeeded"}
    assert (record.run.phase, record.phase) == (RunPhase.SUCCEEDED, "running")
    assert len(finished.runtime.managed(record)) == 6
    assert all(service["healthy"] for service in record.services.values())


def test_a30_a_component_that_never_is_ready(make_world: Any, data_flow: list[str]) -> None:
    world = without_readiness(make_world)
    record = world.up(*data_flow)
    assert steps(record) == {"apply-base-service": "running/Wait"}
    assert record.phase == "runningWorkflow"


def test_a30_with_a_timeout(make_world: Any, data_flow: list[str]) -> None:
    world = without_readiness(make_world)
    limited = data_flow[-1].replace("        type: apply-base\n", "        type: apply-base\n        timeout: 30s\n")
    record = world.up(*data_flow[:-1], limited)
    assert steps(record) == {"apply-base-service": "failed/Timeout", "apply-proxy-service": "skipped/Skip"}
    assert record.phase == "workflowFailed"
    assert record.run.end - record.run.start == pytest.approx(30, abs=1)


def test_a31_a_misspelt_input(world: Any, data_flow: list[str]) -> None:
    with pytest.raises(OamError) as caught:
        world.up(*data_flow[:-1], data_flow[-1].replace("from: baseIP", "from: baseIp"))
    fault = caught.value.diagnostics[0]
    assert (fault.code, fault.help) == ("OAM502", 'did you mean "baseIP"?')
    assert fault.message == 'spec.workflow.steps[1].inputs[0].from: no step produces "baseIp"'
    assert world.cluster.objects() == []


def test_a32_outputs_are_read_when_the_step_is_over(world: Any, data_flow: list[str]) -> None:
    record = world.runtime.turn(world.submit(*data_flow))
    assert world.get("Service", "base-service", version="v1")["spec"]["clusterIP"]
    assert record.run.variables == {}


def test_the_timeline(world: Any, data_flow: list[str]) -> None:
    """A deployment is ready two seconds after it was applied, and each step waits for its own."""
    record = world.up(*data_flow)
    assert record.run.end - record.run.start == pytest.approx(4, abs=1)


def _turn_and_crash(world: Any, record: Any) -> None:
    with world.store.transaction():
        world.clock.sleep(1)
        world.runtime.turn(record)
        raise KeyboardInterrupt


def test_x3_a_crash_at_any_pass_changes_nothing(
    tmp_path: Path, make_world: Any, open_store: Any, data_flow: list[str]
) -> None:
    """Whatever happened before the commit of a pass is done again by the next process, to the same end."""
    straight = make_world()
    straight.up(*data_flow)
    for crash_at in range(1, 4):
        path = tmp_path / f"{crash_at}.db"
        first = make_world(open_store(path))
        record = first.submit(*data_flow)
        for _ in range(crash_at - 1):
            first.clock.sleep(1)
            record = first.runtime.turn(record)
        with pytest.raises(KeyboardInterrupt):
            _turn_and_crash(first, record)
        second = make_world(open_store(path))
        second.clock.sleep(10)
        record = second.runtime.run(second.runtime.find("data-flow-example"))
        assert steps(record) == {"apply-base-service": "succeeded", "apply-proxy-service": "succeeded"}
        assert record.run.variables == {"baseIP": "10.96.0.1"}
        names = [(obj["kind"], obj["metadata"]["name"]) for obj in second.cluster.objects()]
        assert names == [(obj["kind"], obj["metadata"]["name"]) for obj in straight.cluster.objects()]


def test_nothing_is_stored_before_everything_is_checked(data_flow: list[str], make_world: Any) -> None:
    store = MemoryStore()
    world = make_world(store)
    with pytest.raises(OamError):
        world.up(*data_flow[:-1], data_flow[-1].replace("type: my-service", "type: my-servise"))
    assert not any(True for bucket in ("objects", "applications", "revisions", "trackers") for _ in store.scan(bucket))
