"""Budgets of an evaluation."""

from __future__ import annotations

__all__ = ["Limits"]


class Limits:
    """What one call may use up; going beyond raises :class:`pycue.errors.LimitError`.

    Args:
        depth: nesting of values and of evaluation (levels).
        steps: conjuncts and tasks processed, values compared and written.
        seconds: wall-clock time, ``0`` for no limit.
        output: size of any text or data made (bytes, roughly).
    """

    __slots__ = ("depth", "output", "seconds", "steps")

    def __init__(
        self, *, depth: int = 10_000, steps: int = 10_000_000, seconds: float = 0.0, output: int = 1 << 28
    ) -> None:
        self.depth = depth
        self.steps = steps
        self.seconds = seconds
        self.output = output
