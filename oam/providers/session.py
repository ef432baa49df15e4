"""What an operation is given: the action in the template, and the world it may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs

from oam.errors import OamError
from oam.ports import Object
from oam.timestamps import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oam.ports import Clock, Cluster, HttpClient, Mailer, ObjectRef
    from pycue import Value

__all__ = ["Action", "ActionError", "Applied", "Application", "Flow", "Resource", "Session", "StopStep"]


class ActionError(OamError):
    """An action could not do its work; the step is tried again.

    Attributes:
        undone: it certainly had no effect.
    """

    undone = False


class StopStep(Exception):
    """The step is not evaluated any further; the flow says why."""


@attrs.frozen
class Action:
    """One action of a template.

    Attributes:
        path: where it stands, as printed.
        field: its own label.
        params: its parameters, as plain data.
        node: its CUE value; patches are taken from here, because their comments matter.
        legacy: parameters and results stand in the node itself, not under ``$params`` and ``$returns``.
        key: tells the far end that two requests are one and the same; empty where a repetition is another one.
    """

    path: str
    field: str
    provider: str
    function: str
    params: dict[str, Any]
    node: Value
    legacy: bool
    key: str = ""

    def value(self, *path: str) -> Value:
        """The CUE value of a parameter; one that is missing does not exist."""
        value = self.node if self.legacy else self.node.lookup("$params")
        for label in path:
            value = value.lookup(label)
        return value


@attrs.define
class Flow:
    """What the actions of a step say about it. The phases are those of :class:`oam.workflow.model.Phase`."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    terminate: bool = False
    note: str = ""

    def wait(self, message: str = "") -> None:
        """The step has to be run again; nothing that was worse is made better."""
        if self.phase in ("failed", "suspending"):
            return
        self.phase, self.reason = "running", "Wait"
        self.message = message

    def suspend(self, field: str, note: str) -> None:
        """The workflow stops at this field until it is resumed; ``note`` is what the template says about it."""
        if self.phase != "failed":
            self.phase, self.reason, self.message = "suspending", "Suspend", f"Suspended by field {field}"
            self.note = note

    def fail(self, message: str) -> None:
        """The step has failed for good."""
        self.phase, self.reason, self.message, self.terminate = "failed", "Action", message, True

    def end(self, message: str) -> None:
        """The step has succeeded and the workflow is over."""
        self.phase, self.reason, self.message, self.terminate = "succeeded", "Terminate", message, True


@attrs.frozen
class Applied:
    """A component in the cluster: its live objects, and whether they are healthy."""

    output: Object | None
    outputs: dict[str, Object]
    healthy: bool = True
    message: str = ""


@attrs.frozen
class Resource:
    """A live object of an application, and what made it."""

    object: Object
    component: str
    trait: str
    revision: str
    cluster: str


class Application(Protocol):
    """The application whose workflow runs."""

    def resources(self, app: str, namespace: str) -> list[Resource]:
        """The live objects of this or another application, in the order in which they were first applied."""

    def terraform_components(self) -> list[dict[str, Any]]:
        """Its components whose type has a Terraform schematic."""

    def is_healthy(self, component: str) -> bool:
        """Whether a component was healthy when it was looked at last."""

    def components(self, app: str = "") -> list[dict[str, Any]]:
        """Its components, or those of another application of the same namespace."""

    def policies(self, app: str = "") -> list[dict[str, Any]]:
        """Its policies."""

    def apply_component(
        self, component: dict[str, Any], *, cluster: str, namespace: str, patch: Value | None, traits: dict[str, Value]
    ) -> Applied:
        """Render a component, merge the patches for the workload and for other objects by name, and apply it all."""

    def render_component(
        self, component: dict[str, Any], *, cluster: str, namespace: str, patch: Value | None, traits: dict[str, Value]
    ) -> Applied:
        """The same without applying."""

    def deploy(
        self, policies: Sequence[str], inline: Sequence[dict[str, Any]], ignore_terraform: bool = False
    ) -> tuple[bool, str]:
        """Apply all components as policies say; tells whether all are healthy, and what is missing."""

    def placements(self, policies: Sequence[str]) -> list[dict[str, str]]:
        """``cluster`` and ``namespace`` of each place that topology policies name."""

    def patched_components(
        self, patches: Sequence[dict[str, Any]], selected: Sequence[str] | None
    ) -> list[dict[str, Any]]:
        """The components as written, changed as an override policy would, and only those named if any are."""


@attrs.define
class Session:
    """One turn of one step.

    Attributes:
        apply: create or merge objects (all or none) as part of the application; gives the live ones. The name is that
            of the cluster, None for what is kept beside the application and not placed by it.
        forget: an object of the application that a step deleted is not made again.
        application: None in a workflow of its own.
        variables: of the run, not to be changed; what a step puts goes to ``put``.
        suspended: whether the step is suspended now.
        marks: timers of the run under ``<field>.suspended``, ``<field>.resume`` and
            ``<field>.resumed``; new ones go to ``new_marks``.
        upstream: do as KubeVela does also where that is no good.
    """

    cluster: Callable[[str], Cluster]
    apply: Callable[[list[Object], str | None], list[Object]]
    clock: Clock
    namespace: str
    forget: Callable[[ObjectRef], None]
    http: HttpClient | None = None
    mail: Mailer | None = None
    application: Application | None = None
    variables: dict[str, Any] = attrs.field(factory=dict)
    put: dict[str, Any] = attrs.field(factory=dict)
    suspended: bool = False
    upstream: bool = False
    marks: dict[str, float] = attrs.field(factory=dict)
    new_marks: dict[str, float] = attrs.field(factory=dict)
    log: list[str] = attrs.field(factory=list)
    flow: Flow = attrs.field(factory=Flow)

    def delete(self, ref: ObjectRef, cluster: str = "") -> bool:
        """Delete an object; tells whether it was there. KubeVela makes it again if it is the application's own."""
        gone = self.cluster(cluster).delete(ref)
        if not self.upstream:
            self.forget(ref)
        return gone

    def suspend(self, field: str, duration: str = "", message: str = "") -> None:
        """Suspend the step once for each field; it goes on when somebody resumed it or the duration is over.

        Raises:
            StopStep: it is suspended.
            ActionError: the duration is none.
        """
        begun, resume, over = (f"{field}.{mark}" for mark in ("suspended", "resume", "resumed"))
        if over in self.marks:
            return
        if begun not in self.marks:
            now = self.clock.now()
            if duration:
                try:
                    self.new_marks[resume] = now + parse_duration(duration)
                except ValueError as error:
                    raise ActionError(f"failed to parse duration {duration}: {error}") from error
            self.new_marks[begun] = now
        elif not self.suspended or self.clock.now() >= self.marks.get(resume, float("inf")):
            self.new_marks[over] = self.clock.now()
            return
        self.flow.suspend(field, message)
        raise StopStep

    def require_application(self) -> Application:
        """The application. Raises :class:`ActionError` where there is none."""
        if self.application is None:
            raise ActionError("this action needs an application")
        return self.application
