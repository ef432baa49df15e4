"""The engine alone, with steps whose outcomes are written down and a clock that only counts."""

from __future__ import annotations

from typing import Any

import pytest

from oam.workflow.clock import SeededRandom
from oam.workflow.engine import ConditionError, Engine
from oam.workflow.events import Begin, Commit, Execute, Finished, Operate, Pause, Rest, Returned
from oam.workflow.model import Input, Mode, Output, Phase, Reason, Run, Step
from oam.workflow.operations import OperationError

OK = (Phase.SUCCEEDED, Reason.NONE)
WAIT = (Phase.RUNNING, Reason.WAIT)
ERROR = (Phase.FAILED, Reason.EXECUTE)
FAIL = (Phase.FAILED, Reason.ACTION)
SUSPEND = (Phase.SUSPENDING, Reason.SUSPEND)


def evaluate(expression: str, scope: dict[str, Any]) -> bool:
    """Python stands in for the expression language: ``status`` is a dictionary here."""
    try:
        value = eval(expression, {}, scope)
    except Exception as error:
        raise ConditionError(str(error)) from error
    if not isinstance(value, bool):
        raise ConditionError("not a bool")
    return value


class Play:
    """Plays a run: each step's outcomes in order, the last one for ever."""

    def __init__(
        self, steps: list[Step], mode: Mode = Mode.STEP_BY_STEP, *, upstream: bool = False, **script: Any
    ) -> None:
        self.engine = Engine(evaluate, SeededRandom(), upstream=upstream)
        self.run = Run(steps, mode, Mode.DAG, context={"namespace": "shop"})
        self.script = {name: list(outcomes) for name, outcomes in script.items()}
        self.now = 1000.0
        self.executed: list[str] = []
        self.batches: list[list[str]] = []
        self.pauses: list[float] = []
        self.end: Any = None

    def once(self) -> Any:
        """One pass; gives the effect that ended it."""
        effects = self.engine.advance(self.run, Begin(self.now))
        while batch := [effect for effect in effects if isinstance(effect, Execute)]:
            self.batches.append([effect.step.name for effect in batch])
            for effect in batch:
                effects = self.engine.advance(self.run, self._outcome(effect))
        self.end = effects[-1]
        assert isinstance(effects[-2], Commit)
        return self.end

    def play(self, passes: int = 60) -> Play:
        for _ in range(passes):
            end = self.once()
            if not isinstance(end, Pause):
                break
            self.pauses.append(end.seconds)
            self.now += end.seconds
        return self

    def operate(self, verb: str, step: str = "") -> None:
        self.engine.advance(self.run, Operate(self.now, verb, step))

    def _outcome(self, effect: Execute) -> Returned:
        name = effect.step.name
        self.executed.append(name)
        outcomes = self.script.get(name, [OK])
        outcome = outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]
        phase, reason, *rest = outcome
        extra = rest[0] if rest else {}
        return Returned(self.now, phase, reason, terminate=outcome[:2] == FAIL, **extra)

    def table(self) -> dict[str, str]:
        return {s.name: f"{s.phase}/{s.reason}".rstrip("/") for s in self.run.all_statuses()}


def step(name: str, **fields: Any) -> Step:
    return Step(name, fields.pop("type", "t"), **fields)


def group(name: str, *steps: Step, **fields: Any) -> Step:
    return Step(name, "step-group", sub_steps=list(steps), **fields)


def test_steps_one_after_the_other() -> None:
    play = Play([step("a"), step("b")], a=[WAIT, WAIT, OK])
    play.once()
    assert play.table() == {"a": "running/Wait"}, "b is not touched before a is over"
    play.play()
    assert play.executed == ["a", "a", "a", "b"]
    assert play.table() == {"a": "succeeded", "b": "succeeded"}
    assert isinstance(play.end, Finished)
    assert play.run.phase == "succeeded"
    assert play.run.finished


def test_a_dag_goes_around_a_waiting_step() -> None:
    play = Play([step("a"), step("b", depends_on=["a"]), step("c")], Mode.DAG, a=[WAIT, OK])
    play.once()
    assert play.executed == ["a", "c"]
    assert play.run.status("b").message == "Pending on DependsOn: a"  # type: ignore[union-attr]
    play.play()
    assert play.executed == ["a", "c", "a", "b"]


def test_what_becomes_ready_in_a_dag_runs_in_the_same_pass() -> None:
    play = Play([step("b", depends_on=["a"]), step("c", depends_on=["b"]), step("a")], Mode.DAG)
    play.once()
    assert play.executed == ["a", "b", "c"]
    assert [s.name for s in play.run.statuses] == ["a", "c", "b"], (
        "in the order of the first touch, pending ones as well"
    )


