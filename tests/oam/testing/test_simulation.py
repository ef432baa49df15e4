"""Simulations: timeline, script, crashes, expectations, mistakes in scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam.cli import main
from oam.testing import ScenarioError, read_scenario, simulate
from pycue.source import Source

EXAMPLE = Path(__file__).parents[3] / "examples" / "data-flow"
FILES = [Source(path.name, path.read_text()) for path in sorted(EXAMPLE.glob("*.yaml"))]


def outcome_of(more: str = ""):
    return simulate(read_scenario(Source("s.yaml", f"app: [application.yaml, definitions.yaml]\n{more}")), FILES)


def story(outcome) -> list[tuple[float, str, str]]:
    return [(moment.time, moment.subject, moment.text.split(":")[0]) for moment in outcome.timeline]


def test_the_timeline_of_the_data_flow_example():
    outcome = outcome_of()
    assert story(outcome) == [
        (0, "run", "runningWorkflow"),
        (0, "Deployment/store", "create"),
        (0, "Service/store", "create"),
        (0, "step start-store", "running (Wait)"),
        (2, "Deployment/store", "ready"),
        (2, "Deployment/proxy", "create"),
        (2, "Service/proxy", "create"),
        (2, "Ingress/proxy-entry", "create"),
        (2, "step start-store", "succeeded"),
        (2, "step start-proxy", "running (Wait)"),
        (2, "vars", 'storeAddress = "10.96.0.1"'),
        (4, "Deployment/proxy", "ready"),
        (4, "step start-proxy", "succeeded"),
        (4, "run", "running"),
    ]
    assert outcome.seconds == 4


def test_the_same_scenario_gives_the_same_objects():
    assert outcome_of("seed: 7\n").objects == outcome_of("seed: 7\n").objects
    assert outcome_of("seed: 7\n").objects != outcome_of("seed: 8\n").objects


@pytest.mark.parametrize(
    ("step", "phase"), [("start-store", "running"), ("start-store", "succeeded"), ("start-proxy", "running")]
)
def test_a_crash_changes_no_result(step: str, phase: str):
    plain = outcome_of()
    crashed = outcome_of(f"script: [{{when: {{step: {step}, phase: {phase}}}, do: crash}}]\n")
    assert ("script", "the process dies and starts again") in {(m.subject, m.text) for m in crashed.timeline}
    assert [obj.get("spec") for obj in crashed.objects] == [obj.get("spec") for obj in plain.objects]
    assert crashed.record.run.variables == plain.record.run.variables


def test_what_is_scripted_happens_in_time():
    script = "readiness: {Deployment/proxy: 60s}\nscript: [{at: 10s, do: suspend}, {at: 100s, do: resume}]\n"
    outcome = outcome_of(script)
    assert [m.time for m in outcome.timeline if m.subject == "script"] == [10, 100]
    assert outcome.record.phase == "running"


def test_statuses_and_objects_can_be_scripted():
    script = """
readiness: {default: never}
script:
- {at: 5s, do: setStatus, object: apps/v1/Deployment/default/store,
   status: {replicas: 1, readyReplicas: 1, observedGeneration: 1}}
- {at: 6s, do: delete, object: v1/Service/default/store}
- {at: 7s, do: apply, object: {apiVersion: v1, kind: ConfigMap, metadata: {name: extra}}}
expect:
- {step: start-store, phase: succeeded}
- {object: v1/Service/default/store, exists: false}
- {object: v1/ConfigMap/default/extra}
"""
    assert [fault.message for fault in outcome_of(script).unmet] == []


def test_a_workload_that_never_gets_ready_ends_the_simulation():
    outcome = outcome_of("readiness: {default: never}\n")
    assert outcome.record.phase == "runningWorkflow"
    assert outcome.seconds < 3600


@pytest.mark.parametrize(
    ("expectation", "text"),
    [
        ("{step: start-prox, phase: succeeded}", "step start-prox was never reached; there is start-proxy"),
        ("{step: start-proxy, phase: failed}", 'step start-proxy: phase is "succeeded", not "failed"'),
        ("{var: storeAddress, matches: '^11'}", 'variable storeAddress is "10.96.0.1", which does not match ^11'),
        ("{var: storeAddres}", "variable storeAddres was never set; there is storeAddress"),
        (
            "{object: v1/Service/default/stor}",
            "object v1/Service/default/stor is not there; there is v1/Service/default/store",
        ),
        (
            "{object: v1/Service/default/store, path: 'spec.ports[0].port', equals: 1}",
            "spec.ports[0].port of object v1/Service/default/store is 8080, not 1",
        ),
        ("{object: v1/Service/default/store, path: spec.none}", "object v1/Service/default/store has no spec.none"),
        ("{run: failed}", "the run is running and succeeded, not failed"),
        ("{run: succeeded, before: 3s}", "the run took 4s, not less than 3s"),
        ("{request: GET http://a.example}", "GET http://a.example was not sent"),
    ],
)
def test_what_is_expected_and_not_so_is_named(expectation: str, text: str):
    (fault,) = outcome_of(f"expect:\n- {expectation}\n").unmet
    assert fault.message == text
    assert (fault.position.line, fault.position.column) == (3, 3)


@pytest.mark.parametrize(
    ("scenario", "text", "line"),
    [
        ("app: a\nscript: [{at: 5s, do: jump}]\n", "there is nothing like jump", 2),
        ("app: a\nscript:\n- {do: crash}\n", "an event has either a time (at) or a condition (when)", 3),
        ("app: a\nscript: [{at: soon, do: crash}]\n", 'time: invalid duration "soon"', 2),
        ("app: a\nscript: [{at: 1s, do: delete}]\n", "delete needs an object", 2),
        ("app: a\nexpect: [{phase: running}]\n", "an expectation is about one of step, object, var, run, request", 2),
        ("app: a\nexpect: [{var: a, matches: '('}]\n", "matches: missing ), unterminated subpattern at position 0", 2),
        ("app: a\nlimit: {}\n", "limit: there is no such field", 2),
        ("expect: []\n", "app is missing", 1),
        ("app: a\nprofile: other\n", "unknown profile; one of standard, upstream, seed", None),
    ],
)
def test_mistakes_in_scenarios_are_refused(scenario: str, text: str, line: int | None):
    with pytest.raises(ScenarioError) as caught:
        simulate(read_scenario(Source("s.yaml", scenario)), FILES)
    assert str(caught.value).endswith(text)
    if line is not None:
        assert caught.value.diagnostics[0].position.line == line


def test_an_event_that_cannot_happen_is_located():
    with pytest.raises(ScenarioError, match="can not suspend a terminated workflow") as caught:
        outcome_of("script:\n- {at: 1h, do: suspend}\n")
    assert caught.value.diagnostics[0].position.line == 3


def test_the_command_prints_the_timeline_and_what_is_unmet(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for source in FILES:
        (tmp_path / source.name).write_text(source.text)
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("app: [application.yaml, definitions.yaml]\nexpect: [{run: failed}]\n")
    assert main(["simulate", str(scenario)]) == 1
    out, err = capsys.readouterr()
    assert "running after 4s of virtual time" in out
    assert f"Error: {scenario}:2:10: the run is running and succeeded, not failed" in err
    assert main(["simulate", "-f", str(EXAMPLE)]) == 0
    assert main(["simulate"]) == 1
    assert "needs one scenario" in capsys.readouterr().err
