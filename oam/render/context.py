"""The ``context`` that templates see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam import records
from oam.render.objects import sorted_keys

if TYPE_CHECKING:
    from oam.model.application import Application, Component, Policy

__all__ = ["UNKNOWN_VERSION", "Surroundings", "base_context", "component_context", "component_list", "policy_context"]

PUBLISH_VERSION = "app.oam.dev/publishVersion"
WORKFLOW_NAME = "app.oam.dev/workflowName"

_COMPONENT_FIELDS = (
    "name",
    "type",
    "externalRevision",
    "properties",
    "dependsOn",
    "inputs",
    "outputs",
    "traits",
    "scopes",
)

UNKNOWN_VERSION: dict[str, Any] = {"major": "", "gitVersion": "", "platform": "", "minor": 0}


@records.frozen
class Surroundings:
    """What is known of the place and time of a rendering; the defaults are those of a dry run.

    Attributes:
        namespace: where the objects go.
        app_revision: name of the application's revision, ``<app>-v<N>``.
        component_revision: hash of the component's spec.
        cluster: name of the target cluster.
        cluster_version: ``major``, ``minor`` (int), ``gitVersion``, ``platform``.
        custom: what policies of scope Application add.
        replica_key: from a replication policy.
        more: further fields of the context; they win over those of the same name.
    """

    namespace: str = "default"
    app_revision: str = ""
    component_revision: str = ""
    cluster: str = ""
    cluster_version: dict[str, Any] = records.field(factory=lambda: dict(UNKNOWN_VERSION))
    custom: dict[str, Any] | None = None
    replica_key: str = ""
    more: dict[str, Any] = records.field(factory=dict)

    @property
    def app_revision_number(self) -> int:
        """The number after the last ``-v``, or 0."""
        number = self.app_revision.rpartition("-v")[2]
        return int(number) if number.isdigit() else 0


def component_list(app: Application) -> list[dict[str, Any]]:
    """All components of an application as templates see them."""
    return [_component(item) for item in (app.raw.get("spec") or {}).get("components") or []]


def base_context(
    app: Application, around: Surroundings, components: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """What every template of an application sees; ``components`` is their :func:`component_list` if at hand."""
    context: dict[str, Any] = {
        "namespace": around.namespace,
        "appName": app.name,
        "appRevision": around.app_revision,
        "appRevisionNum": around.app_revision_number,
        "appLabels": sorted_keys(app.labels),
        "appAnnotations": sorted_keys(app.annotations),
        "publishVersion": app.annotations.get(PUBLISH_VERSION, ""),
        "workflowName": app.annotations.get(WORKFLOW_NAME, ""),
        "components": component_list(app) if components is None else components,
        "revision": around.component_revision,
        "replicaKey": around.replica_key,
        "cluster": around.cluster,
        "clusterVersion": sorted_keys(around.cluster_version),
    }
    if around.custom is not None:
        context["custom"] = around.custom
    return context


def _component(data: dict[str, Any]) -> dict[str, Any]:
    """A component as the application has it, its fields in the order in which the reference declares them."""
    return {key: sorted_keys(data[key]) for key in _COMPONENT_FIELDS if key in data}


def component_context(
    app: Application,
    component: Component,
    around: Surroundings,
    components: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Context of a component; ``parameter`` holds its properties as written, without defaults."""
    context = {"name": component.name, **base_context(app, around, components)}
    if component.replica_key:
        context["replicaKey"] = component.replica_key
    if component.properties is not None:
        context["parameter"] = sorted_keys(component.properties)
    return dict(sorted({**context, **around.more}.items()))


def policy_context(app: Application, policy: Policy, around: Surroundings, artifacts: dict[str, Any]) -> dict[str, Any]:
    """Context of a policy that makes objects; ``artifacts`` holds the objects of all components."""
    context = {"name": policy.name, **base_context(app, around)}
    context["artifacts"] = artifacts
    return dict(sorted({**context, **around.more}.items()))
