r"""Scenario files of simulations: what is applied, what happens while it runs, and what is to come of it.

A scenario is a YAML document::

    app: app.yaml                       # files with the application and whatever else it needs, or a list of them
    definitions: [defs/]                # files and folders
    seed: 7                             # for identifiers
    readiness: {default: 2s, Deployment/slow: never}
    http: [{match: {method: POST, host: hooks.example}, reply: {status: 500}, times: 2}]
    script:
    - {at: 5s, do: resume, step: approve}
    - {when: {step: deploy, phase: running}, do: crash}
    limits: {virtual: 10m, passes: 500}
    expect:
    - {step: notify, phase: succeeded}
    - {object: v1/Service/prod/web, path: "spec.ports[0].port", equals: 80}
    - {var: baseIP, matches: "^10\."}
    - {run: succeeded, before: 2m}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from oam.errors import OamError
from oam.model import load_documents
from oam.model.shape import ListOf, Shape, faults
from oam.timestamps import parse_duration

if TYPE_CHECKING:
    from oam.model import Document
    from pycue.source import Position, Source

__all__ = ["NEVER", "Event", "Expectation", "Scenario", "ScenarioError", "read_scenario"]

NEVER = float("inf")
VERBS = ("resume", "suspend", "terminate", "restart", "setStatus", "delete", "apply", "crash")

_EVENT = Shape(
    {
        "at": "text",
        "when": Shape({"step": "text", "phase": "text"}, required=("step", "phase")),
        "do": "text",
        "step": "text",
        "object": "any",
        "status": "object",
    },
    required=("do",),
)
_REPLY = Shape({"status": "number", "headers": "object", "body": "any", "error": "text"})
_HTTP = Shape({"match": Shape(dict.fromkeys(("method", "host", "path"), "text")), "reply": _REPLY, "times": "number"})
_EXPECTATION = Shape(
    {
        **dict.fromkeys(
            ("step", "phase", "reason", "message", "object", "path", "var", "run", "before", "request"), "text"
        ),
        "equals": "any",
        "matches": "text",
        "exists": "truth",
        "times": "number",
    }
)
_SCENARIO = Shape(
    {
        "app": "any",
        "definitions": ListOf("text"),
        "namespace": "text",
        "profile": "text",
        "seed": "number",
        "readiness": "object",
        "http": ListOf(_HTTP),
        "script": ListOf(_EVENT),
        "limits": Shape({"virtual": "text", "passes": "number"}),
        "expect": ListOf(_EXPECTATION),
    },
    required=("app",),
)


class ScenarioError(OamError):
    """A scenario file is not what it should be."""


@attrs.frozen
class Event:
    """Something that happens from outside, at a time (seconds from the start) or when a step reaches a phase."""

    do: str
    at: float | None = None
    when: tuple[str, str] | None = None
    step: str = ""
    object: Any = None
    status: dict[str, Any] | None = None
    position: Position | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Expectation:
    """One line of ``expect``, as written."""

    data: dict[str, Any]
    position: Position | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Scenario:
    """A scenario; paths are as written, relative to the file.

    Attributes:
        readiness: seconds until workloads are ready, by ``default``, kind or ``Kind/name``; :data:`NEVER` for never.
        http: what web servers answer, each ``{match, reply, times}``; the first that fits does.
        virtual: seconds that the clock may run.
        passes: how many passes over the workflow there may be.
    """

    files: list[str]
    namespace: str = ""
    profile: str = "standard"
    seed: int = 0
    readiness: dict[str, float] = attrs.field(factory=dict)
    http: list[dict[str, Any]] = attrs.field(factory=list)
    script: list[Event] = attrs.field(factory=list)
    virtual: float = 86_400.0
    passes: int = 1_000
    expect: list[Expectation] = attrs.field(factory=list)


def read_scenario(source: Source) -> Scenario:
    """Read a scenario file.

    Raises:
        ScenarioError: with the place of the first mistake.
        DocumentError: it is no YAML.
    """
    documents = load_documents(source)
    if len(documents) != 1:
        raise ScenarioError("a scenario is one YAML document", code="oam.scenario")
    document = documents[0]
    for path, text, hint in faults(document.data, _SCENARIO):
        where = ".".join(map(str, path))
        raise ScenarioError(
            f"{where}: {text}".removeprefix(": "), code="oam.scenario", position=document.position(path), help=hint
        )
    return _Reader(document).scenario()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.data: dict[str, Any] = document.data

    def scenario(self) -> Scenario:
        data = self.data
        app = data["app"]
        limits = data.get("limits") or {}
        return Scenario(
            [*(app if isinstance(app, list) else [app]), *(data.get("definitions") or [])],
            data.get("namespace") or "",
            data.get("profile") or "standard",
            data.get("seed") or 0,
            {key: self._delay(value, ("readiness", key)) for key, value in (data.get("readiness") or {}).items()},
            data.get("http") or [],
            [self._event(entry, at) for at, entry in enumerate(data.get("script") or [])],
            self._seconds(limits.get("virtual") or "24h", ("limits", "virtual")),
            limits.get("passes") or 1_000,
            [
                Expectation(self._expectation(entry, at), self.document.position(("expect", at)))
                for at, entry in enumerate(data.get("expect") or [])
            ],
        )

    def _fail(self, text: str, path: tuple[str | int, ...], help: str = "") -> ScenarioError:
        return ScenarioError(text, code="oam.scenario", position=self.document.position(path), help=help)

    def _seconds(self, value: Any, path: tuple[str | int, ...]) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        try:
            return parse_duration(str(value))
        except ValueError as error:
            raise self._fail(str(error), path, "a duration is written like 30s or 1h30m") from error

    def _delay(self, value: Any, path: tuple[str | int, ...]) -> float:
        return NEVER if value == "never" else self._seconds(value, path)

    def _event(self, entry: dict[str, Any], index: int) -> Event:
        path = ("script", index)
        if entry["do"] not in VERBS:
            raise self._fail(f"there is nothing like {entry['do']}", (*path, "do"), f"one of {', '.join(VERBS)}")
        if ("at" in entry) == ("when" in entry):
            raise self._fail("an event has either a time (at) or a condition (when)", path)
        if entry["do"] in ("setStatus", "delete", "apply") and not entry.get("object"):
            raise self._fail(f"{entry['do']} needs an object", path)
        when = entry.get("when")
        return Event(
            entry["do"],
            self._seconds(entry["at"], (*path, "at")) if "at" in entry else None,
            (when["step"], when["phase"]) if when else None,
            entry.get("step") or "",
            entry.get("object"),
            entry.get("status"),
            self.document.position(path),
        )

    def _expectation(self, entry: dict[str, Any], index: int) -> dict[str, Any]:
        path = ("expect", index)
        subjects = [key for key in ("step", "object", "var", "run", "request") if key in entry]
        if len(subjects) != 1:
            raise self._fail("an expectation is about one of step, object, var, run, request", path)
        if "matches" in entry:
            try:
                re.compile(entry["matches"])
            except re.error as error:
                raise self._fail(f"matches: {error}", (*path, "matches")) from error
        if "before" in entry:
            return {**entry, "before": self._seconds(entry["before"], (*path, "before"))}
        return entry
