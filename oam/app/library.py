"""Definitions at hand: those of the files, and those stored in the cluster before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from oam.definition import Library
from oam.definition.library import SYSTEM_NAMESPACE
from oam.definition.yaml_reader import read_object
from oam.model import load_documents
from oam.ports import ObjectRef
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oam.app.bundle import Bundle
    from oam.definition import Definition, Profile
    from oam.model import Application
    from oam.ports import Cluster

__all__ = ["load_library", "store_definitions", "used_definitions"]

_VERSION = "core.oam.dev/v1beta1"
_KINDS = ("ComponentDefinition", "TraitDefinition", "PolicyDefinition", "WorkflowStepDefinition")


def load_library(cluster: Cluster, bundle: Bundle | None, profile: Profile) -> Library:
    """All definitions; those of the bundle win over stored ones of the same name and namespace."""
    library = Library()
    fresh = {(d.kind, d.name, d.namespace or SYSTEM_NAMESPACE) for d in bundle.definitions} if bundle else set()
    for kind in _KINDS:
        for obj in cluster.list(_VERSION, kind):
            metadata = obj["metadata"]
            if (kind, metadata["name"], metadata.get("namespace", "")) in fresh:
                continue
            source = Source(f"{kind}/{metadata['name']}", json.dumps(obj))
            library.add(read_object(load_documents(source)[0], profile))
    for definition in bundle.definitions if bundle else ():
        library.add(definition)
    return library


def store_definitions(cluster: Cluster, definitions: Iterable[Definition]) -> None:
    """Keep definitions as objects of the cluster; those without namespace go to the system's."""
    for definition in definitions:
        obj = definition.to_object()
        obj["metadata"].setdefault("namespace", SYSTEM_NAMESPACE)
        obj["apiVersion"], obj["kind"] = _VERSION, definition.kind
        cluster.apply(obj, replace=cluster.get(ObjectRef.of(obj)) is not None)


def used_definitions(application: Application, library: Library, namespace: str) -> Iterator[Definition]:
    """The definitions that an application uses, each once; unknown ones are left out."""
    names: dict[tuple[str, str], None] = {}
    for component in application.components:
        names["ComponentDefinition", component.type] = None
        names.update({("TraitDefinition", trait.type): None for trait in component.traits})
    names.update({("PolicyDefinition", policy.type): None for policy in application.policies})
    for step in application.workflow.every_step() if application.workflow else ():
        names["WorkflowStepDefinition", step.type] = None
    for kind, name in names:
        definition = library.get(kind, name, namespace)
        if definition is not None:
            yield definition
