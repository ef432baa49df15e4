"""Rendering of whole applications."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from oam import records
from oam.definition.profile import STANDARD, Profile
from oam.definition.vet import hard_faults
from oam.errors import DefinitionError, Failures, OamError, RenderError, warning
from oam.render.component import ComponentRendering, RenderedComponent, parameter_faults, strangers
from oam.render.context import Surroundings, component_list
from oam.render.deploy import check_steps, deployments, workflow_steps
from oam.render.given import Given
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
    from oam.render.deploy import Deployment
    from oam.render.template import Template
    from oam.render.trace import Trace
    from pycue import Context, Limits
    from pycue.errors import Diagnostic
    from pycue.source import Position

__all__ = ["Placement", "RenderedApplication", "Renderer"]

_COMPONENTS = "cannot generate manifests from components and traits: "
NEEDS_NO_PROPERTIES = frozenset(("debug",))


@records.define
class Placement:
    """One rendering of the components: ``title`` is the application's name with what was applied to it."""

    title: str
    components: list[RenderedComponent]


@records.define
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
        decided: told of each condition in a template that is decided; see :class:`pycue.Context`.
        compiler: shared with others; one of its own, with these packages and limits, unless given.
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
        decided: Callable[[Position, bool], None] | None = None,
        compiler: TemplateCompiler | None = None,
    ) -> None:
        self.http = http
        self.trace = trace
        self.library = library
        self._listed: tuple[dict[str, Any], list[dict[str, Any]]] | None = None
        self.profile = profile
        self.compiler = compiler or TemplateCompiler(
            packages=packages, allow_unused_imports=profile.historic, limits=limits, decided=decided
        )

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

    def components(
        self, app: Application, around: Surroundings, warnings: list[Diagnostic], failures: list[OamError]
    ) -> list[RenderedComponent]:
        """Render all components: first the templates of all of them, then their objects, as errors come in this order.

        Args:
            app: the application.
            around: place and time.
            warnings: gets what looks wrong.
            failures: gets what is wrong; components that have failed are not among the result.
        """
        for component in app.components:
            warnings += strangers(self, app, component, around.namespace)
        started = [self._begin_with_traits(app, component, around, failures) for component in app.components]
        finished = []
        for rendering in started:
            if rendering is None:
                continue
            try:
                finished.append(rendering.finish())
            except RenderError as error:
                failures.append(_within(_COMPONENTS, error))
            warnings += rendering.warnings
        by_name = {component.name: component for component in finished}
        seen: set[str] = set()
        for component in app.components:  # all of one name become what the last one is
            if component.name in seen:
                text = f'several components have the same name "{component.name}"'
                warnings.append(warning("OAM240", text, position=Given(app, component).at(("name",))))
            seen.add(component.name)
        return [by_name[component.name] for component in finished]

    def _begin_with_traits(
        self, app: Application, component: Component, around: Surroundings, failures: list[OamError]
    ) -> ComponentRendering | None:
        """A component with its traits; None where something failed, and then of the rest what can be told."""
        rendering = None
        for index, trait in enumerate((None, *component.traits)):
            try:
                if trait is None:
                    rendering = self.begin(app, component, around)
                elif rendering is not None:
                    rendering.add_trait(trait)
            except OamError as error:
                failures.append(_within(_COMPONENTS, error) if isinstance(error, RenderError) else error)
                for other in component.traits[index:]:
                    found = parameter_faults(self, app, component.name, other, around.namespace)
                    failures += [_within(_COMPONENTS, found)] if found is not None else []
                return None
        return rendering

    def application(
        self,
        app: Application,
        around: Surroundings,
        *,
        policies: Mapping[str, Policy] | None = None,
        workflows: Mapping[str, Workflow] | None = None,
        warnings: list[Diagnostic] | None = None,
    ) -> RenderedApplication:
        """Render an application as its deploy steps would deploy it, without regard to clusters.

        Args:
            app: the application.
            around: place and time.
            policies: policies that are no part of the application, by name.
            workflows: Workflow objects by name.
            warnings: gets the warnings too, also those of a rendering that fails.

        Raises:
            OamError: nothing is rendered then; all that is wrong is told (:class:`oam.errors.Failures`).
        """
        warnings = [] if warnings is None else warnings
        failures: list[OamError] = []
        known = self._known(app, around.namespace, failures)
        self._check_policies(app, failures)
        chosen: list[Deployment] = []
        try:
            steps = workflow_steps(app, workflows or {})
            failures += check_steps(app, steps, self.library, around.namespace)
            chosen = deployments(app, steps, policies or {}, failures)
        except RenderError as error:
            failures.append(error)
        placements = []
        for deployment in chosen:
            try:
                changed = apply_overrides(known, deployment.overrides, self.profile, warnings)
            except RenderError as error:
                failures.append(error)
                continue
            rendered = self.components(self._known(changed, around.namespace, failures), around, warnings, failures)
            titles = [f"{app.name} with topology {policy.name}" for policy in deployment.topologies]
            placements += [
                Placement(title, rendered) for title in titles or [f"{app.name} only with override policies"]
            ]
        if not placements:
            placements.append(Placement(app.name, self.components(known, around, warnings, failures)))
        objects = self._policies(app, around, warnings, failures, placements[0].components)
        Failures.raise_any(failures)
        return RenderedApplication(app, placements, objects, warnings)

    def _known(self, app: Application, namespace: str, failures: list[OamError]) -> Application:
        """The application without what has no definition, which is a failure each."""
        components = []
        for component in app.components:
            name, type_ = component.name, component.type
            why = f'workloaddefinitions.core.oam.dev "{type_}" not found'
            text = f"fetch component/policy type of {name}: "
            text += f'cannot load template "{type_}" from cluster and provided ones: '
            text += f"load template from component definition [{type_}] : {why}"
            place = Given(app, component).at(("type",))
            known = self._require(self.component_definition, type_, namespace, text, place, failures)
            traits = []
            for trait in component.traits:
                text = f"component({name}) parse trait({trait.type}): trait definition of {trait.type} not found"
                place = Given(app, trait).at(("type",))
                if self._require(self.trait_definition, trait.type, namespace, text, place, failures):
                    traits.append(trait)
            if known:
                changed = len(traits) < len(component.traits)
                components.append(records.evolve(component, traits=tuple(traits)) if changed else component)
        same = len(components) == len(app.components) and all(map(operator.is_, components, app.components))
        return app if same else records.evolve(app, components=tuple(components))

    @staticmethod
    def _require(
        find: Callable[[str, str], Definition],
        type_: str,
        namespace: str,
        text: str,
        place: Position | None,
        failures: list[OamError],
    ) -> bool:
        try:
            find(type_, namespace)
        except DefinitionError as error:
            hint = error.diagnostics[0].help
            text = f"failed to parseComponents: {text}"
            failures.append(OamError(text, code="oam.definition.missing", position=place, help=hint))
            return False
        return True

    def _check_policies(self, app: Application, failures: list[OamError]) -> None:
        for policy in app.policies:
            if policy.type not in NEEDS_NO_PROPERTIES and policy.properties is None:
                text = f"policy {policy.type} named {policy.name} must not have empty properties"
                place = Given(app, policy).at(())
                failures.append(OamError(f"failed to parsePolicies: {text}", code="oam.render.policy", position=place))

    def _policies(
        self,
        app: Application,
        around: Surroundings,
        warnings: list[Diagnostic],
        failures: list[OamError],
        components: Sequence[RenderedComponent],
    ) -> list[dict[str, Any]]:
        objects = []
        incomplete = bool(failures)  # then what policies say of components means nothing
        for policy in app.policies:
            own = self.profile.historic and self.library.get("PolicyDefinition", policy.type, around.namespace)
            if policy.type in BUILT_IN and not own:
                continue
            try:
                objects += render_policy(self, app, policy, around, warnings, components)
            except RenderError as error:
                if not incomplete or any(item.path[:1] == ("parameter",) for item in error.diagnostics):
                    failures.append(_within("cannot generate manifests from policies: ", error))
            except DefinitionError as error:
                failures.append(_placed(error, Given(app, policy).at(("type",))))
        return objects


def _placed(error: DefinitionError, place: Position | None) -> DefinitionError:
    """The error at a place in the application."""
    first = error.diagnostics[0]
    return DefinitionError(error.text, code=first.code, position=place or first.position, help=first.help)


def _within(prefix: str, error: RenderError) -> RenderError:
    return RenderError(prefix + error.text, diagnostics=error.diagnostics)
