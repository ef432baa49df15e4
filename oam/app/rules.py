"""Policies that say to which of an application's objects something special applies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from oam.model import Application
    from oam.ports import Object

__all__ = ["Rules"]


class Rules:
    """The rules of policies.

    They are of types ``take-over``, ``read-only``, ``shared-resource``, ``apply-once``, ``resource-update`` and
    ``garbage-collect``.
    A rule's selector may name components, component types, kinds of origin (``WORKLOAD``, ``TRAIT``), trait types,
    kinds and names of objects; all that are given must fit, and at least one must be given.
    """

    def __init__(self, application: Application) -> None:
        self._types = {component.name: component.type for component in application.components}
        givers = {entry["name"]: c.name for c in application.components for entry in c.outputs}
        self._needs = {
            c.name: {*c.depends_on, *(givers[entry["from"]] for entry in c.inputs if entry["from"] in givers)}
            for c in application.components
        }
        self._policies = [(policy.type, policy.properties or {}) for policy in application.policies]

    def takes_over(self, obj: Object) -> bool:
        """Whether an object that belongs to nobody may become the application's."""
        return any(True for _ in self._matching("take-over", obj))

    def only_reads(self, obj: Object) -> bool:
        """Whether an object must be there and is never written."""
        return any(True for _ in self._matching("read-only", obj))

    def shares(self, obj: Object) -> bool:
        """Whether other applications may own an object too."""
        return any(True for _ in self._matching("shared-resource", obj))

    def update(self, obj: Object) -> tuple[bool, list[str]]:
        """Whether an object is replaced instead of merged, and at which fields a change makes it anew."""
        for rule in self._matching("resource-update", obj):
            strategy = rule.get("strategy") or {}
            return strategy.get("op") == "replace", list(strategy.get("recreateFields") or [])
        return False, []

    def applies_once(self, obj: Object) -> bool:
        """Whether an object that was applied is not made again when it is gone."""
        for type_, properties in self._policies:
            if type_ == "apply-once" and properties.get("enable") and not properties.get("rules"):
                return True
        return "*" in self._left(obj, "onStateKeep")

    def left_to_others(self, obj: Object) -> list[str]:
        """Fields of an object that stay as they are when it is applied again; ``*`` is all of it."""
        return self._left(obj, "onUpdate")

    def _left(self, obj: Object, moment: str) -> list[str]:
        for rule in self._matching("apply-once", obj):
            strategy = rule.get("strategy") or {}
            return list(strategy.get("path") or []) if strategy.get("affect") in (None, "", "always", moment) else []
        return []

    def keep(self, obj: Object) -> str:
        """Until when an object stays that is no longer made: ``onAppUpdate``, ``onAppDelete`` or ``never``."""
        for rule in self._matching("garbage-collect", obj):
            return str(rule.get("strategy") or "onAppUpdate")
        keeps = any(
            properties.get("keepLegacyResource") for type_, properties in self._policies if type_ == "garbage-collect"
        )
        return "onAppDelete" if keeps else "onAppUpdate"

    def deletion_order(self, components: Iterable[str]) -> list[int]:
        """For each component when its objects go, the smallest number first: those that others need last, if asked."""
        asked = any(p.get("order") == "dependency" for type_, p in self._policies if type_ == "garbage-collect")
        return [-self._depth(component, set()) if asked else 0 for component in components]

    def _depth(self, component: str, above: set[str]) -> int:
        """How long the chain of components is that a component needs; a cycle ends where it closes."""
        needs = self._needs.get(component, set()) - above
        return max((1 + self._depth(other, above | {component}) for other in needs), default=0)

    def _matching(self, type_: str, obj: Object) -> Iterator[Mapping[str, Any]]:
        for policy_type, properties in self._policies:
            if policy_type == type_ and (type_ != "apply-once" or properties.get("enable")):
                yield from (
                    rule for rule in properties.get("rules") or [] if self._fits(rule.get("selector") or {}, obj)
                )

    def _fits(self, selector: Mapping[str, Any], obj: Object) -> bool:
        labels = obj["metadata"].get("labels") or {}
        component = labels.get("app.oam.dev/component", "")
        facts = {
            "componentNames": component,
            "componentTypes": self._types.get(component, ""),
            "oamTypes": labels.get("app.oam.dev/resourceType", ""),
            "traitTypes": labels.get("trait.oam.dev/type", ""),
            "resourceTypes": obj.get("kind"),
            "resourceNames": obj["metadata"].get("name"),
        }
        given = {key: wanted for key, wanted in selector.items() if wanted}
        return bool(given) and all(key in facts and facts[key] in wanted for key, wanted in given.items())
