"""Steps that see to failures and to the end of a workflow, put in their places among the others.

``onFailure`` of a step and ``finally`` of a workflow need nothing of the engine: the first are steps that come after
theirs and run only if it failed, the last ones come after all others and run whatever became of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.workflow.model import Step

__all__ = ["place_handlers"]


def place_handlers(steps: Sequence[Step], last: Sequence[Step] = ()) -> list[Step]:
    """The steps with those of their ``on_failure`` after them, then the ``last`` ones."""
    placed: list[Step] = []
    for step in steps:
        placed += [attrs.evolve(step, on_failure=[], sub_steps=place_handlers(step.sub_steps)), *_after_failure(step)]
    names = [step.name for step in placed]
    for step in last:
        placed.append(attrs.evolve(step, depends_on=[*step.depends_on, *names], condition=step.condition or "always"))
        names = [step.name]
    return placed


def _after_failure(step: Step) -> list[Step]:
    """The handlers of one step, one after the other."""
    placed: list[Step] = []
    for handler in step.on_failure:
        condition = f'status["{step.name}"].failed'
        if handler.condition and handler.condition.strip() != "always":
            condition = f"{condition} && ({handler.condition})"
        needed = placed[-1].name if placed else step.name
        placed.append(attrs.evolve(handler, depends_on=[*handler.depends_on, needed], condition=condition))
    return placed
