"""Reconciliation cases: one pass over an application at a time, compared with what the official controller made of it.

A JSON file holds ``{"about": …, "cases": […]}``. A case has definitions (texts by file name), an application,
objects that are there before, and rounds. Before a pass a round may ``set`` objects, ``settle`` (make what was written
healthy), ``resume`` the workflow, or let ``sleep`` milliseconds pass. Nothing becomes ready by itself.
"""

from __future__ import annotations

import json
import re
from typing import Any

from conformance.outcome import Comparison, identity, without_empty
from conformance.table import Table
from oam.app.bundle import read_bundle
from oam.app.library import store_definitions
from oam.app.record import Record
from oam.app.runtime import Runtime
from oam.cluster import Simulator
from oam.definition.profile import UPSTREAM, Profile
from oam.errors import OamError
from oam.model import Application
from oam.ports import ObjectRef
from oam.store import MemoryStore
from oam.workflow.clock import SeededRandom, VirtualClock
from pycue import Context, Value
from pycue.source import Source

__all__ = ["reconcile"]

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job"})
_KIND = re.compile(r"([A-Z]\w*)\.core\.oam\.dev")
_FILLED_IN = ("uid", "resourceVersion", "generation", "creationTimestamp", "annotations", "ownerReferences")


def reconcile(case: dict[str, Any], profile: Profile = UPSTREAM) -> list[str]:
    """Play a case; gives what differs, nothing if it passes."""
    return _Reconciliation(case, profile).run()


class _Reconciliation:
    def __init__(self, case: dict[str, Any], profile: Profile) -> None:
        self.case = case
        self.store = MemoryStore()
        self.clock = VirtualClock(1_700_000_000)
        random = SeededRandom()
        self.simulator = Simulator(0.0)
        self.cluster = Table()
        self.runtime = Runtime(self.store, self.clock, random, cluster=self.cluster, profile=profile)
        self.found = Comparison()

    def run(self) -> list[str]:
        """What differs."""
        for obj in self.case["objects"] or []:
            self.cluster.put(obj)
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
        store_definitions(self.cluster, read_bundle(sources, UPSTREAM).definitions)
        return self.runtime.begin(Application.parse(self.case["application"]))

    def _round(self, record: Record, round_: dict[str, Any]) -> Record:
        for obj in round_.get("set") or []:
            self.cluster.put(_typed(obj))
        if round_.get("settle"):
            self._settle()
        if round_.get("resume"):
            record = self.runtime.operate(record, "resume")
        self.clock.sleep(round_.get("sleep", 0) / 1000)
        return self.runtime.turn(record)

    def _settle(self) -> None:
        """What controllers would have done by now."""
        for obj in self.cluster.objects():
            if obj["kind"] == "Service":
                self.cluster.put({**obj, "spec": {"clusterIP": "10.96.0.1", **(obj.get("spec") or {})}})
            elif obj["kind"] in _WORKLOADS:
                obj["metadata"]["generation"] = 1
                if obj["kind"] in ("Deployment", "StatefulSet"):
                    obj["spec"].setdefault("replicas", 1)
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
        self.found.equal(f"{where} condition", error, _KIND.sub(_plural, "".join(stages)))
        self.found.equal(f"{where} phase", wanted["phase"], record.phase)
        self.found.services(wanted["services"] or [], list(record.services.values()), where)
        if (flow := wanted.get("workflow")) is not None:
            run = record.run
            for field in ("finished", "terminated", "suspend"):
                self.found.equal(f"{where} {field}", flow[field], getattr(run, field))
            self.found.equal(f"{where} mode", flow["mode"], f"{run.mode}-{run.sub_mode}" if run.steps else "")
            self.found.steps(where, flow["steps"] or [], [status.to_dict() for status in run.statuses])
        if wanted.get("vars") is not None:
            self._variables(where, Context().compile(wanted["vars"]), record.run.variables)

    def _variables(self, where: str, wanted: Value, got: dict[str, Any]) -> None:
        """Compare variables; of those that are not concrete only the names."""
        fields = {selector.name: value for selector, value in wanted.fields()}
        self.found.equal(f"{where} vars", sorted(fields), sorted(got))
        for name, value in fields.items():
            if value.is_concrete() and name in got:
                self.found.equal(f"{where} vars {name}", value.decode(), got[name])

    def _objects(self, wanted: list[dict[str, Any]]) -> None:
        before = {identity(obj) for obj in self.case["objects"] or []}
        got = [
            obj
            for obj in self.cluster.objects()
            if not obj["kind"].endswith(("Definition", "Application")) and identity(obj) not in before
        ]
        self.found.objects(
            {identity(obj): _cleaned(obj) for obj in wanted}, {identity(obj): _cleaned(obj) for obj in got}
        )


def _plural(kind: re.Match[str]) -> str:
    """A client without cache names resources where the controller's names kinds."""
    return f"{kind[1].lower()}s.core.oam.dev"


def _cleaned(obj: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in obj["metadata"].items() if key not in _FILLED_IN}
    cleaned: dict[str, Any] = without_empty(_typed({**obj, "metadata": metadata}))
    return cleaned


def _typed(value: Any, path: tuple[str, ...] = ()) -> Any:
    """The value as a client with Go types gives it back: nothing empty or zero, quantities in one spelling."""
    if isinstance(value, dict):
        fields = {key: _typed(item, (*path, key)) for key, item in value.items()}
        # labels and annotations keep what is empty
        keep = path[-1:] in (("labels",), ("annotations",), ("data",), ("stringData",))
        return {key: item for key, item in fields.items() if keep or item not in ("", [], {}, None, 0)}
    if isinstance(value, list):
        return [_typed(item, path) for item in value]
    if path[-2:-1] in (("limits",), ("requests",)):
        return _quantity(str(value))
    return value


def _quantity(text: str) -> str:
    """A quantity of CPU or memory; fractions in thousandths."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else f"{round(number * 1000)}m"
