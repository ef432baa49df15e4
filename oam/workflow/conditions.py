"""Whether a step may run: what it waits for, and what decides when it is its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.workflow.model import Mode, Phase, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.workflow.model import Run, Step, StepStatus

__all__ = ["condition_scope", "find_path", "follows_failure", "is_finished", "pending_on"]

_FLAGS = {
    "timeout": Reason.TIMEOUT,
    "failedAfterRetries": Reason.FAILED_AFTER_RETRIES,
    "terminate": Reason.TERMINATE,
}


def is_finished(run: Run, name: str) -> bool:
    """Whether the step or sub-step of that name is over."""
    status = run.status(name)
    return status is not None and status.finished


def pending_on(run: Run, step: Step) -> str:
    """Message of the first thing that the step has to wait for, or ``""``."""
    for name in step.depends_on:
        if not is_finished(run, name):
            return f"Pending on DependsOn: {name}"
    basic = {"context": run.context, "parameter": step.properties or {}}
    for entry in step.inputs:
        found, _ = find_path(run.variables, entry.name)
        if not found and not find_path(basic, entry.name)[0]:
            return f"Pending on Input: {entry.name}"
    return ""


def find_path(data: Any, path: str) -> tuple[bool, Any]:
    """Whether nested data has a value at the dotted path, and the value."""
    for key in path.split("."):
        if not isinstance(data, dict) or key not in data:
            return False, None
        data = data[key]
    return True, data


def follows_failure(run: Run, step: Step, siblings: Sequence[Step], mode: Mode) -> bool:
    """Whether a step without condition is to be skipped because of what became of those before it.

    With ``dependsOn``, and in a DAG, each step that it depends on, directly or not, must have succeeded. One after the
    other, no earlier step may have failed.
    """
    if step.depends_on or mode is Mode.DAG:
        return not _all_succeeded(run, step, set())
    before = (
        run.status(earlier.name) for earlier in siblings[: _index(siblings, step)] if not earlier.continue_on_error
    )
    return any(status is not None and status.phase not in (Phase.SUCCEEDED, Phase.SKIPPED) for status in before)


def _all_succeeded(run: Run, step: Step, seen: set[str]) -> bool:
    for name in step.depends_on:
        if name in seen:
            continue
        seen.add(name)
        status = run.status(name)
        found = _find_step(run.steps, name)
        forgiven = found is not None and found.continue_on_error and status is not None and status.phase is Phase.FAILED
        if status is not None and status.phase is not Phase.SUCCEEDED and not forgiven:
            return False
        if found is not None and not _all_succeeded(run, found, seen):
            return False
    return True


def condition_scope(run: Run, step: Step) -> dict[str, Any]:
    """What an ``if`` expression can name: ``inputs``, ``status``, ``context``, ``parameter``."""
    inputs: dict[str, Any] = {}
    basic = {"context": run.context, "parameter": step.properties or {}}
    for entry in step.inputs:
        found, value = find_path(run.variables, entry.name)
        if not found:
            found, value = find_path(basic, entry.name)
        if found:
            inputs[entry.name] = value
    status = {entry.name: _status_fields(entry) for entry in run.all_statuses()}
    for candidate in _all_steps(run.steps):
        properties = candidate.properties or {}
        alias = properties.get("name") or properties.get("component")
        if isinstance(alias, str) and alias not in status and candidate.name in status:
            status[alias] = status[candidate.name]
    return {"inputs": inputs, "status": status, **basic}


def _status_fields(status: StepStatus) -> dict[str, Any]:
    fields: dict[str, Any] = {key: value for key, value in status.to_dict().items() if key != "subSteps"}
    for phase in (Phase.FAILED, Phase.SUCCEEDED, Phase.SKIPPED):
        fields[str(phase)] = status.phase is phase
    for name, reason in _FLAGS.items():
        fields[name] = status.reason is reason
    return fields


def _all_steps(steps: Sequence[Step]) -> list[Step]:
    return [entry for step in steps for entry in (step, *step.sub_steps)]


def _find_step(steps: Sequence[Step], name: str) -> Step | None:
    return next((step for step in _all_steps(steps) if step.name == name), None)


def _index(siblings: Sequence[Step], step: Step) -> int:
    return next(at for at, sibling in enumerate(siblings) if sibling is step)
