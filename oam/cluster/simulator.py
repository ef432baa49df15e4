"""How objects become ready when no controllers run: a little while after they were created or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.ports import Object

__all__ = ["Simulator"]


class Simulator:
    """Gives workloads the status that their controllers would give them.

    Args:
        delay: seconds from a change to readiness.
        ready: tells whether an object ever becomes ready; all do unless given.
    """

    def __init__(self, delay: float = 2.0, ready: Callable[[Object], bool] | None = None) -> None:
        self.delay = delay
        self._ready = ready

    def concerns(self, obj: Object) -> bool:
        """Whether the object will get a status."""
        return obj.get("kind") in _STATUS and (self._ready is None or self._ready(obj))

    def wait(self, obj: Object) -> float:
        """Seconds until an object that :meth:`concerns` this is ready."""
        return self.delay

    def status(self, obj: Object) -> dict[str, Any]:
        """The status of the object once it is ready."""
        return _STATUS[obj["kind"]](obj)


def _replicated(obj: Object) -> dict[str, Any]:
    wanted = (obj.get("spec") or {}).get("replicas")
    count = 1 if wanted is None else wanted
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    return {"observedGeneration": obj["metadata"]["generation"], **dict.fromkeys(names, count)}


def _stateful(obj: Object) -> dict[str, Any]:
    status = _replicated(obj)
    return {**status, "currentReplicas": status["replicas"]}


def _daemon(obj: Object) -> dict[str, Any]:
    names = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "updatedNumberScheduled",
        "numberReady",
        "numberAvailable",
    )
    return {"observedGeneration": obj["metadata"]["generation"], **dict.fromkeys(names, 1)}


_STATUS: dict[str, Callable[[Object], dict[str, Any]]] = {
    "Deployment": _replicated,
    "ReplicaSet": _replicated,
    "StatefulSet": _stateful,
    "DaemonSet": _daemon,
    "Job": lambda _: {"succeeded": 1},
    "Pod": lambda _: {"phase": "Running"},
    "PersistentVolumeClaim": lambda _: {"phase": "Bound"},
    "Namespace": lambda _: {"phase": "Active"},
}
