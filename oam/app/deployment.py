"""What a deploy step deploys: which components, where, and what they give each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam import records
from oam.errors import DocumentError
from oam.model.strict import BOOL, STRING, ListOf, MapOf, Struct, check
from oam.providers import ActionError
from oam.workflow.dataflow import InputError, fill
from pycue import Context, CueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.model import Component, Policy
    from oam.providers import Applied

__all__ = ["Exchange", "Place", "places", "replicated"]

Place = dict[str, str]
"""``cluster`` and ``namespace``; no namespace is the application's."""

_SPECS = {
    "topology": Struct(
        "v1alpha1.TopologyPolicySpec",
        {
            "clusters": ListOf(STRING),
            "clusterLabelSelector": MapOf(STRING),
            "clusterSelector": MapOf(STRING),
            "allowEmpty": BOOL,
            "namespace": STRING,
        },
    ),
    "replication": Struct("v1alpha1.ReplicationPolicySpec", {"keys": ListOf(STRING), "selector": ListOf(STRING)}),
}


def _specs(policies: Sequence[Policy], type_: str) -> list[tuple[str, dict[str, Any]]]:
    """Names and properties of the policies of a type. Raises :class:`ActionError`."""
    found = []
    for policy in policies:
        if policy.type != type_:
            continue
        properties = policy.properties or {}
        try:
            check(properties, _SPECS[type_])
        except DocumentError as error:
            text = f"failed to parse {type_} policy {policy.name}: {error.text}"
            raise ActionError(text, code="oam.action.policy") from None
        found.append((policy.name, properties))
    return found


def places(policies: Sequence[Policy], here: str) -> list[Place]:
    """Where topology policies say; without one the cluster ``here``. Raises :class:`ActionError`."""
    topologies = _specs(policies, "topology")
    found: list[Place] = []
    for _, properties in topologies:
        for cluster in properties.get("clusters") or _selected(properties, here):
            place = {"cluster": cluster, "namespace": properties.get("namespace") or ""}
            if place not in found:
                found.append(place)
    return found if topologies else [{"cluster": here, "namespace": ""}]


def _selected(properties: dict[str, Any], here: str) -> list[str]:
    """Clusters by labels; the one there is has none."""
    selector = properties.get("clusterLabelSelector") or properties.get("clusterSelector")
    if selector and properties.get("allowEmpty"):
        return []
    if selector:
        raise ActionError("failed to find any cluster matches given labels", code="oam.cluster.unknown")
    return [here]


def replicated(policies: Sequence[Policy], components: Sequence[Component]) -> list[Component]:
    """The components with replicas, one for each key, at the end in place of those that replication policies select.

    Raises:
        ActionError: a policy is malformed or selects nothing.
    """
    found = list(components)
    for name, properties in _specs(policies, "replication"):
        chosen = [component for component in found if component.name in (properties.get("selector") or ())]
        if not chosen:
            raise ActionError(f"replication policy {name} selects no component", code="oam.action.policy")
        found = [component for component in found if component not in chosen]
        for component in chosen:
            found += [records.evolve(component, replica_key=key) for key in properties.get("keys") or ()]
    return found


class Exchange:
    """What components of one deployment give each other; each place and each replica is by itself."""

    def __init__(self) -> None:
        self._healthy: set[tuple[str, ...]] = set()
        self._values: dict[tuple[str, ...], Any] = {}

    def is_ready(self, component: Component, place: Place) -> bool:
        """Whether all is there that the component depends on or takes in."""
        needed = [self._key(component, place, name) for name in component.depends_on]
        taken = [self._key(component, place, entry["from"]) for entry in component.inputs]
        return self._healthy.issuperset(needed) and all(key in self._values for key in taken)

    def fill(self, component: Component, place: Place, data: dict[str, Any]) -> None:
        """Put what the component takes in into its data, in place. Raises :class:`ActionError`."""
        for entry in component.inputs:
            key = entry.get("parameterKey") or ""
            if not key:
                continue
            if not key.startswith(("properties", "traits[")):
                key = f"properties.{key}"
            try:
                fill(data, key, self._values[self._key(component, place, entry["from"])])
            except InputError as error:
                raise ActionError(str(error), code="oam.action.input") from error

    def keep(self, component: Component, place: Place, applied: Applied) -> None:
        """Note a component that is healthy, and what it gives. Raises :class:`ActionError` where that is not there."""
        self._healthy.add(self._key(component, place, component.name))
        given = Context().encode({"output": applied.output or {}, "outputs": applied.outputs})
        for entry in component.outputs:
            path = entry["valueFrom"]
            try:
                value = given.lookup(path).decode()
            except (CueError, ValueError) as error:
                text = f"failed to get output {entry['name']} of component {component.name} from {path}: {error}"
                raise ActionError(text, code="oam.action.output") from error
            self._values[self._key(component, place, entry["name"])] = value

    @staticmethod
    def _key(component: Component, place: Place, name: str) -> tuple[str, ...]:
        return place["cluster"], place["namespace"], component.replica_key, name
