"""The cluster that ``--cluster`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.cli.flags import CLUSTER
from oam.cluster import KubernetesCluster, connect
from oam.cluster.crds import install
from oam.errors import UsageError

if TYPE_CHECKING:
    from oam.cli.flags import Parsed

__all__ = ["open_cluster"]

_HELP = """core.oam.dev/v1beta1 Application is no kind of this cluster: --install-crds defines KubeVela's kinds"""


def open_cluster(parsed: Parsed) -> KubernetesCluster:
    """The cluster behind the kubeconfig that is asked for.

    Raises:
        OamError: it cannot be used, or does not know KubeVela's kinds and ``--install-crds`` is not given.
        Unreachable: it does not answer.
    """
    path = parsed.strings["cluster"]
    transport = connect("" if path == CLUSTER.bare else path)
    _allow_unverified()
    cluster = KubernetesCluster(transport)
    if parsed.bools.get("install-crds"):
        for name in install(cluster):
            print(f"installed {name}")
    elif not cluster.serves("core.oam.dev/v1beta1", "Application"):
        raise UsageError(_HELP, code="oam.cluster.kinds")
    return cluster


def _allow_unverified() -> None:
    """A kubeconfig that asks for no verification gets no warning at each request."""
    import warnings

    from urllib3.exceptions import InsecureRequestWarning

    warnings.simplefilter("ignore", InsecureRequestWarning)
