"""The embedded cluster: an object store that behaves like an API server, with simulated readiness."""

from oam.cluster.embedded import EmbeddedCluster
from oam.cluster.errors import ClusterError, Conflict, Invalid, NoSuchKind, NotFound
from oam.cluster.simulator import Simulator

__all__ = ["ClusterError", "Conflict", "EmbeddedCluster", "Invalid", "NoSuchKind", "NotFound", "Simulator"]
