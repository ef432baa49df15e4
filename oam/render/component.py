"""Rendering of one component with its traits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oam import records
from oam.definition.rules import check_traits
from oam.errors import Finding, OamError, RenderError, warning
from oam.render import contract
from oam.render.context import component_context
from oam.render.failures import About, brief, faults, grouped, missing_parameters, package_faults
from oam.render.objects import KnownData, sorted_keys, to_object
from oam.render.processing import process
from oam.render.schematic import schematic_object
from oam.render.strategic import apply_patch
from pycue.errors import CompileError, CueError, Diagnostic, LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oam.definition.definition import Definition
    from oam.model.application import Application, Component, Trait
    from oam.render.context import Surroundings
    from oam.render.renderer import Renderer
    from oam.render.template import Template
    from pycue import Value
    from pycue.source import Position

__all__ = ["ComponentRendering", "RenderedComponent", "RenderedObject", "parameter_faults", "strangers"]


@records.define
class RenderedObject:
    """An object besides the workload.

    ``trait`` is the definition's name, or AuxiliaryWorkload; ``resource`` the object's key under ``outputs``.
    """

    trait: str
    resource: str
    data: dict[str, Any]


@records.define
class RenderedComponent:
    """Everything that one component stands for. Objects carry labels, names and namespaces."""

    name: str
    workload: dict[str, Any]
    auxiliaries: list[RenderedObject]


class _Auxiliary:
    """An object on its way: its value may still be patched."""

    __slots__ = ("_seen", "about", "definition", "name", "scope", "type", "value")

    def __init__(
        self, type_: str, name: str, value: Value, definition: Definition | None, scope: Value | None, about: About
    ) -> None:
        self.about = about
        self.scope = scope  # the value that this one was looked up in
        self.type = type_
        self.name = name
        self.value = value
        self.definition = definition
        self._seen: tuple[Value, Any] | None = None

    def seen(self, known: KnownData) -> Any:
        """Its data as traits see it; made once while it stays the same. Raises :class:`pycue.CueError`."""
        if self._seen is None or self._seen[0] is not self.value:
            self._seen = self.value, known.read(self.value, sort=True)
        return self._seen[1]


class ComponentRendering:
    """One component between evaluation and finished objects.

    Use: construct, :meth:`add_traits`, optionally :meth:`patch_workload` and :meth:`patch_auxiliaries`, :meth:`finish`.
    Every step may raise :class:`oam.errors.RenderError`; nothing is left half done elsewhere.
    """

    def __init__(self, renderer: Renderer, app: Application, component: Component, around: Surroundings) -> None:
        self.renderer = renderer
        self.app = app
        self.component = component
        self.around = around
        self.context = component_context(app, component, around, renderer.component_list(app))
        self.definition = renderer.component_definition(component.type, around.namespace)
        self.warnings: list[Diagnostic] = []
        self.patched = False
        self.known = KnownData()
        self.notes = renderer.trace.begin() if renderer.trace is not None else None
        self.about = About(f"component {component.name}", app, component, self.definition)
        self.auxiliaries: list[_Auxiliary] = []
        self.traits: list[tuple[Definition, Position | None]] = []
        self.status: dict[str, Any] | None = None  # of the live workload, for traits evaluated after it was applied
        self.root = self._evaluate()
        self.base: Value = self.root.lookup("output")
        self.base_scope: Value | None = self.root
        self._collect(self.root, contract.AUXILIARY, None, self.about)

    # ---- the component's template

    def _evaluate(self) -> Value:
        name = self.component.name
        prefix = f"evaluate base template app={self.app.name} in namespace={self.around.namespace}: "
        heading = f"{prefix}validation failed for workload {name}"
        if self.definition.template is None:
            obj = schematic_object(self.definition, self.component, self.around.namespace)
            if obj is not None:
                return self.renderer.cue.encode({"output": obj})
        try:
            template = self.renderer.compile(self.definition, ("context", "parameter"))
        except CompileError as error:
            raise grouped(heading, package_faults(error.diagnostics), about=self.about) from None
        self.warnings += template.warnings
        return self._filled(template, self.component.properties or {}, self.context, heading, self.about)

    def _filled(
        self,
        template: Template,
        properties: dict[str, Any] | None,
        context: dict[str, Any],
        heading: str,
        about: About,
    ) -> Value:
        """The template with properties and context.

        Raises:
            RenderError: the template itself complains, or something is in error whatever may still be filled in.
        """
        narrowed = template.narrowed(context)

        def fill(data: dict[str, Any] | None) -> Value:
            return template.fill(parameter=sorted_keys(data), context=narrowed, places=about.given.property)

        root = fill(properties)
        user = self._user_errors(root)
        try:
            error = root.error()
        except LimitError as limit:
            entry = Finding(str(limit), code="OAM601", position=about.type_place, subject=about.name)
            raise RenderError(f"{heading}:\n\n{limit}", diagnostics=[entry]) from None
        if user or error is not None:
            found = faults(root, error, properties, fill) if error is not None else []
            raise grouped(heading, package_faults(found), user=user, about=about)
        return root

    def _user_errors(self, root: Value) -> list[str]:
        errs = root.lookup("errs")
        if not errs.exists():
            return []
        try:
            data = errs.decode()
        except CueError as error:
            place = errs.position
            self.warnings.append(warning("oam.render.errs", f"errs is ignored: {brief(error)}", position=place))
            return []
        if isinstance(data, list) and all(isinstance(item, str) for item in data):
            return data
        self.warnings.append(
            warning("oam.render.errs", "errs is ignored: not a list of strings", position=errs.position)
        )
        return []

    def _collect(self, root: Value, type_: str, definition: Definition | None, about: About) -> None:
        """The objects of ``outputs``, in the order of the text."""
        for selector, value in root.lookup("outputs").fields():
            name = selector.name
            if any(item.name == name for item in self.auxiliaries):
                text = f'output "{name}" of component "{self.component.name}" is made more than once'
                self.warnings.append(warning("OAM240", text, position=about.type_place or value.position))
            self.auxiliaries.append(_Auxiliary(type_, name, value, definition, root, about))

    # ---- traits

    def add_traits(self, *, late: bool = True) -> None:
        """Evaluate all traits in order; ``late`` ones are those that come after the component is healthy."""
        for trait in self.component.traits:
            if late or not self.is_late(trait):
                self.add_trait(trait)

    def is_late(self, trait: Trait) -> bool:
        """Whether a trait is of the stage PostDispatch."""
        return bool(
            self.renderer.trait_definition(trait.type, self.around.namespace).attribute("stage") == "PostDispatch"
        )

    def start_from(self, workload: dict[str, Any], outputs: dict[str, Any]) -> None:
        """Take objects that are given, instead of those of the component's template, for the traits to work on."""
        made = self.renderer.cue.encode({"output": workload, "outputs": outputs})
        self.base, self.base_scope, self.auxiliaries = made.lookup("output"), made, []
        self._collect(made, contract.AUXILIARY, None, self.about)

    def values(self) -> tuple[Value, dict[str, Value]]:
        """What the workload and the other objects are by now, these by their key under ``outputs``."""
        return self.base, {item.name: item.value for item in self.auxiliaries}

    def add_trait(self, trait: Trait) -> Value:
        """Evaluate one trait: its objects, its patch of the workload, its patches of other objects.

        Gives the trait's template, filled.
        """
        if self.notes is not None:
            self.notes.begin_trait(trait, len(self.auxiliaries))
        definition = self.renderer.trait_definition(trait.type, self.around.namespace)
        about = self._about(trait, definition)
        self.traits.append((definition, about.type_place))
        prefix = f"evaluate template trait={trait.type} app={self.component.name}: "
        heading = f"{prefix}validation failed for trait {trait.type}"
        declare = ["context"]
        if trait.properties is not None:
            declare.append("parameter")
        try:
            template = self.renderer.compile(definition, declare)
        except CompileError as error:
            raise grouped(heading, package_faults(error.diagnostics), about=about) from None
        self.warnings += template.warnings
        root = self._filled(template, trait.properties, self._trait_context(prefix), heading, about)
        try:
            root = process(root, template.file, self.renderer.http)
        except OamError as error:
            text = f"{prefix}invalid process of trait {trait.type}: {error.text}"
            raise about.failure(text, error.diagnostics, code=error.diagnostics[0].code) from None
        self._collect(root, definition.name, definition, about)
        patch = root.lookup("patch")
        if patch.exists():
            if not self.base.exists():
                text = f"{prefix}patch trait {trait.type} into an invalid workload"
                raise RenderError(text, code="oam.render.patch", position=about.type_place)
            heading = f"{prefix}invalid patch trait {trait.type} into workload: "
            self.base = self._patched(self.base, patch, heading, self.base_scope, root, about)
            self.base_scope = root
            self.patched = True
        for selector, value in root.lookup("patchOutputs").fields():
            heading = f"{prefix}invalid patchOutputs of a trait {trait.type}: "
            self._patch_named(selector.name, value, heading, root, about)
        return root

    def _about(self, trait: Trait, definition: Definition) -> About:
        return About(f"trait {trait.type} of component {self.component.name}", self.app, trait, definition)

    def _trait_context(self, prefix: str) -> dict[str, Any]:
        context = {**self.context, "componentType": self.component.type}
        try:
            context["output"] = self.known.read(self.base, sort=True)
            if self.status is not None:
                context["output"]["status"] = self.status
            outputs = {item.name: item.seen(self.known) for item in self.auxiliaries}
        except CueError as error:
            text = f"{prefix}cue: marshal error: {_INCOMPLETE.sub(_NOT_JSON, brief(error))}"
            missing = [item for item in _faults(self.root) if item.path[:1] == ("parameter",)]
            raise self.about.failure(text, [*error.diagnostics, *missing], code="OAM230") from None
        if outputs:
            context["outputs"] = dict(sorted(outputs.items()))
        return dict(sorted(context.items()))

    def _patched(
        self,
        base: Value,
        patch: Value,
        prefix: str,
        base_scope: Value | None,
        patch_scope: Value | None,
        about: About,
    ) -> Value:
        cue, profile = self.renderer.cue, self.renderer.profile
        trace = self.notes.begin_patch() if self.notes is not None else None
        try:
            return apply_patch(
                cue,
                base,
                patch,
                profile,
                base_scope=base_scope,
                patch_scope=patch_scope,
                trace=trace,
                known=self.known,
            )
        except (CueError, OamError) as error:
            detail = error.text if isinstance(error, OamError) else f"result check err: {brief(error)}"
            raise about.failure(prefix + detail, error.diagnostics, code="oam.render.patch") from None

    def _patch_named(self, name: str, patch: Value, prefix: str, scope: Value | None, about: About) -> None:
        for item in self.auxiliaries:
            if item.name == name:
                item.value = self._patched(item.value, patch, prefix, item.scope, scope, about)
                item.scope = scope

    # ---- patches of an apply step

    def patch_workload(self, patch: Value) -> None:
        """Patch the workload from outside, strategy markers included."""
        heading = f"failed to patch the workload of {self.component.name}: "
        self.base = self._patched(self.base, patch, heading, self.base_scope, None, self.about)
        self.base_scope = None
        self.patched = True

    def patch_auxiliaries(self, patches: Mapping[str, Value]) -> None:
        """Patch objects by their key under ``outputs``; unknown keys are ignored."""
        for name, patch in patches.items():
            self._patch_named(name, patch, f"failed to patch {name} of {self.component.name}: ", None, self.about)

    # ---- finished objects

    def finish(self) -> RenderedComponent:
        """Concrete objects with labels, names and namespaces."""
        app, component, revision = self.app.name, self.component.name, self.around.app_revision
        workload = self._workload()
        self._check_strings(workload)
        contract.label_workload(workload, app, component, revision, self.component.type.partition("@v")[0])
        objects = []
        for item in self.auxiliaries:
            data = self._auxiliary(item)
            self._check_strings(data)
            contract.label_auxiliary(data, app, component, revision, item.type, item.name)
            contract.name_auxiliary(data, component, item.type)
            objects.append(RenderedObject(item.type, item.name, data))
        workload["metadata"].setdefault("name", component)
        for data, resource_type in [(workload, "WORKLOAD"), *((item.data, "TRAIT") for item in objects)]:
            contract.set_namespace(data, self.around.namespace)
            contract.add_application_labels(
                data,
                app=app,
                namespace=self.app.namespace or self.around.namespace,
                component=component,
                revision=revision,
                resource_type=resource_type,
                replica_key=self.context["replicaKey"],
                labels=self.app.labels,
                annotations=self.app.annotations,
            )
        self._check_rules(workload, objects)
        for item, made in zip(self.auxiliaries, objects, strict=True):
            path = item.definition.attribute("workloadRefPath") if item.definition else None
            if path:
                try:
                    contract.set_workload_reference(made.data, path, workload)
                except OamError as error:
                    text = f"workloadRefPath of trait {item.type}: {error.text}"
                    raise item.about.failure(text, error.diagnostics, code="OAM310") from None
        rendered = RenderedComponent(component, workload, objects)
        if self.renderer.trace is not None:
            self.renderer.trace.components.append((self, rendered))
        return rendered

    def _check_rules(self, workload: dict[str, Any], objects: list[RenderedObject]) -> None:
        """Warn about traits that do not fit the workload or each other."""
        traits = []
        for definition, place in self.traits:
            made = [
                new.data for old, new in zip(self.auxiliaries, objects, strict=True) if old.definition is definition
            ]
            traits.append((definition, made, place))
        self.warnings += check_traits(self.definition, workload, traits)

    def _check_strings(self, data: dict[str, Any]) -> None:
        for group in ("labels", "annotations"):
            values = data["metadata"].get(group)
            for key, value in values.items() if isinstance(values, dict) else ():
                if not isinstance(value, str):
                    text = f"{group} of {data['kind']} are dropped: the value of {key} is not a string"
                    self.warnings.append(warning("oam.render.strings", text, position=self.definition.position))

    def _workload(self) -> dict[str, Any]:
        heading = f"cannot generate manifests from component {self.component.name}"
        if not self.base.exists():
            place = self.definition.position
            others = [kind for kind in self.definition.spec.get("schematic") or {} if kind != "cue"]
            hint = f"the schematic is of kind {others[0]}, not cue" if others else ""
            code = "OAM110" if others else "oam.render.output"
            entry = Diagnostic("field not found: output", code=code, position=place, help=hint)
            raise grouped(heading, [entry], about=self.about)
        try:
            return to_object(self.base, self.known)
        except OamError as error:
            raise grouped(heading, error.diagnostics, about=self.about) from None
        except CueError as error:
            found = _faults(self.root)
            if self.patched:
                found += _faults(self.base)
            found = found or list(error.diagnostics)
            raise grouped(heading, found, about=self.about) from None

    def _auxiliary(self, item: _Auxiliary) -> dict[str, Any]:
        try:
            return to_object(item.value, self.known)
        except (CueError, OamError) as error:
            detail = error.text if isinstance(error, OamError) else brief(error)
            prefix = f"evaluate trait={item.name} template for component={self.component.name} app={self.app.name}: "
            text = f"{prefix}failed to have the workload/trait unstructured: {detail}"
            raise item.about.failure(text, error.diagnostics, code="oam.render.object") from None


