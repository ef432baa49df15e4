"""Workflow cases: applications run on a cluster, compared with what KubeVela's controller made of them.

The format of a case, one YAML file each, is described beside the cases (README.md there). Time is virtual and the web
servers of the cases are played by a stand-in; the cluster is an embedded one unless a real one is given.
"""

from __future__ import annotations

import base64
import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import yaml

from conformance.outcome import Comparison, Events, identity, overlaid, without_empty
from conformance.web import HOST, MailServer, Web
from oam.app.bundle import read_bundle
from oam.app.runtime import NotFoundError, Runtime
from oam.cluster import Simulator
from oam.definition.profile import UPSTREAM, Profile
from oam.errors import OamError
from oam.ports import ObjectRef
from oam.store import MemoryStore
from oam.testing.world import WatchedCluster
from oam.workflow.clock import SeededRandom, VirtualClock
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.live import Live, LiveCluster
    from oam.app.record import Record

__all__ = ["play"]

NAMESPACE = "wf-case"
_KINDS = frozenset(
    {
        "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "Endpoints", "Ingress", "ConfigMap",
        "Secret", "HorizontalPodAutoscaler", "PersistentVolumeClaim", "ServiceAccount",
    }
)  # fmt: skip


class Case:
    """One case being played, in the namespace ``namespace``."""

    def __init__(
        self, data: dict[str, Any], profile: Profile, namespace: str = NAMESPACE, live: LiveCluster | None = None
    ) -> None:
        self.data = data
        self.profile = profile
        self.namespace = namespace
        self.web = Web(data.get("http") or [])
        self.store = MemoryStore()
        clock = VirtualClock(1_700_000_000)
        random = SeededRandom()
        self.cluster = live or self._embedded(clock, random)
        self.events = live.events if live else Events()
        self.runtime = Runtime(
            self.store, clock, random, cluster=self.cluster, http=self.web, mail=MailServer(), profile=profile
        )
        self.record: Record | None = None
        self.found = Comparison()

    def _embedded(self, clock: VirtualClock, random: SeededRandom) -> WatchedCluster:
        cluster = WatchedCluster(
            self.store,
            clock,
            random,
            simulator=Simulator(1.0),
            strict=True,
            namespaces=frozenset({self.namespace, "default", "vela-system"}),
        )
        cluster.tell = lambda verb, obj: self.events.note(verb, obj)
        return cluster

    def run(self) -> list[str]:
        """What differs."""
        for round_ in [self.data, *(self.data.get("then") or [])]:
            self._round(round_)
            if self.found.faults:
                break
        return self.found.faults

    def _round(self, round_: dict[str, Any]) -> None:
        expect = round_.get("expect") or {}
        self.web.requests.clear()
        self.events.clear()
        with self.store.transaction():
            for obj in round_.get("cluster") or []:
                obj["metadata"].setdefault("namespace", self.namespace)
                ref = ObjectRef.of(obj)
                if obj.pop("delete", False):
                    self.cluster.delete(ref)
                    continue
                self.cluster.apply(overlaid(self.cluster.get(ref) or {}, obj), replace=True)
                if "status" in obj:
                    self.cluster.set_status(ref, obj["status"])
        if round_ is self.data:
            self.events.clear()
        try:
            self._submit(round_)
        except OamError as error:
            if "refused" not in expect:
                self.found.faults.append(f"refused: {error}")
            return
        if "refused" in expect:
            self.found.faults.append(f"not refused: {expect['refused']}")
            return
        if round_.get("delete") and self.record is not None:
            self.runtime.delete(self.record)
        if (verb := round_.get("vela")) and self.record is not None:
            name, _, step = verb.partition(" --step ")
            self.record = self.runtime.operate(self.record, name, step)
        self._settle(list(round_.get("actions") or []), 4 if _is_retrying(expect.get("steps") or []) else None)
        self._compare(expect)

    def _submit(self, round_: dict[str, Any]) -> None:
        documents = [*(round_.get("definitions") or []), *filter(None, [round_.get("application")])]
        for document in documents:
            document["metadata"].setdefault("namespace", self.namespace)
        if documents:
            text = "\n---\n".join(json.dumps(document) for document in documents)
            records, _ = self.runtime.submit(read_bundle([Source("case.yaml", text)], self.profile), self.namespace)
            self.record = records[-1] if records else self.record

    def _settle(self, actions: list[str], turns: int | None) -> None:
        if self.record is None:
            return
        try:
            self.record = self.runtime.run(self.runtime.find(self.record.name, self.namespace), turns)
            while actions and self.record.phase == "workflowSuspending":
                verb, _, step = actions.pop(0).partition(" --step ")
                self.record = self.runtime.run(self.runtime.operate(self.record, verb, step), turns)
        except NotFoundError:
            self.record = None

    # ---- comparing

    def _compare(self, expect: dict[str, Any]) -> None:
        record = self.record
        self.found.equal("phase", expect.get("phase"), record.phase if record else "deleted")
        if record is not None and record.phase != "deleted":
            run = record.run
            for field in ("finished", "terminated", "suspend"):
                self.found.equal(field, bool(expect.get(field)), getattr(run, field))
            self.found.equal("mode", expect.get("mode"), f"{run.mode}-{run.sub_mode}" if run.steps else None)
            self.found.equal("revision", expect.get("revision"), record.revision or None)
            stages = [entry for entry in expect.get("conditions") or [] if entry["type"] != "Ready"]
            wanted = [(entry["type"], entry["message"]) for entry in stages]
            self.found.equal("conditions", wanted, [(entry["type"], entry["message"]) for entry in record.conditions])
            self.found.steps("steps", expect.get("steps") or [], [status.to_dict() for status in run.statuses])
            self.found.equal("vars", expect.get("vars") or {}, run.variables)
            self.found.services(expect.get("services") or [], list(record.services.values()))
        if "requests" in expect:
            self.found.equal("requests", expect["requests"], self.web.requests)
        self._objects(expect.get("objects") or [])
        if (order := expect.get("order")) is not None:
            got = self.events
            self.found.equal("order", order, _neat(got) if self.data.get("order") != "exact" else [e for _, e in got])

    def _objects(self, wanted: list[dict[str, Any]]) -> None:
        got = {identity(obj): _cleaned(obj) for obj in self._sent()}
        for obj in wanted:
            _take_name(obj, got)
        self.found.objects({identity(obj): _cleaned(obj) for obj in wanted}, got)

    def _sent(self) -> Iterator[dict[str, Any]]:
        """The objects that a case looks at, as they were applied."""
        own = {
            obj["spec"]["names"]["kind"]
            for obj in self.cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        }
        for obj in self.cluster.objects():
            labels = obj["metadata"].get("labels") or {}
            inside = (
                obj["metadata"].get("namespace") == self.namespace
                or labels.get("app.oam.dev/namespace") == self.namespace
            )
            if inside and obj["kind"] in _KINDS | own:
                stored = obj["kind"] in ("ConfigMap", "Secret")
                yield obj if stored else self.cluster.sent(ObjectRef.of(obj)) or obj


