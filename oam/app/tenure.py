"""One application in one process's hands: when what was done for it becomes durable, and what may leave the store.

A pass over a workflow runs in transactions of the store. Whatever reaches beyond it (a web or mail server, a cluster
that is not kept in the store) happens between two of them: what was done so far, the intent included, is committed
first, and a lease keeps others away from the application until the result is there.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from email.message import EmailMessage

    from oam.app.crew import Crew
    from oam.ports import Cluster, HttpClient, HttpRequest, HttpResponse, Mailer, Object, ObjectRef, StateStore
    from oam.store import Leases

    Outside = Callable[[], AbstractContextManager[None]]

__all__ = ["OutsideCluster", "OutsideHttp", "OutsideMailer", "Tenure", "tenure"]


@attrs.define
class Tenure:
    """See the module. Lives as long as a pass, or whatever else is done for one application.

    Attributes:
        keep: writes down how the application stands, for the commits on the way.
        crew: of which one member may be here; while it is outside the others go on.
        number: of the lease, while there is one.
    """

    store: StateStore
    leases: Leases
    key: str
    crew: Crew | None = None
    keep: Callable[[], None] = attrs.field(default=lambda: None)
    number: int = 0

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Leave the store: commit, and go on with a new transaction when the block is left.

        Raises:
            LeaseLost: somebody else took over meanwhile.
        """
        self.keep()
        self.number = self.leases.take(self.key)
        try:
            with self.store.pause(), self.crew.away() if self.crew else nullcontext():
                yield
        finally:
            self.leases.verify(self.key, self.number)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """A transaction of one's own while the tenure is outside; what is done in it is kept with how all stands.

        Raises:
            LeaseLost: see :meth:`outside`.
        """
        with self.store.transaction():
            self.leases.verify(self.key, self.number)
            yield
            self.keep()

    def commit(self) -> None:
        """Make durable what was done so far; the lease stays."""
        with self.outside():
            pass

    def end(self) -> None:
        """Others may act from the next commit on."""
        if self.number:
            self.leases.release(self.key, self.number)
            self.number = 0


@contextmanager
def tenure(store: StateStore, leases: Leases, key: str, crew: Crew | None = None) -> Iterator[Tenure]:
    """A transaction in which nobody else acts for the application; waits until that is so.

    Raises:
        LeaseHeld: somebody else did not let go.
        LeaseLost: see :meth:`Tenure.outside`; the transaction leaves nothing behind.
    """
    since = leases.now()
    with store.transaction():
        while leases.holder(key):
            with store.pause():  # also where the transaction is somebody else's: the holder cannot go on otherwise
                leases.wait(key, since)
        held = Tenure(store, leases, key, crew)
        yield held
        held.end()


class OutsideHttp:
    """An :class:`oam.ports.HttpClient` whose requests leave the store."""

    def __init__(self, inner: HttpClient, outside: Outside) -> None:
        self._inner = inner
        self._outside = outside

    def send(self, request: HttpRequest) -> HttpResponse:
        """See :meth:`oam.ports.HttpClient.send`."""
        with self._outside():
            return self._inner.send(request)


class OutsideMailer:
    """An :class:`oam.ports.Mailer` whose mails leave the store."""

    def __init__(self, inner: Mailer, outside: Outside) -> None:
        self._inner = inner
        self._outside = outside

    def send(self, host: str, port: int, user: str, password: str, message: EmailMessage) -> None:
        """See :meth:`oam.ports.Mailer.send`."""
        with self._outside():
            self._inner.send(host, port, user, password, message)


class OutsideCluster:
    """An :class:`oam.ports.Cluster` that keeps its objects elsewhere than in the store.

    Args:
        inner: the cluster.
        outside: leaves the store.
        learn: called with the Secrets that are read or written.
    """

    def __init__(self, inner: Cluster, outside: Outside, learn: Callable[[Iterable[Object]], None]) -> None:
        self.name = inner.name
        self.shared = inner.shared
        self._inner = inner
        self._outside = outside
        self._learn = learn

    def get(self, ref: ObjectRef) -> Object | None:
        """See :meth:`oam.ports.Cluster.get`."""
        with self._outside():
            found = self._inner.get(ref)
        self._see([found] if found else [])
        return found

    def list(
        self, api_version: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """See :meth:`oam.ports.Cluster.list`."""
        with self._outside():
            found = self._inner.list(api_version, kind, namespace, labels)
        self._see(found)
        return found

    def apply(self, obj: Object, *, dry_run: bool = False, replace: bool = False) -> Object:
        """See :meth:`oam.ports.Cluster.apply`."""
        with self._outside():
            live = self._inner.apply(obj, dry_run=dry_run, replace=replace)
        self._see([live])
        return live

    def delete(self, ref: ObjectRef) -> bool:
        """See :meth:`oam.ports.Cluster.delete`."""
        with self._outside():
            return self._inner.delete(ref)

    def set_status(self, ref: ObjectRef, status: dict[str, Any]) -> Object:
        """See :meth:`oam.ports.Cluster.set_status`."""
        with self._outside():
            return self._inner.set_status(ref, status)

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """See :meth:`oam.ports.Cluster.is_namespaced`."""
        return self._inner.is_namespaced(api_version, kind)

    def server_version(self) -> dict[str, Any]:
        """See :meth:`oam.ports.Cluster.server_version`."""
        return self._inner.server_version()

    def version(self) -> int:
        """See :meth:`oam.ports.Cluster.version`."""
        return self._inner.version()

    def settle(self) -> float | None:
        """See :meth:`oam.ports.Cluster.settle`."""
        with self._outside():
            return self._inner.settle()

    def _see(self, objects: Iterable[Object]) -> None:
        if secrets := [obj for obj in objects if obj["kind"] == "Secret"]:
            self._learn(secrets)
