"""The kinds of KubeVela, for a cluster that lacks them: open schemas, a status apart, columns for ``kubectl``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.ports import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.ports import Cluster, Object

__all__ = ["install", "kinds"]

_GROUP = "core.oam.dev"
_SYSTEM = "vela-system"
_CUSTOM = "apiextensions.k8s.io/v1"
_OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
_AGE = ("Age", ".metadata.creationTimestamp", "date")
_DESCRIPTION = (("Description", ".metadata.annotations.definition\\.oam\\.dev/description"),)
_WORKLOAD = (("Workload-Kind", ".spec.workload.definition.kind"), *_DESCRIPTION)
_KINDS: tuple[tuple[str, str, str, tuple[str, ...], tuple[tuple[str, str], ...]], ...] = (
    (
        "v1beta1",
        "Application",
        "applications",
        ("app", "velaapp"),
        (
            ("Component", ".spec.components[*].name"),
            ("Type", ".spec.components[*].type"),
            ("Phase", ".status.status"),
            ("Healthy", ".status.services[*].healthy"),
            ("Status", ".status.services[*].message"),
        ),
    ),
    ("v1beta1", "ComponentDefinition", "componentdefinitions", ("comp",), _WORKLOAD),
    ("v1beta1", "TraitDefinition", "traitdefinitions", ("trait",), _DESCRIPTION),
    ("v1beta1", "PolicyDefinition", "policydefinitions", ("def-policy",), _DESCRIPTION),
    ("v1beta1", "WorkflowStepDefinition", "workflowstepdefinitions", ("workflowstep",), _DESCRIPTION),
    ("v1beta1", "WorkloadDefinition", "workloaddefinitions", ("workload",), _DESCRIPTION),
    ("v1alpha1", "Policy", "policies", (), (("Type", ".type"),)),
    ("v1alpha1", "Workflow", "workflows", (), ()),
)  # fmt: skip


def kinds() -> Iterator[Object]:
    """CustomResourceDefinition objects."""
    for version, kind, plural, short, columns in _KINDS:
        names: dict[str, Any] = {
            "kind": kind,
            "listKind": f"{kind}List",
            "plural": plural,
            "singular": kind.lower(),
            "categories": ["oam"],
        }
        served = {
            "name": version,
            "served": True,
            "storage": True,
            "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": _OPEN},
            "additionalPrinterColumns": [
                {"name": name, "jsonPath": path, "type": form}
                for name, path, form in [*((name, path, "string") for name, path in columns), _AGE]
            ],
        }
        yield {
            "apiVersion": _CUSTOM,
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{_GROUP}"},
            "spec": {
                "group": _GROUP,
                "scope": "Namespaced",
                "names": {**names, "shortNames": list(short)} if short else names,
                "versions": [served],
            },
        }


def install(cluster: Cluster) -> list[str]:
    """Define the kinds that the cluster does not have, and make the system's namespace; gives their names.

    Kinds that are there, of KubeVela itself for instance, are left as they are.
    """
    made = []
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _SYSTEM}}
    for obj in (namespace, *kinds()):
        if cluster.get(ObjectRef.of(obj)) is None:
            cluster.apply(obj)
            made.append(obj["metadata"]["name"])
    return made
