"""``vela/oam``: the components and policies of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.providers.session import Action, Applied, Session
    from pycue import Value

__all__ = ["OPERATIONS"]


def _apply(action: Action, session: Session) -> dict[str, Any]:
    application = session.require_application()
    applied = application.apply_component(_component(action, session), **_options(action))
    if not applied.healthy and action.params.get("waitHealthy", True):
        session.flow.wait(applied.message or "wait healthy")
    return _results(action, applied)


def _render(action: Action, session: Session) -> dict[str, Any]:
    application = session.require_application()
    rendered = application.render_component(_component(action, session), **_options(action))
    if session.upstream and rendered.output is not None:
        rendered = attrs.evolve(rendered, outputs=dict.fromkeys(rendered.outputs, rendered.output))
    return _results(action, rendered)


def _component(action: Action, session: Session) -> dict[str, Any]:
    """The component itself, or in the older form one of the application's by name."""
    name = action.params.get("component")
    value = action.params.get("value")
    if session.upstream and not value:
        template = 'load template from component definition [] : WorkloadDefinition.core.oam.dev "" not found'
        raise ActionError(f"ParseWorkload: fetch component/policy type of : {template}", code="oam.action.component")
    if not action.legacy or name is None or session.upstream:
        if not value:
            raise ActionError("neither a component nor the name of one is given", code="oam.action.component")
        return dict(value)
    for component in session.require_application().components():
        if component["name"] == name:
            return component
    raise ActionError(f'component "{name}" not found', code="oam.action.component")


def _options(action: Action) -> dict[str, Any]:
    """Patches stand under ``patch: {workload, traits}``, in the oldest form under ``workload`` and ``traits``."""
    patch, traits = action.value("patch", "workload"), dict(_named(action.value("patch", "traits")))
    if action.legacy and not patch.exists():
        patch = action.value("workload", "patch")
    if action.legacy and not traits:
        traits = {
            name: below for name, value in _named(action.value("traits")) if (below := value.lookup("patch")).exists()
        }
    return {
        "cluster": action.params.get("cluster", ""),
        "namespace": action.params.get("namespace", ""),
        "patch": patch if patch.exists() else None,
        "traits": traits,
    }


def _named(value: Value) -> Iterator[tuple[str, Value]]:
    """Fields of a struct that may not be there."""
    return ((selector.name, field) for selector, field in value.fields()) if value.exists() else iter(())


def _results(action: Action, applied: Applied) -> dict[str, Any]:
    results: dict[str, Any] = {"outputs": applied.outputs}
    if applied.output is not None:
        results["output"] = applied.output
    if action.legacy and "component" in action.params:
        results["traits"] = {name: {"value": obj} for name, obj in applied.outputs.items()}
        if applied.output is not None:
            results["workload"] = applied.output
            results["status"] = applied.output.get("status", {})
    return results


def _load(action: Action, session: Session) -> dict[str, Any]:
    application = session.require_application()
    components = application.components(action.params.get("app", ""))
    results: dict[str, Any] = {"value": {component["name"]: _plain(component) for component in components}}
    if action.legacy and "component" in action.params:
        name = action.params["component"]
        found = next((component for component in components if component["name"] == name), None)
        if found is None:
            raise ActionError(f'component "{name}" not found', code="oam.action.component")
        rendered = application.render_component(found, cluster="", namespace="", patch=None, traits={})
        results["workload"] = rendered.output or {}
        results["traits"] = {key: {"value": obj} for key, obj in rendered.outputs.items()}
    return results


def _load_in_order(action: Action, session: Session) -> dict[str, Any]:
    components = session.require_application().components(action.params.get("app", ""))
    return {"value": [_plain(component) for component in components]}


def _load_policies(action: Action, session: Session) -> dict[str, Any]:
    policies = session.require_application().policies(action.params.get("app", ""))
    return {"value": {policy["name"]: policy for policy in policies}}


def _plain(component: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in component.items() if key not in ("inputs", "outputs")}


OPERATIONS = {
    "component-apply": Operation(_apply, Effect.WRITE),
    "component-render": Operation(_render, Effect.PURE),
    "load": Operation(_load, Effect.PURE),
    "load-comps-in-order": Operation(_load_in_order, Effect.PURE),
    "load-policies": Operation(_load_policies, Effect.PURE),
}
"""By the name in ``#do``."""
