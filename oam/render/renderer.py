"""Rendering of whole applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.definition.profile import STANDARD, Profile
from oam.definition.vet import hard_faults
from oam.errors import DefinitionError, OamError, RenderError, warning
from oam.render.component import ComponentRendering, RenderedComponent
from oam.render.context import Surroundings, component_list
from oam.render.deploy import check_steps, deployments, workflow_steps
from oam.render.override import apply_overrides
from oam.render.policy import BUILT_IN, render_policy
from oam.render.template import TemplateCompiler
from pycue.errors import CompileError
from pycue.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from oam.definition.definition import Definition
    from oam.definition.library import Library
    from oam.model.application import Application, Component, Policy, Workflow
    from oam.ports import HttpClient
    from oam.render.template import Template
    from oam.render.trace import Trace
    from pycue import Context, Limits
    from pycue.errors import Diagnostic
    from pycue.source import Position

__all__ = ["Placement", "RenderedApplication", "Renderer"]

NEEDS_NO_PROPERTIES = frozenset(("debug",))


@attrs.define
class Placement:
    """One rendering of the components: ``title`` is the application's name with what was applied to it."""

    title: str
    components: list[RenderedComponent]


@attrs.define
class RenderedApplication:
    """All objects of an application."""

    app: Application
    placements: list[Placement]
    policies: list[dict[str, Any]]
    warnings: list[Diagnostic]


