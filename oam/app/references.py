"""Components of type ``ref-objects``: copies of objects that are in the cluster already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.cluster.kinds import WELL_KNOWN, resource, short_names
from oam.ports import Object, ObjectRef
from oam.providers import ActionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.ports import Cluster

__all__ = ["REF_OBJECTS", "referenced_objects"]

REF_OBJECTS = "ref-objects"
_OF_THE_SERVER = (
    "resourceVersion",
    "generation",
    "ownerReferences",
    "deletionTimestamp",
    "managedFields",
    "uid",
    "creationTimestamp",
)


def referenced_objects(cluster: Cluster, component: dict[str, Any], namespace: str) -> list[Object]:
    """The objects that a component refers to, as they could be made again elsewhere.

    Args:
        cluster: where they are.
        component: as the application spells it.
        namespace: where they are looked for if a reference names none.

    Raises:
        ActionError: one is not there, or a reference has both a name and labels.
    """
    properties = component.get("properties") or {}
    found: list[Object] = []
    for reference in properties.get("objects") or []:
        found += (_copy(obj) for obj in _find(cluster, reference, str(component["name"]), namespace))
    return found


def _find(cluster: Cluster, reference: dict[str, Any], default: str, namespace: str) -> Iterator[Object]:
    name, labels = reference.get("name"), reference.get("labelSelector")
    if name and labels:
        raise ActionError("invalid ref-object selector: name and labelSelector are exclusive", code="oam.reference")
    version, kind = _kind(reference)
    space = reference.get("namespace") or namespace
    if labels:
        yield from cluster.list(version, kind, space, labels)
        return
    live = cluster.get(ObjectRef(version, kind, space, name or default))
    if live is None:
        raise ActionError(f'{resource(version, kind)} "{name or default}" not found', code="oam.reference")
    yield live


def _kind(reference: dict[str, Any]) -> tuple[str, str]:
    """Version and kind, given as such or as resource and group."""
    if reference.get("kind"):
        return str(reference.get("apiVersion") or "v1"), str(reference["kind"])
    word, group = str(reference.get("resource", "")).lower(), str(reference.get("group") or "")
    for (version, kind), (plural, _) in WELL_KNOWN.items():
        if version.rpartition("/")[0] == group and short_names(word) & {plural, kind.lower()}:
            return version, kind
    raise ActionError(f'no kind is called "{word}" in group "{group}"', code="oam.reference")


def _copy(obj: Object) -> Object:
    metadata = {key: value for key, value in obj["metadata"].items() if key not in (*_OF_THE_SERVER, "namespace")}
    copy = {key: value for key, value in obj.items() if key != "status"} | {"metadata": metadata}
    spec = copy.get("spec")
    if obj["kind"] == "Service" and isinstance(spec, dict) and spec.get("clusterIP") != "None":
        copy["spec"] = {key: value for key, value in spec.items() if key not in ("clusterIP", "clusterIPs")}
    return copy
