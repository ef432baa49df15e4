"""The steps of one application executed, as its engine asks for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from oam.app.evidence import is_wanted, keep_evidence
from oam.providers import ActionError, Session
from oam.workflow.engine import Engine
from oam.workflow.evaluate import evaluate_condition
from oam.workflow.events import Execute
from oam.workflow.journal import Journal
from oam.workflow.model import Phase
from oam.workflow.step import StepRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oam.app.components import ComponentHost
    from oam.app.crew import Crew
    from oam.app.dispatch import Dispatcher
    from oam.app.record import Record
    from oam.app.tenure import Tenure
    from oam.definition import Profile
    from oam.ports import Clock, Cluster, HttpClient, Mailer, Random, StateStore
    from oam.workflow.events import Effect, Event, Returned
    from oam.workflow.model import Run
    from pycue import Value

__all__ = ["Executor"]


@attrs.define
class Executor:
    """What goes on between the engine and the templates of its steps.

    Attributes:
        crew: executes steps side by side; without one they come one after the other.
        observe: called with an application's name and run after each step.
        shown: a text as people may read it.
        tenure: the present one.
        executing: names of the steps that are being executed.
    """

    store: StateStore
    cluster: Cluster
    clock: Clock
    random: Random
    http: HttpClient | None
    mail: Mailer | None
    profile: Profile
    crew: Crew | None
    observe: Callable[[str, Run], None] | None
    shown: Callable[[str], str]
    tenure: Callable[[], Tenure | None]
    executing: set[str] = attrs.field(factory=set)
    _log: list[tuple[str, str]] = attrs.field(factory=list)

    def advance(self, record: Record, host: ComponentHost, event: Event) -> Effect:
        """Tell the engine of an event, and carry out what it wants until the pass is over; gives the last effect."""
        upstream = self.profile.name == "upstream"
        context = host.templates.compiler.context
        engine = Engine(lambda text, scope: evaluate_condition(context, text, scope), self.random, upstream=upstream)
        witness = partial(self._keep, record.key) if is_wanted(record.application) else None
        runner = StepRunner(host.templates, upstream, witness)
        effects = engine.advance(record.run, event)
        while batch := [effect for effect in effects if isinstance(effect, Execute)]:
            for execute, session, result in self._execute(record, host, runner, batch):
                result = attrs.evolve(result, message=self.shown(result.message))
                self._log += [(f"log {execute.step.name}", line) for line in session.log]
                effects = engine.advance(record.run, result)
                if self.observe is not None:
                    self.observe(record.name, record.run)
        return effects[-1]

    def _keep(self, key: str, step: str, value: Value) -> None:
        keep_evidence(self.store, key, step, self.shown(value.format(attributes=False)))

    def logged(self) -> list[tuple[str, str]]:
        """What templates said since the last call, each with ``log NAME`` of its step."""
        said, self._log = self._log, []
        return said

    def _execute(
        self, record: Record, host: ComponentHost, runner: StepRunner, batch: Sequence[Execute]
    ) -> list[tuple[Execute, Session, Returned]]:
        """Execute steps; what became of them comes in the order of the list."""
        now = self.clock.now()
        sessions = [self._session(record, execute, host) for execute in batch]
        self.executing = {execute.step.name for execute in batch}
        held = self.tenure()

        def executed(execute: Execute, session: Session) -> Returned:
            journal = Journal(record.run, execute.id, held.commit if held else lambda: None)
            return runner.run(record.run, execute, session, journal, now)

        def among_others(execute: Execute, session: Session) -> Returned:
            assert held is not None
            with held.inside():
                return executed(execute, session)

        pairs = list(zip(batch, sessions, strict=True))
        if self.crew is None or len(batch) == 1 or held is None:
            results = [executed(execute, session) for execute, session in pairs]
        else:
            with held.outside():
                results = self.crew.run([partial(among_others, execute, session) for execute, session in pairs])
        return list(zip(batch, sessions, results, strict=True))

    def _session(self, record: Record, execute: Execute, host: ComponentHost) -> Session:
        run, prefix = record.run, f"{execute.id}."
        status = run.status(execute.step.name)
        return Session(
            cluster=self._cluster,
            apply=lambda objects, cluster: self._apply(host.dispatcher, objects, cluster),
            clock=self.clock,
            namespace=record.namespace,
            forget=host.dispatcher.forget,
            http=self.http,
            mail=self.mail,
            application=host,
            variables=run.variables,
            upstream=self.profile.name == "upstream",
            suspended=status is not None and status.phase is Phase.SUSPENDING,
            marks={key.removeprefix(prefix): at for key, at in run.marks.items() if key.startswith(prefix)},
            new_marks=_Prefixed(prefix),
        )

    def _cluster(self, name: str) -> Cluster:
        if name not in ("", self.cluster.name):
            raise ActionError(f'cluster "{name}" not found', code="oam.cluster.unknown")
        return self.cluster

    def _apply(
        self, dispatcher: Dispatcher, objects: Sequence[dict[str, Any]], cluster: str | None
    ) -> list[dict[str, Any]]:
        self._cluster(cluster or "")
        return dispatcher.apply(objects, cluster=cluster if cluster is None else "")


class _Prefixed(dict[str, float]):
    """New timers of a step: what is stored under a field's name appears with the step's id before it."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def __setitem__(self, key: str, value: float) -> None:
        super().__setitem__(self._prefix + key, value)
