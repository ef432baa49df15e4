"""What becomes of failures: retry policies, failures that are forgiven, handlers, and steps that come at the end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.workflow.events import Finished, Operate, Pause
from oam.workflow.handlers import place_handlers
from oam.workflow.model import Input, Mode, Output, Phase, Reason, Run, RunPhase, Step
from oam.workflow.retry import Retry
from tests.oam.workflow.test_engine import ERROR, FAIL, OK, SUSPEND, WAIT, Play


def step(name: str, **fields: Any) -> Step:
    return Step.from_dict({"name": name, "type": "work", **fields})


def play(*steps: Step, last: tuple[Step, ...] = (), mode: Mode = Mode.STEP_BY_STEP, **script: Any) -> Play:
    """Expressions are Python's here, so handlers' conditions are put into its words."""
    placed = place_handlers(steps, last)
    for entry in placed:
        for one in (entry, *entry.sub_steps):
            one.condition = one.condition.replace(".failed", "['failed']").replace("&&", "and")
    return Play(placed, mode, **script)


def phases(played: Play) -> dict[str, str]:
    return {status.name: str(status.phase) for status in played.run.all_statuses()}


# ---- retry


def test_a_policy_says_how_often_a_step_is_tried() -> None:
    played = play(step("a", retry={"times": 2}), a=[ERROR]).play()
    assert played.executed == ["a"] * 3
    status = played.run.status("a")
    assert status is not None
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.FAILED_AFTER_RETRIES)
    assert played.end == Finished(RunPhase.FAILED)


def test_a_step_that_succeeds_at_last_has_succeeded() -> None:
    played = play(step("a", retry={"times": 5}), step("b"), a=[ERROR, FAIL, OK], b=[OK]).play()
    assert played.executed == ["a", "a", "a", "b"]
    assert played.end == Finished(RunPhase.SUCCEEDED)


@pytest.mark.parametrize(
    ("retry", "pauses"),
    [
        ({"times": 4, "interval": "10s"}, [10, 20, 40, 60]),
        ({"times": 4, "interval": "10s", "maxInterval": "25s"}, [10, 20, 25, 25]),
        ({"times": 3, "interval": "7s", "backoff": "constant"}, [7, 7, 7]),
        ({"times": 2, "interval": "200ms", "backoff": "constant"}, [0.2, 0.2]),
    ],
)
def test_attempts_are_made_when_they_are_due(retry: dict[str, Any], pauses: list[float]) -> None:
    played = play(step("a", retry=retry), a=[ERROR])
    times = []
    for _ in range(600):
        before = len(played.executed)
        end = played.once()
        if len(played.executed) > before:
            times.append(played.now)
        if not isinstance(end, Pause):
            break
        played.now += end.seconds
    assert [later - sooner for sooner, later in pairwise(times)] == pytest.approx(pauses)


@pytest.mark.parametrize(
    ("only", "outcome", "attempts"),
    [
        (["Action"], FAIL, 3),
        (["Action"], ERROR, 1),
        (["Execute"], ERROR, 3),
        (["time-?out"], (*ERROR, {"message": "connection timeout"}), 3),
        (["time-?out"], (*ERROR, {"message": "refused"}), 1),
    ],
)
def test_only_some_failures_are_worth_another_attempt(only: list[str], outcome: Any, attempts: int) -> None:
    played = play(step("a", retry={"times": 2, "only": only}), a=[outcome]).play()
    assert len(played.executed) == attempts
    assert played.run.phase is RunPhase.FAILED


def test_each_attempt_has_its_own_time() -> None:
    played = play(step("a", timeout="30s", retry={"times": 1}), a=[WAIT])
    start = played.now
    played.play(200)
    status = played.run.status("a")
    assert status is not None
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.TIMEOUT)
    assert played.now - start >= 60


def test_a_failure_that_is_tried_again_ends_nothing() -> None:
    played = play(step("a", retry={"times": 1}), step("b"), mode=Mode.DAG, a=[FAIL, OK], b=[OK]).play()
    assert played.end == Finished(RunPhase.SUCCEEDED)
    assert played.executed == ["a", "b", "a"]


def test_what_the_template_ended_begins_anew_and_what_an_error_ended_goes_on() -> None:
    for outcome, kept in ((ERROR, True), (FAIL, False)):
        played = play(step("a", retry={"times": 3}), a=[WAIT, outcome])
        played.once()
        status = played.run.status("a")
        assert status is not None
        played.run.journal[status.id] = {"post": {"params": "p", "result": 1}}
        played.once()
        assert (status.id in played.run.journal) is kept


def test_attempts_are_still_counted_after_a_suspension() -> None:
    played = play(step("a", retry={"times": 2}), step("gate"), mode=Mode.DAG, a=[ERROR], gate=[SUSPEND, OK]).play(3)
    played.engine.advance(played.run, Operate(played.now, "resume"))
    played.play()
    assert played.executed.count("a") == 3


def test_a_run_is_written_and_read_with_its_policies() -> None:
    steps = [step("a", retry={"times": 2, "only": ["Action"]}, continueOnError=True, onFailure=[{"type": "x"}])]
    run = Run(steps)
    assert Run.from_document(run.to_document()) == run


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"times": -1}, "less than none"),
        ({"backoff": "linear"}, "not one of exponential, constant"),
        ({"interval": "soon"}, "invalid duration"),
        ({"interval": "-1s"}, "less than no time"),
        ({"only": ["("]}, "is no pattern"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(data: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Retry.from_dict(data)


@given(st.integers(1, 2000), st.sampled_from(["exponential", "constant"]))
def test_delays_grow_and_have_an_end(failures: int, backoff: str) -> None:
    retry = Retry(interval="2s", backoff=backoff, max_interval="90s")
    assert 2 <= retry.delay(failures) <= retry.delay(failures + 1) <= 90


# ---- failures that are forgiven


@pytest.mark.parametrize("mode", list(Mode))
def test_a_forgiven_failure_stops_neither_the_rest_nor_the_run(mode: Mode) -> None:
    played = play(
        step("a", continueOnError=True), step("b", dependsOn=["a"]), step("c"), mode=mode, a=[FAIL], b=[OK], c=[OK]
    ).play()
    assert phases(played) == {"a": "failed", "b": "succeeded", "c": "succeeded"}
    assert played.end == Finished(RunPhase.SUCCEEDED)


def test_a_group_is_not_failed_by_what_it_forgives() -> None:
    subs = [{"name": "x", "type": "work", "continueOnError": True}, {"name": "y", "type": "work"}]
    group = Step.from_dict({"name": "g", "type": "step-group", "subSteps": subs})
    played = play(group, step("after"), x=[FAIL], y=[OK], after=[OK]).play()
    assert phases(played) == {"g": "succeeded", "x": "failed", "y": "succeeded", "after": "succeeded"}


# ---- handlers


@pytest.mark.parametrize("mode", list(Mode))
def test_handlers_run_one_after_the_other_if_their_step_failed(mode: Mode) -> None:
    failing = step("a", onFailure=[{"name": "undo", "type": "work"}, {"name": "tell", "type": "work"}])
    played = play(failing, step("b"), mode=mode, a=[FAIL], undo=[OK], tell=[OK], b=[OK]).play()
    assert [name for name in played.executed if name != "b"] == ["a", "undo", "tell"]
    assert phases(played)["b"] == ("skipped" if mode is Mode.STEP_BY_STEP else "succeeded")
    assert played.end == Finished(RunPhase.FAILED)


@pytest.mark.parametrize("mode", list(Mode))
def test_handlers_are_skipped_if_their_step_succeeded(mode: Mode) -> None:
    fine = step("a", onFailure=[{"name": "undo", "type": "work"}])
    played = play(fine, step("b"), mode=mode, a=[OK], b=[OK]).play()
    assert phases(played) == {"a": "succeeded", "undo": "skipped", "b": "succeeded"}
    assert played.end == Finished(RunPhase.SUCCEEDED)


def test_a_handler_waits_for_the_last_attempt() -> None:
    failing = step("a", retry={"times": 2}, onFailure=[{"name": "undo", "type": "work"}])
    played = play(failing, a=[ERROR], undo=[OK]).play()
    assert played.executed == ["a", "a", "a", "undo"]


def test_a_handler_may_have_a_condition_of_its_own() -> None:
    handlers = [
        {"name": "slow", "type": "work", "if": "status['a']['timeout']"},
        {"name": "any", "type": "work", "if": "always"},
    ]
    played = play(step("a", onFailure=handlers), a=[FAIL], slow=[OK], any=[OK]).play()
    assert phases(played) == {"a": "failed", "slow": "skipped", "any": "succeeded"}


def test_steps_of_a_group_have_handlers_too() -> None:
    sub = {"name": "x", "type": "work", "onFailure": [{"name": "undo", "type": "work"}]}
    group = Step.from_dict({"name": "g", "type": "step-group", "subSteps": [sub]})
    played = play(group, x=[FAIL], undo=[OK]).play()
    assert phases(played) == {"g": "failed", "x": "failed", "undo": "succeeded"}


# ---- the end


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("outcome", [OK, FAIL])
def test_the_last_steps_come_whatever_happened(mode: Mode, outcome: Any) -> None:
    last = (step("clean"), step("tell"))
    played = play(step("a"), step("b"), last=last, mode=mode, a=[outcome], b=[OK], clean=[OK], tell=[OK]).play()
    assert played.executed[-2:] == ["clean", "tell"]
    assert played.end == Finished(RunPhase.SUCCEEDED if outcome is OK else RunPhase.FAILED)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_last_steps_come_after_a_termination_too(mode: Mode) -> None:
    played = play(step("a"), step("b"), last=(step("clean"),), mode=mode, a=[SUSPEND], b=[OK], clean=[OK])
    played.once()
    played.engine.advance(played.run, Operate(played.now, "terminate"))
    played.play()
    assert played.executed[-1] == "clean"
    assert played.end == Finished(RunPhase.TERMINATED)


def test_a_step_at_the_end_takes_what_others_gave() -> None:
    giver = Step("a", "work", outputs=[Output("address", "out")])
    taker = Step("tell", "work", inputs=[Input("address")])
    played = play(giver, last=(taker,), a=[(*OK, {"outputs": {"address": "x"}})], tell=[OK]).play()
    assert played.executed == ["a", "tell"]
