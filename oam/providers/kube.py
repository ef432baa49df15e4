"""``vela/kube``: reading and writing objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.cluster.errors import ClusterError
from oam.cluster.kinds import resource
from oam.ports import Object, ObjectRef
from oam.providers.patching import merge_patch
from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]


def _with_namespace(obj: Object) -> Object:
    metadata = obj.get("metadata") or {}
    return {**obj, "metadata": {**metadata, "namespace": metadata.get("namespace") or "default"}}


def _apply(action: Action, session: Session) -> dict[str, Any]:
    live = session.apply([_with_namespace(action.params["value"])], action.params.get("cluster", ""))
    return {"value": live[0]}


def _apply_all(action: Action, session: Session) -> dict[str, Any]:
    objects = [_with_namespace(value) for value in action.params["value"]]
    return {"value": session.apply(objects, action.params.get("cluster", ""))}


def _patch(action: Action, session: Session) -> dict[str, Any]:
    cluster = action.params.get("cluster", "")
    ref = ObjectRef.of(_with_namespace(action.params["value"]))
    live = session.cluster(cluster).get(ref)
    if live is None:
        raise ActionError(_missing(ref))
    live.pop("status", None)
    merged = merge_patch(live, action.value("patch"))
    return {"result": session.apply([merged], cluster)[0]}


def _read(action: Action, session: Session) -> dict[str, Any]:
    ref = ObjectRef.of(_with_namespace(action.params["value"]))
    try:
        live = session.cluster(action.params.get("cluster", "")).get(ref)
    except (ClusterError, ActionError) as error:
        return {"err": str(error)}
    return {"err": _missing(ref)} if live is None else {"value": live}


def _list(action: Action, session: Session) -> dict[str, Any]:
    wanted = action.params["resource"]
    filters = action.params.get("filter") or {}
    key = "list" if action.legacy else "values"
    try:
        items = session.cluster(action.params.get("cluster", "")).list(
            wanted["apiVersion"], wanted["kind"], filters.get("namespace", ""), filters.get("matchingLabels") or {}
        )
    except (ClusterError, ActionError) as error:
        return {"err": str(error)}
    return {key: {"apiVersion": wanted["apiVersion"], "kind": f"{wanted['kind']}List", "items": items}}


def _applied(action: Action, session: Session) -> dict[str, Any] | None:
    live = _live([action.params["value"]], action, session)
    return live and {"value": live[0]}


def _all_applied(action: Action, session: Session) -> dict[str, Any] | None:
    live = _live(action.params["value"], action, session)
    return live and {"value": live}


def _patched(action: Action, session: Session) -> dict[str, Any] | None:
    live = _live([action.params["value"]], action, session)
    return live and {"result": live[0]}


def _live(objects: Sequence[Object], action: Action, session: Session) -> Any:
    """The objects as they are now; None where one of them is gone."""
    cluster = session.cluster(action.params.get("cluster", ""))
    found = [cluster.get(ObjectRef.of(_with_namespace(obj))) for obj in objects]
    return None if None in found else found


def _delete(action: Action, session: Session) -> dict[str, Any] | None:
    target = _with_namespace(action.params["value"])
    ref = ObjectRef.of(target)
    filters = action.params.get("filter")
    try:
        name = action.params.get("cluster", "")
        cluster = session.cluster(name)
        if filters is None:
            session.delete(ref, name)
            return None
        namespace = filters.get("namespace") or ref.namespace
        for obj in cluster.list(ref.api_version, ref.kind, namespace, filters.get("matchingLabels") or {}):
            session.delete(ObjectRef.of(obj), name)
    except (ClusterError, ActionError) as error:
        return {"err": str(error)}
    return None


def _missing(ref: ObjectRef) -> str:
    return f'{resource(ref.api_version, ref.kind)} "{ref.name}" not found'


OPERATIONS = {
    "apply": Operation(_apply, Effect.WRITE, _applied),
    "apply-in-parallel": Operation(_apply_all, Effect.WRITE, _all_applied),
    "patch": Operation(_patch, Effect.WRITE, _patched),
    "read": Operation(_read, Effect.READ),
    "list": Operation(_list, Effect.READ),
    "delete": Operation(_delete, Effect.WRITE, lambda *_: {}),
}
"""By the name in ``#do``."""
