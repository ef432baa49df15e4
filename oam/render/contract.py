"""What every rendered object carries: labels, annotations, name and namespace, and references to the workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.render.fieldpath import set_path
from oam.render.namehash import object_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AUXILIARY",
    "ENGINE_LABELS",
    "add_application_labels",
    "copied_annotations",
    "label_auxiliary",
    "label_policy",
    "label_workload",
    "name_auxiliary",
    "set_namespace",
    "set_workload_reference",
]

AUXILIARY = "AuxiliaryWorkload"
"""The trait type of objects in a component's own ``outputs``."""

NAME = "app.oam.dev/name"
NAMESPACE = "app.oam.dev/namespace"
COMPONENT = "app.oam.dev/component"
REVISION = "app.oam.dev/appRevision"
RESOURCE_TYPE = "app.oam.dev/resourceType"
REPLICA_KEY = "app.oam.dev/replicaKey"
WORKLOAD_TYPE = "workload.oam.dev/type"
TRAIT_TYPE = "trait.oam.dev/type"
TRAIT_RESOURCE = "trait.oam.dev/resource"
MANAGE_WORKLOAD = "trait.oam.dev/manage-workload"

ENGINE_LABELS = frozenset(
    (NAME, NAMESPACE, COMPONENT, REVISION, RESOURCE_TYPE, REPLICA_KEY, WORKLOAD_TYPE, TRAIT_TYPE, TRAIT_RESOURCE)
)
"""Labels that are set on every object, whatever its template says."""

_FILTER_LABELS = "filter.oam.dev/label-keys"
_FILTER_ANNOTATIONS = "filter.oam.dev/annotation-keys"
_PRIVATE_ANNOTATIONS = frozenset(
    (
        "app.oam.dev/inplace-upgrade",
        _FILTER_LABELS,
        _FILTER_ANNOTATIONS,
        "kubectl.kubernetes.io/last-applied-configuration",
        "app.oam.dev/last-applied-configuration",
    )
)


def label_workload(obj: dict[str, Any], app: str, component: str, revision: str, type_: str) -> None:
    """Labels of a component's main object."""
    _labels(obj).update({WORKLOAD_TYPE: type_, NAME: app, COMPONENT: component, REVISION: revision})


def label_auxiliary(obj: dict[str, Any], app: str, component: str, revision: str, type_: str, resource: str) -> None:
    """Labels of an object in ``outputs``; ``type_`` is the trait's definition or :data:`AUXILIARY`."""
    labels = _labels(obj)
    labels.update({TRAIT_TYPE: type_, NAME: app, COMPONENT: component, REVISION: revision})
    if resource:
        labels[TRAIT_RESOURCE] = resource


def label_policy(obj: dict[str, Any], app: str, policy: str, revision: str) -> None:
    """Labels of an object made by a policy."""
    _labels(obj).update({NAME: app, COMPONENT: policy, REVISION: revision})


def name_auxiliary(obj: dict[str, Any], component: str, type_: str) -> None:
    """Give an auxiliary object without name one that changes with its content."""
    metadata = obj["metadata"]
    if metadata.get("name"):
        return
    labels = {key: value for key, value in metadata.get("labels", {}).items() if key != REVISION}
    bare = {**obj, "metadata": {**metadata, "labels": labels}}
    metadata["name"] = f"{component}-{type_.lower()}-{object_hash(bare)}"


def set_namespace(obj: dict[str, Any], namespace: str) -> None:
    """Objects without namespace go to the application's, except namespaces themselves."""
    if obj.get("kind") == "Namespace" and obj.get("apiVersion") == "v1":
        return
    if not obj["metadata"].get("namespace"):
        obj["metadata"]["namespace"] = namespace


def add_application_labels(
    obj: dict[str, Any],
    *,
    app: str,
    namespace: str,
    component: str,
    revision: str,
    resource_type: str,
    replica_key: str,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
) -> None:
    """Copy the application's labels and annotations, without those that its filter annotations name."""
    own = {NAME: app, NAMESPACE: namespace, REVISION: revision, COMPONENT: component}
    dropped = _keys(annotations.get(_FILTER_LABELS, ""))
    into = _labels(obj)
    into.update({key: value for key, value in {**labels, **own}.items() if key not in dropped})
    into[RESOURCE_TYPE] = resource_type
    if replica_key:
        into[REPLICA_KEY] = replica_key
    metadata = obj["metadata"]
    metadata["annotations"] = {**_strings(metadata.get("annotations")), **copied_annotations(annotations)}


def copied_annotations(annotations: Mapping[str, str]) -> dict[str, str]:
    """The annotations of an application that its objects get."""
    hidden = _PRIVATE_ANNOTATIONS | _keys(annotations.get(_FILTER_ANNOTATIONS, ""))
    return {key: value for key, value in annotations.items() if key not in hidden}


def set_workload_reference(obj: dict[str, Any], path: str, workload: Mapping[str, Any]) -> None:
    """Put a reference to the workload at a field path of a trait's object, in place of what is there."""
    reference = {
        "apiVersion": workload.get("apiVersion", ""),
        "kind": workload.get("kind", ""),
        "name": (workload.get("metadata") or {}).get("name", ""),
    }
    set_path(obj, path, reference)


def _labels(obj: dict[str, Any]) -> dict[str, Any]:
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        metadata = obj["metadata"] = {}
    labels = metadata["labels"] = _strings(metadata.get("labels"))
    return labels


def _strings(group: Any) -> dict[str, Any]:
    """Labels or annotations; as in the reference a single one that is no string makes all of them void."""
    if isinstance(group, dict) and all(isinstance(value, str) for value in group.values()):
        return dict(group)
    return {}


def _keys(text: str) -> frozenset[str]:
    return frozenset(key.strip() for key in text.split(","))
