"""Deterministic runs of whole workflows: in memory, with a clock that only waiting moves."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import attrs

from oam.app.bundle import read_bundle
from oam.app.history import history
from oam.app.runtime import PATIENCE, NotFoundError, Runtime, is_stuck
from oam.definition.profile import PROFILES
from oam.errors import OamError
from oam.ports import ObjectRef
from oam.testing.expectation import check
from oam.testing.outcome import Moment, Outcome
from oam.testing.scenario import ScenarioError
from oam.testing.world import START, Crash, CrashingStore, Readiness, ScriptedClock, ScriptedWeb, WatchedCluster
from oam.workflow.clock import SeededRandom
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.app.kit import Kit
    from oam.app.record import Record
    from oam.definition.definition import Definition
    from oam.ports import Object
    from oam.testing.scenario import Event, Scenario

__all__ = ["simulate"]


def simulate(
    scenario: Scenario,
    sources: Sequence[Source],
    definitions: Sequence[Definition] = (),
    kit: Kit | None = None,
) -> Outcome:
    """Run the application of a scenario.

    Args:
        scenario: what happens.
        sources: the texts of its files.
        definitions: further ones, read already.
        kit: one whose limits and compiled templates are used again.

    Raises:
        OamError: the application is refused, or the scenario asks for something that cannot be.
    """
    return _Simulation(scenario, sources, definitions, kit).run()


class _Simulation:
    def __init__(
        self,
        scenario: Scenario,
        sources: Sequence[Source],
        definitions: Sequence[Definition],
        kit: Kit | None,
    ) -> None:
        if scenario.profile not in PROFILES:
            raise ScenarioError(f"unknown profile; one of {', '.join(PROFILES)}", code="oam.scenario")
        self.scenario = scenario
        self.sources = sources
        self.definitions = definitions
        self.kit = kit
        self.profile = PROFILES[scenario.profile]
        self.timeline: list[Moment] = []
        self.store = CrashingStore()
        self.random = SeededRandom(scenario.seed)
        self.web = ScriptedWeb(scenario.http)
        self.waiting = [event for event in scenario.script if event.when]
        timed = {START + event.at for event in scenario.script if event.at is not None}
        self.clock = ScriptedClock(list(timed), self._at)
        self.cluster: WatchedCluster
        self.runtime: Runtime
        self.record: Record | None = None
        self._told = 0
        self._start_process()

    def _start_process(self) -> None:
        """As a new process on what the store has."""
        self.cluster = WatchedCluster(self.store, self.clock, self.random, simulator=Readiness(self.scenario.readiness))
        self.cluster.tell = self._object
        self.runtime = Runtime(
            self.store,
            self.clock,
            self.random,
            cluster=self.cluster,
            http=self.web,
            profile=self.profile,
            kit=self.kit,
        )

    def run(self) -> Outcome:
        """See :func:`simulate`."""
        bundle = read_bundle(self.sources, self.profile)
        bundle.definitions += self.definitions
        records, warnings = self.runtime.submit(bundle, self.scenario.namespace)
        if not records:
            raise ScenarioError("the files of the scenario hold no application", code="oam.scenario")
        self.record = records[-1]
        self._look()
        for _ in range(self.scenario.passes):
            if self.record is None or not self._go_on(self.record):
                break
        outcome = Outcome(
            self.timeline,
            self.record,
            [obj for obj in self.cluster.objects() if not obj["apiVersion"].startswith("core.oam.dev/")],
            [],
            self.web.refused,
            self.web.requests,
            self.clock.now() - START,
            warnings,
            self.runtime.redactor(),
        )
        unmet = [fault for wanted in self.scenario.expect if (fault := check(wanted, outcome)) is not None]
        return attrs.evolve(outcome, unmet=unmet)

    def _go_on(self, record: Record) -> bool:
        """One pass, or, while the workflow rests, on to the next event; tells whether there was either."""
        if self.clock.now() - START > self.scenario.virtual:
            return False
        if record.wake is None:
            following = self.clock.next()
            if following is None:
                return False
            self.clock.sleep(following - self.clock.now())
        else:
            try:
                self.record = self.runtime.run(record, 1)
            except Crash:
                self._tell("script", "the process dies and starts again")
                self._start_process()
            except NotFoundError:
                self.record = None
        self._look()
        self._check_conditions()
        idle = self.clock.now() - START - self.timeline[-1].time
        return self.record is None or idle < PATIENCE or self.clock.next() is not None or not is_stuck(self.record)

    # ---- the script

    def _at(self, time: float) -> None:
        for event in self.scenario.script:
            if event.at is not None and START + event.at == time:
                self._do(event)

    def _check_conditions(self) -> None:
        for event in list(self.waiting):
            step, phase = event.when or ("", "")
            status = self.record.run.status(step) if self.record else None
            if status is not None and status.phase == phase:
                self.waiting.remove(event)
                self._do(event)

    def _do(self, event: Event) -> None:
        try:
            self._act(event)
        except OamError as error:
            raise ScenarioError(f"{event.do}: {error.text}", code="oam.scenario", position=event.position) from error

    def _act(self, event: Event) -> None:
        what = f"{event.do} {event.step}".rstrip()
        if event.do == "crash":
            self.store.armed = True
        elif event.do == "setStatus":
            ref = _reference(event)
            what = f"{event.do} {ref}"
            with self.store.transaction():
                self.cluster.set_status(ref, event.status or {})
        elif event.do == "delete":
            ref = _reference(event)
            what = f"{event.do} {ref}"
            with self.store.transaction():
                self.cluster.delete(ref)
        elif event.do == "apply":
            what = f"{event.do} {event.object['kind']}/{event.object['metadata']['name']}"
            with self.store.transaction():
                self.cluster.apply(deepcopy(event.object))
        elif self.record is not None:
            found = self.runtime.find(self.record.name, self.record.namespace)
            self.record = self.runtime.operate(found, event.do, event.step)
        self._tell("script", what)

    # ---- the timeline

    def _tell(self, subject: str, text: str) -> None:
        self.timeline.append(Moment(self.clock.now() - START, subject, text))

    def _object(self, verb: str, obj: Object) -> None:
        if not obj["apiVersion"].startswith("core.oam.dev/"):
            self._tell(f"{obj['kind']}/{obj['metadata']['name']}", verb)

    def _look(self) -> None:
        """Take over what the history tells since the last look."""
        if self.record is None:
            return
        entries = history(self.store, self.record.namespace, self.record.name)
        for entry in entries[self._told :]:
            self.timeline.append(Moment(entry.time - START, entry.subject, entry.text))
        self._told = len(entries)


def _reference(event: Event) -> ObjectRef:
    """``version/kind/namespace/name`` or ``group/version/kind/namespace/name``, or an object with those fields."""
    if isinstance(event.object, dict):
        return ObjectRef.of(event.object)
    parts = str(event.object).split("/")
    if len(parts) not in (4, 5):
        text = f'"{event.object}" is no object: write apiVersion/kind/namespace/name'
        raise ScenarioError(text, code="oam.scenario", position=event.position)
    return ObjectRef("/".join(parts[:-3]), *parts[-3:])
