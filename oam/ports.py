"""What the library asks of the world around it: time, chance, storage, a cluster, HTTP.

Everything here is a Protocol; implementations are handed in by the caller (the command, a test, an embedding program).
Objects and documents are plain data: dict with str keys, list, str, int, float, bool, None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from email.message import EmailMessage

__all__ = [
    "Clock",
    "Cluster",
    "HttpClient",
    "HttpRequest",
    "HttpResponse",
    "Mailer",
    "NotSentError",
    "Object",
    "ObjectRef",
    "Random",
    "StateStore",
]

Object = dict[str, Any]


class Clock(Protocol):
    """A source of time."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass; a virtual clock only moves its hand."""


class Random(Protocol):
    """A source of identifiers."""

    def letters(self, count: int) -> str:
        """``count`` characters of ``[0-9a-z]``."""

    def uuid(self) -> str:
        """A random UUID in its usual form."""


@attrs.frozen
class HttpRequest:
    """One request; ``timeout`` is in seconds."""

    method: str
    url: str
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""
    timeout: float = 3.0


@attrs.frozen
class HttpResponse:
    """The answer; header names as received, each with all its values."""

    status: int
    headers: Mapping[str, list[str]]
    body: bytes


class NotSentError(ConnectionError):
    """A request did not leave the process: nothing has happened because of it."""


class HttpClient(Protocol):
    """The only way out to the network."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send one request. Any status is an answer.

        Raises:
            OSError: no answer comes; :class:`NotSentError` where the request certainly did not get there.
        """


class StateStore(Protocol):
    """Named buckets of JSON documents, changed in transactions."""

    def read(self, bucket: str, key: str) -> Any | None:
        """A fresh copy of the document, or None."""

    def scan(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Keys (ascending) that start with ``prefix``, each with a copy of its document."""

    def first(self, bucket: str) -> tuple[str, Any] | None:
        """The least key and its document, or None."""

    def write(self, bucket: str, key: str, document: Any) -> None:
        """Create or replace. Only inside a transaction."""

    def remove(self, bucket: str, key: str) -> bool:
        """Delete; tells whether the document was there. Only inside a transaction."""

    def transaction(self) -> AbstractContextManager[None]:
        """All writes within happen together, or, when an exception leaves the block, not at all. May be nested."""

    def pause(self) -> AbstractContextManager[None]:
        """Inside a transaction: commit what was written so far, and let others write until the block is left.

        A new transaction begins then, also when an exception leaves the block. Nothing may be written within.
        """


@attrs.frozen
class ObjectRef:
    """Identity of an object in a cluster; ``namespace`` is empty for cluster-scoped kinds."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def group(self) -> str:
        """API group, empty for the core group."""
        group, slash, _ = self.api_version.rpartition("/")
        return group if slash else ""

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> ObjectRef:
        """The reference of an object, as its metadata says."""
        metadata = obj.get("metadata") or {}
        return cls(
            str(obj.get("apiVersion", "")),
            str(obj.get("kind", "")),
            str(metadata.get("namespace") or ""),
            str(metadata.get("name") or ""),
        )

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Mailer(Protocol):
    """The way to mail servers."""

    def send(self, host: str, port: int, user: str, password: str, message: EmailMessage) -> None:
        """Hand a mail to a server. Raises :class:`OSError`."""


class Cluster(Protocol):
    """A set of Kubernetes objects. Errors are :class:`oam.cluster.errors.ClusterError`."""

    name: str
    shared: bool
    """Whether others change it too: then only what carries an application's labels is touched."""

    def get(self, ref: ObjectRef) -> Object | None:
        """A copy of the live object, or None."""

    def list(
        self, api_version: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """Copies of all objects of a kind, by namespace and name; an empty namespace means all of them."""

    def apply(self, obj: Object, *, dry_run: bool = False, replace: bool = False) -> Object:
        """Create the object or merge it three-way into the live one; gives the live object."""

    def delete(self, ref: ObjectRef) -> bool:
        """Delete the object and what it owns; tells whether it was there."""

    def set_status(self, ref: ObjectRef, status: dict[str, Any]) -> Object:
        """Replace the status of an object. Raises :class:`oam.cluster.errors.NotFound`."""

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of the kind live in namespaces."""

    def server_version(self) -> dict[str, Any]:
        """``major``, ``minor`` (int), ``gitVersion`` and ``platform`` of the server."""

    def version(self) -> int:
        """A number that grows with each write; two equal ones mean that nothing changed in between."""

    def settle(self) -> float | None:
        """Let what is due by now happen; gives the time (seconds since 1970) of the next change to come, or None."""
