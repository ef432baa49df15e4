"""``vela/config``: configurations, kept as labelled secrets."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from oam.ports import Object, ObjectRef
from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]

_CATALOG = "config.oam.dev/catalog"
_TYPE = "config.oam.dev/type"
_KEY = "input-properties"


def _create(action: Action, session: Session) -> None:
    params = action.params
    template = (params.get("template") or "").rpartition("/")[2]
    metadata = {
        "name": params["name"],
        "namespace": params["namespace"],
        "labels": {_CATALOG: "velacore-config", _TYPE: template},
        "annotations": {"config.oam.dev/alias": "", "config.oam.dev/description": ""},
    }
    text = json.dumps(params["config"], separators=(",", ":"), sort_keys=True)
    data = {_KEY: b64encode(text.encode()).decode()}
    secret: Object = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}
    if template:
        secret["type"] = f"catalog.config.oam.dev/{template}"
    session.apply([secret], None)


def _read(action: Action, session: Session) -> dict[str, Any]:
    ref = ObjectRef("v1", "Secret", action.params["namespace"], action.params["name"])
    secret = session.cluster("").get(ref)
    if secret is None or _CATALOG not in (secret["metadata"].get("labels") or {}):
        raise ActionError("the config is not found", code="oam.action.config")
    return {"config": _properties(secret)}


def _delete(action: Action, session: Session) -> None:
    ref = ObjectRef("v1", "Secret", action.params["namespace"], action.params["name"])
    if not session.delete(ref):
        raise ActionError("the config is not found", code="oam.action.config")


def _list(action: Action, session: Session) -> dict[str, Any]:
    template, namespace = action.params["template"].rpartition("/")[2], action.params["namespace"]
    if not template or not namespace:
        raise ActionError("a template and a namespace are needed", code="oam.action.config")
    secrets = session.cluster("").list("v1", "Secret", namespace, {_CATALOG: "velacore-config", _TYPE: template})
    return {"configs": [{"name": s["metadata"]["name"], "config": _properties(s)} for s in secrets]}


def _properties(secret: Object) -> dict[str, Any]:
    text = (secret.get("data") or {}).get(_KEY)
    return dict(json.loads(b64decode(text))) if text else {}


OPERATIONS = {
    "create": Operation(_create, Effect.WRITE, lambda *_: {}),
    "read": Operation(_read, Effect.READ),
    "delete": Operation(_delete, Effect.WRITE, lambda *_: {}),
    "list": Operation(_list, Effect.READ),
}
"""By the name in ``#do``."""
