"""What ``oam up`` would do, found out by doing it on a copy of the state, in made-up time and without network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oam.app.library import load_library
from oam.app.record import last_time, load_record
from oam.app.runtime import Runtime
from oam.cluster import EmbeddedCluster
from oam.model import Application
from oam.plan.plan import Plan, PlannedObject, disruptive_traits, make_plan
from oam.plan.saved import fingerprint
from oam.ports import ObjectRef
from oam.workflow.clock import SystemRandom, VirtualClock
from oam.workflow.model import RunPhase

if TYPE_CHECKING:
    from oam.app.bundle import Bundle
    from oam.app.record import Record
    from oam.definition import Profile
    from oam.ports import StateStore
    from pycue.errors import Diagnostic

__all__ = ["Rehearsal", "cluster_objects", "rehearse"]

_RESUMES = 100  # times that a suspended workflow is let go on
_OWN = "core.oam.dev/"


@attrs.frozen
class Rehearsal:
    """What became of the objects, what was warned of, and the fingerprint of the state before."""

    plan: Plan
    warnings: list[Diagnostic]
    before: dict[str, str]


def rehearse(copy: StateStore, bundle: Bundle, profile: Profile, namespace: str = "", now: float = 0.0) -> Rehearsal:
    """Apply a bundle to a copy of the state.

    Suspended workflows are resumed, and nothing is sent anywhere.

    Args:
        copy: is changed.
        bundle: what would be applied.
        profile: whose rules hold.
        namespace: for what names none.
        now: the time, in seconds since 1970, if the state is not later.

    Raises:
        OamError: the bundle would be refused.
    """
    runtime = Runtime(copy, VirtualClock(max(now, last_time(copy))), SystemRandom(), profile=profile)
    before = cluster_objects(runtime)
    old = {
        application.name: record
        for application in bundle.applications
        if (record := load_record(copy, application.namespace or namespace or "default", application.name))
    }
    records, warnings = runtime.submit(bundle, namespace)
    notes: list[str] = []
    finished = [_to_the_end(runtime, record, notes) for record in records]
    after = cluster_objects(runtime)
    library = load_library(runtime.cluster, bundle, profile)
    disruptive: dict[str, list[str]] = {}
    for application in bundle.applications:
        was = old.get(application.name)
        previous = Application.parse(was.application) if was is not None else None
        disruptive.update(disruptive_traits(previous, application, [library], application.namespace or namespace))
    kept = {ref: why for record in finished for ref, why in _kept(runtime, record).items()}
    plan = make_plan(before, after, disruptive=disruptive, kept=kept, notes=notes)
    return Rehearsal(plan, warnings, fingerprint(before))


def cluster_objects(runtime: Runtime) -> list[PlannedObject]:
    """The objects of the embedded cluster without those that are only for the engine."""
    assert isinstance(runtime.cluster, EmbeddedCluster)
    return [
        PlannedObject(obj) for obj in runtime.cluster.objects() if not str(obj.get("apiVersion", "")).startswith(_OWN)
    ]


def _to_the_end(runtime: Runtime, record: Record, notes: list[str]) -> Record:
    for _ in range(_RESUMES):
        record = runtime.run(record)
        if record.run.phase != RunPhase.SUSPENDING:
            break
        waiting = [status.name for status in record.run.all_statuses() if status.phase == "suspending"]
        notes.append(f"the workflow of {record.name} waits for somebody at {', '.join(waiting) or 'its beginning'}")
        record = runtime.operate(record, "resume")
    if record.run.phase != RunPhase.SUCCEEDED:
        for status in record.run.all_statuses():
            if status.phase in ("failed", "pending", "running"):
                message = f": {status.message}" if status.message else ""
                notes.append(f"step {status.name} of {record.name} is {status.phase} in the rehearsal{message}")
        notes.append(f"what comes after that in the workflow of {record.name} is not in the plan")
    return record


def _kept(runtime: Runtime, record: Record) -> dict[ObjectRef, str]:
    """Objects that the current revision does not make, and that stay all the same."""
    out = {}
    for entry in runtime.managed(record):
        if entry.revision != record.revision and record.run.phase == RunPhase.SUCCEEDED:
            until = {"never": "for ever", "onAppDelete": "until the application is deleted"}.get(entry.keep)
            out[entry.ref] = f"stays {until or 'as policies say'}"
    return out
