"""The status of an application, as its object shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.timestamps import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.app.dispatch import Managed
    from oam.app.record import Record
    from oam.ports import ObjectRef

__all__ = ["application_status", "workflow_status"]


def application_status(
    record: Record, managed: Sequence[Managed], now: float, backend: ObjectRef | None = None
) -> dict[str, Any]:
    """``.status`` of the Application object, as it is at a time; ``backend`` is what holds its variables."""
    revision = (
        {"name": record.revision, "revision": int(record.revision.rpartition("-v")[2])} if record.revision else {}
    )
    return {
        "status": record.phase,
        "conditions": [{**condition, "lastTransitionTime": format_time(now)} for condition in record.conditions],
        "latestRevision": revision,
        "services": list(record.services.values()),
        "appliedResources": [_resource(entry) for entry in managed],
        "workflow": workflow_status(record, backend),
    }


def workflow_status(record: Record, backend: ObjectRef | None = None) -> dict[str, Any]:
    """``.status.workflow``; the variables stand under ``vars``."""
    run = record.run
    status: dict[str, Any] = {
        "appRevision": record.revision,
        "mode": f"{run.mode}-{run.sub_mode}",
        "status": str(run.phase),
        "suspend": run.suspend,
        "terminated": run.terminated,
        "finished": run.finished,
        "steps": [step.to_dict() for step in run.statuses],
        "vars": run.variables,
    }
    if backend is not None:
        place = {"kind": backend.kind, "namespace": backend.namespace, "name": backend.name}
        status["contextBackend"] = {"apiVersion": backend.api_version, **place}
    if run.message:
        status["message"] = run.message
    if run.start:
        status["startTime"] = format_time(run.start)
    if run.end:
        status["endTime"] = format_time(run.end)
    return status


def _resource(entry: Managed) -> dict[str, Any]:
    data = entry.to_dict()
    return {key: data[key] for key in ("apiVersion", "kind", "namespace", "name") if data[key]}
