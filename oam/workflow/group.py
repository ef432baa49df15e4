"""How a group stands, as its sub-steps make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.workflow.model import Phase, Reason

if TYPE_CHECKING:
    from oam.workflow.model import Step, StepStatus

__all__ = ["group_phase"]

_WORST = (Reason.FAILED_AFTER_RETRIES, Reason.TIMEOUT, Reason.ACTION, Reason.TERMINATE)


def group_phase(group: Step, statuses: list[StepStatus]) -> tuple[Phase, Reason]:
    """Phase and reason of a group that is neither skipped nor timed out.

    While a failed sub-step is tried again the group has failed without a reason, and goes on.
    """
    phases = {status.phase for status in statuses}
    if Phase.SUSPENDING in phases:
        return Phase.SUSPENDING, next(s.reason for s in statuses if s.phase is Phase.SUSPENDING)
    if len(statuses) < len(group.sub_steps):
        return Phase.RUNNING, Reason.NONE
    for phase in (Phase.RUNNING, Phase.PENDING):
        if phase in phases:
            return phase, Reason.NONE
    forgiven = {sub.name for sub in group.sub_steps if sub.continue_on_error}
    failed = [status for status in statuses if status.phase is Phase.FAILED]
    if not all(status.finished for status in failed):
        return Phase.FAILED, Reason.NONE
    failed = [status for status in failed if status.name not in forgiven]
    if failed:
        return Phase.FAILED, min((status.reason for status in failed), key=_rank)
    if phases == {Phase.SKIPPED}:
        return Phase.SKIPPED, Reason.SKIP
    return Phase.SUCCEEDED, Reason.NONE


def _rank(reason: Reason) -> int:
    return _WORST.index(reason) if reason in _WORST else len(_WORST)
