"""Bringing an application's objects into the cluster, and taking them out again when it no longer makes them.

Whatever is applied is recorded in the application's tracker first. Objects belong to the application whose name and
namespace they carry as labels; others are not touched.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import attrs

from oam.cluster.errors import ClusterError
from oam.ports import Object, ObjectRef
from oam.workflow.dataflow import fill, split_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.app.rules import Rules
    from oam.ports import Cluster, StateStore

__all__ = ["Dispatcher", "Managed"]

_TRACKERS = "trackers"
_NAME = "app.oam.dev/name"
_NAMESPACE = "app.oam.dev/namespace"
_SHARERS = "app.oam.dev/shared-by"


@attrs.frozen
class Managed:
    """An object that belongs to an application.

    Attributes:
        component: what made it, and ``trait`` of it.
        revision: for which it was made last.
        keep: until when it stays once it is no longer made, see :meth:`oam.app.rules.Rules.keep`.
        data: the object as it was applied last.
    """

    ref: ObjectRef
    component: str = ""
    trait: str = ""
    revision: str = ""
    keep: str = "onAppUpdate"
    data: Object | None = attrs.field(default=None, eq=False)

    def to_dict(self) -> dict[str, Any]:
        """As ``.status.appliedResources`` has it, with the creator."""
        return {
            "apiVersion": self.ref.api_version,
            "kind": self.ref.kind,
            "namespace": self.ref.namespace,
            "name": self.ref.name,
            "component": self.component,
            "trait": self.trait,
            "revision": self.revision,
            "keep": self.keep,
            "data": self.data,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Managed:
        """The reverse of :meth:`to_dict`."""
        ref = ObjectRef(data["apiVersion"], data["kind"], data["namespace"], data["name"])
        return cls(ref, data["component"], data["trait"], data["revision"], data["keep"], data["data"])


@attrs.frozen
class Dispatcher:
    """The objects of one application. Its methods belong in a transaction of the store."""

    cluster: Cluster
    store: StateStore
    app: str
    namespace: str
    revision: str
    rules: Rules

    @property
    def _key(self) -> str:
        return f"{self.namespace}/{self.app}"

    def managed(self, app: str = "", namespace: str = "") -> list[Managed]:
        """What the application, or another one, owns, in the order in which it was first applied."""
        key = f"{namespace or self.namespace}/{app or self.app}"
        return [Managed.from_dict(entry) for entry in self.store.read(_TRACKERS, key) or []]

    def apply(
        self,
        objects: Sequence[Object],
        *,
        component: str = "",
        traits: Sequence[str] = (),
        cluster: str | None = "",
        last_first: bool = False,
    ) -> list[Object]:
        """Create or merge objects; gives the live ones. All are tried without effect first.

        Args:
            objects: each with its namespace.
            component: which component they are of.
            cluster: name of the cluster where a placement asked for it by name; None for what is not placed.
            traits: which trait made each of them, ``""`` for none; as long as ``objects`` if given.
            last_first: write the last of them before the others, as KubeVela's workers do.

        Raises:
            ClusterError: one of them is refused, or belongs to somebody else; none is applied then.
        """
        labelled = [self._labelled(obj, cluster) for obj in objects]
        faults = [fault for obj in labelled if (fault := self._fault(obj))]
        if faults:
            text = "".join(f"({fault})" for fault in faults)
            raise ClusterError(
                f"pre-dispatch dryrun failed: Found {len(faults)} errors. [{text}]", code="oam.cluster.refused"
            )
        made_by = list(traits) or [""] * len(labelled)
        entries = [
            Managed(self._ref(obj), component, trait, self.revision, self.rules.keep(obj), obj)
            for obj, trait in zip(labelled, made_by, strict=True)
            if not self.rules.only_reads(obj)
        ]
        self._record(entries)
        last = [self._write(obj) for obj in labelled[-1:]] if last_first else []
        return [self._write(obj) for obj in labelled[: len(labelled) - len(last)]] + last

    def restore(self) -> None:
        """Make again what the application owns and somebody deleted, unless its policy is to apply once."""
        for entry in self.managed():
            obj = entry.data
            if obj is not None and not self.rules.applies_once(obj) and self.cluster.get(entry.ref) is None:
                self._write(obj)

    def go_back(self, entries: Sequence[Managed]) -> None:
        """Make the application's objects what they were once; what came since is deleted."""
        for entry in entries:
            if entry.data is not None:
                self._write(entry.data)
        kept = {entry.ref for entry in entries}
        for entry in self.managed():
            if entry.ref not in kept:
                self._delete(entry.ref)
        self.store.write(_TRACKERS, self._key, [entry.to_dict() for entry in entries])

    def forget(self, ref: ObjectRef) -> None:
        """An object was deleted by the application itself; it is not made again."""
        kept = [entry for entry in self.managed() if entry.ref != ref]
        self.store.write(_TRACKERS, self._key, [entry.to_dict() for entry in kept])

    def collect(self) -> list[ObjectRef]:
        """Delete what no longer belongs to the current revision; gives what was deleted, in the order of deletion."""
        managed = self.managed()
        outdated = [entry for entry in managed if entry.revision != self.revision and entry.keep == "onAppUpdate"]
        gone = [entry.ref for entry in self._last_needed(outdated) if self._delete(entry.ref)]
        kept = [entry.to_dict() for entry in managed if entry not in outdated]
        self.store.write(_TRACKERS, self._key, kept)
        return gone

    def delete(self) -> list[ObjectRef]:
        """Delete everything but what is to stay for ever, which is nobody's then; gives what was deleted."""
        gone = []
        for entry in self._last_needed(self.managed()):
            if entry.keep == "never":
                self._release(entry.ref)
            elif self._delete(entry.ref):
                gone.append(entry.ref)
        self.store.remove(_TRACKERS, self._key)
        return gone

    def _last_needed(self, entries: Sequence[Managed]) -> list[Managed]:
        """The entries in the order of deletion."""
        order = self.rules.deletion_order(entry.component for entry in entries)
        return [entry for _, entry in sorted(zip(order, entries, strict=True), key=lambda pair: pair[0])]

    def _release(self, ref: ObjectRef) -> None:
        """Leave an object where it is, as nobody's."""
        live = self.cluster.get(ref)
        if live is not None:
            labels = live["metadata"].get("labels") or {}
            for key in (_NAME, _NAMESPACE):
                labels.pop(key, None)
            self.cluster.apply(live, replace=True)

    def _write(self, obj: Object) -> Object:
        if self.rules.only_reads(obj):
            return self.cluster.get(self._ref(obj)) or obj
        ref = self._ref(obj)
        if self.rules.shares(obj):
            live = self.cluster.get(ref)
            sharers = [name for name in _sharers(live) if name != self._key]
            if live is not None and self._owner(live) not in ("", self._key):  # the first one's content stands
                known = len(sharers) < len(_sharers(live))
                return live if known else self._shared(live, [*sharers, self._key], replace=True)
            return self._shared(obj, [self._key, *sharers])
        live = self.cluster.get(ref) if (left := self.rules.left_to_others(obj)) else None
        if live is not None and "*" in left:
            return live
        for field in left if live is not None else ():
            if (value := _at(live, field)) is not None:
                obj = deepcopy(obj)
                fill(obj, field, value)
        replace, fields = self.rules.update(obj)
        if fields and (live := self.cluster.get(ref)) is not None and _differs(live, obj, fields):
            self.cluster.delete(ref)
        return self.cluster.apply(obj, replace=replace)

    def _shared(self, obj: Object, sharers: Sequence[str], *, replace: bool = False) -> Object:
        metadata = obj["metadata"]
        annotations = {**(metadata.get("annotations") or {}), _SHARERS: ",".join(sharers)}
        return self.cluster.apply({**obj, "metadata": {**metadata, "annotations": annotations}}, replace=replace)

    def _delete(self, ref: ObjectRef) -> bool:
        live = self.cluster.get(ref)
        if live is None:
            return False
        if sharers := [name for name in _sharers(live) if name != self._key]:
            labels = live["metadata"].setdefault("labels", {})
            if self._owner(live) == self._key:
                labels[_NAMESPACE], _, labels[_NAME] = sharers[0].partition("/")
            self._shared(live, sharers, replace=True)
            return False
        return self._owner(live) == self._key and self.cluster.delete(ref)

    def _labelled(self, obj: Object, cluster: str | None) -> Object:
        metadata = obj.get("metadata") or {}
        own = {_NAME: self.app, _NAMESPACE: self.namespace}
        if cluster is not None:
            own["app.oam.dev/cluster"] = cluster
        return {**obj, "metadata": {**metadata, "labels": {**(metadata.get("labels") or {}), **own}}}

    def _fault(self, obj: Object) -> str:
        """Why the object cannot be applied, or ``""``."""
        ref = self._ref(obj)
        live = self.cluster.get(ref)
        if self.rules.only_reads(obj):
            text = (
                f"{ref.kind} ({ref.name}) is marked as read-only but does not exist. You should check the existence of "
            )
            return "" if live else text + "the resource or remove the read-only policy"
        if live is not None and (owner := self._owner(live)) != self._key:
            place = f"{ref.kind} {ref.namespace}/{ref.name}"
            if owner and self.rules.shares(obj) and _sharers(live):
                return ""
            if owner:
                return f"cannot apply ApplyOption: existing object {place} is managed by other application {owner}"
            if not self.rules.takes_over(obj):
                return f"cannot apply ApplyOption: {place} exists but not managed by any application now"
        replace, fields = self.rules.update(obj)
        if live is not None and _differs(live, obj, fields):
            return ""
        try:
            self.cluster.apply(obj, dry_run=True, replace=replace)
        except ClusterError as error:
            verb = "create" if live is None else "update"
            reads = "get" if error.status == 404 else verb
            return f"cannot {reads} object: {error}"
        return ""

    @staticmethod
    def _owner(obj: Object) -> str:
        labels = obj["metadata"].get("labels") or {}
        return f"{labels.get(_NAMESPACE, '')}/{labels[_NAME]}" if _NAME in labels else ""

    def _ref(self, obj: Object) -> ObjectRef:
        ref = ObjectRef.of(obj)
        if not self.cluster.is_namespaced(ref.api_version, ref.kind):
            return attrs.evolve(ref, namespace="")
        return ref if ref.namespace else attrs.evolve(ref, namespace="default")

    def _record(self, entries: Sequence[Managed]) -> None:
        known = {entry.ref: entry for entry in self.managed()}
        known.update({entry.ref: entry for entry in entries})
        self.store.write(_TRACKERS, self._key, [entry.to_dict() for entry in known.values()])


def _sharers(live: Object | None) -> list[str]:
    """Namespace and name of the applications that share an object, its owner first."""
    text = ((live or {}).get("metadata", {}).get("annotations") or {}).get(_SHARERS, "")
    return [name for name in text.split(",") if name]


def _differs(live: Object, obj: Object, fields: Sequence[str]) -> bool:
    """Whether the object asks for another value of one of the fields."""
    return any(_at(obj, field) not in (None, _at(live, field)) for field in fields)


def _at(value: Any, field: str) -> Any:
    for part in split_key(field):
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
