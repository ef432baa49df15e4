"""State that ends with the process."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MemoryStore"]


class MemoryStore:
    """A :class:`oam.ports.StateStore` in dictionaries.

    Documents are kept as JSON text, so that callers never share data with the store, as with a file.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, dict[str, str]] = {}
        self._undo: list[tuple[str, str, str | None]] | None = None

    def read(self, bucket: str, key: str) -> Any | None:
        """See :meth:`oam.ports.StateStore.read`."""
        text = self._buckets.get(bucket, {}).get(key)
        return None if text is None else json.loads(text)

    def scan(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """See :meth:`oam.ports.StateStore.scan`."""
        for key, text in sorted(self._buckets.get(bucket, {}).items()):
            if key.startswith(prefix):
                yield key, json.loads(text)

    def first(self, bucket: str) -> tuple[str, Any] | None:
        """See :meth:`oam.ports.StateStore.first`."""
        entries = self._buckets.get(bucket)
        if not entries:
            return None
        key = min(entries)
        return key, json.loads(entries[key])

    def write(self, bucket: str, key: str, document: Any) -> None:
        """See :meth:`oam.ports.StateStore.write`."""
        self._remember(bucket, key)
        self._buckets.setdefault(bucket, {})[key] = json.dumps(document)

    def remove(self, bucket: str, key: str) -> bool:
        """See :meth:`oam.ports.StateStore.remove`."""
        self._remember(bucket, key)
        return self._buckets.get(bucket, {}).pop(key, None) is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.transaction`."""
        if self._undo is not None:
            yield
            return
        self._undo = []
        try:
            yield
        except BaseException:
            for bucket, key, text in reversed(self._undo):
                if text is None:
                    self._buckets[bucket].pop(key, None)
                else:
                    self._buckets[bucket][key] = text
            raise
        finally:
            self._undo = None

    @contextmanager
    def pause(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.pause`."""
        self._undo = None
        try:
            yield
        finally:
            self._undo = []

    def _remember(self, bucket: str, key: str) -> None:
        if self._undo is None:
            raise RuntimeError("write outside of a transaction")
        self._undo.append((bucket, key, self._buckets.setdefault(bucket, {}).get(key)))
