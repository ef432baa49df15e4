"""``oam get``: print objects of the cluster."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from oam.cli.state import add_state, open_store
from oam.cluster import EmbeddedCluster, NotFound
from oam.cluster.kinds import plural, short_names
from oam.errors import UsageError
from oam.workflow.clock import SystemRandom, VirtualClock

if TYPE_CHECKING:
    from oam.ports import Object

__all__ = ["run"]


def run(argv: list[str]) -> int:
    """The command."""
    options = _parser().parse_args(argv)
    words = [part for word in options.what for part in word.split("/", 1)]
    if len(words) > 2:
        raise UsageError("oam get takes KIND, KIND/NAME or KIND NAME", code="oam.usage")
    kind, name = words[0], words[1] if len(words) == 2 else ""
    with open_store(options.state, must_exist=True) as store:
        cluster = EmbeddedCluster(store, VirtualClock(), SystemRandom())
        found = [obj for obj in cluster.objects() if _is_kind(obj, kind) and _is_in(obj, options)]
    if name:
        found = [obj for obj in found if obj["metadata"]["name"] == name]
        if not found:
            raise NotFound(f'{kind} "{name}" not found', code="oam.cluster.missing")
    _print(found, bool(name), options.output)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="oam get", description="Print objects of the cluster.")
    parser.add_argument("what", nargs="+", metavar="KIND[/NAME]", help="deployment/web, svc, configmap web …")
    parser.add_argument("-o", "--output", choices=("json", "yaml"), help="the whole objects")
    parser.add_argument("-n", "--namespace", default="", help="namespace; default unless given")
    parser.add_argument("-A", "--all-namespaces", action="store_true", help="objects of all namespaces")
    add_state(parser)
    return parser


def _is_kind(obj: Object, word: str) -> bool:
    """Whether a kind goes by a name: its own, its plural, its short form, each with its group or without."""
    kind = str(obj["kind"]).lower()
    group = str(obj["apiVersion"]).rpartition("/")[0]
    name, _, wanted = word.lower().partition(".")
    if wanted and wanted != group.lower():
        return False
    return bool({kind, plural(kind)} & short_names(name))


def _is_in(obj: Object, options: argparse.Namespace) -> bool:
    namespace = obj["metadata"].get("namespace", "")
    return options.all_namespaces or not namespace or namespace == (options.namespace or "default")


def _print(found: list[Object], single: bool, form: str | None) -> None:
    data = found[0] if single else {"apiVersion": "v1", "kind": "List", "items": found}
    if form == "json":
        print(json.dumps(data, indent=4))
    elif form == "yaml":
        from oam.model import to_yaml

        print(to_yaml(data), end="")
    else:
        width = max((len(obj["metadata"]["name"]) for obj in found), default=0)
        for obj in found:
            namespace = obj["metadata"].get("namespace", "-")
            print(
                f"{obj['metadata']['name'].ljust(width)}  {namespace}  {obj['apiVersion']} {obj['kind']}{_state(obj)}"
            )


def _state(obj: Object) -> str:
    """What people look for first in some kinds."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    if "readyReplicas" in status:
        return f"  ready {status['readyReplicas']}/{status.get('replicas', 0)}"
    if isinstance(spec, dict) and spec.get("clusterIP"):
        return f"  {spec['clusterIP']}"
    return ""
