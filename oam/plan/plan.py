"""Plans: what becomes of each object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.plan.difference import Change, difference
from oam.ports import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oam.definition.library import Library
    from oam.model.application import Application, Component

__all__ = ["Action", "Plan", "PlannedObject", "disruptive_traits", "make_plan"]

_TEMPLATED = frozenset(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "CloneSet", "Rollout"))
_SERVER = (
    "creationTimestamp",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
_REVISIONS = frozenset(
    (
        "app.oam.dev/appRevision",
        "app.oam.dev/app-revision-hash",
        "app.oam.dev/revision",
        "oam.dev/render-hash",
    )
)
_WORKLOAD = "WORKLOAD"


@attrs.frozen
class PlannedObject:
    """An object on one side; ``placement`` tells renderings of the same object apart, e.g. by topology."""

    data: dict[str, Any]
    placement: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Identity; the version of the API is no part of it."""
        ref = ObjectRef.of(self.data)
        return self.placement, ref.group, ref.kind, ref.namespace, ref.name


@attrs.frozen
class Action:
    """What becomes of one object.

    Attributes:
        verb: ``create``, ``update``, ``delete``, ``keep`` (nothing makes it any more, and it stays all the same) or
            ``unchanged``.
        data: the object as it will be, or as it was where it goes.
        placement: of a rendering.
        changes: field by field, for an update.
        restart: why pods will be started anew, or ``""``.
        note: what else is to be said.
    """

    verb: str
    data: dict[str, Any]
    placement: str = ""
    changes: tuple[Change, ...] = ()
    restart: str = ""
    note: str = ""

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef.of(self.data)

    @property
    def owner(self) -> str:
        """What made it, as its labels tell."""
        labels = (self.data.get("metadata") or {}).get("labels") or {}
        component = labels.get("app.oam.dev/component", "")
        trait = labels.get("trait.oam.dev/type", "")
        if not component:
            return ""
        by_trait = trait and trait != "AuxiliaryWorkload"
        return f"trait {trait} of component {component}" if by_trait else f"component {component}"


@attrs.frozen
class Plan:
    """All actions, and remarks on what could not be foreseen."""

    actions: tuple[Action, ...]
    notes: tuple[str, ...] = ()

    def count(self, verb: str) -> int:
        """How many objects an action is for."""
        return sum(action.verb == verb for action in self.actions)

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to do."""
        return any(action.verb in ("create", "update", "delete") for action in self.actions)


def make_plan(
    before: Sequence[PlannedObject],
    after: Sequence[PlannedObject],
    *,
    disruptive: Mapping[str, Sequence[str]] | None = None,
    kept: Mapping[ObjectRef, str] | None = None,
    notes: Sequence[str] = (),
) -> Plan:
    """Compare objects; first come those that are there afterwards, in their order, then those that go.

    Args:
        before: what is there, or was rendered before.
        after: what will be there.
        disruptive: by component, changed traits that restart pods (see :func:`disruptive_traits`).
        kept: objects among ``after`` that nothing makes any more, and why they stay.
        notes: remarks.
    """
    old = {item.key: item for item in before}
    new = {item.key: item for item in after}
    actions = []
    for key, item in new.items():
        was = old.get(key)
        why = (kept or {}).get(ObjectRef.of(item.data), "")
        if why:
            actions.append(Action("keep", item.data, item.placement, note=why))
        elif was is None:
            actions.append(Action("create", item.data, item.placement))
        else:
            actions.append(_update(was, item, disruptive or {}))
    actions += [Action("delete", item.data, item.placement) for key, item in old.items() if key not in new]
    return Plan(tuple(actions), tuple(notes))


def _update(was: PlannedObject, item: PlannedObject, disruptive: Mapping[str, Sequence[str]]) -> Action:
    changes = difference(steady(was.data), steady(item.data))
    if not changes:
        return Action("unchanged", item.data, item.placement)
    restart = ""
    kind = str(item.data.get("kind", ""))
    labels = (item.data.get("metadata") or {}).get("labels") or {}
    traits = disruptive.get(str(labels.get("app.oam.dev/component", "")), ())
    if kind in _TEMPLATED and any(change.path[:2] == ("spec", "template") for change in changes):
        restart = "the pod template changes"
    elif traits and labels.get("app.oam.dev/resourceType") == _WORKLOAD:
        restart = f"trait {', '.join(traits)} is podDisruptive"
    return Action("update", item.data, item.placement, tuple(changes), restart)


def steady(data: dict[str, Any]) -> dict[str, Any]:
    """An object without what the server and the engine write at every revision."""
    out = {key: value for key, value in data.items() if key != "status"}
    metadata = {key: value for key, value in (data.get("metadata") or {}).items() if key not in _SERVER}
    for group in ("labels", "annotations"):
        if isinstance(metadata.get(group), dict):
            metadata[group] = {key: value for key, value in metadata[group].items() if key not in _REVISIONS}
    return {**out, "metadata": metadata} if "metadata" in data else out


def disruptive_traits(
    old: Application | None, new: Application, libraries: Sequence[Library], namespace: str
) -> dict[str, list[str]]:
    """By component: traits that came, went or changed, and whose definition says that they restart pods."""
    before = {component.name: component for component in old.components} if old is not None else {}
    out: dict[str, list[str]] = {}
    for component in new.components:
        was = before.get(component.name)
        if was is None:
            continue
        changed = _changed_traits(was, component)
        found = [type_ for type_ in changed if _is_disruptive(type_, libraries, namespace)]
        if found:
            out[component.name] = found
    return out


def _changed_traits(old: Component, new: Component) -> list[str]:
    before, after = ([(trait.type, trait.properties) for trait in component.traits] for component in (old, new))
    changed = [item for item in after if item not in before] + [item for item in before if item not in after]
    return list(dict.fromkeys(type_ for type_, _ in changed))


def _is_disruptive(type_: str, libraries: Sequence[Library], namespace: str) -> bool:
    found = [library.get("TraitDefinition", type_, namespace) for library in libraries]
    return any(item is not None and bool(item.spec.get("podDisruptive")) for item in found)
