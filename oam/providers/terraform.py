"""``vela/terraform``: components that Terraform makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]


def _load(_: Action, session: Session) -> dict[str, Any]:
    return {"outputs": {"components": session.require_application().terraform_components()}}


def _status(action: Action, session: Session) -> dict[str, Any]:
    name = (action.params.get("inputs") or action.params).get("componentName")
    if not name:
        raise ActionError("componentName is missing", code="oam.action.parameter")
    return {"outputs": {"healthy": session.require_application().is_healthy(name)}}


OPERATIONS = {
    "load-terraform-components": Operation(_load, Effect.PURE),
    "get-connection-status": Operation(_status, Effect.READ),
}
"""By the name in ``#do``."""
