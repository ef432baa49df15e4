"""``vela/multicluster``: deployment as policies place it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]


def _deploy(action: Action, session: Session) -> None:
    parallelism = action.params.get("parallelism", 5)
    if parallelism < 1:
        raise ActionError("parallelism cannot be smaller than 1", code="oam.action.deploy")
    healthy, message = session.require_application().deploy(
        action.params.get("policies") or [],
        action.params.get("inlinePolicies") or [],
        action.params.get("ignoreTerraformComponent", False),
    )
    if not healthy:
        session.flow.wait(message)


def _clusters(_: Action, session: Session) -> dict[str, Any]:
    return {"outputs": {"clusters": [session.cluster("").name]}}


def _placements(action: Action, session: Session) -> dict[str, Any]:
    return {"placements": session.require_application().placements(action.params["policies"])}


def _decisions(action: Action, _: Session) -> dict[str, Any]:
    """Where an environment of an env-binding policy is: one place."""
    inputs = action.params["inputs"]
    placement = inputs.get("placement") or {}
    named = []
    for kind in ("cluster", "namespace"):
        selector = placement.get(f"{kind}Selector") or {}
        if selector.get("labels"):
            text = f"invalid env {inputs['envName']}: {kind} selector in env-binding does not support label for now"
            raise ActionError(text, code="oam.action.placement")
        named.append(selector.get("name") or "")
    return {"outputs": {"decisions": [{"cluster": named[0] or "local", "namespace": named[1]}]}}


def _patched(action: Action, session: Session) -> dict[str, Any]:
    """The application's components as an environment has them."""
    inputs = action.params["inputs"]
    patches = (inputs.get("patch") or {}).get("components") or []
    selected = (inputs.get("selector") or {}).get("components")
    components = session.require_application().patched_components(patches, selected)
    return {"outputs": {"spec": {"components": components}}}


OPERATIONS = {
    "deploy": Operation(_deploy, Effect.WRITE),
    "list-clusters": Operation(_clusters, Effect.READ),
    "get-placements-from-topology-policies": Operation(_placements, Effect.READ),
    "make-placement-decisions": Operation(_decisions, Effect.PURE),
    "patch-application": Operation(_patched, Effect.PURE),
}
"""By the name in ``#do``."""
