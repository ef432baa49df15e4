"""The workflow engine: a pure state machine.

:meth:`Engine.advance` takes a run and an event, changes the run, and says what is to be done next. It reads no
clock, touches no cluster and keeps nothing itself, so the same run and events always come to the same end. A pass
goes ``Begin``, then ``Execute`` and ``Returned`` in turn, until ``Pause``, ``Rest`` or ``Finished`` ends it; steps of a
DAG that do not concern each other are given out together, and what became of them is told in the same order. The
steps still to be looked at in a pass lie on a stack of frames in the run: one for the workflow, one more while
inside a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.timestamps import parse_duration
from oam.workflow.conditions import condition_scope, follows_failure, is_finished, pending_on
from oam.workflow.events import Begin, Commit, Execute, Finished, Operate, Pause, Rest, Returned
from oam.workflow.group import group_phase
from oam.workflow.model import Mode, Phase, Reason, RunPhase, StepStatus
from oam.workflow.operations import operate
from oam.workflow.variables import VariableConflict, set_variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.ports import Random
    from oam.workflow.events import Effect, Event
    from oam.workflow.model import Run, Step
    from oam.workflow.retry import Retry

__all__ = ["ConditionError", "Engine"]

TRIES = 10
"""How often a step that fails is executed before it is given up."""


class ConditionError(Exception):
    """An ``if`` is no expression, or has no boolean for a value."""


@attrs.define
class Frame:
    """A list of steps being gone through.

    Attributes:
        todo: what is still to be looked at.
        current: the steps whose templates are being executed.
        waiting: in a DAG, what could not run yet.
        ran: whether something ran since the last look at ``waiting``.
        again: this is not the first look, so what still waits is written down.
        stopped: one after the other, a step is not over yet.
        counts: failures in this pass count (upstream forgets them in the first pass after a suspension).
    """

    todo: list[Step]
    mode: Mode
    group: Step | None = None
    current: list[Step] = attrs.field(factory=list)
    waiting: list[Step] = attrs.field(factory=list)
    ran: bool = False
    again: bool = False
    stopped: bool = False
    counts: bool = True


class Engine:
    """See the module.

    Args:
        evaluate: value of an ``if`` expression in a scope of plain data; raises :class:`ConditionError`.
        random: for step ids.
        upstream: follow KubeVela also where it lets mistakes pass: a broken ``if``, timeout or output skips or
            nullifies instead of failing the step.
    """

    def __init__(
        self, evaluate: Callable[[str, dict[str, Any]], bool], random: Random, *, upstream: bool = False
    ) -> None:
        self._evaluate = evaluate
        self._random = random
        self._upstream = upstream

    def advance(self, run: Run, event: Event) -> list[Effect]:
        """What is to be done after the event; the last effect is the one to wait for."""
        match event:
            case Begin(now):
                return self._begin(run, now)
            case Returned():
                return self._returned(run, event)
            case Operate(now, verb, name):
                operate(run, verb, name)
                return [Commit(), Pause(0)]
        raise TypeError(event)

    def _begin(self, run: Run, now: float) -> list[Effect]:
        if not run.start:
            run.start = now
            run.phase = RunPhase.EXECUTING
        counts = not (self._upstream and run.phase is RunPhase.SUSPENDING)
        if run.suspend:
            if not any(s.phase is Phase.SUSPENDING and s.reason is Reason.SUSPEND for s in run.all_statuses()):
                run.phase = RunPhase.SUSPENDING
                return [Commit(), Rest()]
            run.suspend = False
        run.frames = [self._frame(run, run.steps, run.mode, None)]
        run.frames[0].counts = counts
        return self._proceed(run, now)

    def _frame(self, run: Run, steps: list[Step], mode: Mode, group: Step | None) -> Frame:
        frame = Frame(list(steps), mode, group)
        if mode is Mode.DAG:
            _split(run, frame)
        return frame

    def _proceed(self, run: Run, now: float) -> list[Effect]:
        """Go on until templates have to be executed or the pass is over."""
        while run.frames:
            frame: Frame = run.frames[-1]
            if frame.current and (frame.stopped or not frame.todo or not self._joins(frame, frame.todo[0])):
                return [Execute(step, self._id(run, step), _group_name(frame)) for step in frame.current]
            if frame.stopped or not frame.todo:
                self._leave(run, frame, now)
                continue
            step = frame.todo.pop(0)
            if not is_finished(run, step.name):
                self._visit(run, frame, step, now)
        return self._end(run, now)

    def _joins(self, frame: Frame, step: Step) -> bool:
        """Whether a step may be executed beside those before it, whatever becomes of them."""
        free = step.condition.strip() in ("", "always") and not step.is_group
        return free and frame.mode is Mode.DAG and not self._upstream

    def _id(self, run: Run, step: Step) -> str:
        status = run.status(step.name)
        assert status is not None
        return status.id

    def _leave(self, run: Run, frame: Frame, now: float) -> None:
        """The frame has nothing more to do; or, in a DAG, looks again at what was waiting."""
        if frame.mode is Mode.DAG and frame.ran and frame.waiting and not run.suspend:
            frame.todo, frame.waiting, frame.ran, frame.again = frame.waiting, [], False, True
            _split(run, frame)
            for step in frame.waiting:
                self._record_pending(run, frame, step, now)
            return
        run.frames.pop()
        if frame.group is not None:
            self._close_group(run, run.frames[-1], frame.group, now)

    def _visit(self, run: Run, frame: Frame, step: Step, now: float) -> None:
        """Decide about one step: it waits, is skipped, opens a group, or is among those to be executed."""
        frame.ran = True
        if pending_on(run, step):
            self._record_pending(run, frame, step, now)
            frame.stopped = frame.mode is Mode.STEP_BY_STEP
            return
        status = self._touch(run, frame, step, now)
        try:
            runs = self._may_run(run, frame, step)
            timed_out = bool(step.timeout) and now - status.first >= parse_duration(step.timeout)
        except (ConditionError, ValueError) as error:
            self._reject(run, frame, step, f"pre check error: {error}")
            return
        if not runs:
            self._skip(run, step, status)
            self._settle(run, frame, status)
            return
        if step.is_group:
            if timed_out:
                self._time_out_group(run, step, status, now)
                self._settle(run, frame, status)
            else:
                if status.phase is not Phase.SUSPENDING:
                    status.phase, status.reason = Phase.RUNNING, Reason.NONE
                run.frames.append(self._frame(run, step.sub_steps, Mode(step.mode or run.sub_mode), step))
            return
        if now < run.marks.get(f"{status.id}.retry", 0.0):
            frame.stopped = frame.mode is Mode.STEP_BY_STEP
            return
        frame.current.append(step)

    def _may_run(self, run: Run, frame: Frame, step: Step) -> bool:
        if frame.group is not None:
            group = run.status(frame.group.name)
            if group is not None and group.phase is Phase.SKIPPED:
                return False
        if not step.condition:
            siblings = frame.group.sub_steps if frame.group else run.steps
            return not follows_failure(run, step, siblings, frame.mode)
        if step.condition.strip() == "always":
            return True
        return self._evaluate(step.condition, condition_scope(run, step))

    def _reject(self, run: Run, frame: Frame, step: Step, message: str) -> None:
        """The step's ``if`` or timeout is broken."""
        status = run.status(step.name)
        assert status is not None
        if self._upstream:
            self._skip(run, step, status)
        else:
            status.phase, status.reason = Phase.FAILED, Reason.INPUT
            run.terminated |= not step.continue_on_error
            self._nullify(run, step)
        status.message = message
        self._settle(run, frame, status)

    def _skip(self, run: Run, step: Step, status: StepStatus) -> None:
        status.phase, status.reason, status.message = Phase.SKIPPED, Reason.SKIP, ""
        for sub in step.sub_steps:
            entry = run.status(sub.name) or self._new_status(sub, status.last)
            if entry not in status.sub_steps:
                status.sub_steps.append(entry)
            if not entry.finished:
                self._skip(run, sub, entry)
        self._nullify(run, step)

    def _time_out_group(self, run: Run, group: Step, status: StepStatus, now: float) -> None:
        """What runs has run out of time, what did not start never will."""
        for sub in group.sub_steps:
            entry = next((s for s in status.sub_steps if s.name == sub.name), None)
            if entry is None:
                entry = self._new_status(sub, now)
                status.sub_steps.append(entry)
            if entry.phase is Phase.PENDING:
                self._skip(run, sub, entry)
            elif not entry.finished:
                entry.phase, entry.reason, entry.message = Phase.FAILED, Reason.TIMEOUT, ""
                self._nullify(run, sub)
        status.phase, status.reason = Phase.FAILED, Reason.TIMEOUT
        run.terminated |= not group.continue_on_error
        self._nullify(run, group)

    def _close_group(self, run: Run, frame: Frame, group: Step, now: float) -> None:
        status = self._touch(run, frame, group, now)
        status.phase, status.reason = group_phase(group, status.sub_steps)
        if status.finished:
            self._nullify(run, group)
        self._settle(run, frame, status)

    def _returned(self, run: Run, result: Returned) -> list[Effect]:
        frame: Frame = run.frames[-1]
        step = frame.current.pop(0)
        status = self._touch(run, frame, step, result.now)
        timed_out = bool(step.timeout) and result.now - status.first >= parse_duration(step.timeout)
        status.phase, status.reason, status.message = result.phase, result.reason, result.message
        status.type = step.type
        for name, value in result.variables.items():
            set_variable(run.variables, name, value, replace=True)
        run.marks.update(result.marks)
        if timed_out and not status.finished:
            if status.phase is not Phase.FAILED:
                status.message = ""
            status.phase, status.reason = Phase.FAILED, Reason.TIMEOUT
        again = self._count_failure(run, step, status, result.now)
        if status.finished:
            self._store_outputs(run, step, status, result.outputs)
        if status.phase is Phase.FAILED:
            run.terminated |= (status.finished or result.terminate) and not (again or step.continue_on_error)
        else:
            run.terminated |= result.terminate
        if status.phase is Phase.SUSPENDING:
            run.suspend = True
            run.turns.clear()
            if self._upstream:
                run.tries.clear()
        self._settle(run, frame, status)
        return [Commit(), *([] if frame.current else self._proceed(run, result.now))]

    def _count_failure(self, run: Run, step: Step, status: StepStatus, now: float) -> bool:
        """Give up a step that failed too often; says whether its ``retry`` grants another attempt."""
        if status.phase is not Phase.FAILED or not run.frames[0].counts:
            return False
        if step.retry is None and status.reason is not Reason.EXECUTE:
            return False
        tries = run.tries[status.id] = run.tries.get(status.id, 0) + 1
        if step.retry is not None:
            return _try_again(run, step.retry, status, tries, now)
        if tries >= TRIES:
            status.reason = Reason.FAILED_AFTER_RETRIES
        return False

    def _store_outputs(self, run: Run, step: Step, status: StepStatus, outputs: dict[str, Any]) -> None:
        for output in step.outputs:
            try:
                set_variable(run.variables, output.name, outputs.get(output.name))
            except VariableConflict as error:
                status.phase, status.reason, status.message = Phase.FAILED, Reason.OUTPUT, str(error)

    def _nullify(self, run: Run, step: Step) -> None:
        for output in step.outputs:
            set_variable(run.variables, output.name, None, replace=True)

    def _settle(self, run: Run, frame: Frame, status: StepStatus) -> None:
        """After a step was looked at: count quiet turns, and stop where one comes after the other."""
        if status.finished:
            run.turns.pop(status.id, None)
            run.journal.pop(status.id, None)
            frame.stopped = frame.mode is Mode.STEP_BY_STEP and run.suspend
            return
        self._count_turn(run, status)
        frame.stopped = frame.mode is Mode.STEP_BY_STEP

    def _count_turn(self, run: Run, status: StepStatus) -> None:
        if status.phase is Phase.SUSPENDING:
            return
        count, message = run.turns.get(status.id, (0, status.message))
        run.turns[status.id] = (count + 1 if message == status.message else 1, status.message)

    def _record_pending(self, run: Run, frame: Frame, step: Step, now: float) -> None:
        status = self._touch(run, frame, step, now)
        status.phase, status.reason, status.message = Phase.PENDING, Reason.NONE, pending_on(run, step)
        if self._upstream and step.type == "apply-component":
            status.type = "builtin-apply-component"
        self._count_turn(run, status)

    def _touch(self, run: Run, frame: Frame, step: Step, now: float) -> StepStatus:
        """The step's status, made on the first touch."""
        owner = run.status(frame.group.name) if frame.group else None
        siblings = owner.sub_steps if owner else run.statuses
        status = next((entry for entry in siblings if entry.name == step.name), None)
        if status is None:
            status = self._new_status(step, now)
            siblings.append(status)
        status.last = now
        return status

    def _new_status(self, step: Step, now: float) -> StepStatus:
        return StepStatus(self._random.letters(10), step.name, step.type, first=now, last=now)

    def _end(self, run: Run, now: float) -> list[Effect]:
        """The pass is over: how does the run stand, and when does it go on?"""
        statuses = [run.status(step.name) for step in run.steps]
        done = all(status is not None and status.finished for status in statuses)
        if done and run.terminated:
            failed = [s for s in run.all_statuses() if s.phase is Phase.FAILED]
            by_hand = bool(failed) and all(status.reason is Reason.TERMINATE for status in failed)
            return self._finish(run, RunPhase.TERMINATED if by_hand else RunPhase.FAILED, now)
        if run.suspend:
            run.phase = RunPhase.SUSPENDING
            wake = self._next_deadline(run, now)
            return [Commit(), Rest() if wake is None else Pause(max(0.0, wake - now))]
        if done:
            return self._finish(run, RunPhase.SUCCEEDED, now)
        run.phase = RunPhase.EXECUTING
        deadline = self._next_deadline(run, now)
        pause = self._quiet_pause(run)
        if deadline is not None:
            pause = min(pause, max(1.0, deadline - now))
        retries = [at - now for key, at in run.marks.items() if key.endswith(".retry") and at > now]
        return [Commit(), Pause(min([pause, *retries]))]

    def _finish(self, run: Run, phase: RunPhase, now: float) -> list[Effect]:
        run.phase, run.finished, run.end, run.suspend = phase, True, now, False
        return [Commit(), Finished(phase)]

    def _quiet_pause(self, run: Run) -> float:
        """Seconds until the next pass: the longer nothing changed, the more."""
        quiet = min((count for count, _ in run.turns.values() if count > 0), default=0)
        most = 300 if any(status.phase is Phase.FAILED for status in run.all_statuses()) else 60
        return float(max(1, min(most, int(2 ** min(quiet, 20) * 0.05))))

    def _next_deadline(self, run: Run, now: float) -> float | None:
        """The next time at which a timer or a timeout has something to say."""
        times = []
        for step in (entry for outer in run.steps for entry in (outer, *outer.sub_steps)):
            status = run.status(step.name)
            if status is None or status.finished:
                continue
            if step.timeout:
                times.append(status.first + parse_duration(step.timeout))
            prefix = f"{status.id}."
            times += [at for key, at in run.marks.items() if key.startswith(prefix) and key.endswith(".resume")]
        return min((at for at in times if at > now), default=None)


def _group_name(frame: Frame) -> str:
    return frame.group.name if frame.group else ""


def _split(run: Run, frame: Frame) -> None:
    """Set aside what has to wait; what is over is dropped."""
    unfinished = [step for step in frame.todo if not is_finished(run, step.name)]
    frame.todo = [step for step in unfinished if not pending_on(run, step)]
    frame.waiting = [step for step in unfinished if pending_on(run, step)]


def _try_again(run: Run, retry: Retry, status: StepStatus, tries: int, now: float) -> bool:
    """Leave a failed step unfinished until its next attempt is due, if there is to be one.

    What failed with an error goes on with the results of its actions so far; what its template, or the time, ended
    begins anew.
    """
    if tries > retry.times or not retry.covers(str(status.reason), status.message):
        run.marks.pop(f"{status.id}.retry", None)
        if status.reason is Reason.EXECUTE:
            status.reason = Reason.FAILED_AFTER_RETRIES
        return False
    due = run.marks[f"{status.id}.retry"] = now + retry.delay(tries)
    if status.reason is Reason.TIMEOUT:
        status.first = due
    if status.reason is not Reason.EXECUTE:
        run.journal.pop(status.id, None)
        status.reason = Reason.EXECUTE
    return True
