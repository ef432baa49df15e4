"""From an application to the steps of its workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.errors import OamError
from oam.render.deploy import implied_steps
from oam.workflow.handlers import place_handlers
from oam.workflow.model import Input, Mode, Output, Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oam.model import Application, Component

__all__ = ["Plan", "WorkflowError", "generate"]

_APPLY = "apply-component"

Plan = tuple[list[Step], Mode, Mode]
"""Steps, how to go through them, how to go through the sub-steps of a group."""


class WorkflowError(OamError):
    """An application's workflow cannot be made."""


def generate(application: Application, workflow: Mapping[str, Any] | None = None, *, environments: bool = True) -> Plan:
    """The plan of an application.

    Args:
        application: its steps, or what it implies without steps, see :func:`oam.render.deploy.implied_steps`.
        workflow: the spec of the Workflow object that it refers to.
        environments: whether env-binding policies imply steps.

    Raises:
        WorkflowError: a step names a component that is not there, or the mode is none.
        RenderError: a policy that implies steps is malformed.
    """
    given = application.workflow
    source: Mapping[str, Any] = workflow or (application.raw["spec"].get("workflow") if given else None) or {}
    steps = [Step.from_dict(step) for step in source.get("steps") or []]
    last = [Step.from_dict(step) for step in source.get("finally") or []]
    mode, sub_mode = (Mode.STEP_BY_STEP if given else Mode.DAG), Mode.DAG
    wanted = source.get("mode") or {}
    try:
        mode, sub_mode = Mode(wanted.get("steps") or mode), Mode(wanted.get("subSteps") or sub_mode)
    except ValueError as error:
        raise WorkflowError(f"workflow mode: {error}", code="oam.workflow.mode") from error
    if not steps:
        steps = _implied(application, environments)
    _name(steps, "step")
    _name(last, "finally")
    steps = place_handlers(steps, last)
    every = [entry for step in steps for entry in (step, *step.sub_steps)]
    applied = {str((step.properties or {}).get("component")): step.name for step in every if step.type == _APPLY}
    for step in every:
        _resolve_component(application, step, applied)
    return steps, mode, sub_mode


def _name(steps: list[Step], prefix: str) -> None:
    """Steps without a name get one by their place."""
    for at, step in enumerate(steps, 1):
        step.name = step.name or f"{prefix}-{at}"
        _name(step.sub_steps, step.name)
        _name(step.on_failure, f"{step.name}-failure")


def _implied(application: Application, environments: bool) -> list[Step]:
    """Steps that apply components wait for those that the components depend on."""
    needed = {component.name: list(component.depends_on) for component in application.components}
    return [
        Step(
            step.name,
            step.type,
            depends_on=needed[step.name] if step.type == _APPLY else [],
            properties=step.properties,
        )
        for step in implied_steps(application, environments=environments)
    ]


def _resolve_component(application: Application, step: Step, applied: Mapping[str, str]) -> None:
    """Give an ``apply-component`` step the component itself, with the component's inputs and outputs.

    A component that depends on another makes its step wait for the step that applies the other (``applied``).
    """
    if step.type != _APPLY:
        return
    properties = step.properties or {}
    name = properties.get("component")
    component = next((entry for entry in application.components if entry.name == name), None)
    if component is None:
        raise WorkflowError(f"component {name} not found", code="oam.workflow.component")
    value = {key: item for key, item in component.raw.items() if key not in ("inputs", "outputs", "dependsOn")}
    step.properties = {
        "value": value,
        "cluster": properties.get("cluster") or "",
        "namespace": properties.get("namespace") or "",
    }
    step.inputs += [Input(entry["from"], _value_key(entry.get("parameterKey") or "")) for entry in component.inputs]
    step.outputs += [Output(entry["name"], entry["valueFrom"]) for entry in component.outputs]
    needed = [applied.get(other, other) for other in component.depends_on]
    step.depends_on += [other for other in needed if other not in step.depends_on]
    _check_dependencies(application, component)


def _value_key(key: str) -> str:
    """Where a component's input goes in the step's parameter."""
    if key and not key.startswith(("properties", "traits[")):
        key = f"properties.{key}"
    return f"value.{key}" if key else ""


def _check_dependencies(application: Application, component: Component) -> None:
    names: Sequence[str] = [entry.name for entry in application.components]
    for other in component.depends_on:
        if other not in names:
            raise WorkflowError(
                f"component {other} not found, which is depended by {component.name}",
                code="oam.workflow.component",
                position=application.position((*component.path, "dependsOn")),
            )
