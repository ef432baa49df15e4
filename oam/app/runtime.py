"""Applications on a cluster: submit them, run their workflows, look at them, delete them.

Each pass over a workflow is one transaction: what it did to the cluster, how the steps stand and the variables
become durable together, or, if anything unforeseen happens, not at all. Where a step reaches beyond the store, the
transaction is divided: what was done before, the intent to do so included, is committed first.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from oam.app.admission import admit, admit_as_server
from oam.app.agenda import Agenda
from oam.app.components import ComponentHost
from oam.app.crew import Crew
from oam.app.dispatch import Dispatcher
from oam.app.evidence import forget_evidence
from oam.app.executor import Executor
from oam.app.history import Entry, Snapshot, append, differences, forget, snapshot
from oam.app.kit import Kit
from oam.app.library import load_library, store_definitions, used_definitions
from oam.app.record import Record, list_records, load_record, remove_record, save_record, save_time
from oam.app.redaction import Redactor
from oam.app.revision import ensure_revision, forget_revisions
from oam.app.rules import Rules
from oam.app.stages import StageError, check_policies, check_types, missing_workflow, plan
from oam.app.status import application_status
from oam.app.success import forget_success, last_success, save_success
from oam.app.tenure import OutsideCluster, OutsideHttp, OutsideMailer, tenure
from oam.cluster import ClusterError, EmbeddedCluster
from oam.definition import STANDARD
from oam.definition.library import SYSTEM_NAMESPACE
from oam.errors import OamError
from oam.model import Application
from oam.ports import ObjectRef
from oam.render.context import Surroundings, base_context
from oam.store import Leases
from oam.workflow.events import Begin, Finished, Operate, Pause
from oam.workflow.model import Phase, Run, RunPhase
from oam.workflow.operations import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from oam.app.bundle import Bundle
    from oam.app.dispatch import Managed
    from oam.app.tenure import Tenure
    from oam.definition import Profile
    from oam.ports import Clock, Cluster, HttpClient, Mailer, Random, StateStore
    from oam.workflow.events import Effect, Event
    from pycue.errors import Diagnostic

__all__ = ["PATIENCE", "NotFoundError", "Runtime", "is_stuck"]

PATIENCE = 300.0
"""Seconds without any change after which a run is taken to be stuck."""

_MOST_HOSTS = 200


class NotFoundError(OamError):
    """There is no such application."""


class Runtime:
    """Applications and their workflows on one cluster.

    Args:
        store: keeps everything.
        clock: where time comes from; with a virtual one waiting takes no time.
        random: for identifiers.
        cluster: where objects go; an embedded one in the same store unless given.
        http: the way to the network; steps cannot use it unless given.
        mail: the way to mail servers, likewise.
        observe: called with an application's name and run after each step that was executed.
        concurrent: steps of a DAG wait for servers and for the cluster side by side; the store must not mind threads.
        leases: keep other processes that use the store away from an application while its steps reach beyond the
            store; by the given clock unless given.
        kit: one whose limits and compiled templates are used again.
        backend: the object in the cluster that holds the variables of an application, given by namespace and name.
    """

    def __init__(
        self,
        store: StateStore,
        clock: Clock,
        random: Random,
        *,
        cluster: Cluster | None = None,
        http: HttpClient | None = None,
        mail: Mailer | None = None,
        profile: Profile = STANDARD,
        observe: Callable[[str, Run], None] | None = None,
        leases: Leases | None = None,
        concurrent: bool = False,
        kit: Kit | None = None,
        backend: Callable[[str], ObjectRef] | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self._redactor = Redactor()
        self._bare: Cluster = cluster or EmbeddedCluster(store, clock, random)
        self._places = {SYSTEM_NAMESPACE}
        self.cluster = self._bare
        if not isinstance(self._bare, EmbeddedCluster):
            self.cluster = OutsideCluster(self._bare, self._outside, self._redactor.learn)
        self._leases = leases or Leases(store, clock, uuid4().hex)
        self._crew = Crew() if concurrent else None
        self._tenure: Tenure | None = None
        self._agenda: Agenda | None = None
        self._looked = -1
        self._alone = False
        self._profile = profile
        self._first_kit = kit
        self._backend = backend
        self._kit: Kit | None = None
        self._hosts: dict[str, ComponentHost] = {}
        self._version = 0
        self._busy = False
        self._executor = Executor(
            store,
            self.cluster,
            clock,
            random,
            http and OutsideHttp(http, self._outside),
            mail and OutsideMailer(mail, self._outside),
            profile,
            self._crew,
            observe,
            self._shown,
            lambda: self._tenure,
        )

    # ---- submitting

    def submit(self, bundle: Bundle, namespace: str = "") -> tuple[list[Record], list[Diagnostic]]:
        """Check a bundle, then store its definitions, apply its objects and begin its applications' workflows.

        Args:
            bundle: what to apply.
            namespace: for applications and objects that name none; ``default`` unless given.

        Returns:
            The applications, and warnings.

        Raises:
            OamError: something is wrong with the bundle; then nothing was changed.
        """
        kit = Kit(load_library(self.cluster, bundle, self._profile), self._profile, like=self._first_kit)
        warnings: list[Diagnostic] = []
        upstream = self._profile.name == "upstream"
        if upstream:
            admit_as_server(bundle)
        else:
            warnings = admit(bundle, kit, namespace or "default")
        self._kit, self._hosts = kit, {}
        with self.store.transaction():
            store_definitions(self.cluster, bundle.definitions)
            for document in bundle.objects:
                self.cluster.apply(_placed(document.data, namespace))
            records = [
                self._begin(application, application.namespace or namespace or "default", strict=not upstream)
                for application in bundle.applications
            ]
        return records, warnings

    def begin(self, application: Application, namespace: str = "") -> Record:
        """Begin the workflow of an application that nobody checks any more, as it is in the cluster already.

        One that lacks something is held at its stage (see ``Record.conditions``) and tried again later.
        """
        with self.store.transaction():
            return self._begin(application, application.namespace or namespace or "default")

    def _begin(self, application: Application, place: str, *, strict: bool = False) -> Record:
        """See :meth:`begin`; with ``strict`` a stage that cannot be passed is an error."""
        with self._in_hand(f"{place}/{application.name}"):
            return self._pass_stages(application, place, strict)

    def _pass_stages(self, application: Application, place: str, strict: bool) -> Record:
        self._places.add(place)
        self.cluster.apply(_placed(application.raw, place))
        record = load_record(self.store, place, application.name)
        try:
            check_policies(application)
            workflow = self._workflow(application, place)
            kit = self._kit_now()
            environments = not kit.has_own_environments(place)
            check_types(application, kit.library, kit.templates(place), place, workflow, environments)
        except StageError as error:
            if strict:
                raise
            return self._hold(application, place, record, error)
        used = used_definitions(application, kit.library, place)
        current = record.revision if record else ""
        revision = ensure_revision(self.store, application, place, used, current)
        if record is not None and record.revision == revision.name and not record.conditions:
            return record
        kept = record.services if record else {}
        run = Run([], context=self._run_context(application, place, revision.name))
        record = Record(application.raw, place, revision.name, run, kept, self.clock.now(), "runningWorkflow")
        try:
            run.steps, run.mode, run.sub_mode = plan(application, workflow, environments)
        except StageError as error:
            if strict:
                raise
            return self._hold(application, place, record, error)
        self._host(record, application).apply_policies()
        self._save(record)
        self._note(record, {}, snapshot(record))
        return record

    def _hold(self, application: Application, place: str, record: Record | None, error: StageError) -> Record:
        """Keep an application at a stage that it cannot pass; it is tried again when something changes."""
        if record is None or record.application != application.raw:
            kept = record.services if record else {}
            revision = record.revision if record else ""
            record = Record(application.raw, place, revision, Run([]), kept)
        elif record.conditions == [error.status()]:
            return record  # nothing is new
        record.phase, record.wake, record.conditions = error.phase, None, [error.status()]
        self._save(record)
        self._note(record, {}, snapshot(record), [("run", error.text)])
        return record

    def _run_context(self, application: Application, namespace: str, revision: str) -> dict[str, Any]:
        """What the templates of workflow steps see; ``labels`` and ``annotations`` are the older names."""
        context = {
            **base_context(application, Surroundings(namespace, revision)),
            "name": application.name,
            "components": None,
        }
        if self._profile.name != "upstream":
            context.update(labels=context["appLabels"], annotations=context["appAnnotations"])
        return context

    def _workflow(self, application: Application, namespace: str) -> dict[str, Any] | None:
        """The spec of the Workflow object that the application refers to. Raises :class:`StageError`."""
        name = application.workflow.ref if application.workflow else ""
        if not name:
            return None
        found = self.cluster.get(ObjectRef("core.oam.dev/v1alpha1", "Workflow", namespace, name))
        if found is None:
            raise missing_workflow(application, name)
        return {key: value for key, value in found.items() if key in ("steps", "mode", "finally")}

    # ---- running

    def run(self, record: Record, turns: int | None = None) -> Record:
        """Run a workflow until it is over, suspended without end, or stuck; gives the application as it then is.

        Other applications of the store whose workflows are not over get their turns in between, so that one may wait
        for another.

        Args:
            record: the application.
            turns: the most passes to make, any number unless given.
        """
        record = self._current(record.key)
        changed = self.clock.now()
        standing: dict[str, Any] = {}
        while record.wake is not None and turns != 0:
            self._look()
            following = self._agenda_now().next()
            if following is None:
                break
            due, key = following
            self._sleep_until(due)
            turned = self._turn(key, due)
            if key == record.key:
                record = turned
                turns = None if turns is None else turns - 1
            after = _standing(turned)
            if self._busy or standing.get(key) != after:
                changed, standing[key] = self.clock.now(), after
            if self.clock.now() - changed > PATIENCE and all(map(is_stuck, self._unfinished())):
                break
        return record

    def _unfinished(self) -> list[Record]:
        return [record for record in list_records(self.store) if record.wake is not None]

    def _agenda_now(self) -> Agenda:
        if self._agenda is None:
            self._agenda = Agenda(list_records(self.store))
        return self._agenda

    def _look(self) -> None:
        """Begin the applications that somebody else put into the cluster since the last look."""
        if self._looked == self.cluster.version():
            return
        with self.store.transaction():
            for obj in self.cluster.list("core.oam.dev/v1beta1", "Application"):
                if self.cluster.shared and "app.oam.dev/name" not in (obj["metadata"].get("labels") or {}):
                    continue  # somebody else's
                known = load_record(self.store, obj["metadata"]["namespace"], obj["metadata"]["name"])
                if known is None or known.conditions:
                    self.begin(Application.parse(obj), obj["metadata"]["namespace"])
        self._looked = self.cluster.version()

    def _settle(self) -> float | None:
        """Let what is due in the cluster happen, which nobody has to look at."""
        alone = self._looked == self.cluster.version()
        due = self.cluster.settle()
        if alone:
            self._looked = self.cluster.version()
        return due

    @contextmanager
    def _in_hand(self, key: str) -> Iterator[Tenure]:
        """A transaction in which nobody else acts for an application."""
        if self._tenure is not None and self._tenure.key == key:
            yield self._tenure
            return
        before = self._tenure
        try:
            with tenure(self.store, self._leases, key, self._crew) as self._tenure:
                self._alone = self._looked == self.cluster.version()
                yield self._tenure
        except BaseException:
            self._agenda = None  # it may tell of what was not to be
            raise
        finally:
            self._tenure = before

    def _outside(self) -> AbstractContextManager[None]:
        return self._tenure.outside() if self._tenure is not None else nullcontext()

    def turn(self, record: Record) -> Record:
        """One pass over a workflow, in one transaction unless its steps reach beyond the store.

        Raises:
            Interruption: the store or the cluster failed; what was committed before stands, and the pass can be made
                again.
        """
        return self._turn(record.key)

    def _turn(self, key: str, due: float | None = None) -> Record:
        """One pass; with a time only if that is still when it is due, as another process may have made it."""
        with self._in_hand(key) as held:
            self._settle()
            record = self._current(key)
            if due is not None and record.wake != due:
                self._agenda_now().put(record)
                return record
            if record.conditions:
                return self._begin(Application.parse(record.application), record.namespace)
            with self._kept(held, record):
                self._after(record, self._advance(record, Begin(self.clock.now())))
                self._busy = self.cluster.version() != self._version
        return record

    def operate(self, record: Record, verb: str, step: str = "") -> Record:
        """``suspend``, ``resume``, ``terminate`` or ``restart`` a workflow, or one of its steps."""
        with self._in_hand(record.key) as held:
            record = self._current(record.key)
            with self._kept(held, record, [("asked", f"{verb} {step}".rstrip())]):
                self._after(record, self._advance(record, Operate(self.clock.now(), verb, step)))
        return record

    def rollback(self, record: Record) -> Record:
        """Go back to the revision whose workflow succeeded last: its objects and its run, without running it again.

        Raises:
            OperationError: there is none, or it is the current one.
        """
        with self._in_hand(record.key) as held:
            left = self._current(record.key)
            last = last_success(self.store, left)
            if last is None:
                text = f'application "{left.name}" has no succeeded revision to return to'
                raise OperationError(text, code="oam.workflow.rollback")
            record = last.record
            if record.revision == left.revision:
                text = f"{record.revision} is the last succeeded revision already"
                raise OperationError(text, code="oam.workflow.rollback")
            self._hosts.pop(record.key, None)
            host = self._host(record)
            self.cluster.apply(_placed(record.application, record.namespace))
            host.dispatcher.go_back(last.managed)
            told = [("asked", "rollback"), ("run", f"back from {left.revision} to {record.revision}")]
            with self._kept(held, record, told):
                host.services = record.services
                host.refresh()
                healthy = all(service["healthy"] for service in record.services.values())
                record.phase, record.wake = "running" if healthy else "unhealthy", None
        return record

    def _current(self, key: str) -> Record:
        namespace, _, name = key.partition("/")
        return self.find(name, namespace)

    @contextmanager
    def _kept(self, held: Tenure, record: Record, first: Sequence[tuple[str, str]] = ()) -> Iterator[None]:
        """Save what is done to a record within, and tell the history of it; on the way too, whenever it commits."""
        before = snapshot(record)

        def keep() -> None:
            nonlocal before, first
            save_record(self.store, record)
            doing = {f"step {name}" for name in self._executor.executing}  # nothing to tell of yet
            after = {key: text for key, text in snapshot(record).items() if key not in doing}
            after.update({key: text for key, text in before.items() if key in doing})
            self._note(record, before, after, first)
            before, first = after, ()

        held.keep = keep
        yield
        self._executor.executing.clear()
        self._save(record)
        self._note(record, before, snapshot(record), first)
        held.keep = lambda: save_record(self.store, record)

    def _advance(self, record: Record, event: Event) -> Effect:
        host = self._host(record)
        host.services = record.services
        return self._executor.advance(record, host, event)

    def _after(self, record: Record, end: Effect) -> None:
        """The end of a pass: when the next one is due, and what the application's phase is."""
        now = self.clock.now()
        host = self._host(record)
        record.wake = now + end.seconds if isinstance(end, Pause) else None
        if isinstance(end, Finished):
            if end.phase is RunPhase.SUCCEEDED:
                host.dispatcher.collect()
                host.dispatcher.restore()
            host.refresh()
            if end.phase is RunPhase.SUCCEEDED:
                save_success(self.store, record, host.dispatcher.managed())
        healthy = all(service["healthy"] for service in record.services.values())
        record.phase = _PHASES.get(record.run.phase, "running" if healthy else "unhealthy")

    def _sleep_until(self, moment: float) -> None:
        """Let time pass, stopping where something is due in the cluster."""
        while (now := self.clock.now()) < moment:
            with self.store.transaction():
                due = self._settle()
            self.clock.sleep(min(moment, due if due is not None and due > now else moment) - now)

    # ---- looking and deleting

    def find(self, name: str, namespace: str = "default") -> Record:
        """The record of an application. Raises :class:`NotFoundError`."""
        self._places.add(namespace)
        record = load_record(self.store, namespace, name)
        if record is None:
            raise NotFoundError(
                f'application "{name}" not found in namespace "{namespace}"', code="oam.application.missing"
            )
        return record

    def managed(self, record: Record) -> list[Managed]:
        """The objects that an application owns; see :class:`oam.app.dispatch.Managed`."""
        return self._host(record).dispatcher.managed()

    def delete(self, record: Record) -> list[ObjectRef]:
        """Delete an application and its objects; gives what was deleted."""
        with self._in_hand(record.key):
            gone = self._host(record).dispatcher.delete()
            self.cluster.delete(_reference(record))
            remove_record(self.store, record)
            forget_success(self.store, record)
            forget_revisions(self.store, record.namespace, record.name)
            forget(self.store, record.namespace, record.name)
            forget_evidence(self.store, record.key)
            self._agenda_now().drop(record.key)
        self._hosts.pop(record.key, None)
        return gone

    def status(self, record: Record) -> dict[str, Any]:
        """``.status`` of the application's object."""
        return self._status(record, self.managed(record))

    def _status(self, record: Record, managed: Sequence[Managed]) -> dict[str, Any]:
        backend = self._backend and self._backend(record.key)
        status = application_status(record, managed, self.clock.now(), backend)
        return status if self._profile.name == "upstream" else self.redactor().data(status)

    def _save(self, record: Record) -> None:
        save_record(self.store, record)
        if not self.cluster.shared:  # time is the cluster's own, and goes on where it stopped
            save_time(self.store, self.clock.now())
        self._agenda_now().put(record)
        managed = self._host(record).dispatcher.managed()
        try:
            self.cluster.set_status(_reference(record), self._status(record, managed))
        except ClusterError:
            pass  # somebody deleted the Application object itself; the record is what counts
        self._version = self.cluster.version()
        if self._alone and not any(entry.ref.kind == "Application" for entry in managed):
            self._looked = self._version

    def _note(self, record: Record, before: Snapshot, after: Snapshot, first: Sequence[tuple[str, str]] = ()) -> None:
        """Write into the history what was done, what templates said, and what is different now."""
        now = self.clock.now()
        lines = [*first, *self._executor.logged(), *differences(before, after)]
        if lines:
            append(self.store, record, [Entry(now, subject, self._shown(text)) for subject, text in lines])

    def _shown(self, text: str) -> str:
        """A text that people read; KubeVela shows them everything."""
        return text if self._profile.name == "upstream" else self.redactor().text(text)

    def redactor(self) -> Redactor:
        """Hides what the Secrets of the cluster hold by now."""
        return self._redactor.look(self._bare, self._places)

    def _kit_now(self) -> Kit:
        if self._kit is None:
            self._kit = Kit(load_library(self.cluster, None, self._profile), self._profile, like=self._first_kit)
        return self._kit

    def _host(self, record: Record, application: Application | None = None) -> ComponentHost:
        """What handles the application's components; with the application as read its faults have places in a file."""
        key = record.key
        host = self._hosts.get(key)
        if host is None or application is not None:
            application = application or Application.parse(record.application)
            dispatcher = Dispatcher(
                self.cluster, self.store, record.name, record.namespace, record.revision, Rules(application)
            )
            while len(self._hosts) >= _MOST_HOSTS:
                del self._hosts[next(iter(self._hosts))]
            host = ComponentHost(application, record.namespace, record.revision, dispatcher, self._kit_now())
            self._hosts[key] = host
        return host


