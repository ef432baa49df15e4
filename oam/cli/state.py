"""The options that several commands share, and the state that ``--state`` names."""

from __future__ import annotations

import os
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from oam.app.record import BUCKET, last_time, readable
from oam.app.runtime import Runtime
from oam.cli.flags import CLUSTER, Flag, Parsed, parse
from oam.errors import UsageError
from oam.network import AllowList, NetworkClient, SmtpMailer
from oam.store import ConfigMapStore, Leases, MemoryStore, SqliteStore, StoreError
from oam.store.configmaps import reference
from oam.workflow.clock import SystemClock, SystemRandom, VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from oam.definition import Profile
    from oam.ports import Cluster, ObjectRef, StateStore
    from oam.workflow.model import Run

__all__ = [
    "CLUSTER",
    "INSTALL",
    "NAMESPACE",
    "NETWORK",
    "OUTPUT",
    "STATE",
    "WORLD",
    "arguments",
    "copied_store",
    "network",
    "open_world",
    "open_store",
    "print_data",
]

STATE = Flag("state")
INSTALL = Flag("install-crds", kind="bool")
WORLD = (STATE, CLUSTER)
NAMESPACE = Flag("namespace", "n")
OUTPUT = Flag("output", "o")
NETWORK = (Flag("allow-http", kind="list"), Flag("config"))


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
    import sqlite3

    fresh = not os.path.exists(path)
    if must_exist and fresh:
        raise StoreError(f"{path}: no such state file", code="oam.state.missing")
    try:
        connection = sqlite3.connect(path, check_same_thread=False)  # steps take turns in threads
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
def copied_store(path: str) -> Iterator[StateStore]:
    """A copy of the store in a file, in memory; an empty one where there is no such file.

    Raises:
        StoreError: the file is none of ours.
    """
    import sqlite3
    from urllib.parse import quote

    if not os.path.exists(path):
        yield MemoryStore()
        return
    copy = sqlite3.connect(":memory:")
    try:
        original = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)
        try:
            original.backup(copy)
        finally:
            original.close()
        yield SqliteStore(copy)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}", code="oam.state") from error
    finally:
        copy.close()


def network(parsed: Parsed) -> AllowList | None:
    """What ``--allow-http`` and the ``allowHttp`` of ``--config`` let pass; None where that is nothing.

    Raises:
        UsageError: an entry is none, or the file is not what it should be.
    """
    entries = list(parsed.lists["allow-http"])
    if path := parsed.strings["config"]:
        from oam.cli.files import read
        from oam.model import load_documents
        from pycue.source import Source

        document = load_documents(Source(path, read(path)))[0].data
        allowed = document.get("allowHttp", []) if isinstance(document, dict) else None
        if not isinstance(allowed, list) or not all(isinstance(entry, str) for entry in allowed):
            raise UsageError(f"{path}: allowHttp must be a list of HOST[:PORT][/PREFIX]", code="oam.usage")
        entries += allowed
    return AllowList(entries) if entries else None


@contextmanager
def open_world(
    parsed: Parsed,
    profile: Profile,
    observe: Callable[[str, Run], None] | None = None,
    *,
    must_exist: bool = False,
) -> Iterator[Runtime]:
    """A runtime for the state and the cluster that ``--state`` and ``--cluster`` name.

    With a real cluster time is real, and without a file the state is in the cluster too.

    Args:
        parsed: arguments that have the flags :data:`WORLD` and, where steps may use it, :data:`NETWORK`.
        profile: whose rules hold.
        observe: called after each step that was executed.
        must_exist: whether there has to be a state already.

    Raises:
        OamError: the state, the cluster or what servers are allowed cannot be used.
    """
    allowed = network(parsed) if "allow-http" in parsed.lists else None
    if not parsed.strings["cluster"]:
        if must_exist and not parsed.strings["state"]:
            text = "--state FILE or --cluster is needed: there is nothing to look at otherwise"
            raise UsageError(text, code="oam.usage")
        with open_store(parsed.strings["state"], must_exist=must_exist) as store:
            if (address := store.read("cluster", "address")) is not None:
                text = f"the applications in {parsed.strings['state']} are in the cluster at {address}: give --cluster"
                raise UsageError(text, code="oam.usage")
            yield _runtime(store, profile, observe, allowed)
        return
    from oam.cli.cluster import open_cluster

    cluster = open_cluster(parsed)
    if not parsed.strings["state"]:
        yield _runtime(ConfigMapStore(cluster, BUCKET, readable), profile, observe, allowed, cluster, reference)
        return
    with open_store(parsed.strings["state"], must_exist=must_exist) as store:
        if store.first("objects") is not None:
            text = f"{parsed.strings['state']} holds a cluster of its own: name another file, or leave out --cluster"
            raise UsageError(text, code="oam.usage")
        with store.transaction():
            store.write("cluster", "address", cluster.address)
        yield _runtime(store, profile, observe, allowed, cluster)


def _runtime(
    store: StateStore,
    profile: Profile,
    observe: Callable[[str, Run], None] | None,
    allowed: AllowList | None,
    cluster: Cluster | None = None,
    backend: Callable[[str], ObjectRef] | None = None,
) -> Runtime:
    """A runtime on a real cluster, or on one in the store.

    The clock of the latter begins now, or where the last one stopped, and moves only to wait.
    """
    web, mail = (NetworkClient(allowed), SmtpMailer(allowed)) if allowed else (None, None)
    return Runtime(
        store,
        SystemClock() if cluster else VirtualClock(max(time.time(), last_time(store))),
        SystemRandom(),
        cluster=cluster,
        http=web,
        mail=mail,
        profile=profile,
        observe=observe,
        leases=Leases(store, SystemClock(), _owner(), is_gone=_is_gone),
        concurrent=web is not None or cluster is not None,
        backend=backend,
    )


def _owner() -> str:
    """This process: host, process namespace, number, and something that no later process of that number has."""
    return "/".join((socket.gethostname(), _namespace(), str(os.getpid()), uuid4().hex[:8]))


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _is_gone(owner: str) -> bool:
    """Whether a process of this machine has ended; of others nobody knows."""
    host, namespace, number, _ = owner.rsplit("/", 3)
    if (host, namespace) != (socket.gethostname(), _namespace()):
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
