"""From a field of a rendered object back to the lines that made it.

Everything is told by the evaluator: it knows which declarations a value is made of and what they refer to, and of a
patched value which part of base and patch each of its parts was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.explain.conditions import Condition, Conditions
from oam.model.application import Policy
from oam.render.trace import PatchTrace
from pycue import Path, Selector

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oam.definition.definition import Definition
    from oam.model.application import Application, Component, Trait
    from oam.model.document import Document
    from pycue import Origin, Value
    from pycue.source import Position

    Steps = tuple[str | int, ...]

__all__ = ["Actor", "Cause", "Explainer", "Read", "path_text"]

_MAX_DEPTH = 12
_CONTEXT: dict[str, Steps] = {
    "appName": ("metadata", "name"),
    "namespace": ("metadata", "namespace"),
    "appLabels": ("metadata", "labels"),
    "appAnnotations": ("metadata", "annotations"),
}


@attrs.frozen
class Read:
    """What a line refers to.

    Attributes:
        path: of a parameter or of the context, e.g. ``parameter.ports[0].port``.
        origin: ``given``, ``default``, ``context``, or ``policy <name>`` for a parameter that an override gave.
        position: where that is; None where it is made by the engine.
    """

    path: str
    origin: str
    position: Position | None


@attrs.frozen
class Cause:
    """One line that set a field, or changed it.

    Attributes:
        kind: whose line it is: ``component``, ``trait``, ``policy``, ``application`` or ``engine``.
        name: the definition's name, ``""`` for the last two.
        target: in which field of the template it stands: ``output``, ``outputs.<name>``, ``patch``,
            ``patchOutputs.<name>``; ``""`` where it is no template.
        position: of the line.
        via: lines of the same template that the value came through.
        reads: what the line, and those it came through, refer to.
        conditions: under which it stands.
        element: for a patched list element, how it was found.
        note: what is to be said where there is no line.
    """

    kind: str
    name: str = ""
    target: str = ""
    position: Position | None = None
    via: tuple[Position, ...] = ()
    reads: tuple[Read, ...] = ()
    conditions: tuple[Condition, ...] = ()
    element: str = ""
    note: str = ""


@attrs.frozen
class Actor:
    """Whose template it is: a component, a trait or a policy, and what was given to it."""

    kind: str
    name: str
    target: str
    definition: Definition | None
    given: Callable[[Steps], Read | None]


class Explainer:
    """Finds the causes of the fields of one component's, or one policy's, objects."""

    def __init__(self, app: Application, owner: Component | Policy, conditions: Conditions) -> None:
        self.app = app
        self.owner = owner
        self.conditions = conditions
        self.actors: dict[int, Callable[[str], Actor]] = {}

    def actor(
        self,
        kind: str,
        target: str,
        item: Component | Trait | Policy,
        definition: Definition | None,
    ) -> Actor:
        """The actor of an item of the application."""
        places = _places(self.app, item)

        def given(path: Steps) -> Read | None:
            return _given(self.app, places, path)

        return Actor(kind, item.type.partition("@")[0], target, definition, given)

    def causes(self, value: Value, path: Path, actor: Actor, depth: int = 0) -> list[Cause]:
        """The causes of what is at ``path`` of a value."""
        if depth > _MAX_DEPTH:
            return []
        origins = value.origins(path)
        out: list[Cause] = []
        for origin in [item for item in origins if item.concrete] or origins:
            place = origin.position
            trace = place.source if place is not None else None
            if place is None or not isinstance(trace, PatchTrace):
                out.append(self._cause(origin, actor))
                continue
            part = trace.parts[place.offset]
            who = self._patcher(trace) if part.is_patch else actor
            found = self.causes(part.value, part.path, who, depth + 1)
            if part.is_patch:
                element = _element(trace, path)
                found = [attrs.evolve(cause, element=element or cause.element) for cause in found]
            out += found
        return list(dict.fromkeys(out))

    def _patcher(self, trace: PatchTrace) -> Actor:
        make = self.actors.get(id(trace.trait))
        if make is None:
            return Actor("engine", "", trace.target, None, lambda _: None)
        return make(trace.target)

    def _cause(self, origin: Origin, actor: Actor) -> Cause:
        reads: list[Read] = []
        via: list[Position] = []
        self._follow(origin.reads, actor, reads, via, set())
        position = origin.position
        return Cause(
            actor.kind,
            actor.name,
            actor.target,
            position or (actor.definition.position if actor.definition else None),
            tuple(dict.fromkeys(place for place in via if place != position)),
            tuple(dict.fromkeys(reads)),
            self.conditions.of(actor.definition, position) if position is not None else (),
        )

    def _follow(
        self, values: Sequence[Value], actor: Actor, reads: list[Read], via: list[Position], seen: set[str]
    ) -> None:
        """Go from what a line refers to, through other lines of the template, to parameters and the context."""
        for value in values:
            text = str(value.path)
            first = value.path[0].name if len(value.path) else ""
            if first == "parameter":
                reads.append(self._parameter(value, actor))
            elif first == "context":
                reads.append(self._context(value, actor))
            elif len(seen) < _MAX_DEPTH and text not in seen:
                seen.add(text)
                for origin in value.origins():
                    if origin.concrete:
                        via += [origin.position] if origin.position is not None and first else []
                        self._follow(origin.reads, actor, reads, via, seen)

    def _parameter(self, value: Value, actor: Actor) -> Read:
        found = actor.given(_steps(value.path)[1:])
        if found is not None:
            return found
        places = [origin.position for origin in value.origins() if origin.concrete and origin.position is not None]
        return Read(str(value.path), "default", places[0] if places else None)

    def _context(self, value: Value, actor: Actor) -> Read:
        steps = _steps(value.path)
        name = steps[1] if len(steps) > 1 else ""
        where: Steps | None = None
        if name == "name":
            where = (*self.owner.path, "name")
        elif name == "parameter" and self.owner.path:
            where = (*self.owner.path, "properties", *steps[2:])
        elif str(name) in _CONTEXT:
            where = (*_CONTEXT[str(name)], *steps[2:])
        known = where is not None and self.app.document is not None and self.app.document.node(where) is not None
        return Read(str(value.path), "context", self.app.position(where) if known and where is not None else None)


def _steps(path: Path) -> Steps:
    return tuple(int(item.name) if item.kind == "index" else item.name for item in path)


def path_text(steps: Sequence[str | int]) -> str:
    """A path as CUE writes it."""
    return str(Path(Selector.index(step) if isinstance(step, int) else Selector.field(step) for step in steps))


def _places(app: Application, item: Component | Trait | Policy) -> list[tuple[Document, Steps]]:
    """Documents, and where in them the item is: policies that changed it, the last first, then itself."""
    out: list[tuple[Document, Steps]] = [] if isinstance(item, Policy) else [*reversed(item.given)]
    if app.document is not None and item.path:
        out.append((app.document, item.path))
    return out


def _given(app: Application, places: Sequence[tuple[Document, Steps]], path: Steps) -> Read | None:
    """Where a parameter was given last; None where it was not."""
    for document, base in places:
        node = document.node((*base, "properties"))
        found, ends = _reach(node.data if node is not None else None, path)
        if found:
            origin = _policy_name(app, document, base)
            text = path_text(("parameter", *path))
            return Read(
                text, f"policy {origin}" if origin else "given", document.position((*base, "properties", *path))
            )
        if ends:
            return None
    return None


def _policy_name(app: Application, document: Document, base: Steps) -> str:
    """The policy that a place is in; ``""`` for places in components."""
    if base[:2] == ("spec", "components"):
        return ""
    inside = document is app.document
    node = document.node((*base[:3], "name") if inside else ("metadata", "name"))
    return str(node.data) if node is not None else "without name"


def _reach(data: Any, path: Steps) -> tuple[bool, bool]:
    """Whether there is something at a path, and else whether the way ends at what takes the place of all below."""
    for step in path:
        if isinstance(data, dict):
            if step not in data:
                return False, False
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return False, data is not None
    return data is not None, False


def _element(trace: PatchTrace, path: Path) -> str:
    """How the innermost list element around a patched field was found."""
    best = ""
    longest = -1
    for merged in trace.lists:
        at = len(merged.path)
        if at <= longest or at >= len(path) or Path(path.selectors[:at]) != merged.path:
            continue
        index = int(path[at].name)
        if index < len(merged.elements):
            element, longest = merged.elements[index], at
            name = f"{path[at - 1].name}[{index}]" if at else f"[{index}]"
            best = f"{name} {element.how}"
            if element.key:
                best += f" by {element.key}={element.text}"
            elif element.how == "merged":
                best += " by position"
    return best
