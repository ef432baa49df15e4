"""What a workflow run consists of: its steps, how each of them stands, variables, counters and timers.

All of it is plain data that a state store can hold; :meth:`Run.to_document` and :meth:`Run.from_document` are the
way there and back. The changes are made by :mod:`oam.workflow.engine` alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

from oam.timestamps import format_time
from oam.workflow.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "Input",
    "Mode",
    "Output",
    "Phase",
    "Reason",
    "Run",
    "RunPhase",
    "Step",
    "StepStatus",
]


class Mode(StrEnum):
    """How a list of steps is gone through."""

    STEP_BY_STEP = "StepByStep"
    DAG = "DAG"


class Phase(StrEnum):
    """How a step stands."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    SUSPENDING = "suspending"


class Reason(StrEnum):
    """Why a step stands so."""

    NONE = ""
    WAIT = "Wait"
    EXECUTE = "Execute"
    FAILED_AFTER_RETRIES = "FailedAfterRetries"
    ACTION = "Action"
    TERMINATE = "Terminate"
    TIMEOUT = "Timeout"
    SKIP = "Skip"
    SUSPEND = "Suspend"
    INPUT = "Input"
    OUTPUT = "Output"
    RENDERING = "Rendering"
    PARAMETER = "ProcessParameter"


class RunPhase(StrEnum):
    """How a run stands."""

    INITIALIZING = "initializing"
    EXECUTING = "executing"
    SUSPENDING = "suspending"
    TERMINATED = "terminated"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


@attrs.frozen
class Input:
    """A value that a step takes: ``name`` is a variable or a path like ``context.namespace``, ``key`` where it goes."""

    name: str
    key: str = ""


@attrs.frozen
class Output:
    """A value that a step gives: ``value`` is a path or expression over the finished template."""

    name: str
    value: str


@attrs.define
class Step:
    """One step of a workflow, or, with ``sub_steps``, a group of them.

    Attributes:
        retry: how failures are met; as KubeVela meets them (ten attempts) unless given.
        continue_on_error: a failure ends neither the workflow nor what comes after the step.
        on_failure: steps to be taken if this one fails; see :func:`oam.workflow.handlers.place_handlers`.
    """

    name: str
    type: str
    condition: str = ""
    timeout: str = ""
    depends_on: list[str] = attrs.field(factory=list)
    inputs: list[Input] = attrs.field(factory=list)
    outputs: list[Output] = attrs.field(factory=list)
    properties: dict[str, Any] | None = None
    mode: str = ""
    sub_steps: list[Step] = attrs.field(factory=list)
    retry: Retry | None = None
    continue_on_error: bool = False
    on_failure: list[Step] = attrs.field(factory=list)

    @property
    def is_group(self) -> bool:
        """Whether the step only holds others."""
        return self.type == "step-group"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Step:
        """A step as an Application spells it; ``exportKey`` is the older spelling of ``valueFrom``."""
        return cls(
            name=data.get("name") or "",
            type=data.get("type") or "",
            condition=data.get("if") or "",
            timeout=data.get("timeout") or "",
            depends_on=list(data.get("dependsOn") or []),
            inputs=[Input(i["from"], i.get("parameterKey") or "") for i in data.get("inputs") or []],
            outputs=[
                Output(o["name"], o.get("valueFrom") or o.get("exportKey") or "") for o in data.get("outputs") or []
            ],
            properties=data.get("properties"),
            mode=data.get("mode") or "",
            sub_steps=[cls.from_dict(sub) for sub in data.get("subSteps") or []],
            retry=Retry.from_dict(data["retry"]) if data.get("retry") else None,
            continue_on_error=bool(data.get("continueOnError")),
            on_failure=[cls.from_dict(handler) for handler in data.get("onFailure") or []],
        )

    def to_dict(self) -> dict[str, Any]:
        """The step as an Application spells it, without empty fields."""
        data = {
            "name": self.name,
            "type": self.type,
            "if": self.condition,
            "timeout": self.timeout,
            "dependsOn": self.depends_on,
            "inputs": [{"from": i.name, **({"parameterKey": i.key} if i.key else {})} for i in self.inputs],
            "outputs": [{"name": o.name, "valueFrom": o.value} for o in self.outputs],
            "properties": self.properties,
            "mode": self.mode,
            "subSteps": [sub.to_dict() for sub in self.sub_steps],
            "retry": self.retry.to_dict() if self.retry else None,
            "continueOnError": self.continue_on_error,
            "onFailure": [handler.to_dict() for handler in self.on_failure],
        }
        return {key: value for key, value in data.items() if value or (key == "properties" and value is not None)}


