"""Clusters: an embedded one, which behaves like an API server with simulated readiness, and real ones."""

from oam.cluster.embedded import EmbeddedCluster
from oam.cluster.errors import (
    ClusterError,
    Conflict,
    Forbidden,
    Invalid,
    MissingClient,
    NoSuchKind,
    NotFound,
    Unreachable,
)
from oam.cluster.kubernetes import KubernetesCluster
from oam.cluster.simulator import Simulator
from oam.cluster.transport import connect

__all__ = [
    "ClusterError",
    "Conflict",
    "EmbeddedCluster",
    "Forbidden",
    "Invalid",
    "KubernetesCluster",
    "MissingClient",
    "NoSuchKind",
    "NotFound",
    "Simulator",
    "Unreachable",
    "connect",
]
