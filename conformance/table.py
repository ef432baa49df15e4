"""A cluster that is nothing but a table of objects: it fills in nothing, numbers nothing, and refuses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from conformance.outcome import overlaid
from oam.cluster.errors import NotFound
from oam.cluster.kinds import WELL_KNOWN
from oam.cluster.merge import three_way, without_nulls
from oam.cluster.selectors import matches
from oam.ports import ObjectRef
from oam.render.context import UNKNOWN_VERSION

__all__ = ["Table"]

Object = dict[str, Any]


class Table:
    """A :class:`oam.ports.Cluster`."""

    name = "local"
    shared = False

    def __init__(self) -> None:
        self._objects: dict[ObjectRef, Object] = {}
        self._sent: dict[ObjectRef, Object] = {}
        self._version = 0

    def objects(self) -> Iterable[Object]:
        """Everything there is."""
        return list(self._objects.values())

    def put(self, obj: Object) -> None:
        """Set the fields of an object, status included; everything else of it stays."""
        ref = self._ref(obj)
        self._objects[ref] = overlaid(self._objects.get(ref, {}), obj)
        self._version += 1

    def get(self, ref: ObjectRef) -> Object | None:
        """See :meth:`oam.ports.Cluster.get`."""
        return deepcopy(self._objects.get(self._known(ref)))

    def list(
        self, api_version: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """See :meth:`oam.ports.Cluster.list`."""
        found = [
            obj
            for ref, obj in self._objects.items()
            if (ref.api_version, ref.kind) == (api_version, kind)
            and namespace in ("", ref.namespace)
            and matches(obj["metadata"].get("labels") or {}, labels or {})
        ]
        return sorted(deepcopy(found), key=lambda obj: (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))

    def apply(self, obj: Object, *, dry_run: bool = False, replace: bool = False) -> Object:
        """See :meth:`oam.ports.Cluster.apply`."""
        new: Object = without_nulls(obj)
        ref = self._ref(new)
        live = self._objects.get(ref)
        if live is not None:
            new = three_way(live if replace else self._sent.get(ref, {}), new, live)
        if not dry_run:
            self._sent[ref] = without_nulls(obj)
            if new != live:
                self._objects[ref] = new
                self._version += 1
        return deepcopy(new)

    def set_status(self, ref: ObjectRef, status: Object) -> Object:
        """See :meth:`oam.ports.Cluster.set_status`."""
        live = self._objects.get(self._known(ref))
        if live is None:
            raise NotFound(f"{ref} not found")
        live["status"] = status
        return deepcopy(live)

    def delete(self, ref: ObjectRef) -> bool:
        """See :meth:`oam.ports.Cluster.delete`."""
        self._sent.pop(self._known(ref), None)
        self._version += 1
        return self._objects.pop(self._known(ref), None) is not None

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """See :meth:`oam.ports.Cluster.is_namespaced`."""
        return WELL_KNOWN.get((api_version, kind), ("", True))[1]

    def server_version(self) -> Object:
        """See :meth:`oam.ports.Cluster.server_version`; nothing is known."""
        return dict(UNKNOWN_VERSION)

    def version(self) -> int:
        """See :meth:`oam.ports.Cluster.version`."""
        return self._version

    def settle(self) -> float | None:
        """See :meth:`oam.ports.Cluster.settle`; nothing ever becomes due."""
        return None

    def _ref(self, obj: Object) -> ObjectRef:
        return self._known(ObjectRef.of(obj))

    def _known(self, ref: ObjectRef) -> ObjectRef:
        namespace = (ref.namespace or "default") if self.is_namespaced(ref.api_version, ref.kind) else ""
        return ObjectRef(ref.api_version, ref.kind, namespace, ref.name)