@attrs.define
class StepStatus:
    """How one step stands; times are seconds since 1970."""

    id: str
    name: str
    type: str
    phase: Phase = Phase.PENDING
    reason: Reason = Reason.NONE
    message: str = ""
    first: float = 0.0
    last: float = 0.0
    sub_steps: list[StepStatus] = attrs.field(factory=list)

    @property
    def finished(self) -> bool:
        """Whether the step will not be run again."""
        if self.phase is Phase.FAILED:
            return self.reason not in (Reason.NONE, Reason.EXECUTE)
        return self.phase in (Phase.SUCCEEDED, Phase.SKIPPED)

    def to_dict(self) -> dict[str, Any]:
        """As ``.status.workflow.steps`` of an Application has it."""
        data: dict[str, Any] = {"id": self.id, "name": self.name, "type": self.type, "phase": str(self.phase)}
        if self.reason:
            data["reason"] = str(self.reason)
        if self.message:
            data["message"] = self.message
        data["firstExecuteTime"] = format_time(self.first)
        data["lastExecuteTime"] = format_time(self.last)
        if self.sub_steps:
            data["subSteps"] = [sub.to_dict() for sub in self.sub_steps]
        return data


@attrs.define
class Run:
    """One run of a workflow.

    Attributes:
        steps: what is to be done.
        context: what templates see as ``context``.
        statuses: of the steps touched so far, in the order of the first touch.
        variables: what outputs (and DoVar) gave; dotted names are nested.
        tries: failed attempts by step id.
        turns: turns without change by step id, and the message of the last one.
        marks: times by ``<step id>.<field>.suspended``, ``….resume`` and ``….resumed``, and ``<step id>.retry``.
        journal: intents and results of actions, by step id, then action path; see :mod:`oam.workflow.journal`.
    """

    steps: list[Step]
    mode: Mode = Mode.DAG
    sub_mode: Mode = Mode.DAG
    context: dict[str, Any] = attrs.field(factory=dict)
    statuses: list[StepStatus] = attrs.field(factory=list)
    phase: RunPhase = RunPhase.INITIALIZING
    message: str = ""
    suspend: bool = False
    terminated: bool = False
    finished: bool = False
    start: float = 0.0
    end: float = 0.0
    variables: dict[str, Any] = attrs.field(factory=dict)
    tries: dict[str, int] = attrs.field(factory=dict)
    turns: dict[str, tuple[int, str]] = attrs.field(factory=dict)
    marks: dict[str, float] = attrs.field(factory=dict)
    journal: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    frames: list[Any] = attrs.field(factory=list, eq=False, repr=False)

    def all_statuses(self) -> Iterator[StepStatus]:
        """Of steps and sub-steps."""
        for status in self.statuses:
            yield status
            yield from status.sub_steps

    def status(self, name: str) -> StepStatus | None:
        """The status of a step or sub-step, if it was touched."""
        return next((status for status in self.all_statuses() if status.name == name), None)

    def to_document(self) -> dict[str, Any]:
        """JSON-ready form; the place within a pass is not part of it."""
        data = attrs.asdict(self, filter=lambda field, _: field.name not in ("steps", "statuses", "frames"))
        data["steps"] = [step.to_dict() for step in self.steps]
        data["statuses"] = [attrs.asdict(status) for status in self.statuses]
        return data

    @classmethod
    def from_document(cls, data: Mapping[str, Any]) -> Run:
        """The reverse of :meth:`to_document`."""
        values = dict(data)
        values["steps"] = [Step.from_dict(step) for step in data["steps"]]
        values["statuses"] = [_status_from(status) for status in data["statuses"]]
        values["turns"] = {key: (count, message) for key, (count, message) in data["turns"].items()}
        for field, kind in (("mode", Mode), ("sub_mode", Mode), ("phase", RunPhase)):
            values[field] = kind(values[field])
        return cls(**values)


def _status_from(data: Mapping[str, Any]) -> StepStatus:
    values = dict(data)
    values["phase"], values["reason"] = Phase(data["phase"]), Reason(data["reason"])
    values["sub_steps"] = [_status_from(sub) for sub in data["sub_steps"]]
    return StepStatus(**values)
