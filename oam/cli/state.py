"""The options that several commands share, and the state that ``--state`` names."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from oam.app.runtime import Runtime
from oam.cli.flags import Flag, Parsed, parse
from oam.errors import UsageError
from oam.store import MemoryStore, SqliteStore, StoreError
from oam.workflow.clock import SystemRandom, VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from oam.definition import Profile
    from oam.ports import StateStore
    from oam.workflow.model import Run

__all__ = ["NAMESPACE", "OUTPUT", "STATE", "arguments", "open_runtime", "open_store", "print_data"]

STATE = Flag("state")
NAMESPACE = Flag("namespace", "n")
OUTPUT = Flag("output", "o")

_CLOCK = "clock"


def arguments(flags: Sequence[Flag], argv: list[str], usage: str) -> Parsed | None:
    """The arguments of a command; None where only help was wanted, which is printed then.

    Raises:
        UsageError: unknown flag or missing value.
    """
    if "-h" in argv or "--help" in argv:
        print(usage)
        return None
    return parse(flags, argv)


def print_data(data: Any, form: str) -> bool:
    """Print plain data as ``json`` or ``yaml``; false where no form was asked for.

    Raises:
        UsageError: another form.
    """
    if form == "json":
        import json

        print(json.dumps(data, indent=4))
    elif form == "yaml":
        from oam.model import to_yaml

        print(to_yaml(data), end="")
    elif form:
        raise UsageError(f"unknown output form {form}; one of json, yaml", code="oam.usage")
    return bool(form)


@contextmanager
def open_store(path: str, *, must_exist: bool = False) -> Iterator[StateStore]:
    """The store in a file, or one in memory. A new file in which nothing was kept is removed again.

    Raises:
        StoreError: the file is missing where it must exist, or is none of ours.
    """
    if not path:
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
