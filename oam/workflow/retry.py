"""How often, and how soon, a step that fails is tried again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from oam.timestamps import parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Retry"]

_BACKOFFS = ("exponential", "constant")


@attrs.frozen
class Retry:
    """The ``retry`` of a step.

    Attributes:
        times: attempts after the first one.
        interval: before the second attempt, a Go duration.
        backoff: ``exponential`` (the interval doubles with each attempt) or ``constant``.
        max_interval: the longest interval, a Go duration.
        only: reasons (``Execute``, ``Action``, ``Timeout`` …) and patterns of messages that are worth another attempt;
            any failure unless given.
    """

    times: int = 3
    interval: str = "1s"
    backoff: str = "exponential"
    max_interval: str = "1m"
    only: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Retry:
        """As an Application spells it. Raises ValueError where a value makes no sense."""
        retry = cls(
            times=data.get("times", 3),
            interval=data.get("interval") or "1s",
            backoff=data.get("backoff") or "exponential",
            max_interval=data.get("maxInterval") or "1m",
            only=tuple(data.get("only") or ()),
        )
        if retry.times < 0:
            raise ValueError(f"times is {retry.times}, which is less than none")
        if retry.backoff not in _BACKOFFS:
            raise ValueError(f'backoff is "{retry.backoff}", not one of {", ".join(_BACKOFFS)}')
        for duration in (retry.interval, retry.max_interval):
            if parse_duration(duration) < 0:
                raise ValueError(f"{duration} is less than no time")
        for pattern in retry.only:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f'"{pattern}" is no pattern: {error}') from error
        return retry

    def to_dict(self) -> dict[str, Any]:
        """The reverse of :meth:`from_dict`."""
        return {
            "times": self.times,
            "interval": self.interval,
            "backoff": self.backoff,
            "maxInterval": self.max_interval,
            "only": list(self.only),
        }

    def covers(self, reason: str, message: str) -> bool:
        """Whether a failure of this reason, with this message, is worth another attempt."""
        return not self.only or any(entry == reason or re.search(entry, message) for entry in self.only)

    def delay(self, failures: int) -> float:
        """Seconds before the next attempt, after so many failures (at least one)."""
        doublings = min(failures - 1, 60) if self.backoff == "exponential" else 0
        return min(parse_duration(self.interval) * 2.0**doublings, parse_duration(self.max_interval))
