"""Which workflow steps an application has, and what of it each deploy step renders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam import records
from oam.diagnostics import did_you_mean
from oam.errors import DefinitionError, DocumentError, RenderError
from oam.model.application import Policy, Step
from oam.model.strict import ANY, BOOL, INT64, STRING, ListOf, MapOf, Struct, check
from oam.render.given import Given
from pycue.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oam.definition.library import Library
    from oam.errors import OamError
    from oam.model.application import Application, Workflow

__all__ = ["DEPLOY", "Deployment", "check_steps", "deployments", "implied_steps", "workflow_steps"]

DEPLOY = "deploy"
_ENVIRONMENT = "deploy2env"
_NEEDS_NO_DEFINITION = frozenset(("suspend", "apply-component", "builtin-apply-component", "step-group", DEPLOY))

_SELECTOR = Struct("v1alpha1.ComponentSelector", {"components": ListOf(STRING)})
_CLUSTERS = Struct("v1alpha1.ClusterSelector", {"name": STRING, "labels": MapOf(STRING)})
_NAMESPACES = Struct("v1alpha1.NamespaceSelector", {"name": STRING, "labels": MapOf(STRING)})
_PLACEMENT = Struct("v1alpha1.EnvPlacement", {"clusterSelector": _CLUSTERS, "namespaceSelector": _NAMESPACES})
_ENV = Struct("v1alpha1.EnvConfig", {"name": STRING, "placement": _PLACEMENT, "selector": _SELECTOR, "patch": ANY})
_ENVS = Struct("v1alpha1.EnvBindingSpec", {"envs": ListOf(_ENV)})
_DEPLOY = Struct(
    "DeployWorkflowStepSpec",
    {
        "auto": BOOL,
        "policies": ListOf(STRING),
        "parallelism": INT64,
        "ignoreTerraformComponent": BOOL,
    },
)


@records.frozen
class Deployment:
    """One deploy step: its override policies in order, and its topology policies."""

    step: str
    overrides: tuple[Policy, ...]
    topologies: tuple[Policy, ...]


def workflow_steps(app: Application, workflows: Mapping[str, Workflow]) -> list[Step]:
    """The steps as written, or those that stand for an application without workflow.

    Raises:
        RenderError: a referenced workflow is missing, or an env-binding policy is malformed.
    """
    workflow = app.workflow
    if workflow is not None and workflow.ref:
        if workflow.steps:
            raise _failure("workflow ref and steps are exclusive", app.position(("spec", "workflow", "ref")))
        found = workflows.get(workflow.ref)
        if found is None:
            place, hint = app.position(("spec", "workflow", "ref")), did_you_mean(workflow.ref, workflows)
            raise _failure(f'workflows.core.oam.dev "{workflow.ref}" not found', place, hint)
        return list(found.steps)
    if workflow is not None and workflow.steps:
        return list(workflow.steps)
    return implied_steps(app)


def implied_steps(app: Application, *, environments: bool = True) -> list[Step]:
    """The steps of an application that has none.

    It deploys by its topology policies, else by its override policies, else (``environments``) by the environments of
    its env-binding policies, else it applies each component by a step.

    Raises:
        RenderError: an env-binding policy is malformed.
    """
    of_type = {type_: [p for p in app.policies if p.type == type_] for type_ in ("topology", "override", "env-binding")}
    overrides = [policy.name for policy in of_type["override"]]
    if of_type["topology"]:
        return [_deploy(f"deploy-{p.name}", [*overrides, p.name]) for p in of_type["topology"]]
    if overrides or any(component.type == "ref-objects" for component in app.components):
        return [_deploy("deploy", overrides)]
    if environments:
        steps = [step for policy in of_type["env-binding"] for step in _environments(app, policy)]
        if steps:
            return steps
    return [Step(component.name, "apply-component", {"component": component.name}) for component in app.components]


def _deploy(name: str, policies: list[str]) -> Step:
    return Step(name, DEPLOY, {"policies": policies})


def _environments(app: Application, policy: Policy) -> list[Step]:
    properties = policy.properties or {}
    try:
        check(properties, _ENVS, lenient=True)
    except DocumentError as error:
        place = app.position((*policy.path, "properties", *_steps(error.diagnostics[0].path)))
        raise _failure(f"generate step failed in WorkflowStepGenerator : {error.text}", place) from None
    names = [str(env.get("name") or "") for env in properties.get("envs") or [] if env]
    return [Step(f"deploy-{policy.name}-{name}", _ENVIRONMENT, {"policy": policy.name, "env": name}) for name in names]


def _steps(path: Sequence[str]) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdigit() else step for step in path)


def check_steps(app: Application, steps: Sequence[Step], library: Library, namespace: str) -> list[RenderError]:
    """Every step needs a definition, save the built-in ones; gives the failures.

    Environments are deployed by clusters alone: the well-known definition does not serve here, as nothing of what it
    deploys would be rendered.
    """
    failures = []
    for step in _flat(steps):
        if step.type in _NEEDS_NO_DEFINITION:
            continue
        try:
            found = library.find("WorkflowStepDefinition", step.type, namespace)
            if step.type == _ENVIRONMENT and not any(own is found for own in library):
                missing = f'workflowstepdefinitions.core.oam.dev "{step.type}" not found'
                raise DefinitionError(missing, code="oam.definition.missing")
        except DefinitionError as error:
            hint, place = error.diagnostics[0].help, Given(app, step).at(("type",))
            text = f"failed to get workflow step definition {step.type}: {error.text}"
            failures.append(_failure(text, place, hint))
    return failures


def deployments(
    app: Application, steps: Sequence[Step], external: Mapping[str, Policy], failures: list[OamError]
) -> list[Deployment]:
    """What the deploy steps deploy.

    Args:
        app: the application.
        steps: its steps, groups included.
        external: policies that are no part of the application, by name.
        failures: gets an error for each step that is malformed and each unknown policy.
    """
    own = {policy.name: policy for policy in app.policies}
    out = []
    for step in _flat(steps):
        if step.type != DEPLOY:
            continue
        properties = step.properties or {}
        try:
            check(properties, _DEPLOY)
        except DocumentError as error:
            place = app.position((*step.path, "properties", *_steps(error.diagnostics[0].path)))
            text = f"invalid WorkflowStep {step.name}: {error.text}"
            failures.append(RenderError(text, code="oam.render.step", position=place))
            continue
        chosen = []
        for index, name in enumerate(properties.get("policies") or []):
            found = own.get(name) or external.get(name)
            if found is not None:
                chosen.append(found)
                continue
            text = f"failed to parsePolicies: external policy {name} not found"
            place = Given(app, step).at(("properties", "policies", index))
            hint = did_you_mean(name, [*own, *external])
            entry = Diagnostic(text, code="oam.render.policy", position=place, help=hint)
            failures.append(RenderError(text, diagnostics=[entry]))
        out.append(
            Deployment(
                step.name,
                tuple(policy for policy in chosen if policy.type == "override"),
                tuple(policy for policy in chosen if policy.type == "topology"),
            )
        )
    return out


def _flat(steps: Sequence[Step]) -> list[Step]:
    return [item for step in steps for item in (step, *_flat(step.sub_steps))]


def _failure(text: str, position: Any = None, hint: str = "") -> RenderError:
    entry = Diagnostic(text, code="oam.render.steps", position=position, help=hint)
    return RenderError(f"failed to parseWorkflowSteps: {text}", code="oam.render.steps", diagnostics=[entry])
