"""Trying a workflow step: an application with that one step is run in memory, in made-up time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oam.errors import OamError
from oam.model.application import API_VERSION
from oam.testing.datapath import parse_path
from oam.testing.scenario import read_scenario
from oam.testing.simulation import simulate
from pycue.errors import Diagnostic
from pycue.source import Source

if TYPE_CHECKING:
    from oam.testing.observed import Observed
    from oam.testing.outcome import Outcome
    from oam.testing.suite import Case
    from oam.testing.trial import Bench

__all__ = ["observe_step"]


def observe_step(bench: Bench, case: Case, observed: Observed) -> None:
    """Run the step; its phase, reason and message, and what is there when all is over.

    Raises:
        OamError: the application is refused.
    """
    given = case.given
    context = given.get("context") or {}
    name = context.get("stepName") or "step"
    step = {**(given.get("step") or {}), "name": name, "type": bench.definition.name}
    if given.get("parameter") is not None:
        step["properties"] = given["parameter"]
    app = str(context.get("appName") or context.get("name") or bench.definition.name)
    namespace = str(context.get("namespace") or "default")
    metadata = {
        "name": app,
        "namespace": namespace,
        "labels": context.get("appLabels") or {},
        "annotations": context.get("appAnnotations") or {},
    }
    spec = {
        "components": given.get("components") or [],
        "policies": given.get("policies") or [],
        "workflow": {"steps": [step]},
    }
    application = {"apiVersion": API_VERSION, "kind": "Application", "metadata": metadata, "spec": spec}
    texts = [json.dumps(data) for data in (application, *(given.get("objects") or []))]
    scenario = {"app": "case", "profile": bench.suite.profile.name}
    scenario.update({key: given[key] for key in ("http", "readiness") if given.get(key)})
    definitions = [] if bench.suite.built_in else [bench.definition]
    try:
        outcome = simulate(
            read_scenario(Source(_MADE, json.dumps(scenario))),
            [Source(_MADE, "\n---\n".join(texts))],
            [*bench.suite.definitions, *definitions],
            bench.kit,
        )
    except OamError as error:
        raise OamError([_told(item) for item in error.diagnostics]) from None
    _tell(outcome, name, namespace, observed)


def _told(item: Diagnostic) -> Diagnostic:
    """A fault of the application that was made for the case, told as one of what is given."""
    path, message = item.path, item.message
    if message.startswith(_PROPERTIES):
        where, _, message = message.removeprefix(_PROPERTIES).partition(": ")
        path = ("parameter", *map(str, parse_path(where)))
    places = [position for position in (item.position, *item.inputs) if position and position.filename != _MADE]
    return Diagnostic(
        message, code=item.code, path=path, position=places[0] if places else None, inputs=places[1:], help=item.help
    )


_MADE = "case"
"""The file of what is made for a case, which nobody can look at."""
_PROPERTIES = "spec.workflow.steps[0].properties."


def _tell(outcome: Outcome, name: str, namespace: str, observed: Observed) -> None:
    run = outcome.record.run if outcome.record else None
    status = run.status(name) if run else None
    phase = str(status.phase) if status else "pending"
    observed.warnings += outcome.warnings
    observed.warnings += [
        Diagnostic(f"no answer for {line}: refused", code="oam.test.http", severity="warning")
        for line in dict.fromkeys(outcome.refused)
    ]
    observed.data.update(
        phase=phase,
        reason=str(status.reason) if status else "",
        message=status.message if status else "",
        variables=dict(run.variables) if run else {},
        objects={_called(obj, namespace): _settled(obj) for obj in outcome.objects},
        requests=list(outcome.requests),
        log=[moment.text for moment in outcome.timeline if moment.subject.startswith("log ")],
        seconds=outcome.seconds,
    )
    if status is not None and phase == "failed":
        observed.errors.append(Diagnostic(status.message or "the step failed", code="oam.test.step"))


def _called(obj: dict[str, Any], namespace: str) -> str:
    """``Kind/name``, or ``Kind/namespace/name`` where that is not the application's namespace."""
    metadata = obj["metadata"]
    where = metadata.get("namespace", "")
    return "/".join((obj["kind"], *([where] if where and where != namespace else []), metadata["name"]))


def _settled(obj: dict[str, Any]) -> dict[str, Any]:
    """An object without what the cluster alone decides."""
    metadata = {key: value for key, value in obj["metadata"].items() if key not in _SERVERS}
    return {**obj, "metadata": metadata}


_SERVERS = frozenset(("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"))
