"""State in the cluster that the applications are in: a ConfigMap for each, beside it."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from oam.cluster.errors import ClusterError, Conflict
from oam.ports import ObjectRef
from oam.store.memory import MemoryStore
from oam.store.sqlite import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oam.cluster import KubernetesCluster
    from oam.ports import Object

__all__ = ["ConfigMapStore", "reference"]

LABEL = "oam.dev/state"
"""Marks the ConfigMaps that this store has made; its value is ``application``."""

_LEASES = "leases"
_MOST = 1_000_000
"""Bytes that a ConfigMap may have, a little less than what etcd takes."""
_RENEW = 20.0
"""Seconds by which a lease must be longer before it is worth a request of its own."""


def reference(key: str) -> ObjectRef:
    """The ConfigMap of an application, given as ``NAMESPACE/NAME``; KubeVela gives it the same name."""
    namespace, _, name = key.partition("/")
    return ObjectRef("v1", "ConfigMap", namespace, f"workflow-{name}-context")


@attrs.define
class _Home:
    """One ConfigMap: its live object, and the documents by bucket and key, as JSON text, now and as they are there."""

    ref: ObjectRef
    live: Object | None = None
    documents: dict[tuple[str, str], str] = attrs.field(factory=dict)
    stored: dict[tuple[str, str], str] = attrs.field(factory=dict)


class ConfigMapStore:
    """A :class:`oam.ports.StateStore` in ConfigMaps.

    Documents whose key begins with ``NAMESPACE/NAME`` are in one ConfigMap, compressed, so that they change together;
    what people want to read of them stands beside in plain text. All others end with the process: they are about its
    own cluster and time. A transaction reads a ConfigMap once and writes it at its end, if nobody else did meanwhile;
    one that changes several applications is a transaction for each of them.

    Args:
        cluster: where the ConfigMaps are.
        bucket: whose documents are the applications themselves.
        readable: gives what to show of such a document: keys and texts of the ConfigMap's ``data``.
    """

    def __init__(
        self, cluster: KubernetesCluster, bucket: str, readable: Callable[[dict[str, Any]], dict[str, str]]
    ) -> None:
        self._cluster = cluster
        self._bucket = bucket
        self._readable = readable
        self._own = MemoryStore()
        self._homes: dict[str, _Home] = {}
        self._inside = False

    def read(self, bucket: str, key: str) -> Any | None:
        """See :meth:`oam.ports.StateStore.read`."""
        if "/" not in key:
            return self._own.read(bucket, key)
        text = self._home(key).documents.get((bucket, key))
        return None if text is None else json.loads(text)

    def scan(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """See :meth:`oam.ports.StateStore.scan`."""
        if prefix.count("/") > 1:
            homes = [self._home(prefix)]
        else:
            self._load_all()
            homes = list(self._homes.values())
        found = {
            key: text
            for home in homes
            for (at, key), text in home.documents.items()
            if at == bucket and key.startswith(prefix)
        }
        for key, text in sorted(found.items()):
            yield key, json.loads(text)

    def first(self, bucket: str) -> tuple[str, Any] | None:
        """See :meth:`oam.ports.StateStore.first`."""
        return next(self.scan(bucket), None)

    def write(self, bucket: str, key: str, document: Any) -> None:
        """See :meth:`oam.ports.StateStore.write`."""
        self._check_inside()
        if "/" not in key:
            with self._own.transaction():
                self._own.write(bucket, key, document)
            return
        self._home(key).documents[bucket, key] = json.dumps(document)

    def remove(self, bucket: str, key: str) -> bool:
        """See :meth:`oam.ports.StateStore.remove`."""
        self._check_inside()
        if "/" not in key:
            with self._own.transaction():
                return self._own.remove(bucket, key)
        return self._home(key).documents.pop((bucket, key), None) is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.transaction`.

        Raises:
            StoreError: another process wrote the same application meanwhile, or the server does not take it.
        """
        if self._inside:
            yield
            return
        self._homes.clear()
        self._inside = True
        try:
            yield
            self._commit()
        finally:
            self._inside = False
            self._homes.clear()

    @contextmanager
    def pause(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.pause`; a lease alone is written only when it is nearly over."""
        self._commit(leases=False)
        yield

    # ---- ConfigMaps

    def _home(self, key: str) -> _Home:
        app = "/".join(key.split("/")[:2])
        if not self._inside:
            self._homes.clear()  # somebody may have changed it
        home = self._homes.get(app)
        if home is None:
            ref = reference(app)
            live = self._cluster.get(ref)
            if live is not None and LABEL not in (live["metadata"].get("labels") or {}):
                text = f"ConfigMap {ref.namespace}/{ref.name} belongs to somebody else: KubeVela's own controller?"
                raise StoreError(text, code="oam.state.foreign", help="let one of the two run the application")
            home = self._homes[app] = _Home(ref, live, *_documents(live))
        return home

    def _load_all(self) -> None:
        """Read what was not read in this transaction."""
        if not self._inside:
            self._homes.clear()
        for live in self._cluster.list("v1", "ConfigMap", labels={LABEL: "application"}):
            ref = ObjectRef.of(live)
            app = f"{ref.namespace}/{ref.name.removeprefix('workflow-').removesuffix('-context')}"
            if app not in self._homes:
                self._homes[app] = _Home(ref, live, *_documents(live))

    def _commit(self, *, leases: bool = True) -> None:
        for home in self._homes.values():
            if home.documents != home.stored and (leases or _is_worth_it(home)):
                try:
                    self._store(home)
                except Conflict as error:
                    text = f"{home.ref} in {home.ref.namespace} was changed by another process meanwhile"
                    raise StoreError(text, code="oam.state.busy", help="give the command again") from error
                except ClusterError as error:
                    text = f"cannot keep the state in {home.ref} in {home.ref.namespace}: {error}"
                    raise StoreError(text, code="oam.state.refused") from error

    def _store(self, home: _Home) -> None:
        if not any(bucket != _LEASES for bucket, _ in home.documents):
            if home.live is not None:
                self._cluster.delete(home.ref)
            home.live, home.stored = None, dict(home.documents)
            return
        obj = self._object(home)
        if home.live is None:
            home.live = self._cluster.create(obj)
        else:
            obj["metadata"]["resourceVersion"] = home.live["metadata"]["resourceVersion"]
            home.live = self._cluster.put(obj)
        home.stored = dict(home.documents)

    def _object(self, home: _Home) -> Object:
        buckets: dict[str, list[str]] = {}
        data: dict[str, str] = {}
        for (bucket, key), text in sorted(home.documents.items()):
            buckets.setdefault(bucket, []).append(f"{json.dumps(key)}: {text}")
            if bucket == self._bucket:
                data = self._readable(json.loads(text))
        whole = ", ".join(f"{json.dumps(name)}: {{{', '.join(entries)}}}" for name, entries in buckets.items())
        packed = b64encode(gzip.compress(f"{{{whole}}}".encode(), mtime=0)).decode()
        if len(packed) + sum(map(len, data.values())) > _MOST:
            text = f"the state of an application is too large for {home.ref} in {home.ref.namespace}"
            raise StoreError(text, code="oam.state.full", help="keep it in a file: --state FILE")
        metadata = {"name": home.ref.name, "namespace": home.ref.namespace, "labels": {LABEL: "application"}}
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata,
            "data": data,
            "binaryData": {"state": packed},
        }

    def _check_inside(self) -> None:
        if not self._inside:
            raise RuntimeError("write outside of a transaction")


def _documents(live: Object | None) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """The documents of a ConfigMap, twice."""
    if live is None:
        return {}, {}
    try:
        buckets = json.loads(gzip.decompress(b64decode(live["binaryData"]["state"])))
        texts = {
            (bucket, key): json.dumps(document) for bucket, keys in buckets.items() for key, document in keys.items()
        }
    except (OSError, EOFError, ValueError, KeyError, AttributeError) as error:
        ref = ObjectRef.of(live)
        text = f"{ref} in {ref.namespace} is damaged: {error}"
        raise StoreError(text, code="oam.state.damaged", help="nothing was written to it") from error
    return texts, dict(texts)


def _is_worth_it(home: _Home) -> bool:
    """Whether more has changed than a lease that still holds for long enough."""
    changed = {
        key for key in home.documents.keys() | home.stored.keys() if home.documents.get(key) != home.stored.get(key)
    }
    for bucket, key in changed:
        if bucket != _LEASES or (bucket, key) not in home.stored:
            return True
        new, old = json.loads(home.documents[bucket, key]), json.loads(home.stored[bucket, key])
        if new["owner"] != old["owner"] or new["until"] - old["until"] > _RENEW:
            return True
    return False
