"""``vela/builtin``: waiting, suspending, ending, telling, variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError, StopStep

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]


def _wait(action: Action, session: Session) -> None:
    if not action.params.get("continue"):
        session.flow.wait(action.params.get("message", ""))
        raise StopStep


def _suspend(action: Action, session: Session) -> None:
    session.suspend(action.field, action.params.get("duration") or "", action.params.get("message") or "")


def _fail(action: Action, session: Session) -> None:
    session.flow.fail(action.params.get("message", ""))
    raise StopStep


def _break(action: Action, session: Session) -> None:
    session.flow.end(action.params.get("message", ""))
    raise StopStep


def _message(action: Action, session: Session) -> None:
    session.flow.message = action.params.get("message", "")


def _variable(action: Action, session: Session) -> dict[str, Any] | None:
    path = action.params["path"]
    if action.params.get("method", "Get") == "Put":
        session.put[path] = action.params.get("value")
        return None
    if path in session.put:
        return {"value": session.put[path]}
    value: Any = session.variables
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            raise ActionError(f'variable "{path}" does not exist', code="oam.action.variable")
        value = value[key]
    return {"value": value}


OPERATIONS = {
    "wait": Operation(_wait, Effect.FLOW),
    "suspend": Operation(_suspend, Effect.FLOW),
    "fail": Operation(_fail, Effect.FLOW),
    "break": Operation(_break, Effect.FLOW),
    "message": Operation(_message, Effect.FLOW),
    "var": Operation(_variable, Effect.FLOW),
}
"""By the name in ``#do``."""
