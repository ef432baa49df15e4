"""How a group stands, as its sub-steps make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.workflow.model import Phase, Reason

if TYPE_CHECKING:
    from oam.workflow.model import Step, StepStatus

__all__ = ["group_phase"]

_WORST = (Reason.FAILED_AFTER_RETRIES, Reason.TIMEOUT, Reason.ACTION, Reason.TERMINATE)


def group_phase(group: Step, statuses: list[StepStatus]) -> tuple[Phase, Reason]:
    """Phase and reason of a group that is neither skipped nor timed out."""
    phases = {status.phase for status in statuses}
    if Phase.SUSPENDING in phases:
        return Phase.SUSPENDING, next(s.reason for s in statuses if s.phase is Phase.SUSPENDING)
    if len(statuses) < len(group.sub_steps) or any(_unfinished_failure(status) for status in statuses):
        return Phase.RUNNING, Reason.NONE
    for phase in (Phase.RUNNING, Phase.PENDING):
        if phase in phases:
            return phase, Reason.NONE
    if Phase.FAILED in phases:
        reasons = {status.reason for status in statuses if status.phase is Phase.FAILED}
        return Phase.FAILED, next((reason for reason in _WORST if reason in reasons), min(reasons))
    if phases == {Phase.SKIPPED}:
        return Phase.SKIPPED, Reason.SKIP
    return Phase.SUCCEEDED, Reason.NONE


def _unfinished_failure(status: StepStatus) -> bool:
    """A failed sub-step that will be tried again keeps its group running."""
    return status.phase is Phase.FAILED and not status.finished
