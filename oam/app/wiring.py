"""Whether the steps of a workflow fit together: names, what they wait for, what they take from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.app.naming import condition_faults, missing_outputs
from oam.definition.trees import walk
from oam.diagnostics import did_you_mean
from oam.model import Workflow
from oam.timestamps import parse_duration
from oam.workflow.dataflow import InputError, giver, split_key
from oam.workflow.retry import Retry
from oam.workflow.template import BUILT_IN
from pycue.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oam.model import Application, Step
    from oam.workflow.template import Templates

__all__ = ["Fault", "check_steps"]

Path = tuple[str | int, ...]
Fault = tuple[Path, str, str, str]
"""Path, code, text, hint."""


def check_steps(application: Application, templates: Templates) -> Iterator[Fault]:
    """Everything that keeps the workflow from running to its end, as far as its text tells."""
    workflow = application.workflow
    steps = [*workflow.steps, *workflow.last] if workflow else []
    every = list(workflow.every_step()) if workflow else []
    yield from _duplicates(every)
    for step in every:
        yield from _form(step)
        yield from condition_faults(step, every)
        yield from missing_outputs(step, templates)
        yield from _unknown_component(application, step)
    yield from _dependencies(steps, every)
    yield from _inputs(application, steps, every, templates)


def _duplicates(every: Sequence[Step]) -> Iterator[Fault]:
    seen: set[str] = set()
    for step in every:
        if step.name and step.name in seen:
            yield (*step.path, "name"), "OAM501", f'duplicated step name "{step.name}"', ""
        seen.add(step.name)


def _form(step: Step) -> Iterator[Fault]:
    """Faults that a step has all by itself."""
    raw = step.raw
    if timeout := raw.get("timeout"):
        try:
            parse_duration(str(timeout))
        except ValueError as error:
            yield (*step.path, "timeout"), "OAM504", str(error), "a duration is written like 30s or 1h30m"
    yield from _retry_form(step)
    for index, entry in enumerate(raw.get("inputs") or []):
        if key := entry.get("parameterKey"):
            try:
                split_key(str(key))
            except InputError as error:
                yield (*step.path, "inputs", index, "parameterKey"), "oam.workflow.input", str(error), ""
    for index, entry in enumerate(raw.get("outputs") or []):
        yield from _output_form((*step.path, "outputs", index), entry)


def _retry_form(step: Step) -> Iterator[Fault]:
    retry = step.raw.get("retry")
    if not retry:
        return
    if step.sub_steps:
        yield (
            (*step.path, "retry"),
            "oam.workflow.retry",
            "a group is not tried again as a whole",
            "retry its sub-steps",
        )
    try:
        Retry.from_dict(retry)
    except ValueError as error:
        yield (*step.path, "retry"), "oam.workflow.retry", str(error), ""


def _output_form(path: Path, entry: Any) -> Iterator[Fault]:
    value, older = entry.get("valueFrom"), entry.get("exportKey")
    if not (value or older):
        yield path, "oam.workflow.output", "an output needs valueFrom", ""
    elif value and older and value != older:
        yield (
            (*path, "exportKey"),
            "oam.workflow.output",
            "valueFrom and exportKey differ; exportKey is the older name",
            "",
        )
    for part in str(value or older or "").split("."):
        if part.startswith(("_", "#")):
            yield path, "oam.workflow.output", f'hidden fields and definitions such as "{part}" cannot be exported', ""


def _unknown_component(application: Application, step: Step) -> Iterator[Fault]:
    """A step that names a component by a property of that name."""
    name = (step.properties or {}).get("component")
    names = [component.name for component in application.components]
    if isinstance(name, str) and name not in names and step.type not in ("deploy",):
        hint = did_you_mean(name, names)
        yield (*step.path, "properties", "component"), "oam.workflow.component", f"component {name} not found", hint


def _dependencies(steps: Sequence[Step], every: Sequence[Step]) -> Iterator[Fault]:
    names = [step.name for step in every]
    needs: dict[str, list[str]] = {}
    for step in every:
        wanted = step.raw.get("dependsOn") or []
        needs[step.name] = [name for name in wanted if isinstance(name, str)]
        for index, name in enumerate(wanted):
            if name not in names:
                hint = did_you_mean(str(name), names)
                yield (*step.path, "dependsOn", index), "OAM502", f'there is no step "{name}"', hint
    for step in every:
        if step.name in _reachable(needs, step.name):
            yield (*step.path, "dependsOn"), "OAM503", f'step "{step.name}" depends on itself', ""
            return


def _reachable(needs: dict[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    pending = list(needs.get(start, ()))
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += needs.get(name, ())
    return found


def _inputs(
    application: Application, steps: Sequence[Step], every: Sequence[Step], templates: Templates
) -> Iterator[Fault]:
    """Inputs that nothing gives; a step that puts variables itself may give any."""
    if any(_puts_variables(step, templates) for step in every):
        return
    given = {str(entry["name"]): step for step in every for entry in step.raw.get("outputs") or []}
    for component in application.components:
        given.update({str(entry.get("name")): steps[0] for entry in component.outputs} if steps else {})
    mode = (application.workflow.mode or {}).get("steps", "StepByStep") if application.workflow else "DAG"
    order = {id(entry): at for at, step in enumerate(steps) for entry in Workflow((step,)).every_step()}
    for step in every:
        for index, entry in enumerate(step.raw.get("inputs") or []):
            name = entry["from"]
            path: Path = (*step.path, "inputs", index, "from")
            if name.split(".")[0] in ("context", "parameter"):
                continue
            producer = giver(given, name)
            if producer is None:
                hint = did_you_mean(name, given) or "outputs of steps give variables"
                yield path, "OAM502", f'no step produces "{name}"', hint
            elif mode == "StepByStep" and order[id(producer)] > order[id(step)]:
                yield path, "OAM502", f'"{name}" is produced only later, by step "{producer.name}"', ""


def _puts_variables(step: Step, templates: Templates) -> bool:
    if step.type in BUILT_IN:
        return False
    return any(
        isinstance(node, ast.SelectorExpr) and isinstance(node.sel, ast.Ident) and node.sel.name == "#DoVar"
        for node in walk(templates.tree(step.type))
    )