def strangers(renderer: Renderer, app: Application, component: Component, namespace: str) -> Iterator[Finding]:
    """Properties of a component and of its traits that their templates do not know."""
    parts: list[tuple[Component | Trait, Definition, str]] = []
    parts.append((component, renderer.component_definition(component.type, namespace), f"component {component.name}"))
    for trait in component.traits:
        definition = renderer.trait_definition(trait.type, namespace)
        parts.append((trait, definition, f"trait {trait.type} of component {component.name}"))
    for part, definition, name in parts:
        try:
            if not part.properties or definition.template is None:
                continue
            template = renderer.compile(definition, ("context", "parameter"))
        except (CueError, OamError):
            continue  # told where the part is evaluated
        yield from About(name, app, part, definition).strangers(template.declaration, part.properties)


def parameter_faults(
    renderer: Renderer, app: Application, component: str, trait: Trait, namespace: str
) -> RenderError | None:
    """What is wrong with the properties of a trait whose component has failed, so that no more can be told."""
    definition = renderer.trait_definition(trait.type, namespace)
    about = About(f"trait {trait.type} of component {component}", app, trait, definition)
    heading = f"evaluate template trait={trait.type} app={component}: validation failed for trait {trait.type}"
    try:
        template = renderer.compile(definition, ("context", "parameter"))
        root = template.fill(parameter=sorted_keys(trait.properties or {}), places=about.given.property)
        error = root.lookup("parameter").error()
        found = list(error.diagnostics) if error is not None else missing_parameters(template.declaration, root)
    except CueError:
        return None  # told where the trait can be evaluated
    return grouped(heading, found, about=about) if found else None


_INCOMPLETE = re.compile(r"incomplete value (.*?)(?= \(and \d+ more errors\)|$)")
_NOT_JSON = r'cannot convert incomplete value "\1" to JSON'


def _faults(value: Value) -> list[Diagnostic]:
    """Everything in a value that is in error or not concrete."""
    if not value.exists():
        return []
    try:
        value.validate(concrete=True, final=True)
    except CueError as error:
        return _incomplete_references(value, list(error.diagnostics))
    return []


def _incomplete_references(root: Value, found: list[Diagnostic]) -> list[Diagnostic]:
    """The same faults, but references to required fields that are absent told as incomplete.

    That is what they are in the version of the language that templates are in.
    """
    kinds: dict[str, str] = {}
    for item in found:
        if item.message == _ABSENT:
            value: Value | None = root
            for step in item.path:
                fields = {str(selector): field for selector, field in value.fields(optional=True)} if value else {}
                value = fields.get(step)
            if value is not None:
                kinds[f"{_REFERENCE}{item.path[-1]}"] = value.format().strip()
    for item in found:
        if item.message in kinds:
            item.message = f"incomplete value {kinds[item.message]}"
    return found


_ABSENT = "field is required but not present"
_REFERENCE = "required field missing: "