def play(text: str, profile: Profile = UPSTREAM, live: Live | None = None) -> list[str]:
    """Play the case in a YAML text, on a real cluster if there is one; gives what differs, nothing if it passes."""
    if live is None:
        return Case(_case(text, NAMESPACE), profile).run()
    cluster = live.open()
    try:
        return Case(_case(text, cluster.namespace), profile, cluster.namespace, cluster).run()
    finally:
        cluster.clear()


def _case(text: str, namespace: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(text.replace("${NAMESPACE}", namespace).replace("${HTTP}", HOST))
    return data


def _is_retrying(steps: list[dict[str, Any]]) -> bool:
    """Whether the recorder stopped looking while a step was being tried again."""
    return any(step.get("reason") == "Execute" or _is_retrying(step.get("subSteps") or []) for step in steps)


def _neat(events: list[tuple[str, str]]) -> list[str]:
    """The events with neighbours that belong to one component in alphabetical order."""
    lines: list[str] = []
    for component, group in groupby(events, key=lambda event: event[0]):
        found = [line for _, line in group]
        lines += sorted(found) if component else found
    return lines


def _take_name(obj: dict[str, Any], got: dict[str, dict[str, Any]]) -> None:
    """Give an expected object whose name ends in a placeholder the name that was made."""
    head, placeholder, _ = obj["metadata"]["name"].partition("${")
    if placeholder:
        for candidate in got.values():
            if candidate["kind"] == obj["kind"] and candidate["metadata"]["name"].startswith(head):
                obj["metadata"]["name"] = candidate["metadata"]["name"]


def _cleaned(obj: dict[str, Any]) -> dict[str, Any]:
    """Without what a server fills in, and without empty maps."""
    metadata = {
        key: obj["metadata"][key] for key in ("name", "namespace", "labels", "annotations") if key in obj["metadata"]
    }
    data = {**obj, "metadata": metadata}
    data.pop("status", None)
    if obj["kind"] == "Secret" and "data" in data:
        plain = {key: base64.b64decode(text).decode() for key, text in data.pop("data").items()}
        data["stringData"] = {**plain, **(data.get("stringData") or {})}
    cleaned: dict[str, Any] = without_empty(data)
    return cleaned
