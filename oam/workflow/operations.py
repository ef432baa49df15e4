"""What people do to a run: suspend, resume, terminate, restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.errors import OamError
from oam.workflow.model import Mode, Phase, Reason, RunPhase
from oam.workflow.variables import drop_variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.workflow.model import Run, Step, StepStatus

__all__ = ["OperationError", "operate"]


class OperationError(OamError):
    """The run does not allow the operation."""


def operate(run: Run, verb: str, name: str = "") -> None:
    """Do ``verb`` to the run, or to the step of that name. Raises :class:`OperationError`."""
    if name and run.status(name) is None and verb != "restart":
        raise OperationError(f"can not find step {name}", code="oam.workflow.operation")
    _VERBS[verb](run, name)


def _suspend(run: Run, name: str) -> None:
    if run.terminated or run.finished:
        raise OperationError("can not suspend a terminated workflow", code="oam.workflow.operation")
    run.suspend = True
    run.phase = RunPhase.SUSPENDING
    for status in _chosen(run, name):
        if status.phase is Phase.RUNNING:
            status.phase = Phase.SUSPENDING


def _resume(run: Run, name: str) -> None:
    if run.terminated or run.finished:
        raise OperationError("can not resume a terminated workflow", code="oam.workflow.operation")
    if not run.suspend:
        return
    for status in _chosen(run, name):
        if status.phase is Phase.SUSPENDING:
            status.phase = Phase.RUNNING
    run.turns.clear()
    run.suspend = any(status.phase is Phase.SUSPENDING for status in run.all_statuses())


def _terminate(run: Run, _: str) -> None:
    run.terminated, run.suspend = True, False
    for status in run.all_statuses():
        if status.phase in (Phase.RUNNING, Phase.SUSPENDING):
            status.phase, status.reason = Phase.FAILED, Reason.TERMINATE
        elif status.phase is Phase.FAILED and status.reason not in (Reason.FAILED_AFTER_RETRIES, Reason.TIMEOUT):
            status.reason = Reason.TERMINATE


def _restart(run: Run, name: str) -> None:
    if name:
        _restart_from(run, name)
        return
    for table in (run.statuses, run.variables, run.marks, run.journal, run.tries, run.turns):
        table.clear()
    _reopen(run)
    run.start = 0.0


def _restart_from(run: Run, name: str) -> None:
    status = run.status(name)
    if status is None:
        raise OperationError(f"failed step {name} not found", code="oam.workflow.operation")
    if status.phase is not Phase.FAILED:
        raise OperationError("can not restart from a non-failed step", code="oam.workflow.operation")
    for step in _and_dependents(run, name):
        for entry in (step, *step.sub_steps):
            _forget(run, entry)
    for group in run.steps:
        if any(sub.name == name for sub in group.sub_steps) and (owner := run.status(group.name)):
            owner.phase, owner.reason = Phase.RUNNING, Reason.NONE
    _reopen(run)


def _reopen(run: Run) -> None:
    run.terminated = run.suspend = run.finished = False
    run.end, run.message, run.phase = 0.0, "", RunPhase.EXECUTING


def _forget(run: Run, step: Step) -> None:
    status = run.status(step.name)
    if status is not None:
        for table in (run.tries, run.turns, run.journal):
            table.pop(status.id, None)
        run.marks = {key: at for key, at in run.marks.items() if not key.startswith(f"{status.id}.")}
        run.statuses = [entry for entry in run.statuses if entry is not status]
        for owner in run.statuses:
            owner.sub_steps = [entry for entry in owner.sub_steps if entry is not status]
    for output in step.outputs:
        drop_variable(run.variables, output.name)


def _and_dependents(run: Run, name: str) -> list[Step]:
    """The step, and all that come after it or need it."""
    siblings, mode = run.steps, run.mode
    for group in run.steps:
        if any(sub.name == name for sub in group.sub_steps):
            siblings, mode = group.sub_steps, Mode(group.mode or run.sub_mode)
    first = next(at for at, step in enumerate(siblings) if step.name == name)
    if mode is Mode.STEP_BY_STEP:
        return siblings[first:]
    chosen = [siblings[first]]
    grown = True
    while grown:
        names = {step.name for step in chosen}
        given = {output.name for step in chosen for output in step.outputs}
        more = [
            step
            for step in siblings
            if step.name not in names
            and (names.intersection(step.depends_on) or any(entry.name in given for entry in step.inputs))
        ]
        chosen += more
        grown = bool(more)
    return chosen


def _chosen(run: Run, name: str) -> list[StepStatus]:
    """All statuses; or that of one step, with its group or its sub-steps."""
    if not name:
        return list(run.all_statuses())
    chosen = []
    for status in run.statuses:
        inner = [sub for sub in status.sub_steps if sub.name == name]
        if status.name == name:
            chosen += [status, *status.sub_steps]
        elif inner:
            chosen += [status, *inner]
    return chosen


_VERBS: dict[str, Callable[[Run, str], None]] = {
    "suspend": _suspend,
    "resume": _resume,
    "terminate": _terminate,
    "restart": _restart,
}
