"""A limit of wall time for a piece of work in this process."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

__all__ = ["TimeUp", "alarm"]


class TimeUp(BaseException):
    """Raised by the alarm; not an Exception, so that nothing swallows it."""


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeUp` in the block after this many seconds, and each second from then on."""

    def ring(signum: int, frame: Any) -> None:
        raise TimeUp

    old = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