def test_pause_grows_while_nothing_changes() -> None:
    play = Play([step("a")], a=[WAIT])
    play.play(14)
    assert play.pauses == [1, 1, 1, 1, 1, 3, 6, 12, 25, 51, 60, 60, 60, 60]


def test_pause_starts_again_with_a_new_message() -> None:
    outcomes = [(*WAIT, {"message": text}) for text in "aaaaaaab"]
    play = Play([step("a")], a=outcomes)
    play.play(8)
    assert play.pauses[-2:] == [6, 1]


def test_ten_failures_are_the_end() -> None:
    play = Play([step("a"), step("b"), step("c", condition="always")], a=[ERROR])
    play.play()
    assert play.executed == ["a"] * 10 + ["c"]
    assert play.table() == {"a": "failed/FailedAfterRetries", "b": "skipped/Skip", "c": "succeeded"}
    assert play.run.phase == "failed"
    assert play.pauses[:9] == [1, 1, 1, 1, 1, 3, 6, 12, 25]


def test_a_failing_step_that_recovers() -> None:
    play = Play([step("a"), step("b")], a=[ERROR, ERROR, OK])
    play.play()
    assert play.table() == {"a": "succeeded", "b": "succeeded"}
    assert play.run.phase == "succeeded"


def test_what_runs_after_a_failure() -> None:
    steps = [
        step("ok"),
        step("bad"),
        step("plain"),
        step("asks", condition="status['ok']['succeeded']"),
        step("refuses", condition="status['bad']['succeeded']"),
        step("depends", depends_on=["ok"]),
        step("last"),
    ]
    play = Play(steps, bad=[FAIL]).play()
    assert play.executed == ["ok", "bad", "asks", "depends"]
    assert play.run.phase == "failed"
    assert [name for name, text in play.table().items() if text == "skipped/Skip"] == ["plain", "refuses", "last"]


def test_a_skipped_step_stops_its_dependents_but_not_its_followers() -> None:
    steps = [step("a", condition="False"), step("b"), step("c", depends_on=["a"]), step("d", depends_on=["c"])]
    play = Play(steps).play()
    assert play.executed == ["b"]
    assert play.run.phase == "succeeded"


def test_a_break_ends_the_run_as_failed() -> None:
    play = Play([step("a"), step("b")], a=[(Phase.SUCCEEDED, Reason.TERMINATE, {})])
    play.script["a"] = [(Phase.SUCCEEDED, Reason.TERMINATE)]
    original = play._outcome
    play._outcome = lambda effect: (
        Returned(play.now, *OK, terminate=True) if effect.step.name == "a" else original(effect)
    )  # type: ignore[method-assign]
    play.play()
    assert play.executed == ["b"]
    assert play.run.phase == "failed"


@pytest.mark.parametrize("upstream", [False, True])
def test_broken_condition(upstream: bool) -> None:
    play = Play([step("a", condition="nonsense"), step("b")], upstream=upstream).play()
    assert play.run.status("a").message.startswith("pre check error: ")  # type: ignore[union-attr]
    assert play.table()["a"] == ("skipped/Skip" if upstream else "failed/Input")
    assert play.run.phase == ("succeeded" if upstream else "failed")


def test_timeout_of_a_waiting_step() -> None:
    play = Play([step("a", timeout="5s"), step("b"), step("c", condition="status['a']['timeout']")], a=[WAIT]).play()
    assert play.table() == {"a": "failed/Timeout", "b": "skipped/Skip", "c": "succeeded"}
    assert play.now == 1005
    assert play.run.phase == "failed"


def test_timeout_keeps_the_text_of_an_error() -> None:
    play = Play([step("a", timeout="2s")], a=[(*ERROR, {"message": "boom"})]).play()
    assert play.run.status("a").message == "boom"  # type: ignore[union-attr]
    assert play.table() == {"a": "failed/Timeout"}


def test_outputs_become_inputs() -> None:
    steps = [
        step("give", outputs=[Output("net.ip", "x")]),
        step("take", inputs=[Input("net.ip", "backend"), Input("context.namespace", "ns")]),
    ]
    play = Play(steps, Mode.DAG, give=[WAIT, (*OK, {"outputs": {"net.ip": "10.96.0.1"}})])
    play.once()
    assert play.executed == ["give"]
    assert play.run.status("take").message == "Pending on Input: net.ip"  # type: ignore[union-attr]
    play.play()
    assert play.run.variables == {"net": {"ip": "10.96.0.1"}}
    assert play.executed == ["give", "give", "take"]