class Renderer:
    """Renders components, policies and applications with the definitions of a library.

    Args:
        library: where definitions are looked up.
        profile: how to treat what the reference does in an odd way.
        packages: CUE text of packages that templates may import besides the standard ones.
        http: how traits with a ``processing`` section reach the network; None denies it.
        limits: budgets of each evaluation.
        trace: takes notes of how everything is rendered; nobody does where it is None.
    """

    def __init__(
        self,
        library: Library,
        *,
        profile: Profile = STANDARD,
        packages: Mapping[str, str] | Callable[[str], str | None] | None = None,
        http: HttpClient | None = None,
        limits: Limits | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.http = http
        self.trace = trace
        self.library = library
        self._listed: tuple[dict[str, Any], list[dict[str, Any]]] | None = None
        self.profile = profile
        self.compiler = TemplateCompiler(packages=packages, allow_unused_imports=profile.historic, limits=limits)

    @property
    def cue(self) -> Context:
        """The context in which values are made."""
        return self.compiler.context

    def component_list(self, app: Application) -> list[dict[str, Any]]:
        """All components of an application as templates see them; made once while it is the same application."""
        if self._listed is None or self._listed[0] is not app.raw:
            self._listed = (app.raw, component_list(app))
        return self._listed[1]

    # ---- definitions

    def component_definition(self, type_: str, namespace: str) -> Definition:
        """The definition of a component type; of old, a workload definition."""
        found = self.library.get("ComponentDefinition", type_, namespace)
        found = found or self.library.get("WorkloadDefinition", type_, namespace)
        return found or self.library.find("ComponentDefinition", type_, namespace)

    def trait_definition(self, type_: str, namespace: str) -> Definition:
        """The definition of a trait."""
        return self.library.find("TraitDefinition", type_, namespace)

    def policy_definition(self, type_: str, namespace: str) -> Definition:
        """The definition of a policy."""
        return self.library.find("PolicyDefinition", type_, namespace)

    def compile(self, definition: Definition, declare: Sequence[str]) -> Template:
        """The compiled template of a definition, with fields declared as its kind asks.

        A definition without CUE template has an empty one.

        Raises:
            CompileError: the template refers to unknown names or packages.
            DefinitionError: the template can never be compiled.
        """
        file = definition.template
        if file is None:
            file = definition.template = ast.File(definition.name, [])
        try:
            return self.compiler.compile(file, declare)
        except CompileError as error:
            hard = hard_faults(error)
            if not hard:
                raise
            text = f"failed to parse CUE for definition: {CompileError(hard)}"
            raise DefinitionError(text, code="oam.definition.template", position=hard[0].position) from None

    # ---- rendering

    def begin(self, app: Application, component: Component, around: Surroundings) -> ComponentRendering:
        """Evaluate a component's own template; traits and patches follow (see :class:`ComponentRendering`)."""
        return ComponentRendering(self, app, component, around)

    def component(self, app: Application, component: Component, around: Surroundings) -> RenderedComponent:
        """Render one component with its traits."""
        rendering = self.begin(app, component, around)
        rendering.add_traits()
        return rendering.finish()

    def components(self, app: Application, around: Surroundings, warnings: list[Diagnostic]) -> list[RenderedComponent]:
        """Render all components: first the templates of all of them, then their objects, as errors come in this order.

        Raises:
            RenderError: the first failure.
        """
        try:
            started = []
            for component in app.components:
                rendering = self.begin(app, component, around)
                rendering.add_traits()
                started.append(rendering)
            finished = [rendering.finish() for rendering in started]
        except RenderError as error:
            raise _within("cannot generate manifests from components and traits: ", error) from None
        for rendering in started:
            warnings += rendering.warnings
        by_name = {component.name: component for component in finished}
        if len(by_name) < len(finished):  # all of one name become what the last one is
            text = "several components have the same name"
            warnings.append(warning("oam.render.duplicate", text, position=app.position(("spec", "components"))))
        return [by_name[component.name] for component in finished]

    def application(
        self,
        app: Application,
        around: Surroundings,
        *,
        policies: Mapping[str, Policy] | None = None,
        workflows: Mapping[str, Workflow] | None = None,
    ) -> RenderedApplication:
        """Render an application as its deploy steps would deploy it, without regard to clusters.

        Args:
            app: the application.
            around: place and time.
            policies: policies that are no part of the application, by name.
            workflows: Workflow objects by name.

        Raises:
            OamError: the first failure; nothing is rendered then.
        """
        warnings: list[Diagnostic] = []
        self._check_types(app, around.namespace)
        self._check_policies(app)
        steps = workflow_steps(app, workflows or {})
        check_steps(steps, self.library, around.namespace)
        placements = []
        for deployment in deployments(app, steps, policies or {}):
            changed = apply_overrides(app, deployment.overrides, self.profile, warnings)
            rendered = self.components(changed, around, warnings)
            titles = [f"{app.name} with topology {policy.name}" for policy in deployment.topologies]
            placements += [
                Placement(title, rendered) for title in titles or [f"{app.name} only with override policies"]
            ]
        if not placements:
            placements.append(Placement(app.name, self.components(app, around, warnings)))
        policies_made = self._policies(app, around, warnings, placements[0].components)
        return RenderedApplication(app, placements, policies_made, warnings)

    def _check_types(self, app: Application, namespace: str) -> None:
        for component in app.components:
            name, type_ = component.name, component.type
            why = f'workloaddefinitions.core.oam.dev "{type_}" not found'
            text = f"fetch component/policy type of {name}: "
            text += f'cannot load template "{type_}" from cluster and provided ones: '
            text += f"load template from component definition [{type_}] : {why}"
            self._require(self.component_definition, type_, namespace, text, app.position((*component.path, "type")))
            for trait in component.traits:
                text = f"component({name}) parse trait({trait.type}): trait definition of {trait.type} not found"
                self._require(self.trait_definition, trait.type, namespace, text, app.position((*trait.path, "type")))

    @staticmethod
    def _require(
        find: Callable[[str, str], Definition], type_: str, namespace: str, text: str, place: Position | None
    ) -> None:
        try:
            find(type_, namespace)
        except DefinitionError as error:
            hint = error.diagnostics[0].help
            text = f"failed to parseComponents: {text}"
            raise OamError(text, code="oam.definition.missing", position=place, help=hint) from None

    def _check_policies(self, app: Application) -> None:
        for policy in app.policies:
            if policy.type not in NEEDS_NO_PROPERTIES and policy.properties is None:
                text = f"policy {policy.type} named {policy.name} must not have empty properties"
                place = app.position(policy.path)
                raise OamError(f"failed to parsePolicies: {text}", code="oam.render.policy", position=place)

    def _policies(
        self,
        app: Application,
        around: Surroundings,
        warnings: list[Diagnostic],
        components: Sequence[RenderedComponent],
    ) -> list[dict[str, Any]]:
        objects = []
        for policy in app.policies:
            own = self.profile.historic and self.library.get("PolicyDefinition", policy.type, around.namespace)
            if policy.type in BUILT_IN and not own:
                continue
            try:
                objects += render_policy(self, app, policy, around, warnings, components)
            except RenderError as error:
                raise _within("cannot generate manifests from policies: ", error) from None
        return objects


def _within(prefix: str, error: RenderError) -> RenderError:
    return RenderError(prefix + error.text, diagnostics=error.diagnostics)
