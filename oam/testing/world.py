"""The world of a simulation: its clock, its cluster's readiness, its web servers, and its crashes."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from oam.cluster import EmbeddedCluster, Simulator
from oam.ports import HttpRequest, HttpResponse, ObjectRef
from oam.store import MemoryStore
from oam.testing.scenario import NEVER
from oam.workflow.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oam.ports import Object

__all__ = ["START", "Crash", "CrashingStore", "Readiness", "ScriptedClock", "ScriptedWeb", "WatchedCluster"]

START = 1_704_067_200.0
"""Where every simulation begins: the first second of 2024."""


class Crash(Exception):
    """The process died; what was not committed is lost."""


class CrashingStore(MemoryStore):
    """Loses its next transaction once :attr:`armed`."""

    armed = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.transaction`."""
        with super().transaction():
            yield
            if self.armed:
                self.armed = False
                raise Crash


class ScriptedClock(VirtualClock):
    """Time passes only where somebody sleeps, and stops on the way wherever something is to happen.

    Args:
        times: when, in seconds since 1970.
        act: called with each time as it comes.
    """

    def __init__(self, times: list[float], act: Callable[[float], None]) -> None:
        super().__init__(START)
        self._times = sorted(times)
        self._act = act

    def next(self) -> float | None:
        """The next time at which something is to happen."""
        return self._times[0] if self._times else None

    def sleep(self, seconds: float) -> None:
        """See :meth:`oam.ports.Clock.sleep`."""
        end = self.now() + max(0.0, seconds)
        while self._times and self._times[0] <= end:
            at = self._times.pop(0)
            super().sleep(at - self.now())
            self._act(at)
        super().sleep(end - self.now())


class Readiness(Simulator):
    """Readiness by ``Kind/name``, kind, or ``default``, in seconds."""

    def __init__(self, seconds: dict[str, float]) -> None:
        super().__init__(seconds.get("default", 2.0))
        self._seconds = seconds

    def concerns(self, obj: Object) -> bool:
        """See :meth:`oam.cluster.simulator.Simulator.concerns`."""
        return super().concerns(obj) and self.wait(obj) != NEVER

    def wait(self, obj: Object) -> float:
        """See :meth:`oam.cluster.simulator.Simulator.wait`."""
        for key in (f"{obj['kind']}/{obj['metadata']['name']}", obj["kind"]):
            if key in self._seconds:
                return self._seconds[key]
        return self.delay


class WatchedCluster(EmbeddedCluster):
    """Tells about each object that is created, changed, deleted or becomes ready.

    Attributes:
        tell: called with a verb and the object.
    """

    tell: Callable[[str, Object], None]

    def apply(self, obj: Object, *, dry_run: bool = False, replace: bool = False) -> Object:
        """See :meth:`oam.ports.Cluster.apply`."""
        before = None if dry_run else self.get(ObjectRef.of(obj))
        live = super().apply(obj, dry_run=dry_run, replace=replace)
        if not dry_run and before is None:
            self.tell("create", live)
        elif before is not None and before["metadata"]["resourceVersion"] != live["metadata"]["resourceVersion"]:
            self.tell("change", live)
        return live

    def delete(self, ref: ObjectRef) -> bool:
        """See :meth:`oam.ports.Cluster.delete`."""
        live = self.get(ref)
        gone = super().delete(ref)
        if gone and live is not None:
            self.tell("delete", live)
        return gone

    def became_ready(self, obj: Object) -> None:
        """See :meth:`oam.cluster.EmbeddedCluster.became_ready`."""
        self.tell("ready", obj)


class ScriptedWeb:
    """Web servers that answer as a scenario says, and refuse everything else.

    Attributes:
        requests: ``METHOD url`` of each request that was answered.
        refused: of each that was not.
    """

    def __init__(self, replies: list[dict[str, Any]]) -> None:
        self._replies = replies
        self._used = [0] * len(replies)
        self.requests: list[str] = []
        self.refused: list[str] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        """See :meth:`oam.ports.HttpClient.send`."""
        line = f"{request.method} {request.url}"
        for at, entry in enumerate(self._replies):
            if not _fits(entry.get("match") or {}, request) or self._used[at] >= entry.get("times", NEVER):
                continue
            self._used[at] += 1
            self.requests.append(line)
            reply = entry.get("reply") or {}
            if "error" in reply:
                raise ConnectionError(str(reply["error"]))
            body = reply.get("body", "")
            text = body if isinstance(body, str) else json.dumps(body)
            headers = {name: [str(value)] for name, value in (reply.get("headers") or {}).items()}
            return HttpResponse(int(reply.get("status", 200)), headers, text.encode())
        self.refused.append(line)
        raise ConnectionRefusedError("the scenario has no answer to it")


def _fits(match: dict[str, Any], request: HttpRequest) -> bool:
    url = urlsplit(request.url)
    return (
        match.get("method", request.method) == request.method
        and match.get("host", url.netloc) in (url.netloc, url.hostname)
        and url.path.startswith(match.get("path", ""))
    )
