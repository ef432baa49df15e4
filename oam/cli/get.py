"""``oam get``: print objects of the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.app.redaction import Redactor
from oam.cli.flags import Flag
from oam.cli.state import NAMESPACE, OUTPUT, STATE, arguments, open_store, print_data
from oam.cluster import EmbeddedCluster, NotFound
from oam.cluster.kinds import plural, short_names
from oam.errors import UsageError
from oam.workflow.clock import SystemRandom, VirtualClock

if TYPE_CHECKING:
    from oam.ports import Object

__all__ = ["run"]

_FLAGS = (STATE, NAMESPACE, OUTPUT, Flag("all-namespaces", "A", "bool"), Flag("show-secrets", kind="bool"))
_USAGE = """Usage: oam get KIND[/NAME] --state FILE [-n NAMESPACE | -A] [-o json|yaml] [--show-secrets]

Prints objects of the cluster: deployment/web, svc, configmap web; with -A those of all namespaces. What Secrets hold
is shown as *** unless it is asked for."""


def run(argv: list[str]) -> int:
    """The command."""
    parsed = arguments(_FLAGS, argv, _USAGE)
    if parsed is None:
        return 0
    words = [part for word in parsed.rest for part in word.split("/", 1)]
    if not 1 <= len(words) <= 2:
        raise UsageError("oam get takes KIND, KIND/NAME or KIND NAME", code="oam.usage")
    kind, name = words[0], words[1] if len(words) == 2 else ""
    namespace = "" if parsed.bools["all-namespaces"] else parsed.strings["namespace"] or "default"
    with open_store(parsed.strings["state"], must_exist=True) as store:
        cluster = EmbeddedCluster(store, VirtualClock(), SystemRandom())
        redactor = Redactor().look(cluster)
        found = [obj for obj in cluster.objects() if _is_kind(obj, kind) and _is_in(obj, namespace)]
    if name:
        found = [obj for obj in found if obj["metadata"]["name"] == name]
        if not found:
            raise NotFound(f'{kind} "{name}" not found', code="oam.cluster.missing")
    data = found[0] if name else {"apiVersion": "v1", "kind": "List", "items": found}
    if not parsed.bools["show-secrets"]:
        data = redactor.data(data)
    if not print_data(data, parsed.strings["output"]):
        _print_table(found)
    return 0


def _is_kind(obj: Object, word: str) -> bool:
    """Whether a kind goes by a name: its own, its plural, its short form, each with its group or without."""
    kind = str(obj["kind"]).lower()
    group = str(obj["apiVersion"]).rpartition("/")[0]
    name, _, wanted = word.lower().partition(".")
    if wanted and wanted != group.lower():
        return False
    return bool({kind, plural(kind)} & short_names(name))


def _is_in(obj: Object, namespace: str) -> bool:
    """Whether an object is in a namespace, or in none; ``""`` stands for all of them."""
    return not namespace or obj["metadata"].get("namespace", namespace) == namespace


def _print_table(found: list[Object]) -> None:
    width = max((len(obj["metadata"]["name"]) for obj in found), default=0)
    for obj in found:
        namespace = obj["metadata"].get("namespace", "-")
        print(f"{obj['metadata']['name'].ljust(width)}  {namespace}  {obj['apiVersion']} {obj['kind']}{_state(obj)}")


def _state(obj: Object) -> str:
    """What people look for first in some kinds."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    if "readyReplicas" in status:
        return f"  ready {status['readyReplicas']}/{status.get('replicas', 0)}"
    if isinstance(spec, dict) and spec.get("clusterIP"):
        return f"  {spec['clusterIP']}"
    return ""
