"""What the specs of the kinds of definitions may hold. Source: the CRDs of KubeVela (core.oam.dev/v1beta1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.model.strict import ANY, BOOL, INT32, STRING, ListOf, MapOf, Struct

if TYPE_CHECKING:
    from oam.model.strict import Type

__all__ = ["HISTORIC", "KINDS", "SPECS", "TYPES"]

TYPES = {
    "component": "ComponentDefinition",
    "trait": "TraitDefinition",
    "policy": "PolicyDefinition",
    "workflow-step": "WorkflowStepDefinition",
    "workload": "WorkloadDefinition",
}
"""The ``type`` of a CUE definition: kind of the object."""

KINDS = {kind: type_ for type_, kind in TYPES.items()}

_GVK = Struct("common.WorkloadGVK", {"apiVersion": STRING, "kind": STRING})
_DEFINITION_REF = Struct("common.DefinitionReference", {"name": STRING, "version": STRING})
_STATUS = Struct("common.Status", {"details": STRING, "customStatus": STRING, "healthPolicy": STRING})
_CHILD = Struct("common.ChildResourceKind", {"apiVersion": STRING, "kind": STRING, "selector": MapOf(STRING)})
_KUBE_PARAMETER = Struct(
    "common.KubeParameter",
    {"name": STRING, "type": STRING, "fieldPaths": ListOf(STRING), "required": BOOL, "description": STRING},
)
_TERRAFORM = Struct(
    "common.Terraform",
    {
        "configuration": STRING,
        "type": STRING,
        "path": STRING,
        "writeConnectionSecretToRef": Struct("v1.SecretReference", {"name": STRING, "namespace": STRING}),
        "providerRef": Struct("v1.Reference", {"name": STRING, "namespace": STRING}),
        "deleteResource": BOOL,
        "customRegion": STRING,
        "gitCredentialsSecretReference": Struct("v1.SecretReference", {"name": STRING, "namespace": STRING}),
    },
)
_SCHEMATIC = Struct(
    "common.Schematic",
    {
        "cue": Struct("common.CUE", {"template": STRING}),
        "terraform": _TERRAFORM,
        "helm": Struct("common.Helm", {"release": ANY, "repository": ANY}),
        "kube": Struct("common.Kube", {"template": ANY, "parameters": ListOf(_KUBE_PARAMETER)}),
    },
)
_COMMON: dict[str, Type] = {"schematic": _SCHEMATIC, "version": STRING}

SPECS = {
    "ComponentDefinition": Struct(
        "v1beta1.ComponentDefinitionSpec",
        {
            **_COMMON,
            "workload": Struct("common.WorkloadTypeDescriptor", {"type": STRING, "definition": _GVK}),
            "childResourceKinds": ListOf(_CHILD),
            "revisionLabel": STRING,
            "podSpecPath": STRING,
            "status": _STATUS,
            "extension": ANY,
        },
    ),
    "TraitDefinition": Struct(
        "v1beta1.TraitDefinitionSpec",
        {
            **_COMMON,
            "definitionRef": _DEFINITION_REF,
            "revisionEnabled": BOOL,
            "workloadRefPath": STRING,
            "podDisruptive": BOOL,
            "appliesToWorkloads": ListOf(STRING),
            "conflictsWith": ListOf(STRING),
            "status": _STATUS,
            "extension": ANY,
            "manageWorkload": BOOL,
            "controlPlaneOnly": BOOL,
            "stage": STRING,
        },
    ),
    "PolicyDefinition": Struct(
        "v1beta1.PolicyDefinitionSpec",
        {
            **_COMMON,
            "definitionRef": _DEFINITION_REF,
            "manageHealthCheck": BOOL,
            "scope": STRING,
            "global": BOOL,
            "priority": INT32,
        },
    ),
    "WorkflowStepDefinition": Struct(
        "v1beta1.WorkflowStepDefinitionSpec", {**_COMMON, "definitionRef": _DEFINITION_REF}
    ),
    "WorkloadDefinition": Struct(
        "v1beta1.WorkloadDefinitionSpec",
        {
            **_COMMON,
            "definitionRef": _DEFINITION_REF,
            "childResourceKinds": ListOf(_CHILD),
            "revisionLabel": STRING,
            "podSpecPath": STRING,
            "status": _STATUS,
            "extension": ANY,
        },
    ),
}
"""Kind: type of its spec."""

HISTORIC: dict[str, dict[str, Type]] = {"TraitDefinition": {"definition": _GVK, "skipRevisionAffect": BOOL}}
"""Fields of earlier releases, which the present strict conversion rejects."""
