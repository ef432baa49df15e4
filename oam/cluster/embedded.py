"""The objects of one cluster, kept in a state store."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from oam.cluster import admission
from oam.cluster.errors import NoSuchKind, NotFound
from oam.cluster.kinds import WELL_KNOWN, resource
from oam.cluster.merge import three_way, without_nulls
from oam.cluster.selectors import matches
from oam.cluster.simulator import Simulator
from oam.ports import ObjectRef
from oam.timestamps import format_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oam.ports import Clock, Object, Random, StateStore

__all__ = ["EmbeddedCluster"]

_OBJECTS, _SENT, _DUE, _AGENDA, _COUNTERS = "objects", "sent", "due", "agenda", "counters"
_CUSTOM = "apiextensions.k8s.io/v1", "CustomResourceDefinition"


class EmbeddedCluster:
    """A :class:`oam.ports.Cluster` that acts as an API server would, as far as applications can tell.

    It numbers what is written (``resourceVersion`` across the cluster, ``generation`` with each change outside of
    metadata and status), gives uids, times and service addresses, deletes what a deleted object owns, and waits for
    finalizers. Writes belong in a transaction of the store. Nothing becomes ready by itself: :meth:`settle` does
    what is due.

    Args:
        store: holds the objects, also between processes.
        clock: for creation times and readiness.
        random: for uids.
        name: how placements call this cluster.
        simulator: when and how objects become ready.
        strict: refuse kinds that are neither well-known nor defined by a CustomResourceDefinition.
        namespaces: ``None`` lets every namespace be; otherwise those that are there from the start.
    """

    shared = False

    def __init__(
        self,
        store: StateStore,
        clock: Clock,
        random: Random,
        *,
        name: str = "local",
        simulator: Simulator | None = None,
        strict: bool = False,
        namespaces: frozenset[str] | None = None,
    ) -> None:
        self.name = name
        self._store = store
        self._clock = clock
        self._random = random
        self._simulator = simulator or Simulator()
        self._strict = strict
        self._namespaces = namespaces

    def get(self, ref: ObjectRef) -> Object | None:
        """See :meth:`oam.ports.Cluster.get`."""
        found: Object | None = self._store.read(_OBJECTS, self._key(ref))
        return found

    def list(
        self, api_version: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """See :meth:`oam.ports.Cluster.list`."""
        group = api_version.rpartition("/")[0]
        prefix = f"{group}/{kind}/{namespace}/" if namespace else f"{group}/{kind}/"
        return [
            obj
            for _, obj in self._store.scan(_OBJECTS, prefix)
            if matches(obj["metadata"].get("labels") or {}, labels or {})
        ]

    def objects(self) -> Sequence[Object]:
        """Everything there is, by group, kind, namespace and name."""
        return [obj for _, obj in self._store.scan(_OBJECTS)]

    def sent(self, ref: ObjectRef) -> Object | None:
        """The object as it was last applied, before the server filled anything in."""
        found: Object | None = self._store.read(_SENT, self._key(ref))
        return found

    def server_version(self) -> dict[str, Any]:
        """See :meth:`oam.ports.Cluster.server_version`: the Kubernetes release that the cluster acts like."""
        return {"major": "1", "minor": 34, "gitVersion": "v1.34.0", "platform": "linux/amd64"}

    def version(self) -> int:
        """The number of the last write; two equal numbers mean that nothing changed in between."""
        return int(self._store.read(_COUNTERS, "version") or 0)

    def apply(self, obj: Object, *, dry_run: bool = False, replace: bool = False) -> Object:
        """See :meth:`oam.ports.Cluster.apply`.

        Raises:
            ClusterError: unknown kind, missing namespace, bad name or content, change of an immutable field.
        """
        new = self._admitted(obj)
        ref = ObjectRef.of(new)
        key = self._key(ref)
        live = self._store.read(_OBJECTS, key)
        if live is None:
            stored = self._create(new, dry_run)
        else:
            original = live if replace else self._store.read(_SENT, key) or {}
            stored = self._update(live, three_way(original, new, live), dry_run)
        if dry_run:
            return stored
        self._store.write(_SENT, key, new)
        if live is None or live["metadata"]["generation"] != stored["metadata"]["generation"]:
            self._schedule(key, stored)
        return stored

    def set_status(self, ref: ObjectRef, status: dict[str, Any]) -> Object:
        """See :meth:`oam.ports.Cluster.set_status`."""
        key = self._key(ref)
        live = self._store.read(_OBJECTS, key)
        if live is None:
            raise NotFound(f'{resource(ref.api_version, ref.kind)} "{ref.name}" not found')
        return self._write(key, {**live, "status": status})

    def delete(self, ref: ObjectRef) -> bool:
        """See :meth:`oam.ports.Cluster.delete`; an object with finalizers stays, marked, until they are gone."""
        key = self._key(ref)
        live = self._store.read(_OBJECTS, key)
        if live is None:
            return False
        if live["metadata"].get("finalizers"):
            live["metadata"].setdefault("deletionTimestamp", format_time(self._clock.now()))
            self._write(key, live)
        else:
            self._remove(key, live)
        return True

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """See :meth:`oam.ports.Cluster.is_namespaced`; a kind nobody described lives in namespaces."""
        known = WELL_KNOWN.get((api_version, kind))
        if known:
            return known[1]
        definition = self._definition(api_version, kind)
        return definition is None or definition["spec"].get("scope") != "Cluster"

    def settle(self) -> float | None:
        """See :meth:`oam.ports.Cluster.settle`."""
        now = self._clock.now()
        while (following := self._store.first(_AGENDA)) is not None:
            entry, (at, key) = following
            if at > now:
                return float(at)
            with self._store.transaction():
                self._store.remove(_AGENDA, entry)
                self._store.remove(_DUE, key)
                live = self._store.read(_OBJECTS, key)
                if live is not None:
                    status = {**live.get("status", {}), **self._simulator.status(live)}
                    self.became_ready(self._write(key, {**live, "status": status}))
        return None

    def became_ready(self, obj: Object) -> None:
        """Called with each object that :meth:`settle` has given its status; for those who watch."""

    def _key(self, ref: ObjectRef) -> str:
        namespace = ref.namespace if self.is_namespaced(ref.api_version, ref.kind) else ""
        return f"{ref.group}/{ref.kind}/{namespace}/{ref.name}"

    def _definition(self, api_version: str, kind: str) -> Object | None:
        group, _, version = api_version.rpartition("/")
        for definition in self.list(*_CUSTOM) if group else ():
            spec = definition.get("spec") or {}
            versions = [entry.get("name") for entry in spec.get("versions") or [] if entry.get("served", True)]
            if spec.get("group") == group and spec.get("names", {}).get("kind") == kind and version in versions:
                return definition
        return None

    def _admitted(self, obj: Object) -> Object:
        """A checked copy, with its namespace as the kind's scope asks."""
        version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
        if (
            not version
            or not kind
            or (self._strict and (version, kind) not in WELL_KNOWN and not self._definition(version, kind))
        ):
            raise NoSuchKind(f'no matches for kind "{kind}" in version "{version}"')
        admission.check(obj)
        new: Object = without_nulls(obj)
        new.pop("status", None)
        if self.is_namespaced(version, kind):
            namespace = new["metadata"].get("namespace") or "default"
            new["metadata"]["namespace"] = namespace
            self._check_namespace(namespace)
        else:
            new["metadata"].pop("namespace", None)
        return new

    def _check_namespace(self, name: str) -> None:
        if self._namespaces is None or name in self._namespaces:
            return
        if self._store.read(_OBJECTS, f"/Namespace//{name}") is None:
            raise NotFound(f'namespaces "{name}" not found')

    def _create(self, new: Object, dry_run: bool) -> Object:
        obj = deepcopy(new)
        if dry_run:
            admission.complete(obj, lambda: "10.96.0.0")
            return obj
        admission.complete(obj, self._allocate)
        obj["metadata"].update(
            uid=self._random.uuid(), generation=1, creationTimestamp=format_time(self._clock.now()), resourceVersion=""
        )
        return self._write(self._key(ObjectRef.of(obj)), obj)

    def _update(self, live: Object, merged: Object, dry_run: bool) -> Object:
        kept = (live.get("spec") or {}).get("clusterIP")
        admission.complete(merged, lambda: kept or ("10.96.0.0" if dry_run else self._allocate()))
        admission.check_update(live, merged)
        if merged == live or dry_run:
            return merged
        outside = ("metadata", "status")
        if any(merged.get(field) != live.get(field) for field in merged.keys() | live.keys() if field not in outside):
            merged["metadata"]["generation"] = live["metadata"]["generation"] + 1
        key = self._key(ObjectRef.of(merged))
        if "deletionTimestamp" in merged["metadata"] and not merged["metadata"].get("finalizers"):
            self._remove(key, merged)
            return merged
        return self._write(key, merged)

    def _write(self, key: str, obj: Object) -> Object:
        obj["metadata"]["resourceVersion"] = str(self._count("version"))
        self._store.write(_OBJECTS, key, obj)
        return obj

    def _remove(self, key: str, obj: Object) -> None:
        self._unschedule(key)
        for bucket in (_OBJECTS, _SENT):
            self._store.remove(bucket, key)
        self._count("version")
        metadata = obj["metadata"]
        emptied = metadata["name"] if (obj["apiVersion"], obj["kind"]) == ("v1", "Namespace") else None
        for other in self.objects():
            owners = other["metadata"].get("ownerReferences") or []
            inside = emptied is not None and other["metadata"].get("namespace") == emptied
            if inside or any(owner.get("uid") == metadata["uid"] for owner in owners):
                self.delete(ObjectRef.of(other))

    def _schedule(self, key: str, obj: Object) -> None:
        """Note when an object becomes ready, also under a key in whose order the first comes first."""
        if self._simulator.concerns(obj):
            self._unschedule(key)
            at = self._clock.now() + self._simulator.wait(obj)
            self._store.write(_DUE, key, at)
            self._store.write(_AGENDA, _at(at, key), [at, key])

    def _unschedule(self, key: str) -> None:
        at = self._store.read(_DUE, key)
        if at is not None:
            self._store.remove(_DUE, key)
            self._store.remove(_AGENDA, _at(at, key))

    def _allocate(self) -> str:
        number = self._count("address")
        return f"10.{96 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"

    def _count(self, counter: str) -> int:
        value = int(self._store.read(_COUNTERS, counter) or 0) + 1
        self._store.write(_COUNTERS, counter, value)
        return value


def _at(time: float, key: str) -> str:
    return f"{time:020.6f} {key}"
