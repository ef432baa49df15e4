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
        action.params.get("policies") or [], action.params.get("inlinePolicies") or [], parallelism
    )
    if not healthy:
        session.flow.wait(message)


def _clusters(_: Action, session: Session) -> dict[str, Any]:
    return {"outputs": {"clusters": [session.cluster("").name]}}


def _placements(action: Action, session: Session) -> dict[str, Any]:
    return {"placements": session.require_application().placements(action.params["policies"])}


OPERATIONS = {
    "deploy": Operation(_deploy, Effect.WRITE),
    "list-clusters": Operation(_clusters, Effect.READ),
    "get-placements-from-topology-policies": Operation(_placements, Effect.READ),
}
"""By the name in ``#do``."""
