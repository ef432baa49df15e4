"""What a cluster refuses, in the API server's words."""

from __future__ import annotations

from oam.errors import OamError

__all__ = ["ClusterError", "Conflict", "Invalid", "NoSuchKind", "NotFound"]


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


class Invalid(ClusterError):
    """The object is not well-formed."""

    status = 422
