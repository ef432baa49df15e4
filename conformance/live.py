"""A real cluster for workflow cases: each in its own namespace, in virtual time that waits for the controllers."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any
from uuid import uuid4

from conformance.outcome import Events
from oam.cluster import KubernetesCluster, connect
from oam.cluster.crds import install
from oam.cluster.kubernetes import LAST_APPLIED
from oam.ports import ObjectRef

__all__ = ["Live", "LiveCluster"]

Object = dict[str, Any]

_PATIENCE = 15.0
"""Real seconds that an object may take to become ready; what takes longer is taken not to."""
_VERSIONS = {
    "Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "Job": "batch/v1",
    "CronJob": "batch/v1", "Ingress": "networking.k8s.io/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
    "Service": "v1", "Endpoints": "v1", "ConfigMap": "v1", "Secret": "v1", "PersistentVolumeClaim": "v1",
    "ServiceAccount": "v1",
}  # fmt: skip
_CUSTOM = "CustomResourceDefinition"


class LiveCluster(KubernetesCluster):
    """One case's view of a real cluster: other cases' applications are not seen, and what was sent is remembered.

    :meth:`settle` waits for the controllers, so that virtual time can pass meanwhile.

    Attributes:
        events: which objects were created and deleted.
    """

    shared = False

    def __init__(self, transport: Any, namespace: str) -> None:
        super().__init__(transport)
        self.namespace = namespace
        self.events = Events()
        self._sent: dict[ObjectRef, Object] = {}
        self._settled: dict[ObjectRef, int] = {}

    def apply(self, obj: Object, *, dry_run: bool = False, replace: bool = False) -> Object:
        """See :meth:`oam.ports.Cluster.apply`."""
        known = dry_run or self.get(ObjectRef.of(obj)) is not None
        live = super().apply(obj, dry_run=dry_run, replace=replace)
        if not known:
            self.events.note("create", live)
        if not dry_run:
            ref = ObjectRef.of(live)
            self._sent[ref] = {**obj, "metadata": {**obj["metadata"], "namespace": ref.namespace}}
        return live

    def delete(self, ref: ObjectRef) -> bool:
        """See :meth:`oam.ports.Cluster.delete`."""
        live = self.get(ref)
        gone = super().delete(ref)
        if gone and live is not None:
            self.events.note("delete", live)
        return gone

    def list(
        self, api_version: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """See :meth:`oam.ports.Cluster.list`."""
        found = super().list(api_version, kind, namespace, labels)
        if api_version.startswith("core.oam.dev/"):
            return [obj for obj in found if obj["metadata"]["namespace"] in (self.namespace, "vela-system")]
        if kind == _CUSTOM:
            return [obj for obj in found if ObjectRef.of(obj) in self._sent]
        return found

    def sent(self, ref: ObjectRef) -> Object | None:
        """The object as it was last applied."""
        return self._sent.get(ref)

    def objects(self) -> Sequence[Object]:
        """What the case made, and what is in its namespace, but for what the cluster puts into each."""
        kinds = {(version, kind) for kind, version in _VERSIONS.items()}
        kinds |= {(ref.api_version, ref.kind) for ref in self._sent}
        return [obj for kind in sorted(kinds) for obj in self.list(*kind) if self._is_own(obj)]

    def _is_own(self, obj: Object) -> bool:
        metadata = obj["metadata"]
        (metadata.get("annotations") or {}).pop(LAST_APPLIED, None)
        if ObjectRef.of(obj) in self._sent:
            return True
        standing = (obj["kind"], metadata["name"]) in (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"))
        made = obj["kind"] == "Endpoints" or metadata.get("ownerReferences")
        return metadata.get("namespace") == self.namespace and not standing and not made

    def settle(self) -> float | None:
        """Wait until the workloads are as their controllers make them."""
        end = time.monotonic() + _PATIENCE
        for ref in [ref for ref in self._sent if ref.kind in _READY]:
            while (live := self.get(ref)) and self._settled.get(ref) != live["metadata"]["generation"]:
                if _READY[ref.kind](live) or time.monotonic() > end:
                    self._settled[ref] = live["metadata"]["generation"]
                else:
                    time.sleep(0.05)
        return None

    def clear(self) -> None:
        """Remove what the case left outside of its namespace, and begin to remove that."""
        for ref in reversed(self._sent):
            if ref.namespace != self.namespace and ref.kind != _CUSTOM:
                self.delete(ref)
        for ref in self._sent:
            live = self.get(ref) if ref.namespace == self.namespace else None
            if live is not None and live["metadata"].get("finalizers"):
                live["metadata"]["finalizers"] = []
                self.put(live)
        self.delete(ObjectRef("v1", "Namespace", "", self.namespace))


class Live:
    """A real cluster on which cases are played.

    Args:
        kubeconfig: its path; empty for the usual one.
    """

    def __init__(self, kubeconfig: str) -> None:
        from urllib3.exceptions import InsecureRequestWarning

        warnings.simplefilter("ignore", InsecureRequestWarning)
        self._transport = connect(kubeconfig)
        self._numbers = count(1)
        self._run = uuid4().hex[:6]
        install(KubernetesCluster(self._transport))

    def open(self) -> LiveCluster:
        """A namespace of its own, named in the cluster's ``name``."""
        namespace = f"wf-{self._run}-{next(self._numbers)}"
        cluster = LiveCluster(self._transport, namespace)
        KubernetesCluster.apply(cluster, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        while cluster.get(ObjectRef("v1", "ServiceAccount", namespace, "default")) is None:
            time.sleep(0.02)
        return cluster


def _replicas(obj: Object) -> bool:
    status, wanted = obj.get("status") or {}, obj["spec"].get("replicas", 1)
    counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas")]
    return _observed(obj) and counts == [wanted] * 3


def _daemons(obj: Object) -> bool:
    status = obj.get("status") or {}
    ready, wanted = status.get("numberReady", 0), status.get("desiredNumberScheduled", -1)
    return _observed(obj) and bool(ready == wanted)


def _observed(obj: Object) -> bool:
    return bool((obj.get("status") or {}).get("observedGeneration") == obj["metadata"]["generation"])


_READY: dict[str, Callable[[Object], bool]] = {
    "Deployment": _replicas,
    "StatefulSet": _replicas,
    "DaemonSet": _daemons,
    "Job": lambda obj: bool((obj.get("status") or {}).get("succeeded")),
}
