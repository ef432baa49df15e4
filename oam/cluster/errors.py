"""What a cluster refuses, in the API server's words."""

from __future__ import annotations

from oam.errors import Interruption, OamError

__all__ = ["ClusterError", "Conflict", "Forbidden", "Invalid", "MissingClient", "NoSuchKind", "NotFound", "Unreachable"]


class ClusterError(OamError):
    """A request that the cluster does not carry out; ``status`` is the HTTP status an API server would give."""

    status = 500


class NotFound(ClusterError):
    """There is no such object."""

    status = 404


class NoSuchKind(ClusterError):
    """The kind is not served."""

    status = 404


class Conflict(ClusterError):
    """The object was changed in between, or is there already."""

    status = 409


class Forbidden(ClusterError):
    """The user may not do this."""

    status = 403


class Invalid(ClusterError):
    """The object is not well-formed."""

    status = 422


class Unreachable(Interruption):
    """The server gave no answer, or none that can be read: nothing is known of what became of the request."""


class MissingClient(OamError):
    """The official client is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "a real cluster needs the official Kubernetes client: pip install 'pycue-oam[kubernetes]'",
            code="oam.cluster.client",
        )
