"""The components of one application as its workflow steps handle them: rendered, applied, judged."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from oam import records
from oam.app.deployment import Exchange, places, replicated
from oam.app.health import Health, judge
from oam.app.references import REF_OBJECTS, referenced_objects
from oam.model import Application, Policy
from oam.ports import ObjectRef
from oam.providers import ActionError, Applied, Resource
from oam.render import ComponentRendering, RenderedComponent, RenderedObject
from oam.render.context import Surroundings
from oam.render.contract import REPLICA_KEY
from oam.render.override import apply_overrides
from oam.render.policy import BUILT_IN, render_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.app.dispatch import Dispatcher
    from oam.app.kit import Kit
    from oam.model import Component
    from oam.ports import Object
    from pycue import Value

__all__ = ["ComponentHost"]


class ComponentHost:
    """An :class:`oam.providers.session.Application`.

    Attributes:
        dispatcher: applies the objects.
        templates: of step types.
        services: how components stand, by name; kept up to date in place.
    """

    def __init__(
        self,
        application: Application,
        namespace: str,
        revision: str,
        dispatcher: Dispatcher,
        kit: Kit,
    ) -> None:
        self.dispatcher = dispatcher
        self.templates = kit.templates(namespace)
        self.services: dict[str, dict[str, Any]] = {}
        self._application = application
        self._namespace = namespace
        self._revision = revision
        self._library = kit.library
        self._renderer = kit.renderer
        self._upstream = kit.profile.name == "upstream"

    def components(self, app: str = "") -> list[dict[str, Any]]:
        """See :class:`oam.providers.session.Application`."""
        return [component.raw for component in self._other(app).components]

    def resources(self, app: str, namespace: str) -> list[Resource]:
        """See :class:`oam.providers.session.Application`."""
        cluster = self.dispatcher.cluster
        return [
            Resource(live, entry.component, entry.trait, entry.revision, cluster.name)
            for entry in self.dispatcher.managed(app, namespace)
            if (live := cluster.get(entry.ref)) is not None
        ]

    def terraform_components(self) -> list[dict[str, Any]]:
        """See :class:`oam.providers.session.Application`."""
        return [component.raw for component in self._application.components if self._is_terraform(component)]

    def _is_terraform(self, component: Component) -> bool:
        definition = self._library.get("ComponentDefinition", component.type, self._namespace)
        return definition is not None and "terraform" in (definition.spec.get("schematic") or {})

    def is_healthy(self, component: str) -> bool:
        """See :class:`oam.providers.session.Application`."""
        found = [service["healthy"] for service in self.services.values() if service["name"] == component]
        return bool(found) and all(found)

    def policies(self, app: str = "") -> list[dict[str, Any]]:
        """See :class:`oam.providers.session.Application`."""
        return [{"name": p.name, "type": p.type, "properties": p.properties} for p in self._other(app).policies]

    def apply_component(
        self,
        component: dict[str, Any],
        *,
        cluster: str,
        namespace: str,
        patch: Value | None,
        traits: dict[str, Value],
    ) -> Applied:
        """See :class:`oam.providers.session.Application`.

        Objects of traits of stage PreDispatch come first, those of stage PostDispatch once all others are healthy.
        """
        parsed, rendering = self._rendering(component, cluster, namespace, patch, traits)
        late = [trait for trait in parsed.traits if rendering.is_late(trait)]
        rendered = self._finished(rendering, namespace)
        early = [item for item in rendered.auxiliaries if self._stage(item.trait) == "PreDispatch"]
        place = f"{parsed.name}/{cluster}/{namespace}/{parsed.replica_key}".rstrip("/")
        outputs = self._apply(parsed, early, cluster)
        pending = [trait.type for trait in late]
        if early:
            before = [trait.type for trait in parsed.traits if self._stage(trait.type) != "PreDispatch"]
            self.services[place] = service = self._service(parsed, None, outputs, namespace, before, workload=False)
            if not service["healthy"]:
                return Applied(None, outputs, False, "wait healthy")
        items = [item for item in rendered.auxiliaries if item not in early]
        workload = [RenderedObject("", "", rendered.workload)] if self._applies_workload(parsed) else []
        outputs |= self._apply(parsed, [*workload, *items], cluster)
        output = outputs.pop("", None)
        self.services[place] = service = self._service(parsed, output, outputs, namespace, pending)
        if late and service["workloadHealthy"]:
            rendering.status = (output or {}).get("status") or {}
            for trait in late:
                rendering.add_trait(trait)
            last = self._finished(rendering, namespace).auxiliaries[len(rendered.auxiliaries) :]
            for item in last:
                item.data["metadata"]["labels"].pop("app.oam.dev/resourceType", None)
            outputs |= self._apply(parsed, last, cluster)
            self.services[place] = service = self._service(parsed, output, outputs, namespace)
        return Applied(output, outputs, service["healthy"], "wait healthy")

    def _apply(self, component: Component, items: Sequence[RenderedObject], cluster: str) -> dict[str, Object]:
        """Apply objects of a component; gives the live ones by resource, the workload under ``""``."""
        for item in items:
            item.data["metadata"]["labels"].setdefault("app.oam.dev/revision", "")
        live = self.dispatcher.apply(
            [item.data for item in items],
            component=component.name,
            traits=[item.trait for item in items],
            cluster=cluster,
            last_first=self._upstream,
        )
        return {item.resource: obj for item, obj in zip(items, live, strict=True)}

    def _stage(self, trait: str) -> str:
        definition = self._library.get("TraitDefinition", trait, self._namespace)
        return str((definition.spec.get("stage") if definition else "") or "DefaultDispatch")

    def render_component(
        self,
        component: dict[str, Any],
        *,
        cluster: str,
        namespace: str,
        patch: Value | None,
        traits: dict[str, Value],
    ) -> Applied:
        """See :class:`oam.providers.session.Application`."""
        parsed, rendering = self._rendering(component, cluster, namespace, patch, traits)
        for trait in parsed.traits:
            if rendering.is_late(trait):
                rendering.add_trait(trait)
        rendered = self._finished(rendering, namespace)
        return Applied(rendered.workload, {item.resource: item.data for item in rendered.auxiliaries})

    def deploy(
        self, policies: Sequence[str], inline: Sequence[dict[str, Any]], ignore_terraform: bool = False
    ) -> tuple[bool, str]:
        """See :class:`oam.providers.session.Application`."""
        given = [self._policy(name) for name in policies]
        given += [Policy(entry.get("name", ""), entry["type"], entry.get("properties")) for entry in inline]
        where = places(given, self.dispatcher.cluster.name)
        overrides = [policy for policy in given if policy.type == "override"]
        changed = apply_overrides(self._application, overrides, self._renderer.profile, [])
        chosen = replicated(given, [c for c in changed.components if not (ignore_terraform and self._is_terraform(c))])
        tasks = [(component, place) for component in chosen for place in where]
        exchange = Exchange()
        waiting: list[str] = []
        while ready := [task for task in tasks if exchange.is_ready(*task)]:
            tasks = [task for task in tasks if task not in ready]
            # KubeVela's workers take up the last task first
            for component, place in [ready[-1], *ready[:-1]] if self._upstream else ready:
                data = deepcopy(component_data(component))
                exchange.fill(component, place, data)
                applied = self.apply_component(data, **place, patch=None, traits={})
                if applied.healthy:
                    exchange.keep(component, place, applied)
                else:
                    waiting.append(f"{self._place_name(component, place)} is not healthy")
        waiting += [f"{self._place_name(*task)} is waiting dependents" for task in tasks]
        return not waiting, ",".join(waiting)

    def _place_name(self, component: Component, place: dict[str, str]) -> str:
        """Cluster, namespace, replica and name, as messages have them."""
        where = place["namespace"] or self._namespace
        return f"{place['cluster']}/{where}/{component.replica_key}/{component.name}"

    def placements(self, policies: Sequence[str]) -> list[dict[str, str]]:
        """See :class:`oam.providers.session.Application`; without topology policy the application's own place."""
        return places([self._policy(name) for name in policies], self.dispatcher.cluster.name)

    def patched_components(
        self, patches: Sequence[dict[str, Any]], selected: Sequence[str] | None
    ) -> list[dict[str, Any]]:
        """See :class:`oam.providers.session.Application`."""
        policy = Policy("", "override", {"components": list(patches), "selector": selected})
        changed: list[dict[str, Any]] = apply_overrides(self._application, [policy], self._renderer.profile, []).raw[
            "spec"
        ]["components"]
        return changed

    def _policy(self, name: str) -> Policy:
        """A policy of the application, or a Policy object of its namespace."""
        for policy in self._application.policies:
            if policy.name == name:
                return policy
        found = self.dispatcher.cluster.get(ObjectRef("core.oam.dev/v1alpha1", "Policy", self._namespace, name))
        if found is None:
            raise ActionError(f"external policy {name} not found", code="oam.policy.missing")
        return Policy(name, found.get("type", ""), found.get("properties"))

    def policy_objects(self) -> dict[str, list[Object]]:
        """What the application's own policy types make, by policy. Raises :class:`oam.errors.RenderError`."""
        version = self.dispatcher.cluster.server_version()
        around = Surroundings(self._namespace, self._revision, cluster="local", cluster_version=version)
        objects = {}
        for policy in self._application.policies:
            if policy.type not in BUILT_IN or self._renderer.profile.historic:
                if self._library.get("PolicyDefinition", policy.type, self._namespace) is None:
                    continue
                objects[policy.name] = render_policy(self._renderer, self._application, policy, around, [])
        return objects

    def apply_policies(self) -> None:
        """Apply what the application's own policy types make."""
        for name, objects in self.policy_objects().items():
            self.dispatcher.apply(objects, component=name)

    def refresh(self) -> None:
        """Judge all components applied so far once more, on the objects as they are now; forget those that are gone."""
        managed = self.dispatcher.managed()
        own = {component.name: component for component in self._application.components}
        for place, service in list(self.services.items()):
            component = own.get(service["name"])
            if component is None:
                del self.services[place]
                continue
            entries = [e for e in managed if e.component == component.name and e.ref.namespace == service["namespace"]]
            found = [(entry, self.dispatcher.cluster.get(entry.ref)) for entry in entries]
            replica = service.get("replicaKey", "")
            component = records.evolve(component, replica_key=replica)
            live = [(entry, obj) for entry, obj in found if obj is not None and _replica(obj) == replica]
            output = next((obj for entry, obj in live if not entry.trait), None)
            outputs = {_resource(obj): obj for entry, obj in live if entry.trait}
            judged = self._service(component, output, outputs, service["namespace"])
            types = {entry["type"] for entry in judged.get("traits", ())}
            others = [entry for entry in service.get("traits", ()) if entry["type"] not in types]
            if others:  # traits that a deployment gave the component
                judged["traits"] = [*others, *judged.get("traits", ())]
            self.services[place] = judged

    def _rendering(
        self, component: dict[str, Any], cluster: str, namespace: str, patch: Value | None, traits: dict[str, Value]
    ) -> tuple[Component, ComponentRendering]:
        """A component with all patches, and with its traits but those that come after it is healthy."""
        if cluster not in ("", self.dispatcher.cluster.name):
            missing = f'virtualclusters.cluster.core.oam.dev "{cluster}" not found'
            raise ActionError(f"failed to get cluster {cluster}: {missing}", code="oam.cluster.unknown")
        if component["type"] == REF_OBJECTS:
            objects = referenced_objects(self.dispatcher.cluster, component, self._namespace)
            component = {**component, "properties": {"objects": objects}}
        parsed = self._parse(component)
        around = Surroundings(
            namespace or self._namespace,
            self._revision,
            component_revision(component),
            cluster or "local",
            self.dispatcher.cluster.server_version(),
            replica_key=parsed.replica_key,
        )
        rendering = ComponentRendering(self._renderer, self._application, parsed, around)
        rendering.add_traits(late=False)
        if patch is not None:
            rendering.patch_workload(patch)
        rendering.patch_auxiliaries(traits)
        return parsed, rendering

    def _finished(self, rendering: ComponentRendering, namespace: str) -> RenderedComponent:
        rendered = rendering.finish()
        for obj in [rendered.workload, *(item.data for item in rendered.auxiliaries)]:
            obj["metadata"]["labels"]["app.oam.dev/namespace"] = self._namespace
            if namespace:
                obj["metadata"]["namespace"] = namespace
        for item in rendered.auxiliaries:
            definition = self._library.get("TraitDefinition", item.trait, self._namespace)
            if definition and definition.spec.get("controlPlaneOnly"):
                item.data["metadata"]["namespace"] = self._namespace
            if definition and definition.spec.get("manageWorkload"):
                item.data["metadata"]["labels"]["trait.oam.dev/manage-workload"] = "true"
        return rendered

    def _parse(self, component: dict[str, Any]) -> Component:
        """The component as the model has it, at its place in the user's file where it is one of the application's."""
        parsed = Application.parse({"metadata": {"name": ""}, "spec": {"components": [component]}}).components[0]
        own = next((entry for entry in self._application.components if entry.name == parsed.name), None)
        replica = component.get("replicaKey", "")
        return records.evolve(parsed, path=own.path if own else parsed.path, replica_key=replica)

    def _applies_workload(self, component: Component) -> bool:
        """A trait that manages the workload takes it out of the application's hands."""
        definitions = (self._library.get("TraitDefinition", trait.type, self._namespace) for trait in component.traits)
        return not any(definition and definition.spec.get("manageWorkload") for definition in definitions)

    def _service(
        self,
        component: Component,
        output: Object | None,
        outputs: dict[str, Object],
        namespace: str,
        pending: Sequence[str] = (),
        *,
        workload: bool = True,
    ) -> dict[str, Any]:
        """How a component stands.

        Args:
            component: which one.
            output: its live workload.
            outputs: its other live objects, by resource.
            namespace: where it was applied, if not with the application.
            pending: trait types that have not been applied yet.
            workload: whether the workload has been.
        """
        context = {
            "name": component.name,
            "appName": self._application.name,
            "appRevision": self._revision,
            "namespace": namespace or self._namespace,
            "output": output or {},
            "outputs": outputs,
            "parameter": component.properties or {},
        }
        compiler = self.templates.compiler
        definition = self._library.find("ComponentDefinition", component.type, self._namespace)
        health = judge(compiler, definition, context, component.properties) if workload else Health()
        traits = []
        for trait in component.traits:
            if trait.type in pending:
                if workload:
                    waiting = "\u23f3 Waiting for component to be healthy"
                    traits.append({"type": trait.type, "healthy": False, "pending": True, "message": waiting})
                continue
            found = self._library.find("TraitDefinition", trait.type, self._namespace)
            one = judge(compiler, found, context, trait.properties)
            said = one.message or ("" if self._upstream else one.trouble)
            traits.append({"type": trait.type, "healthy": one.healthy, **({"message": said} if said else {})})
        message = health.message or next((entry["message"] for entry in traits if "message" in entry), "")
        service: dict[str, Any] = {
            "name": component.name,
            "namespace": namespace or self._namespace,
            "cluster": "local",
        }
        if component.replica_key:
            service["replicaKey"] = component.replica_key
        service["workloadDefinition"] = _indicator(output)
        service["healthy"] = health.healthy and all(entry["healthy"] for entry in traits)
        service["workloadHealthy"] = health.healthy
        if not message and not all(entry["healthy"] for entry in traits):
            message = "traits are not healthy"
        if not message and not health.healthy and not self._upstream:
            message = health.trouble or "waiting for the workload"
        if message:
            service["message"] = message
        if traits:
            service["traits"] = traits
        return service

    def _other(self, app: str) -> Application:
        if not app or app == self._application.name:
            return self._application
        ref = ObjectRef("core.oam.dev/v1beta1", "Application", self._namespace, app)
        found = self.dispatcher.cluster.get(ref)
        if found is None:
            raise ActionError(f'applications.core.oam.dev "{app}" not found', code="oam.application.missing")
        return Application.parse(found)


def component_revision(component: dict[str, Any]) -> str:
    """What ``context.revision`` is: a digest of the component as written, 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(component, sort_keys=True).encode()).hexdigest()[:16]


def component_data(component: Component) -> dict[str, Any]:
    """A component as an application spells it."""
    traits = [
        {"type": trait.type, **({} if trait.properties is None else {"properties": trait.properties})}
        for trait in component.traits
    ]
    data: dict[str, Any] = {"name": component.name, "type": component.type}
    if component.properties is not None:
        data["properties"] = component.properties
    if component.replica_key:
        data["replicaKey"] = component.replica_key
    return {**data, "traits": traits} if traits else data


def _indicator(output: Object | None) -> dict[str, str]:
    return {"apiVersion": output["apiVersion"], "kind": output["kind"]} if output else {"apiVersion": "", "kind": ""}


def _replica(obj: Object) -> str:
    return str((obj["metadata"].get("labels") or {}).get(REPLICA_KEY, ""))


def _resource(obj: Object) -> str:
    labels = obj["metadata"].get("labels") or {}
    return str(labels.get("trait.oam.dev/resource", ""))
