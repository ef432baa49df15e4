"""What is checked before anything is changed: what cannot work is refused, with the place of the mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.app.kit import Kit
from oam.app.references import REF_OBJECTS
from oam.app.wiring import check_steps
from oam.definition.declaration import Declaration
from oam.errors import DefinitionError, Finding, OamError, RenderError, warning
from oam.model.shape import APPLICATION, POLICIES, SERVED_APPLICATION, UNKNOWN_FIELD, faults
from oam.render.context import Surroundings
from oam.render.hints import Hints
from oam.render.policy import BUILT_IN as BUILT_IN_POLICIES
from oam.render.policy import render_policy
from oam.workflow.template import BUILT_IN
from pycue.errors import CueError, Diagnostic
from pycue.source import Position, Source
from pycue.syntax import token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oam.app.bundle import Bundle
    from oam.definition import Definition, Library, Profile
    from oam.model import Application, Step
    from oam.render import Renderer
    from pycue.syntax.ast import File

__all__ = ["AdmissionError", "admit", "admit_as_server", "review_steps"]

Path = tuple[str | int, ...]


class AdmissionError(OamError):
    """An application is refused; nothing was changed."""

    @property
    def text(self) -> str:
        """One mistake is its message; several are listed, each with its place."""
        if len(self.diagnostics) == 1:
            return self.diagnostics[0].message
        lines = [f"{len(self.diagnostics)} mistakes in the application:"]
        for fault in self.diagnostics:
            lines += ["", f"  {fault.message}", *(f"      {position!r}" for position in fault.positions())]
            if fault.help:
                lines.append(f"      hint: {fault.help}")
        return "\n".join(lines)


def admit(bundle: Bundle, kit: Kit, namespace: str) -> list[Diagnostic]:
    """Check all applications of a bundle; gives warnings.

    Raises:
        OamError: the first mistakes found, all of one application's of one sort together.
    """
    warnings = list(bundle.warnings)
    for application in bundle.applications:
        admission = _Admission(application, kit, application.namespace or namespace)
        admission.run()
        warnings += admission.warnings
    return warnings


def admit_as_server(bundle: Bundle) -> None:
    """Refuse only what KubeVela's API server refuses: unknown fields of applications, components without workload.

    Raises:
        AdmissionError: in the server's words.
    """
    for definition in bundle.definitions:
        if definition.kind == "ComponentDefinition" and not definition.spec.get("workload"):
            text = f'The ComponentDefinition "{definition.name}" is invalid: spec.workload: Required value'
            raise AdmissionError(text, code="oam.application.shape", position=definition.position)
    for application in bundle.applications:
        for path, text, _ in faults(application.raw, SERVED_APPLICATION):
            if text == UNKNOWN_FIELD:
                head = 'Application in version "v1beta1" cannot be handled as a Application: strict decoding error'
                place = application.position(path)
                raise AdmissionError(
                    f'{head}: unknown field "{_dotted(path)}"', code="oam.application.shape", position=place
                )


def review_steps(application: Application, library: Library, namespace: str, profile: Profile) -> list[Finding]:
    """What would be refused in the steps of a workflow, as warnings; steps of unknown types are left out."""
    admission = _Admission(application, Kit(library, profile), namespace)
    return [Finding.of(item, severity="warning") for item in admission.review()]


class _Admission:
    """The checks of one application."""

    def __init__(self, application: Application, kit: Kit, namespace: str) -> None:
        self.application = application
        self.namespace = namespace
        self.warnings: list[Diagnostic] = []
        self._library = kit.library
        self._renderer = kit.renderer
        self._templates = kit.templates(namespace)
        self._faults: list[Diagnostic] = []

    def run(self) -> None:
        """All checks, the ones that others rely on first."""
        for check in (self._shape, self._names, self._types, self._properties, self._steps, self._rendering):
            check()
            if self._faults:
                raise AdmissionError(self._faults)

    def review(self) -> list[Diagnostic]:
        """All that is wrong with the steps, as far as their types are known."""
        try:
            self._steps()
            for step in self._all_steps():
                if step.type not in BUILT_IN:
                    self._known_in(self._templates.tree(step.type), step.path)
        except DefinitionError:
            pass  # told by those that render
        return [*self._faults, *self.warnings]

    def _fault(self, code: str, path: Path, text: str, help: str = "") -> None:
        place = self.application.position(path)
        self._faults.append(Diagnostic(f"{_dotted(path)}: {text}", code=code, position=place, help=help))

    # ---- shape, names and types

    def _shape(self) -> None:
        for path, text, hint in faults(self.application.raw, APPLICATION):
            self._fault("oam.application.shape", path, text, hint)
        for policy in self.application.policies if not self._faults else ():
            if policy.type in POLICIES:
                for path, text, hint in faults(policy.properties or {}, POLICIES[policy.type]):
                    self._fault("oam.application.shape", (*policy.path, "properties", *path), text, hint)

    def _names(self) -> None:
        if not self.application.name:
            self._fault("oam.application.name", ("metadata", "name"), "the application has no name")
        seen: set[str] = set()
        for component in self.application.components:
            if component.name in seen:
                self._fault("OAM240", (*component.path, "name"), f'duplicated component name "{component.name}"')
            seen.add(component.name)

    def _types(self) -> None:
        for component in self.application.components:
            self._find("ComponentDefinition", component.type, component.path)
            for trait in component.traits:
                self._find("TraitDefinition", trait.type, trait.path)
        for policy in self.application.policies:
            if policy.type not in BUILT_IN_POLICIES:
                self._find("PolicyDefinition", policy.type, policy.path)
        for step in self._all_steps():
            try:
                self._templates.definition(step.type)
            except DefinitionError as error:
                hint = error.diagnostics[0].help if error.diagnostics else ""
                self._fault("oam.definition.missing", (*step.path, "type"), error.text, hint)

    def _find(self, kind: str, name: str, path: Path) -> None:
        try:
            self._library.find(kind, name, self.namespace)
        except DefinitionError as error:
            hint = error.diagnostics[0].help if error.diagnostics else ""
            self._fault("oam.definition.missing", (*path, "type"), error.text, hint)

    # ---- properties

    def _properties(self) -> None:
        for component in self.application.components:
            self._known(self._library.find("ComponentDefinition", component.type, self.namespace), component.path)
            for trait in component.traits:
                self._known(self._library.find("TraitDefinition", trait.type, self.namespace), trait.path)
        for step in self._all_steps():
            if step.type in BUILT_IN:
                continue
            tree = self._templates.tree(step.type)
            self._known_in(tree, step.path)
            self._warn_references(tree)

    def _known(self, definition: Definition, path: Path) -> None:
        if definition.template is not None:
            self._known_in(definition.template, path)

    def _known_in(self, tree: File, path: Path) -> None:
        place: Any = self.application.raw
        for key in path:
            place = place[key]
        properties = place.get("properties")
        for below, hint in Declaration(tree).unknown(properties if isinstance(properties, dict) else {}):
            self._fault("OAM202", (*path, "properties", *below), "there is no such parameter", hint)

    def _warn_references(self, tree: File) -> None:
        for node, name, close in Declaration(tree).undeclared():
            offset = token.offset(node.pos)
            source = tree.source
            place = Position(source, offset) if isinstance(source, Source) and offset >= 0 else None
            hint = f'did you mean "{close}"?' if close else ""
            text = f'reference to undeclared parameter "{name}"'
            self.warnings.append(warning("OAM510", text, position=place, help=hint))

    # ---- workflow

    def _steps(self) -> None:
        for path, code, text, hint in check_steps(self.application, self._templates):
            self._fault(code, path, text, hint)
        for step in self._all_steps():
            if step.type in BUILT_IN:
                continue
            for diagnostic in self._parameter_faults(step):
                self._faults.append(diagnostic)

    def _parameter_faults(self, step: Step) -> Iterator[Diagnostic]:
        """Properties of a step that its template's ``parameter`` does not take."""
        path: Path = (*step.path, "properties")
        try:
            value = self._templates.template(step.type).fill(parameter=step.properties or {})
            error = value.lookup("parameter").error()
        except CueError as caught:
            error = caught
            path = (*step.path, "type")
        found = error.diagnostics if error is not None else ()
        for diagnostic in found:
            below = tuple(diagnostic.path[1:]) if diagnostic.path[:1] == ("parameter",) else ()
            place = (*path, *(int(part) if part.isdigit() else part for part in below))
            text = f"{_dotted(place)}: {diagnostic.message}"
            yield Diagnostic(
                text,
                code="oam.parameter",
                position=self.application.position(place),
                inputs=diagnostic.positions(),
                help=Hints(self._templates.tree(step.type), step.properties).hint(diagnostic, found),
            )

    def _all_steps(self) -> Iterator[Step]:
        if self.application.workflow:
            yield from self.application.workflow.every_step()

    # ---- components

    def _rendering(self) -> None:
        """Render every component that needs no input, as it would be rendered by a step."""
        renderer = self._renderer
        around = Surroundings(self.namespace, f"{self.application.name}-v1", cluster="local")
        patched = self._patched_elsewhere()
        for component in self.application.components:
            if component.inputs or component.name in patched or component.type == REF_OBJECTS:
                continue
            try:
                rendering = renderer.begin(self.application, component, around)
                rendering.add_traits(late=False)
                rendering.finish()
            except RenderError:
                self._missing(renderer, component.type, component.path, component.properties)
                for trait in component.traits:
                    self._missing(renderer, trait.type, trait.path, trait.properties)
                if not self._faults:
                    raise
                continue
            self.warnings += rendering.warnings
        for policy in self.application.policies:
            if (
                self._library.get("PolicyDefinition", policy.type, self.namespace)
                and policy.type not in BUILT_IN_POLICIES
            ):
                render_policy(renderer, self.application, policy, around, self.warnings)

    def _missing(self, renderer: Renderer, type_: str, path: Path, properties: dict[str, Any] | None) -> None:
        """Required parameters that are not given, where rendering failed because of them or of others."""
        kind = "TraitDefinition" if "traits" in path else "ComponentDefinition"
        definition = self._library.find(kind, type_, self.namespace)
        parameter = (
            renderer.compile(definition, ("context", "parameter")).fill(parameter=properties or {}).lookup("parameter")
        )
        if parameter.error() is not None:
            return
        try:
            parameter.validate(concrete=True)
        except CueError as error:
            for fault in error.diagnostics:
                place = (*path, "properties", *(int(part) if part.isdigit() else part for part in fault.path[1:]))
                kind = fault.message.removeprefix("incomplete value ")
                self._fault("OAM201", place, f"required parameter is missing ({kind})")

    def _patched_elsewhere(self) -> Mapping[str, None]:
        """Components that override policies complete before they are rendered."""
        overridden: dict[str, None] = {}
        if any(policy.type in ("override", "replication", "env-binding") for policy in self.application.policies):
            overridden.update(dict.fromkeys(component.name for component in self.application.components))
        return overridden


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
