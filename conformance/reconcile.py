"""Reconciliation cases: one pass over an application at a time, compared with what the official controller made of it.

A JSON file holds ``{"about": …, "cases": […]}``. A case has definitions (texts by file name), an application,
objects that are there before, and rounds. Before a pass a round may ``set`` objects, ``settle`` (make what was written
healthy), ``resume`` the workflow, or let ``sleep`` milliseconds pass. Nothing becomes ready by itself.
"""

from __future__ import annotations

import json
from typing import Any

from conformance.outcome import Comparison, identity, without_empty
from conformance.workflow import WORKLOADS
from oam.app.bundle import read_bundle
from oam.app.library import store_definitions
from oam.app.record import Record
from oam.app.runtime import Runtime
from oam.cluster import EmbeddedCluster, Simulator
from oam.definition.profile import UPSTREAM
from oam.errors import OamError
from oam.model import Application
from oam.ports import ObjectRef
from oam.store import MemoryStore
from oam.workflow.clock import SeededRandom, VirtualClock
from pycue import Context
from pycue.source import Source

__all__ = ["reconcile"]

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job"})
_FILLED_IN = ("uid", "resourceVersion", "generation", "creationTimestamp", "annotations", "ownerReferences")


def reconcile(case: dict[str, Any]) -> list[str]:
    """Play a case; gives what differs, nothing if it passes."""
    return _Reconciliation(case).run()


class _Bare(EmbeddedCluster):
    """Numbers no changes of an object until something else gave it a status."""

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        """See :meth:`oam.ports.Cluster.get`."""
        return _unnumbered(super().get(ref))

    def apply(self, obj: dict[str, Any], *, dry_run: bool = False, replace: bool = False) -> dict[str, Any]:
        """See :meth:`oam.ports.Cluster.apply`."""
        return _unnumbered(super().apply(obj, dry_run=dry_run, replace=replace)) or {}


class _Reconciliation:
    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.store = MemoryStore()
        self.clock = VirtualClock(1_700_000_000)
        random = SeededRandom()
        self.simulator = Simulator(0.0)
        self.cluster = _Bare(self.store, self.clock, random, simulator=Simulator(ready=lambda _: False))
        self.runtime = Runtime(self.store, self.clock, random, cluster=self.cluster, profile=UPSTREAM)
        self.found = Comparison()

    def run(self) -> list[str]:
        """What differs."""
        with self.store.transaction():
            for obj in self.case["objects"] or []:
                self._set(obj)
        expected = self.case["expected"]
        record: Record | None = None
        refused = ""
        try:
            record = self._begin()
        except OamError as error:
            refused = str(error)
        for at, (round_, wanted) in enumerate(zip(self.case["rounds"], expected["rounds"], strict=True)):
            if record is not None and not refused:
                try:
                    record = self._round(record, round_)
                except OamError as error:
                    refused = str(error)
            self._compare(f"round {at}", wanted, record, refused)
        if not self.found.faults:
            self._objects(expected.get("applied") or [])
        return self.found.faults

    def _begin(self) -> Record:
        """The application's run. Nothing is checked beforehand: the pass reads what is in the cluster."""
        sources = [Source(name, text) for name, text in self.case["definitions"].items()]
        with self.store.transaction():
            store_definitions(self.cluster, read_bundle([*WORKLOADS, *sources], UPSTREAM).definitions)
        return self.runtime.begin(Application.parse(self.case["application"]))

    def _round(self, record: Record, round_: dict[str, Any]) -> Record:
        with self.store.transaction():
            for obj in round_.get("set") or []:
                self._set(obj)
            if round_.get("settle"):
                self._settle()
        if round_.get("resume"):
            record = self.runtime.operate(record, "resume")
        self.clock.sleep(round_.get("sleep", 0) / 1000)
        return self.runtime.turn(record)

    def _set(self, obj: dict[str, Any]) -> None:
        """Put fields of an object in place, status included."""
        ref = ObjectRef.of(obj)
        live = self.cluster.get(ref)
        plain = {key: value for key, value in obj.items() if key != "status"}
        self.cluster.apply(_merged(live or {}, plain), replace=True)
        if "status" in obj:
            self.cluster.set_status(ref, obj["status"])

    def _settle(self) -> None:
        for obj in list(self.cluster.objects()):
            if obj["kind"] in _WORKLOADS:
                self.cluster.set_status(ObjectRef.of(obj), self.simulator.status(obj))

    def _compare(self, where: str, wanted: dict[str, Any], record: Record | None, refused: str) -> None:
        error = wanted.get("reconcileError", "")
        if record is None or refused:
            self.found.equal(f"{where} refused", error, refused)
            return
        stages = [
            f'object level reconcile error, type: "{c["type"]}", msg: {json.dumps(c["message"])}'
            for c in record.conditions
        ]
        self.found.equal(f"{where} condition", error.lower(), "".join(stages).lower())
        self.found.equal(f"{where} phase", wanted["phase"], record.phase)
        self.found.services(wanted["services"] or [], list(record.services.values()))
        if (flow := wanted.get("workflow")) is not None:
            run = record.run
            for field in ("finished", "terminated", "suspend"):
                self.found.equal(f"{where} {field}", flow[field], getattr(run, field))
            self.found.equal(f"{where} mode", flow["mode"], f"{run.mode}-{run.sub_mode}")
            self.found.steps(where, flow["steps"] or [], [status.to_dict() for status in run.statuses])
        if wanted.get("vars") is not None:
            variables = Context().compile(wanted["vars"]).decode()
            self.found.equal(f"{where} vars", variables, record.run.variables)

    def _objects(self, wanted: list[dict[str, Any]]) -> None:
        core = ("core.oam.dev/", "apiextensions.k8s.io/")
        before = {identity(obj) for obj in self.case["objects"] or []}
        got = [
            obj
            for obj in self.cluster.objects()
            if not obj["apiVersion"].startswith(core) and identity(obj) not in before
        ]
        self.found.objects(
            {identity(obj): _cleaned(obj) for obj in wanted}, {identity(obj): _cleaned(obj) for obj in got}
        )


def _unnumbered(obj: dict[str, Any] | None) -> dict[str, Any] | None:
    if obj is None or obj.get("status"):
        return obj
    return {**obj, "metadata": {key: value for key, value in obj["metadata"].items() if key != "generation"}}


def _merged(live: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    merged = dict(live)
    for key, value in fields.items():
        old = live.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _cleaned(obj: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in obj["metadata"].items() if key not in _FILLED_IN}
    cleaned: dict[str, Any] = without_empty({**obj, "metadata": metadata})
    return cleaned