def test_outputs_of_a_skipped_step_are_null() -> None:
    play = Play([step("a", condition="False", outputs=[Output("v", "x")]), step("b", inputs=[Input("v", "k")])]).play()
    assert play.run.variables == {"v": None}
    assert play.executed == ["b"]


def test_a_second_value_for_a_variable_fails_the_step() -> None:
    steps = [step("a", outputs=[Output("v", "x")]), step("b", outputs=[Output("v", "x")])]
    play = Play(steps, a=[(*OK, {"outputs": {"v": 1}})], b=[(*OK, {"outputs": {"v": 2}})]).play()
    assert play.table() == {"a": "succeeded", "b": "failed/Output"}
    assert play.run.variables == {"v": 1}
    assert play.run.phase == "failed"


def test_an_input_that_never_comes_stays_pending() -> None:
    play = Play([step("a", inputs=[Input("nothing", "k")]), step("b")])
    play.play(3)
    assert play.table() == {"a": "pending"}
    assert play.run.phase == "executing"


def test_suspend_and_resume() -> None:
    play = Play([step("s"), step("b")], s=[SUSPEND, OK])
    assert isinstance(play.once(), Rest)
    assert play.run.phase == "suspending"
    play.operate("resume")
    assert play.run.status("s").phase is Phase.RUNNING  # type: ignore[union-attr]
    play.play()
    assert play.table() == {"s": "succeeded", "b": "succeeded"}


def test_suspend_with_a_time_to_resume() -> None:
    play = Play([step("s")], s=[SUSPEND, OK])
    original = play._outcome
    status_id: list[str] = []

    def outcome(effect: Execute) -> Returned:
        status_id.append(effect.id)
        return (
            Returned(play.now, *SUSPEND, marks={f"{effect.id}.s.resume": play.now + 30})
            if play.now < 1030
            else original(effect)
        )

    play._outcome = outcome  # type: ignore[method-assign]
    play.script["s"] = [OK]
    end = play.once()
    assert end == Pause(30)
    play.now += 30
    assert isinstance(play.once(), Finished)
    assert len(set(status_id)) == 1, "a step keeps its id"


def test_suspend_by_hand_holds_until_resumed() -> None:
    play = Play([step("a"), step("b")], a=[WAIT, OK])
    play.once()
    play.operate("suspend")
    assert play.table() == {"a": "suspending/Wait"}
    assert isinstance(play.once(), Rest)
    assert play.executed == ["a"]
    play.operate("resume")
    play.play()
    assert play.run.phase == "succeeded"


def test_terminate() -> None:
    play = Play([step("s"), step("b"), step("c", condition="always")], s=[SUSPEND])
    play.once()
    play.operate("terminate")
    play.play()
    assert play.table() == {"s": "failed/Terminate", "b": "skipped/Skip", "c": "succeeded"}
    assert play.run.phase == "terminated"
    with pytest.raises(OperationError, match="can not resume a terminated workflow"):
        play.operate("resume")


def test_restart_from_a_failed_step() -> None:
    steps = [step("a", outputs=[Output("v", "x")]), step("b", outputs=[Output("w", "x")]), step("c")]
    play = Play(steps, a=[(*OK, {"outputs": {"v": 1}})], b=[FAIL, (*OK, {"outputs": {"w": 2}})]).play()
    with pytest.raises(OperationError, match="can not restart from a non-failed step"):
        play.operate("restart", "a")
    play.operate("restart", "b")
    play.play()
    assert play.executed == ["a", "b", "b", "c"]
    assert play.run.variables == {"v": 1, "w": 2}
    assert play.run.phase == "succeeded"


def test_restart_begins_anew() -> None:
    play = Play([step("a")], a=[FAIL, OK]).play()
    before = play.run.status("a").id  # type: ignore[union-attr]
    play.operate("restart")
    play.play()
    assert play.run.phase == "succeeded"
    assert play.run.status("a").id != before  # type: ignore[union-attr]


def test_group() -> None:
    play = Play([group("g", step("x"), step("y", depends_on=["x"])), step("last")], x=[WAIT, OK])
    play.once()
    assert play.table() == {"g": "running", "x": "running/Wait", "y": "pending"}
    play.play()
    assert play.table() == {"g": "succeeded", "x": "succeeded", "y": "succeeded", "last": "succeeded"}