def _standing(record: Record) -> Any:
    """What of a run changes only when something happens; times are no part of it."""
    run = record.run
    steps = [(status.name, status.phase, status.reason, status.message) for status in run.all_statuses()]
    return steps, dict(run.tries), dict(run.marks)


def is_stuck(record: Record) -> bool:
    """Whether no timer, timeout or retry is left that could change anything."""
    run = record.run
    waiting = [status for status in run.all_statuses() if not status.finished]
    timed = {step.name for step in run.steps for step in (step, *step.sub_steps) if step.timeout}
    ids = tuple(f"{status.id}." for status in waiting)
    pending_marks = any(key.startswith(ids) and key.endswith(".resume") for key in run.marks) if ids else False
    return not pending_marks and not any(s.name in timed or s.phase is Phase.FAILED for s in waiting)


def _placed(obj: dict[str, Any], namespace: str) -> dict[str, Any]:
    """The object with a namespace, where it names none."""
    metadata = obj.get("metadata") or {}
    return {**obj, "metadata": {**metadata, "namespace": metadata.get("namespace") or namespace or "default"}}


def _reference(record: Record) -> ObjectRef:
    return ObjectRef("core.oam.dev/v1beta1", "Application", record.namespace, record.name)


_PHASES = {
    RunPhase.INITIALIZING: "runningWorkflow",
    RunPhase.EXECUTING: "runningWorkflow",
    RunPhase.SUSPENDING: "workflowSuspending",
    RunPhase.TERMINATED: "workflowTerminated",
    RunPhase.FAILED: "workflowFailed",
}
