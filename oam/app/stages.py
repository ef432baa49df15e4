"""The stages that an application passes before its workflow begins; one that fails shows as a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.errors import OamError, RenderError
from oam.model.shape import POLICIES, Sort, faults, sort_at
from oam.render.deploy import implied_steps
from oam.render.policy import BUILT_IN as BUILT_IN_POLICIES
from oam.workflow.generate import WorkflowError, generate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oam.definition import Library
    from oam.model import Application
    from oam.workflow.generate import Plan
    from oam.workflow.template import Templates
    from pycue.source import Position

__all__ = ["StageError", "check_policies", "check_types", "missing_workflow", "plan"]


class StageError(OamError):
    """A stage cannot be passed for now.

    Attributes:
        condition: type of the condition that says so.
        phase: of the application.
    """

    def __init__(self, message: str, condition: str, phase: str, position: Position | None = None) -> None:
        super().__init__(message, code=f"oam.stage.{condition.lower()}", position=position)
        self.condition = condition
        self.phase = phase

    def status(self) -> dict[str, str]:
        """As ``.status.conditions`` has it."""
        return {"type": self.condition, "status": "False", "reason": "ReconcileError", "message": self.text}


_STRUCTS = {
    "garbage-collect": ("GarbageCollectPolicySpec", "parse garbage-collect policy"),
    "apply-once": ("ApplyOncePolicySpec", "parse apply-once policy"),
    "read-only": ("ReadOnlyPolicySpec", "parse read-only policy"),
    "take-over": ("TakeOverPolicySpec", "parse take-over policy"),
    "shared-resource": ("SharedResourcePolicySpec", "parse shared-resource policy"),
    "resource-update": ("ResourceUpdatePolicySpec", "parse resource-update policy"),
}
_GO_TYPES: dict[str, str] = {"text": "string", "number": "int", "truth": "bool"}
_JSON_TYPES: dict[type, str] = {
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
}


def check_policies(application: Application) -> None:
    """Look at the properties of policies that steer objects. Raises :class:`StageError` in the controller's words."""
    for policy in application.policies:
        if policy.type not in _STRUCTS or policy.type not in POLICIES:
            continue
        shape, (struct, doing) = POLICIES[policy.type], _STRUCTS[policy.type]
        properties = policy.properties or {}
        for path, _, _ in faults(properties, shape):
            wanted = sort_at(shape, path)
            if wanted is None:
                continue
            fields = ".".join(part for part in path if isinstance(part, str))
            found = _JSON_TYPES.get(type(_value_at(properties, path)), "null")
            head = f"failed to create resourceKeeper: failed to parse resource policy: failed to {doing}"
            into = f"json: cannot unmarshal {found} into Go struct field {struct}.{fields} of type {_go_type(wanted)}"
            raise StageError(f"{head}: failed to unmarshal *v1alpha1.{struct}: {into}", "Synced", "starting")


def check_types(
    application: Application,
    library: Library,
    templates: Templates,
    namespace: str,
    steps: Mapping[str, Any] | None,
    environments: bool,
) -> None:
    """Look for the definitions of all types that an application uses.

    Args:
        application: its components, traits, policies and steps.
        library: where definitions are.
        templates: of step types.
        namespace: of the application.
        steps: spec of the Workflow object it refers to.
        environments: whether env-binding policies imply steps.

    Raises:
        StageError: one is not there.
    """
    for component in application.components:
        if library.get("ComponentDefinition", component.type, namespace) is None:
            missing = f'WorkloadDefinition.core.oam.dev "{component.type}" not found'
            what = f"fetch component/policy type of {component.name}"
            template = f"load template from component definition [{component.type}] "
            raise _unparsed(f"failed to parseComponents: {what}: {template}: {missing}")
        for trait in component.traits:
            if library.get("TraitDefinition", trait.type, namespace) is None:
                text = f"trait definition of {trait.type} not found"
                raise _unparsed(
                    f"failed to parseComponents: component({component.name}) parse trait({trait.type}): {text}"
                )
    for type_ in _step_types(application, steps, environments):
        if not templates.has(type_):
            missing = f'WorkflowStepDefinition.core.oam.dev "{type_}" not found'
            text = f"failed to get workflow step definition {type_}: {missing}"
            raise _unparsed(f"failed to parseWorkflowSteps: {text}")
    for policy in application.policies:
        known = policy.type in BUILT_IN_POLICIES or library.get("PolicyDefinition", policy.type, namespace)
        if not known:
            missing = f'PolicyDefinition.core.oam.dev "{policy.type}" not found'
            raise _unparsed(f"failed to parsePolicies: fetch component/policy type of {policy.name}: {missing}")


def _step_types(application: Application, steps: Mapping[str, Any] | None, environments: bool) -> Iterator[str]:
    """Types of all steps, those of groups included, written or implied."""
    workflow = steps if steps is not None else application.raw["spec"].get("workflow") or {}
    written = workflow.get("steps") or []
    for step in (*written, *(workflow.get("finally") or [])):
        for entry in (step, *(step.get("subSteps") or []), *(step.get("onFailure") or [])):
            yield str(entry.get("type"))
    if not written:
        try:
            implied = implied_steps(application, environments=environments)
        except RenderError as error:
            raise _unparsed(error.text) from error
        yield from (step.type for step in implied)


def plan(application: Application, workflow: Mapping[str, Any] | None, environments: bool = True) -> Plan:
    """The workflow's plan, see :func:`oam.workflow.generate.generate`. Raises :class:`StageError`."""
    try:
        return generate(application, workflow, environments=environments)
    except RenderError as error:
        raise _unparsed(error.text) from error
    except WorkflowError as error:
        text = f"convert step: convert [apply-component]: {error.text}"
        place = error.diagnostics[0].position if error.diagnostics else None
        raise StageError(text, "Workflow", "workflowFailed", place) from error


def _unparsed(text: str) -> StageError:
    return StageError(text, "Parsed", "rendering")


def missing_workflow(application: Application, name: str) -> StageError:
    """The application refers to a Workflow object that is not there."""
    text = f'failed to parseWorkflowSteps: Workflow.core.oam.dev "{name}" not found'
    return StageError(text, "Parsed", "rendering", application.position(("spec", "workflow", "ref")))


def _go_type(sort: Sort) -> str:
    return _GO_TYPES.get(sort, "map[string]interface {}") if isinstance(sort, str) else "[]string"


def _value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        data = data[part]
    return data
