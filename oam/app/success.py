"""How an application stood when its workflow last succeeded, to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oam.app.dispatch import Managed
from oam.app.record import Record, from_document, to_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.ports import StateStore

__all__ = ["Success", "forget_success", "last_success", "save_success"]

_SUCCESSES = "successes"


@attrs.frozen
class Success:
    """The record, and the objects as they were applied."""

    record: Record
    managed: list[Managed]


def save_success(store: StateStore, record: Record, managed: Sequence[Managed]) -> None:
    """Remember how all stands now instead of an earlier success; in a transaction."""
    document = {"record": to_document(record), "managed": [entry.to_dict() for entry in managed]}
    store.write(_SUCCESSES, record.key, document)


def last_success(store: StateStore, record: Record) -> Success | None:
    """What was remembered last, if there is any."""
    document = store.read(_SUCCESSES, record.key)
    if document is None:
        return None
    return Success(from_document(document["record"]), [Managed.from_dict(entry) for entry in document["managed"]])


def forget_success(store: StateStore, record: Record) -> None:
    """An application is gone; in a transaction."""
    store.remove(_SUCCESSES, record.key)