def test_group_one_after_the_other_stops_at_a_failure() -> None:
    inner = group("g", step("x"), step("y"), step("z", condition="always"), mode="StepByStep")
    play = Play([inner, step("last")], x=[FAIL]).play()
    assert play.table() == {
        "g": "failed/Action",
        "x": "failed/Action",
        "y": "skipped/Skip",
        "z": "succeeded",
        "last": "skipped/Skip",
    }


def test_group_side_by_side_goes_on() -> None:
    play = Play([group("g", step("x"), step("y"))], x=[ERROR]).play()
    assert play.executed.count("y") == 1
    assert play.table() == {"g": "failed/FailedAfterRetries", "x": "failed/FailedAfterRetries", "y": "succeeded"}


def test_group_that_is_not_wanted() -> None:
    play = Play([group("g", step("x", condition="always"), condition="False"), step("last")]).play()
    assert play.table() == {"g": "skipped/Skip", "x": "skipped/Skip", "last": "succeeded"}


def test_group_whose_steps_are_all_skipped() -> None:
    play = Play([group("g", step("x", condition="False")), step("last", condition="status['g']['skipped']")]).play()
    assert play.table() == {"g": "skipped/Skip", "x": "skipped/Skip", "last": "succeeded"}


def test_empty_group() -> None:
    assert Play([group("g"), step("b")]).play().table() == {"g": "succeeded", "b": "succeeded"}


def test_group_out_of_time() -> None:
    inner = group("g", step("quick"), step("slow"), step("behind", depends_on=["slow"]), timeout="4s")
    play = Play([inner, step("after", condition="status['g']['timeout']")], slow=[WAIT]).play()
    assert play.table() == {
        "g": "failed/Timeout",
        "quick": "succeeded",
        "slow": "failed/Timeout",
        "behind": "skipped/Skip",
        "after": "succeeded",
    }


def test_suspend_inside_a_group() -> None:
    play = Play([group("g", step("s"), step("x"))], s=[SUSPEND, OK])
    play.once()
    assert play.table()["g"] == "suspending/Suspend"
    play.operate("resume")
    play.play()
    assert play.run.phase == "succeeded"


def test_a_run_survives_storage_between_any_two_passes() -> None:
    def steps() -> list[Step]:
        return [
            step("a", outputs=[Output("v", "x")]),
            group("g", step("x"), step("y", depends_on=["x"])),
            step("s"),
            step("f"),
        ]

    def script() -> dict[str, Any]:
        return {"a": [WAIT, (*OK, {"outputs": {"v": [1]}})], "x": [ERROR, OK], "f": [ERROR, WAIT, OK]}

    straight = Play(steps(), **script()).play()
    broken = Play(steps(), **script())
    while not broken.run.finished:
        end = broken.once()
        broken.run = Run.from_document(broken.run.to_document())
        broken.now += end.seconds if isinstance(end, Pause) else 0
    assert broken.run.to_document() == straight.run.to_document()
    assert broken.executed == straight.executed


def test_the_same_events_give_the_same_run() -> None:
    plays = [Play([step("a"), group("g", step("x"))], a=[ERROR, WAIT, OK]).play() for _ in range(2)]
    assert plays[0].run.to_document() == plays[1].run.to_document()


# ---- what is executed together


def test_steps_of_a_dag_that_do_not_concern_each_other_are_executed_together() -> None:
    steps = [step("a"), step("b"), step("c", depends_on=["a"]), step("d", condition="True"), step("e")]
    play = Play(steps, Mode.DAG).play()
    assert play.batches == [["a", "b"], ["d", "e"], ["c"]], "a condition is decided when those before are known"


def test_steps_of_a_group_are_executed_together_but_not_with_those_outside() -> None:
    play = Play([step("a"), group("g", step("x"), step("y")), step("b")], Mode.DAG).play()
    assert play.batches == [["a"], ["x", "y"], ["b"]]


def test_one_after_the_other_nothing_is_executed_together() -> None:
    assert Play([step("a"), step("b")]).play().batches == [["a"], ["b"]]


def test_kubevela_executes_one_step_at_a_time() -> None:
    assert Play([step("a"), step("b")], Mode.DAG, upstream=True).play().batches == [["a"], ["b"]]


def test_what_becomes_of_steps_executed_together_is_told_in_the_order_of_the_list() -> None:
    play = Play([step("a"), step("b"), step("c")], Mode.DAG, a=[WAIT, OK], b=[FAIL], c=[OK])
    play.play()
    assert play.executed == ["a", "b", "c", "a"]
    assert play.table() == {"a": "succeeded", "b": "failed/Action", "c": "succeeded"}
    assert play.run.phase == "failed"
