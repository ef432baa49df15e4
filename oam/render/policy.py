"""Rendering of policies that make objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam import records
from oam.errors import OamError
from oam.render import contract
from oam.render.context import policy_context
from oam.render.failures import About, brief, faults, grouped, package_faults
from oam.render.objects import sorted_keys, to_object
from pycue.errors import CompileError, CueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.model.application import Application, Policy
    from oam.render.component import RenderedComponent
    from oam.render.context import Surroundings
    from oam.render.renderer import Renderer
    from pycue import Value
    from pycue.errors import Diagnostic

__all__ = ["BUILT_IN", "RenderedPolicy", "evaluate_policy", "render_policy"]

BUILT_IN = frozenset(
    (
        "topology",
        "override",
        "replication",
        "garbage-collect",
        "apply-once",
        "shared-resource",
        "take-over",
        "read-only",
        "resource-update",
        "env-binding",
        "debug",
    )
)
"""Policies that steer the engine and make no objects."""


@records.frozen
class RenderedPolicy:
    """What a policy makes: its template, filled, and its objects with their key under ``outputs``, or ``""``."""

    root: Value
    objects: list[tuple[str, dict[str, Any]]]


def render_policy(
    renderer: Renderer,
    app: Application,
    policy: Policy,
    around: Surroundings,
    warnings: list[Diagnostic],
    components: Sequence[RenderedComponent] = (),
) -> list[dict[str, Any]]:
    """The objects of a policy, labelled and named: its ``output``, then its ``outputs`` in order.

    Raises:
        RenderError: the template does not evaluate to objects.
        DefinitionError: there is no such definition.
    """
    if renderer.policy_definition(policy.type, around.namespace).attribute("scope") == "Application":
        return []
    return [data for _, data in evaluate_policy(renderer, app, policy, around, warnings, components).objects]


def evaluate_policy(
    renderer: Renderer,
    app: Application,
    policy: Policy,
    around: Surroundings,
    warnings: list[Diagnostic],
    components: Sequence[RenderedComponent] = (),
) -> RenderedPolicy:
    """Like :func:`render_policy`; one that transforms the application (scope ``Application``) has no objects.

    Raises:
        RenderError: the template does not evaluate to objects.
        DefinitionError: there is no such definition.
    """
    definition = renderer.policy_definition(policy.type, around.namespace)
    prefix = f"evaluate base template policy={policy.name} app={app.name}: "
    heading = f"{prefix}validation failed for policy {policy.name}"
    about = About(f"policy {policy.name}", app, policy, definition)
    try:
        template = renderer.compile(definition, ("context", "parameter"))
    except CompileError as error:
        raise grouped(heading, package_faults(error.diagnostics), about=about) from None
    warnings += template.warnings
    context = policy_context(app, policy, around, _artifacts(components))
    parameter, narrowed = sorted_keys(policy.properties or {}), template.narrowed(context)
    root = template.fill(parameter=parameter, context=narrowed, places=about.given.property)
    fault = root.error()
    if fault is not None:
        raise grouped(heading, faults(root, fault), about=about)
    warnings += about.strangers(template.declaration, policy.properties)
    objects: list[tuple[str, dict[str, Any]]] = []
    if definition.attribute("scope") == "Application":
        return RenderedPolicy(root, objects)
    outputs = ((selector.name, value) for selector, value in root.lookup("outputs").fields())
    for name, value in (("", root.lookup("output")), *outputs):
        if not value.exists():
            continue
        data = _object(value, prefix, about)
        contract.label_policy(data, app.name, policy.name, around.app_revision)
        data["metadata"].setdefault("name", policy.name)
        contract.set_namespace(data, around.namespace)
        objects.append((name, data))
        if renderer.trace is not None:
            renderer.trace.policies.append((policy, value, data))
    return RenderedPolicy(root, objects)


def _artifacts(components: Sequence[RenderedComponent]) -> dict[str, Any]:
    """The objects of components: ``<component>.workload`` and ``<component>.traits.<type>.<resource>``."""
    out: dict[str, Any] = {}
    for component in components:
        traits: dict[str, Any] = {}
        for item in component.auxiliaries:
            traits.setdefault(item.trait, {})[item.resource] = item.data
        out[component.name] = {"workload": component.workload, **({"traits": traits} if traits else {})}
    return out


def _object(value: Value, prefix: str, about: About) -> dict[str, Any]:
    try:
        return to_object(value)
    except OamError as error:
        raise about.failure(prefix + error.text, error.diagnostics, code="oam.render.object") from None
    except CueError as error:
        text = f"{prefix}failed to have the workload/trait unstructured: {brief(error)}"
        raise about.failure(text, error.diagnostics, code="oam.render.object") from None
