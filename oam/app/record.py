"""What is kept of an application between passes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from oam.workflow.model import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.ports import StateStore

__all__ = [
    "Record",
    "from_document",
    "last_time",
    "list_records",
    "load_record",
    "remove_record",
    "save_record",
    "save_time",
    "to_document",
]

BUCKET, _CLOCK = "applications", "clock"


@attrs.define
class Record:
    """One application.

    Attributes:
        application: the object as submitted.
        revision: name of its current revision.
        run: its workflow run.
        services: how its components stand, by name, in the order in which they were first applied.
        wake: when the next pass is due, in seconds since 1970; None while nothing is to be done.
        phase: of the application.
        conditions: those that are not met, as ``.status.conditions`` has them.
    """

    application: dict[str, Any]
    namespace: str
    revision: str
    run: Run
    services: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    wake: float | None = None
    phase: str = "starting"
    conditions: list[dict[str, str]] = attrs.field(factory=list)

    @property
    def key(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}/{self.name}"

    @property
    def name(self) -> str:
        """Of the application."""
        return str(self.application["metadata"]["name"])


def load_record(store: StateStore, namespace: str, name: str) -> Record | None:
    """The record of an application, if there is one."""
    document = store.read(BUCKET, f"{namespace}/{name}")
    return None if document is None else from_document(document)


def list_records(store: StateStore) -> Iterator[Record]:
    """All records, by namespace and name."""
    for _, document in store.scan(BUCKET):
        yield from_document(document)


def save_record(store: StateStore, record: Record) -> None:
    """Write a record; in a transaction."""
    fields = attrs.asdict(record, recurse=False)
    store.write(BUCKET, record.key, {**fields, "run": record.run.to_document()})


def remove_record(store: StateStore, record: Record) -> None:
    """Forget an application; in a transaction."""
    store.remove(BUCKET, record.key)


def last_time(store: StateStore) -> float:
    """How late it was when a pass was saved last, in seconds since 1970; 0 in a new store."""
    return float(store.read(_CLOCK, "now") or 0.0)


def save_time(store: StateStore, now: float) -> None:
    """Write down how late it is; in a transaction."""
    store.write(_CLOCK, "now", now)


def to_document(record: Record) -> dict[str, Any]:
    """The record as plain data."""
    return {**attrs.asdict(record, recurse=False), "run": record.run.to_document()}


def from_document(document: dict[str, Any]) -> Record:
    """The reverse of :func:`to_document`."""
    return Record(**{**document, "run": Run.from_document(document["run"])})


def readable(document: dict[str, Any]) -> dict[str, str]:
    """What people look for in a stored record: the workflow's variables as CUE text, under the name KubeVela has."""
    variables = document["run"].get("variables") or {}
    return {"vars": "".join(f"{json.dumps(name)}: {json.dumps(value)}\n" for name, value in variables.items())}
