"""``vela/query``: what an application consists of in the cluster, and where it can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.providers.endpoints import endpoints
from oam.providers.registry import Effect, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.ports import Object
    from oam.providers.session import Action, Resource, Session

__all__ = ["OPERATIONS"]

_DEEPEST = 16
"""Steps from an object to what it owns, and on."""


def _resources(action: Action, session: Session, *, kinds: bool = True) -> Iterator[Resource]:
    """The application's objects that pass the filter; ``kinds`` tells whether its kind and version count."""
    wanted = action.params["app"]
    rules = wanted.get("filter") or {}
    for resource in session.require_application().resources(wanted["name"], wanted["namespace"]):
        metadata = resource.object["metadata"]
        if (
            rules.get("cluster") not in (None, "", resource.cluster)
            or rules.get("clusterNamespace") not in (None, "", metadata.get("namespace", ""))
            or (rules.get("components") and resource.component not in rules["components"])
        ):
            continue
        if not kinds or (
            rules.get("kind") in (None, "", resource.object["kind"])
            and rules.get("apiVersion") in (None, "", resource.object["apiVersion"])
        ):
            yield resource


def _in_app(action: Action, session: Session) -> dict[str, Any]:
    found = [
        {
            "cluster": resource.cluster,
            "component": resource.component,
            "revision": resource.revision,
            "object": resource.object,
        }
        for resource in _resources(action, session)
    ]
    return {"list": found}


def _applied(action: Action, session: Session) -> dict[str, Any]:
    tree = bool(action.params["app"].get("withTree"))
    found = []
    for resource in _resources(action, session):
        entry = _named(resource.object)
        entry.update(cluster=resource.cluster, component=resource.component, revision=resource.revision, latest=True)
        if resource.trait:
            entry["trait"] = resource.trait
        if tree:
            entry["resourceTree"] = _tree(session, resource.object, 0)
        found.append(entry)
    return {"list": found}


def _named(obj: Object) -> dict[str, Any]:
    metadata = obj["metadata"]
    named = {"name": metadata["name"], "kind": obj["kind"], "apiVersion": obj["apiVersion"]}
    for key in ("namespace", "uid", "resourceVersion"):
        if metadata.get(key):
            named[key] = metadata[key]
    return named


def _tree(session: Session, obj: Object, depth: int) -> dict[str, Any]:
    owned = _owned(session, obj) if depth < _DEEPEST else []
    return {**_named(obj), "leafNodes": [_tree(session, child, depth + 1) for child in owned]}


def _owned(session: Session, obj: Object) -> list[Object]:
    uid = obj["metadata"].get("uid")
    if not uid:
        return []
    return [
        child
        for version, kind in _CHILDREN
        for child in session.cluster("").list(version, kind, obj["metadata"].get("namespace", ""))
        if any(owner.get("uid") == uid for owner in child["metadata"].get("ownerReferences") or [])
    ]


_CHILDREN = (("apps/v1", "ReplicaSet"), ("batch/v1", "Job"), ("v1", "Pod"), ("v1", "Service"), ("v1", "Endpoints"))
"""Kinds that controllers make for what they are given."""


def _collected(action: Action, session: Session) -> dict[str, Any]:
    """Objects of one kind among the application's and all that they own."""
    rules = action.params["app"]["filter"]
    found = []
    for resource in _resources(action, session, kinds=False):
        pending = [(resource.object, 0)]
        while pending:
            obj, depth = pending.pop(0)
            if (obj["kind"], obj["apiVersion"]) == (rules["kind"], rules["apiVersion"]):
                found.append(
                    {
                        "cluster": resource.cluster,
                        "component": resource.component,
                        "revision": resource.revision,
                        "workload": _named(resource.object),
                        "object": obj,
                    }
                )
            if depth < _DEEPEST:
                pending += [(child, depth + 1) for child in _owned(session, obj)]
    return {"list": found}


def _endpoints(action: Action, session: Session) -> dict[str, Any]:
    found = []
    for resource in _resources(action, session, kinds=False):
        reference = _named(resource.object)
        place = {"ref": reference, "cluster": resource.cluster, "component": resource.component}
        found += [{"endpoint": endpoint, **place} for endpoint in endpoints(resource.object)]
    return {"list": found}


def _events(action: Action, session: Session) -> dict[str, Any]:
    about = action.params["value"]
    metadata = about.get("metadata") or {}
    found = []
    for event in session.cluster(action.params.get("cluster", "")).list("v1", "Event", metadata.get("namespace", "")):
        involved = event.get("involvedObject") or {}
        if (involved.get("kind"), involved.get("name")) == (about.get("kind"), metadata.get("name")):
            found.append(event)
    return {"list": found}


def _logs(action: Action, session: Session) -> dict[str, Any]:
    """Logs are nothing that a set of objects has."""
    where = f"{action.params['namespace']}/{action.params['pod']}"
    return {"outputs": {"logs": "", "err": f"the cluster keeps no logs of pod {where}"}}


OPERATIONS = {
    "listResourcesInApp": Operation(_in_app, Effect.READ),
    "listAppliedResources": Operation(_applied, Effect.READ),
    "collectResources": Operation(_collected, Effect.READ),
    "collectServiceEndpoints": Operation(_endpoints, Effect.READ),
    "searchEvents": Operation(_events, Effect.READ),
    "collectLogsInPod": Operation(_logs, Effect.READ),
}
"""By the name in ``#do``."""
