"""Checking what came of a simulation."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from oam.workflow.conditions import find_path
from pycue.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oam.testing.outcome import Outcome
    from oam.testing.scenario import Expectation

__all__ = ["check"]

_CODE = "oam.expectation"
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def check(expectation: Expectation, outcome: Outcome) -> Diagnostic | None:
    """Why an expectation is not met, with the value there is; None where it is."""
    wanted = expectation.data
    for subject, look in _LOOKS.items():
        if subject in wanted:
            text = look(wanted, outcome)
            return Diagnostic(text, code=_CODE, position=expectation.position) if text else None
    return None


def _step(wanted: dict[str, Any], outcome: Outcome) -> str:
    name = wanted["step"]
    statuses = list(outcome.record.run.all_statuses()) if outcome.record else []
    status = next((status for status in statuses if status.name == name), None)
    if status is None:
        return f"step {name} was never reached{_near(name, (s.name for s in statuses))}"
    for field in ("phase", "reason", "message"):
        found = str(getattr(status, field) or "")
        if field in wanted and wanted[field] != found:
            return f"step {name}: {field} is {json.dumps(found)}, not {json.dumps(wanted[field])}"
    return _compared(f"message of step {name}", wanted, status.message) if "matches" in wanted else ""


def _object(wanted: dict[str, Any], outcome: Outcome) -> str:
    name = wanted["object"]
    objects = {_identity(obj): obj for obj in outcome.objects}
    there = name in objects
    if not there or not wanted.get("exists", True):
        if there is wanted.get("exists", True):
            return ""
        return f"object {name} is there" if there else f"object {name} is not there{_near(name, objects)}"
    if "path" not in wanted:
        return ""
    value: Any = objects[name]
    for label, index in _STEP.findall(wanted["path"]):
        try:
            value = value[int(index)] if index else value[label]
        except (KeyError, IndexError, TypeError):
            return f"object {name} has no {wanted['path']}"
    return _compared(f"{wanted['path']} of object {name}", wanted, value)


def _variable(wanted: dict[str, Any], outcome: Outcome) -> str:
    name = wanted["var"]
    variables = outcome.record.run.variables if outcome.record else {}
    found, value = find_path(variables, name)
    if not found:
        return f"variable {name} was never set{_near(name, variables)}"
    return _compared(f"variable {name}", wanted, value)


def _run(wanted: dict[str, Any], outcome: Outcome) -> str:
    phases = {str(outcome.record.run.phase), outcome.record.phase} if outcome.record else {"deleted"}
    if wanted["run"] not in phases:
        return f"the run is {' and '.join(sorted(phases))}, not {wanted['run']}"
    if "before" in wanted and outcome.seconds > wanted["before"]:
        return f"the run took {outcome.seconds:g}s, not less than {wanted['before']:g}s"
    return ""


def _request(wanted: dict[str, Any], outcome: Outcome) -> str:
    line = wanted["request"]
    count = sum(request == line for request in outcome.requests)
    if "times" in wanted:
        return "" if count == wanted["times"] else f"{line} was sent {count} times, not {wanted['times']}"
    return "" if count else f"{line} was not sent{_near(line, outcome.requests)}"


def _compared(what: str, wanted: dict[str, Any], value: Any) -> str:
    if "equals" in wanted and value != wanted["equals"]:
        return f"{what} is {json.dumps(value)}, not {json.dumps(wanted['equals'])}"
    text = value if isinstance(value, str) else json.dumps(value)
    if "matches" in wanted and not re.search(wanted["matches"], text):
        return f"{what} is {json.dumps(value)}, which does not match {wanted['matches']}"
    return ""


def _identity(obj: dict[str, Any]) -> str:
    metadata = obj["metadata"]
    return "/".join((obj["apiVersion"], obj["kind"], metadata.get("namespace", ""), metadata["name"]))


def _near(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1, 0.5)
    return f"; there is {close[0]}" if close else ""


_LOOKS = {"step": _step, "object": _object, "var": _variable, "run": _run, "request": _request}
