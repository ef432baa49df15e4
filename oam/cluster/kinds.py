"""The kinds that every cluster knows, with their resource names and scopes."""

from __future__ import annotations

__all__ = ["WELL_KNOWN", "plural", "resource", "short_names"]

_TABLE = """
v1 Namespace! Node! PersistentVolume! Pod Service Endpoints=endpoints ConfigMap Secret ServiceAccount \
PersistentVolumeClaim ReplicationController LimitRange ResourceQuota Event PodTemplate Binding
apps/v1 Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision
batch/v1 Job CronJob
autoscaling/v1 HorizontalPodAutoscaler
autoscaling/v2 HorizontalPodAutoscaler
networking.k8s.io/v1 Ingress IngressClass! NetworkPolicy
policy/v1 PodDisruptionBudget
rbac.authorization.k8s.io/v1 Role RoleBinding ClusterRole! ClusterRoleBinding!
storage.k8s.io/v1 StorageClass! VolumeAttachment! CSIDriver! CSINode!
scheduling.k8s.io/v1 PriorityClass!
coordination.k8s.io/v1 Lease
discovery.k8s.io/v1 EndpointSlice
events.k8s.io/v1 Event
certificates.k8s.io/v1 CertificateSigningRequest!
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration! MutatingWebhookConfiguration!
apiextensions.k8s.io/v1 CustomResourceDefinition!
apiregistration.k8s.io/v1 APIService!
core.oam.dev/v1beta1 Application ComponentDefinition TraitDefinition PolicyDefinition WorkflowStepDefinition \
ApplicationRevision ResourceTracker! DefinitionRevision
core.oam.dev/v1alpha1 Policy Workflow WorkflowRun
"""

_SHORT = {
    "deploy": "Deployment", "sts": "StatefulSet", "ds": "DaemonSet", "rs": "ReplicaSet", "po": "Pod", "svc": "Service",
    "ep": "Endpoints", "cm": "ConfigMap", "sa": "ServiceAccount", "pvc": "PersistentVolumeClaim",
    "pv": "PersistentVolume",
    "ns": "Namespace", "no": "Node", "ing": "Ingress", "hpa": "HorizontalPodAutoscaler", "cj": "CronJob",
    "netpol": "NetworkPolicy",
    "pdb": "PodDisruptionBudget", "sc": "StorageClass", "crd": "CustomResourceDefinition", "app": "Application",
}  # fmt: skip


def _read(table: str) -> dict[tuple[str, str], tuple[str, bool]]:
    """(apiVersion, kind) to (resource name, namespaced)."""
    kinds = {}
    for line in table.replace("\\\n", "").split("\n"):
        if not line:
            continue
        version, *names = line.split()
        for name in names:
            kind, _, given = name.rstrip("!").partition("=")
            kinds[version, kind] = (given or plural(kind), not name.endswith("!"))
    return kinds


def plural(kind: str) -> str:
    """The resource name that a kind most likely has: ``Ingress`` gives ``ingresses``."""
    word = kind.lower()
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


WELL_KNOWN = _read(_TABLE)


def resource(api_version: str, kind: str) -> str:
    """Resource name with its group as error texts have it: ``configmaps``, ``deployments.apps``."""
    name = WELL_KNOWN.get((api_version, kind), (plural(kind), True))[0]
    group = api_version.rpartition("/")[0]
    return f"{name}.{group}" if group else name


def short_names(word: str) -> set[str]:
    """What a name of a kind may stand for, in lower case: ``svc`` gives ``{svc, service}``."""
    return {word, _SHORT.get(word, word).lower()}
