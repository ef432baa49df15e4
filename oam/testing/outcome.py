"""What came of a simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oam.app.redaction import Redactor

if TYPE_CHECKING:
    from oam.app.record import Record
    from oam.ports import Object
    from pycue.errors import Diagnostic

__all__ = ["Moment", "Outcome"]


@attrs.frozen
class Moment:
    """One line of a timeline.

    Attributes:
        time: seconds from the start.
        subject: ``step NAME``, an object, ``vars``, ``run`` or ``script``.
        text: what happened to it.
    """

    time: float
    subject: str
    text: str


@attrs.frozen
class Outcome:
    """What came of a simulation.

    Attributes:
        unmet: what was expected and is not so, each with its place in the scenario.
        refused: requests that the scenario has no answer to.
        seconds: of virtual time.
    """

    timeline: list[Moment]
    record: Record | None
    objects: list[Object]
    unmet: list[Diagnostic]
    refused: list[str]
    requests: list[str]
    seconds: float
    warnings: list[Diagnostic] = attrs.field(factory=list)
    redactor: Redactor = attrs.field(factory=Redactor)
