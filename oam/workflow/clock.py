"""Clocks and identifiers: real ones, and ones that a test or a simulation controls."""

from __future__ import annotations

import random
import time
import uuid

__all__ = ["SeededRandom", "SystemClock", "SystemRandom", "VirtualClock"]

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class SystemClock:
    """The time of day."""

    def now(self) -> float:
        """See :meth:`oam.ports.Clock.now`."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """See :meth:`oam.ports.Clock.sleep`."""
        time.sleep(max(0.0, seconds))


class VirtualClock:
    """A clock that moves only when somebody sleeps, so that waiting takes no time."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """See :meth:`oam.ports.Clock.now`."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """See :meth:`oam.ports.Clock.sleep`."""
        self._now += max(0.0, seconds)


class SeededRandom:
    """The same identifiers in the same order for the same seed."""

    def __init__(self, seed: int | None = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 (identifiers, not secrets)

    def letters(self, count: int) -> str:
        """See :meth:`oam.ports.Random.letters`."""
        return "".join(self._random.choices(_ALPHABET, k=count))

    def uuid(self) -> str:
        """See :meth:`oam.ports.Random.uuid`."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


class SystemRandom(SeededRandom):
    """Different identifiers each time."""

    def __init__(self) -> None:
        super().__init__(None)
