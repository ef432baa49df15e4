"""``vela/util``: small helpers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oam.errors import OamError
from oam.providers.patching import merge_patch
from oam.providers.registry import Effect, Operation

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]


def _patch(action: Action, _: Session) -> dict[str, Any]:
    try:
        return {"result": merge_patch(action.params["value"], action.value("patch"))}
    except OamError as error:
        return {"err": str(error)}


def _string(action: Action, _: Session) -> dict[str, Any]:
    data = action.value("bt").decode()
    return {"str": data.decode("utf-8", "replace") if isinstance(data, bytes) else data}


def _log(action: Action, session: Session) -> None:
    data = action.params.get("data")
    if data is not None:
        session.log.append(data if isinstance(data, str) else json.dumps(data))


OPERATIONS = {
    "patch-k8s-object": Operation(_patch, Effect.PURE),
    "string": Operation(_string, Effect.PURE),
    "log": Operation(_log, Effect.FLOW),
}
"""By the name in ``#do``."""
