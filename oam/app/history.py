"""What happened to an application's workflow, in order, as long as the application is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oam.app.record import Record
    from oam.ports import StateStore

__all__ = ["Entry", "Snapshot", "append", "differences", "forget", "history", "outlook", "snapshot", "until"]

_HISTORY = "history"
_MOST = 10_000
"""Entries kept of one application; the oldest go first."""


@attrs.frozen
class Entry:
    """One line.

    Attributes:
        time: seconds since 1970.
        subject: ``step NAME``, ``log NAME`` (what a step's template logs), ``vars``, ``run``, or ``asked`` (what
            somebody wanted).
        text: what happened to it.
    """

    time: float
    subject: str
    text: str


Snapshot = dict[str, str]
"""Text by subject."""


def snapshot(record: Record) -> Snapshot:
    """How everything stands that the history tells about."""
    run = record.run
    found = {"run": record.phase}
    for status in run.all_statuses():
        reason = f" ({status.reason})" if status.reason else ""
        message = f": {status.message.splitlines()[0]}" if status.message else ""
        found[f"step {status.name}"] = f"{status.phase}{reason}{message}"
    for name, value in run.variables.items():
        found[f"var {name}"] = f"{name} = {json.dumps(value)}"
    return found


def differences(before: Snapshot, after: Snapshot) -> Iterator[tuple[str, str]]:
    """Subject and text of what is new or different: steps, then variables, then the run."""
    for kind in ("step ", "var ", "run"):
        for subject, text in after.items():
            if subject.startswith(kind) and before.get(subject) != text:
                yield ("vars" if kind == "var " else subject), text


def append(store: StateStore, record: Record, entries: Iterable[Entry]) -> None:
    """Add lines; in a transaction."""
    key = _key(record.namespace, record.name)
    number = int(store.read(_HISTORY, key) or 0)
    for entry in entries:
        number += 1
        store.write(_HISTORY, f"{key}/{number:08d}", attrs.asdict(entry))
        store.remove(_HISTORY, f"{key}/{number - _MOST:08d}")
    store.write(_HISTORY, key, number)


def history(store: StateStore, namespace: str, name: str) -> list[Entry]:
    """All lines, oldest first."""
    prefix = f"{_key(namespace, name)}/"
    return [Entry(**document) for _, document in store.scan(_HISTORY, prefix)]


def until(entries: Sequence[Entry], step: str) -> list[Entry]:
    """Lines up to the first at which the step was over, or all of them. Raises KeyError: nothing tells of the step."""
    ends = ("succeeded", "skipped", "failed (")
    if not any(entry.subject == f"step {step}" for entry in entries):
        raise KeyError(step)
    for at, entry in enumerate(entries, 1):
        over = entry.text.startswith(ends) and not entry.text.startswith("failed (Execute)")
        if entry.subject == f"step {step}" and over:
            return list(entries[:at])
    return list(entries)


def outlook(entries: Iterable[Entry]) -> dict[str, str]:
    """How everything stood after these lines: the last text of each subject, variables under ``var NAME``."""
    stood: dict[str, str] = {}
    for entry in entries:
        name = entry.text.partition(" = ")[0]
        if entry.subject != "asked" and not entry.subject.startswith("log "):
            stood[f"var {name}" if entry.subject == "vars" else entry.subject] = entry.text
    return stood


def forget(store: StateStore, namespace: str, name: str) -> None:
    """Drop the history of an application that is gone; in a transaction."""
    key = _key(namespace, name)
    for found, _ in list(store.scan(_HISTORY, f"{key}/")):
        store.remove(_HISTORY, found)
    store.remove(_HISTORY, key)


def _key(namespace: str, name: str) -> str:
    return f"{namespace}/{name}"
