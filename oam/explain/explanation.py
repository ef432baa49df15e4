"""The explanation of an application: its objects, their fields, and the causes of each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from oam.explain.conditions import Conditions
from oam.explain.provenance import Cause, Explainer, Read
from oam.render import contract
from oam.render.fieldpath import parse_path
from oam.render.objects import plain
from pycue import CueError, Path, Selector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oam.explain.provenance import Actor, Steps
    from oam.model.application import Application, Component, Policy, Trait, Workflow
    from oam.render.component import ComponentRendering, RenderedComponent
    from oam.render.context import Surroundings
    from oam.render.renderer import Renderer
    from oam.render.trace import MergedList
    from pycue import Value
    from pycue.errors import Diagnostic

__all__ = ["ExplainedObject", "Field", "explain"]


@attrs.frozen
class Field:
    """A scalar (or an empty list or struct) of an object."""

    path: Path
    value: Any
    causes: tuple[Cause, ...]


@attrs.frozen
class ExplainedObject:
    """A rendered object.

    Attributes:
        placement: title of the rendering that it belongs to; several topologies or overrides make several.
        owner: ``component <name>`` or ``policy <name>``.
        made_by: ``component <type>``, ``trait <type>`` or ``policy <type>``.
        data: the object.
        fields: in the order of the data.
        lists: what patches have merged into lists, with the trait that did it.
    """

    placement: str
    owner: str
    made_by: str
    data: dict[str, Any]
    fields: tuple[Field, ...]
    lists: tuple[tuple[str, MergedList], ...]


def explain(
    renderer: Renderer,
    app: Application,
    around: Surroundings,
    *,
    policies: Mapping[str, Policy] | None = None,
    workflows: Mapping[str, Workflow] | None = None,
) -> tuple[list[ExplainedObject], list[Diagnostic]]:
    """Render an application and explain every object; also what the rendering warned of.

    Args:
        renderer: made with a trace, and not used before.
        app: the application.
        around: place and time.
        policies: policies that are no part of the application, by name.
        workflows: Workflow objects by name.

    Raises:
        OamError: the application cannot be rendered.
    """
    trace = renderer.trace
    if trace is None:
        raise ValueError("the renderer takes no notes")
    rendered = renderer.application(app, around, policies=policies, workflows=workflows)
    conditions = Conditions()
    out: list[ExplainedObject] = []
    titles: dict[int, list[str]] = {}
    for placement in rendered.placements:
        titles.setdefault(id(placement.components), []).append(placement.title)
    for placement in rendered.placements:
        title = ", ".join(titles.pop(id(placement.components), ()))
        for made in placement.components if title else ():
            rendering = next(found for found, other in trace.components if other is made)
            out += _Component(rendering, made, title, conditions).objects()
    for policy, value, data in trace.policies:
        definition = renderer.policy_definition(policy.type, around.namespace)
        explainer = Explainer(app, policy, conditions)
        actor = explainer.actor("policy", str(value.path), policy, definition)
        out.append(_explained(explainer, actor, value, data, [], (app.name, f"policy {policy.name}"), ()))
    return out, rendered.warnings


class _Component:
    """The objects of one component."""

    def __init__(
        self, rendering: ComponentRendering, made: RenderedComponent, placement: str, conditions: Conditions
    ) -> None:
        self.rendering = rendering
        self.made = made
        self.placement = placement
        self.component: Component = rendering.component
        self.explainer = Explainer(rendering.app, self.component, conditions)
        for trait in self.component.traits:
            self.explainer.actors[id(trait)] = partial(self._trait, trait)

    def _trait(self, trait: Trait, target: str) -> Actor:
        renderer, namespace = self.rendering.renderer, self.rendering.around.namespace
        return self.explainer.actor("trait", target, trait, renderer.trait_definition(trait.type, namespace))

    def objects(self) -> Iterator[ExplainedObject]:
        rendering, notes = self.rendering, self.rendering.notes
        assert notes is not None
        own = self.explainer.actor("component", "output", self.component, rendering.definition)
        yield self._object(own, rendering.base, self.made.workload, None)
        for index, (item, made) in enumerate(zip(rendering.auxiliaries, self.made.auxiliaries, strict=True)):
            trait, target = notes.maker(index), f"outputs.{item.name}"
            actor = attrs.evolve(own, target=target) if trait is None else self._trait(trait, target)
            reference = item.definition.spec.get("workloadRefPath") if item.definition else None
            yield self._object(actor, item.value, made.data, reference)

    def _object(self, actor: Actor, value: Value, data: dict[str, Any], reference: str | None) -> ExplainedObject:
        notes = self.rendering.notes
        patches = notes.patches_of(value) if notes is not None else []
        lists = [(patch.trait.type if patch.trait else "", merged) for patch in patches for merged in patch.lists]
        steps = parse_path(reference) if reference else []
        where = self.placement, f"component {self.component.name}"
        return _explained(self.explainer, actor, value, data, steps, where, tuple(lists))


def _explained(
    explainer: Explainer,
    actor: Actor,
    value: Value,
    data: dict[str, Any],
    reference: list[str | int],
    where: tuple[str, str],
    lists: tuple[tuple[str, MergedList], ...],
) -> ExplainedObject:
    """One object; ``where`` is the title of its rendering and its owner."""
    engine = _Engine(explainer.app, actor, _plain(value), reference)
    fields = []
    for steps, leaf in leaves(data):
        path = Path(Selector.index(step) if isinstance(step, int) else Selector.field(step) for step in steps)
        cause = engine.cause(steps, where[1].partition(" ")[2])
        causes = [cause] if cause is not None else explainer.causes(value, path, actor)
        fields.append(Field(path, leaf, tuple(causes)))
    return ExplainedObject(*where, f"{actor.kind} {actor.name}", data, tuple(fields), lists)


class _Engine:
    """What the engine sets on every object, whatever the template says."""

    def __init__(self, app: Application, actor: Actor, before: Any, reference: list[str | int]) -> None:
        self.app = app
        self.actor = actor
        self.reference = tuple(reference)
        metadata = before.get("metadata") if isinstance(before, dict) else None
        self.metadata: dict[str, Any] = metadata if isinstance(metadata, dict) else {}
        self.copied = contract.copied_annotations(app.annotations) if actor.kind != "policy" else {}

    def cause(self, steps: Steps, name: str) -> Cause | None:
        """The cause of a field that the engine set; None for fields of the template."""
        if self.reference and steps[: len(self.reference)] == self.reference:
            definition = self.actor.definition
            place = definition.position if definition is not None else None
            note = "reference to the workload, for workloadRefPath of the definition"
            return Cause("engine", self.actor.name, "", place, note=note)
        if steps[:1] != ("metadata",) or len(steps) < 2:
            return None
        if steps[1] == "labels":
            return self._label(str(steps[-1])) if len(steps) == 3 else None
        if steps[1] == "annotations":
            if len(steps) == 2 and not self.metadata.get("annotations"):
                return Cause("engine", note="always there")
            return self._copied(steps) if len(steps) == 3 and steps[2] in self.copied else None
        if steps == ("metadata", "namespace") and not self.metadata.get("namespace"):
            return Cause("engine", note="the application's namespace", reads=self._reads(("metadata", "namespace")))
        if steps == ("metadata", "name") and not self.metadata.get("name"):
            note = f"named after {name}" if self.actor.target == "output" else "a name made of the content"
            return Cause("engine", note=note if self.actor.kind != "policy" else f"named after {name}")
        return None

    def _label(self, key: str) -> Cause | None:
        if key in contract.ENGINE_LABELS:
            return Cause("engine", note="every object has this label")
        if key in self.app.labels and self.actor.kind != "policy":
            return self._copied(("metadata", "labels", key))
        return None

    def _copied(self, steps: Steps) -> Cause:
        what = str(steps[1]).removesuffix("s")
        return Cause("application", position=self.app.position(steps), note=f"{what} of the application")

    def _reads(self, steps: Steps) -> tuple[Read, ...]:
        document = self.app.document
        if document is None or document.node(steps) is None:
            return ()
        return (Read(".".join(map(str, steps)), "given", self.app.position(steps)),)


def leaves(data: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """The scalars, and the empty lists and structs, of plain data."""
    stack = [(steps, data)]
    while stack:
        at, item = stack.pop()
        below: list[tuple[str | int, Any]] = []
        if isinstance(item, dict):
            below = list(item.items())
        elif isinstance(item, list):
            below = list(enumerate(item))
        if below:
            stack += [((*at, step), value) for step, value in reversed(below)]
        else:
            yield at, item


def _plain(value: Value) -> Any:
    try:
        return plain(value.decode())
    except CueError:
        return None
