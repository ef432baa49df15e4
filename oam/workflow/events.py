"""What goes into the engine and what comes out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from oam.workflow.model import Phase, Reason, RunPhase, Step

__all__ = ["Begin", "Commit", "Effect", "Event", "Execute", "Finished", "Operate", "Pause", "Rest", "Returned"]


@attrs.frozen
class Begin:
    """A pass over the steps begins."""

    now: float


@attrs.frozen
class Returned:
    """A step was executed, and this became of it.

    Attributes:
        outputs: values of the step's outputs; one that is missing becomes null.
        variables: what the step itself put among the variables.
        marks: new timers, as in :attr:`oam.workflow.model.Run.marks`.
        terminate: the run is to end (Fail, Break).
        wait: some action waits, though evaluation went on.
    """

    now: float
    phase: Phase
    reason: Reason
    message: str = ""
    outputs: dict[str, Any] = attrs.field(factory=dict)
    variables: dict[str, Any] = attrs.field(factory=dict)
    marks: dict[str, float] = attrs.field(factory=dict)
    terminate: bool = False


@attrs.frozen
class Operate:
    """Somebody wants something: ``suspend``, ``resume``, ``terminate`` or ``restart``, of all or of one step."""

    now: float
    verb: str
    step: str = ""


Event = Begin | Returned | Operate


@attrs.frozen
class Execute:
    """Evaluate the template of this step and report with :class:`Returned`."""

    step: Step
    id: str
    group: str = ""


@attrs.frozen
class Commit:
    """Make durable what happened so far."""


@attrs.frozen
class Pause:
    """The pass is over; begin the next one after so many seconds."""

    seconds: float


@attrs.frozen
class Rest:
    """The pass is over; nothing happens until somebody does something."""


@attrs.frozen
class Finished:
    """The run is over."""

    phase: RunPhase


Effect = Execute | Commit | Pause | Rest | Finished
