"""Which application is due next."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oam.app.record import Record

__all__ = ["Agenda"]


class Agenda:
    """Times of the next passes; of several at one time the first by namespace and name comes first."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._wakes: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        for record in records:
            self.put(record)

    def put(self, record: Record) -> None:
        """Take in when an application is due now, if it is."""
        if record.wake is None:
            self._wakes.pop(record.key, None)
        elif self._wakes.get(record.key) != record.wake:
            self._wakes[record.key] = record.wake
            heapq.heappush(self._heap, (record.wake, record.key))

    def drop(self, key: str) -> None:
        """An application is gone."""
        self._wakes.pop(key, None)

    def next(self) -> tuple[float, str] | None:
        """Time, and namespace and name; None where nothing is to come."""
        while self._heap and self._wakes.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)  # overtaken
        return self._heap[0] if self._heap else None
