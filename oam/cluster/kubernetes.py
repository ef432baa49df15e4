"""A real cluster: an API server, spoken to as KubeVela's controller does.

Objects are applied in three ways' comparison: what was applied last (kept in an annotation of the object, the one that
KubeVela uses), what is applied now, and what is there. The server completes, checks and versions what is written.
"""

from __future__ import annotations

import json
import time
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from oam.cluster.admission import encode_secret
from oam.cluster.discovery import Discovery, Resource
from oam.cluster.errors import ClusterError, Conflict, Forbidden, Invalid, NoSuchKind, NotFound, Unreachable
from oam.cluster.merge import three_way, without_nulls
from oam.cluster.transport import UNREACHABLE
from oam.ports import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oam.cluster.transport import Answer, Transport
    from oam.ports import Object

__all__ = ["LAST_APPLIED", "KubernetesCluster"]

LAST_APPLIED = "app.oam.dev/last-applied-configuration"
"""The annotation that holds what was applied last."""

_LONGEST = 200_000
"""Characters of that annotation; the server takes 256 KiB of them all."""
_TRIES = 5
_PAGE = "500"
_BUSY = (429, 503)
_CUSTOM = "CustomResourceDefinition"


class KubernetesCluster:
    """A :class:`oam.ports.Cluster` behind an API server.

    What somebody else changed between reading and writing is read again, up to five times with growing pauses; a server
    that is busy is asked again likewise. One that cannot be reached, or gives no readable answer, is
    :class:`oam.cluster.errors.Unreachable`.

    Args:
        transport: the way there, see :func:`oam.cluster.transport.connect`.
        name: how placements call this cluster.
        sleep: called with the seconds of a pause.

    Attributes:
        address: of the server.
    """

    shared = True

    def __init__(
        self, transport: Transport, *, name: str = "local", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.name = name
        self.address = transport.address
        self._transport = transport
        self._sleep = sleep
        self._discovery = Discovery(lambda path: self._object("GET", path))
        self._writes = 0

    # ---- the port

    def get(self, ref: ObjectRef) -> Object | None:
        """See :meth:`oam.ports.Cluster.get`; of a kind that is not served there is no object."""
        resource = self._discovery.find(ref.api_version, ref.kind)
        if resource is None:
            return None
        try:
            return self._object("GET", _place(resource, ref))
        except (NotFound, NoSuchKind):
            return None

    def list(
        self, api_version: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """See :meth:`oam.ports.Cluster.list`."""
        resource = self._discovery.find(api_version, kind)
        if resource is None:
            return []
        query = {"limit": _PAGE}
        if labels:
            query["labelSelector"] = ",".join(f"{key}={value}" for key, value in labels.items())
        found: list[Object] = []
        while True:
            try:
                page = self._object("GET", resource.path(namespace), query)
            except NoSuchKind:
                return []
            found += [{"apiVersion": api_version, "kind": kind, **item} for item in page.get("items") or []]
            query["continue"] = (page.get("metadata") or {}).get("continue") or ""
            if not query["continue"]:
                return sorted(found, key=lambda o: (o["metadata"].get("namespace", ""), o["metadata"]["name"]))

    def apply(self, obj: Object, *, dry_run: bool = False, replace: bool = False) -> Object:
        """See :meth:`oam.ports.Cluster.apply`.

        Raises:
            ClusterError: the server refuses the object.
            Unreachable: it does not answer.
        """
        resource = self._discovery.require(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))
        new = _prepared(obj, resource)
        ref = ObjectRef.of(new)
        live = self._retried(lambda: self._write(resource, ref, new, dry_run, replace))
        if new["kind"] == _CUSTOM and not dry_run:
            self._await_kind(new)
        return live

    def set_status(self, ref: ObjectRef, status: dict[str, Any]) -> Object:
        """See :meth:`oam.ports.Cluster.set_status`."""
        resource = self._discovery.require(ref.api_version, ref.kind)
        place = _place(resource, ref)

        def write() -> Object:
            live = self._object("GET", place)
            return self._put(place + ("/status" if resource.has_status else ""), {**live, "status": status})

        return self._retried(write)

    def delete(self, ref: ObjectRef) -> bool:
        """See :meth:`oam.ports.Cluster.delete`; what it owns goes in the background."""
        resource = self._discovery.find(ref.api_version, ref.kind)
        if resource is None:
            return False
        try:
            self._object("DELETE", _place(resource, ref), {"propagationPolicy": "Background"})
        except (NotFound, NoSuchKind):
            return False
        self._writes += 1
        return True

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """See :meth:`oam.ports.Cluster.is_namespaced`; a kind that is not served counts as one."""
        resource = self._discovery.find(api_version, kind)
        return resource is None or resource.namespaced

    def server_version(self) -> dict[str, Any]:
        """See :meth:`oam.ports.Cluster.server_version`."""
        told = self._object("GET", "/version")
        minor = "".join(char for char in str(told.get("minor", "")) if char.isdigit())
        return {
            "major": str(told.get("major", "")),
            "minor": int(minor or 0),
            "gitVersion": str(told.get("gitVersion", "")),
            "platform": str(told.get("platform", "")),
        }

    def version(self) -> int:
        """See :meth:`oam.ports.Cluster.version`; only what was written from here counts."""
        return self._writes

    def settle(self) -> float | None:
        """See :meth:`oam.ports.Cluster.settle`: the controllers of the cluster do what is due."""
        return None

    def serves(self, api_version: str, kind: str) -> bool:
        """Whether the kind is known."""
        return self._discovery.find(api_version, kind) is not None

    def create(self, obj: Object) -> Object:
        """Store a new object as it is. Raises :class:`Conflict` where there is one."""
        resource = self._discovery.require(obj["apiVersion"], obj["kind"])
        return self._post(resource.path(obj["metadata"].get("namespace", "")), obj)

    def put(self, obj: Object) -> Object:
        """Replace an object by one of the same ``resourceVersion``.

        Raises:
            Conflict: somebody changed it in between.
        """
        resource = self._discovery.require(obj["apiVersion"], obj["kind"])
        return self._put(_place(resource, ObjectRef.of(obj)), obj)

    # ---- writing

    def _write(self, resource: Resource, ref: ObjectRef, new: Object, dry_run: bool, replace: bool) -> Object:
        """Create or merge an object, once."""
        query = {"dryRun": "All"} if dry_run else None
        try:
            live = self._object("GET", _place(resource, ref))
        except NotFound:
            return self._post(resource.path(ref.namespace), _marked(new), query)
        original = live if replace else _last_applied(live)
        merged = three_way(original, _marked(new), live)
        if merged == live:
            return live
        return self._put(_place(resource, ref), merged, query)

    def _post(self, path: str, obj: Object, query: Mapping[str, str] | None = None) -> Object:
        made = self._object("POST", path, query, obj)
        self._writes += not query
        return made

    def _put(self, path: str, obj: Object, query: Mapping[str, str] | None = None) -> Object:
        made = self._object("PUT", path, query, obj)
        before = (obj.get("metadata") or {}).get("resourceVersion")
        self._writes += not query and made["metadata"].get("resourceVersion") != before
        return made

    def _retried(self, write: Callable[[], Object]) -> Object:
        """The result of a write that others may get in the way of."""
        for attempt in range(_TRIES):
            try:
                return write()
            except (Conflict, NotFound) as error:
                # not found: deleted in between; a missing namespace is not mended by trying again
                if attempt + 1 == _TRIES or (isinstance(error, NotFound) and attempt):
                    raise
                self._sleep(0.05 * 2**attempt)
        raise AssertionError

    def _await_kind(self, definition: Object) -> None:
        """Wait until a kind is served that was just defined, ten seconds at most."""
        spec = definition["spec"]
        versions = [entry["name"] for entry in spec["versions"] if entry.get("served", True)]
        for _ in range(100):
            if all(self._discovery.find(f"{spec['group']}/{name}", spec["names"]["kind"]) for name in versions):
                return
            self._sleep(0.1)

    # ---- asking

    def _object(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None
    ) -> dict[str, Any]:
        answer = self._ask(method, path, query, body)
        if answer.status == 404 and not isinstance(answer.document, dict):  # there is nothing of the kind any more
            self._discovery.forget()
            raise NoSuchKind(f"{path}: {answer.text.strip()}", code="oam.cluster.kind")
        if answer.status >= 300:
            raise _refusal(answer, method, path)
        document: dict[str, Any] = answer.document
        return document

    def _ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        """The answer to a request; a busy server is given time."""
        for attempt in range(_TRIES):
            answer = self._transport.send(method, path, query, body)
            if answer.status in _BUSY and attempt + 1 < _TRIES:
                self._sleep(min(answer.retry_after if answer.retry_after is not None else 0.2 * 2**attempt, 5.0))
                continue
            break
        if answer.status < 300 and not isinstance(answer.document, dict):
            text = f"{self.address}: the answer to {method} {path} is no JSON object"
            raise Unreachable(text, code=UNREACHABLE)
        return answer


def _place(resource: Resource, ref: ObjectRef) -> str:
    return resource.path(ref.namespace or "default", ref.name)


def _prepared(obj: Object, resource: Resource) -> Object:
    """What is sent of an object: nothing that is null or the server's own, and a namespace as its kind has it."""
    new: Object = without_nulls(obj)
    new.pop("status", None)
    metadata = new.setdefault("metadata", {})
    for key in ("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation"):
        metadata.pop(key, None)
    if resource.namespaced:
        metadata["namespace"] = metadata.get("namespace") or "default"
    else:
        metadata.pop("namespace", None)
    (metadata.get("annotations") or {}).pop(LAST_APPLIED, None)
    if not metadata.get("name"):
        raise Invalid(f"{obj.get('kind')}: resource name may not be empty", code="oam.cluster.name")
    encode_secret(new)
    return new


def _marked(obj: Object) -> Object:
    """The object with itself in the annotation that tells what was applied, unless it is too long for that."""
    text = json.dumps(obj, separators=(",", ":"), sort_keys=True)
    metadata = obj["metadata"]
    annotations = {**(metadata.get("annotations") or {}), LAST_APPLIED: text if len(text) <= _LONGEST else ""}
    return {**obj, "metadata": {**metadata, "annotations": annotations}}


def _last_applied(live: Object) -> Object:
    text = (live["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return deepcopy(found) if isinstance(found, dict) else {}


def _refusal(answer: Answer, method: str, path: str) -> ClusterError:
    """The error that an answer stands for, in the server's words."""
    told = answer.document if isinstance(answer.document, dict) else {}
    text = str(told.get("message") or answer.text.strip() or f"{method} {path}: HTTP status {answer.status}")
    kinds = {401: Forbidden, 403: Forbidden, 404: NotFound, 409: Conflict, 400: Invalid, 422: Invalid}
    error = kinds.get(answer.status, ClusterError)(text, code="oam.cluster.refused")
    error.status = answer.status
    return error
