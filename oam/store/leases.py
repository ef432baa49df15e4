"""Who may act for an application while the store's write lock is not held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.errors import Interruption

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.ports import Clock, StateStore

__all__ = ["LeaseLost", "LeaseHeld", "Leases"]

_LEASES = "leases"
_LOOK_AGAIN = 0.05


class LeaseLost(Interruption):
    """Somebody else acts by now, because the lease ran out; nothing that was done since may be written."""


class LeaseHeld(Interruption):
    """Somebody else acts, and went on doing so for as long as one could wait."""


class Leases:
    """Leases by key, each with a time at which it ends and a number that grows with each that is granted.

    Inside a transaction nobody else can write, so a lease is needed only across a pause of one. After the pause
    :meth:`verify` compares the number with the stored one: a holder that was away for too long finds another, and
    writes nothing any more.

    Args:
        store: keeps the leases.
        clock: real time, also where the workflows' own time is not.
        owner: who asks; different for each process.
        seconds: how long a lease lasts unless it is taken again; longer than anything done under it.
        is_gone: whether the process of another owner has ended for certain; its leases end with it.
    """

    def __init__(
        self,
        store: StateStore,
        clock: Clock,
        owner: str,
        *,
        seconds: float = 60.0,
        is_gone: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._seconds = seconds
        self._is_gone = is_gone

    def holder(self, key: str) -> str:
        """Who else acts now, or ``""``."""
        lease = self._store.read(_LEASES, key)
        if not lease or lease["owner"] in ("", self._owner) or lease["until"] <= self._clock.now():
            return ""
        return "" if self._is_gone(lease["owner"]) else str(lease["owner"])

    def wait(self, key: str, since: float) -> None:
        """Let others go on for a moment. Raises :class:`LeaseHeld` when that took too long since a time."""
        if self._clock.now() - since > 2 * self._seconds:
            text = f"{key}: another process is at work on it ({self.holder(key)})"
            raise LeaseHeld(text, code="oam.lease.held", help="wait for it, or end it and try again")
        self._clock.sleep(_LOOK_AGAIN)

    def now(self) -> float:
        """The time by which leases end."""
        return self._clock.now()

    def take(self, key: str) -> int:
        """Take a lease, or the own one for longer; gives its number. In a transaction in which nobody holds it."""
        lease = self._store.read(_LEASES, key) or {"number": 0}
        self._store.write(
            _LEASES,
            key,
            {"owner": self._owner, "number": lease["number"] + 1, "until": self._clock.now() + self._seconds},
        )
        return int(lease["number"]) + 1

    def verify(self, key: str, number: int) -> None:
        """Raises :class:`LeaseLost` where somebody else has taken the lease since."""
        lease = self._store.read(_LEASES, key)
        if lease is None or lease["number"] != number:
            raise LeaseLost(
                f"{key}: another process took it over", code="oam.lease.lost", help="this one was away too long"
            )

    def release(self, key: str, number: int) -> None:
        """Let others act; in a transaction."""
        self.verify(key, number)
        self._store.write(_LEASES, key, {"owner": "", "number": number, "until": 0.0})
