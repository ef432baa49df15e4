"""The options that several commands share, and the state that ``--state`` names."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from oam.app.runtime import Runtime
from oam.errors import UsageError
from oam.store import MemoryStore, SqliteStore, StoreError
from oam.workflow.clock import SystemRandom, VirtualClock

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from oam.definition import Profile
    from oam.ports import StateStore
    from oam.workflow.model import Run

__all__ = ["add_namespace", "add_state", "open_runtime", "open_store"]

_CLOCK = "clock"


def add_state(parser: argparse.ArgumentParser) -> None:
    """``--state FILE``."""
    parser.add_argument("--state", metavar="FILE", help="SQLite file that holds the cluster and the workflows")


def add_namespace(parser: argparse.ArgumentParser) -> None:
    """``-n NAMESPACE``."""
    parser.add_argument("-n", "--namespace", default="", help="namespace; default unless given")


@contextmanager
def open_store(path: str | None, *, must_exist: bool = False) -> Iterator[StateStore]:
    """The store in a file, or one in memory. A new file in which nothing was kept is removed again.

    Raises:
        StoreError: the file is missing where it must exist, or is none of ours.
    """
    if path is None:
        if must_exist:
            raise UsageError("--state FILE is needed: there is nothing to look at otherwise", code="oam.usage")
        yield MemoryStore()
        return
    import os
    import sqlite3

    fresh = not os.path.exists(path)
    if must_exist and fresh:
        raise StoreError(f"{path}: no such state file", code="oam.state.missing")
    try:
        connection = sqlite3.connect(path)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}", code="oam.state") from error
    store = None
    try:
        store = SqliteStore(connection)
        yield store
    finally:
        unused = fresh and (store is None or store.is_empty())
        connection.close()
        if unused:
            os.unlink(path)


@contextmanager
def open_runtime(
    store: StateStore, profile: Profile, observe: Callable[[str, Run], None] | None = None
) -> Iterator[Runtime]:
    """A runtime whose clock begins now, or where the store's last one stopped, and moves only to wait."""
    last = store.read(_CLOCK, "now")
    clock = VirtualClock(max(time.time(), float(last or 0.0)))
    yield Runtime(store, clock, SystemRandom(), profile=profile, observe=observe)
    if last is not None or any(True for _ in store.scan("objects")):
        with store.transaction():
            store.write(_CLOCK, "now", clock.now())
