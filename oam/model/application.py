"""The Application object and its parts, with where each part stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam import records
from oam.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.model.document import Document
    from pycue.source import Position

__all__ = ["API_VERSION", "Application", "Component", "Given", "Policy", "Step", "Trait", "Workflow"]

API_VERSION = "core.oam.dev/v1beta1"

Path = tuple[str | int, ...]
Given = tuple["Document", Path]
"""A document and a path in it."""


@records.frozen
class Trait:
    """One trait of a component; ``properties`` is None where none are given. ``path`` leads to it in the document.

    ``given`` are the places of override policies that changed it, in their order.
    """

    type: str
    properties: dict[str, Any] | None = None
    path: Path = ()
    given: tuple[Given, ...] = records.field(default=(), eq=False, repr=False)


@records.frozen
class Component:
    """One component of an application; ``raw`` is as written.

    ``given`` are the places of override policies that changed it, in their order.
    """

    name: str
    type: str
    properties: dict[str, Any] | None = None
    traits: tuple[Trait, ...] = ()
    depends_on: tuple[str, ...] = ()
    inputs: tuple[dict[str, Any], ...] = ()
    outputs: tuple[dict[str, Any], ...] = ()
    external_revision: str = ""
    replica_key: str = ""
    path: Path = ()
    raw: dict[str, Any] = records.field(factory=dict, eq=False)
    given: tuple[Given, ...] = records.field(default=(), eq=False, repr=False)


@records.frozen
class Policy:
    """One policy of an application; ``document`` is set where it is an object of its own."""

    name: str
    type: str
    properties: dict[str, Any] | None = None
    path: Path = ()
    document: Document | None = records.field(default=None, eq=False, repr=False)


@records.frozen
class Step:
    """One step of a workflow; ``raw`` is as written, ``on_failure`` what is done if it fails."""

    name: str
    type: str
    properties: dict[str, Any] | None = None
    sub_steps: tuple[Step, ...] = ()
    on_failure: tuple[Step, ...] = ()
    path: Path = ()
    raw: dict[str, Any] = records.field(factory=dict, eq=False)


@records.frozen
class Workflow:
    """The workflow of an application, or of a Workflow object."""

    steps: tuple[Step, ...] = ()
    ref: str = ""
    mode: dict[str, Any] | None = None
    last: tuple[Step, ...] = ()
    """Steps of ``finally``."""

    def every_step(self) -> Iterator[Step]:
        """All steps, those within others after them."""
        pending = [*self.last[::-1], *self.steps[::-1]]
        while pending:
            step = pending.pop()
            yield step
            pending += [*step.on_failure[::-1], *step.sub_steps[::-1]]


@records.frozen
class Application:
    """An Application. ``namespace`` is ``""`` where the document names none; ``workflow`` None where it has none."""

    name: str
    namespace: str
    labels: dict[str, str]
    annotations: dict[str, str]
    components: tuple[Component, ...]
    policies: tuple[Policy, ...]
    workflow: Workflow | None
    raw: dict[str, Any] = records.field(factory=dict, eq=False)
    document: Document | None = records.field(default=None, eq=False)

    @classmethod
    def parse(cls, data: dict[str, Any], document: Document | None = None) -> Application:
        """Read the plain data of an Application.

        Raises:
            DocumentError: a field has the wrong type, or a required one is missing.
        """
        reader = _Reader(document)
        metadata = reader.mapping(data, "metadata", ())
        spec = reader.mapping(data, "spec", ())
        path: Path = ("spec", "components")
        components = [
            reader.component(item, (*path, index))
            for index, item in enumerate(reader.items(spec, "components", path[:1]))
        ]
        policies = [
            reader.policy(item, ("spec", "policies", index), index)
            for index, item in enumerate(reader.items(spec, "policies", path[:1]))
        ]
        workflow = None
        if isinstance(spec.get("workflow"), dict):
            workflow = reader.workflow(spec["workflow"], ("spec", "workflow"))
        return cls(
            reader.text(metadata, "name", ("metadata",)),
            reader.text(metadata, "namespace", ("metadata",)),
            reader.texts(metadata, "labels", ("metadata",)),
            reader.texts(metadata, "annotations", ("metadata",)),
            tuple(components),
            tuple(policies),
            workflow,
            data,
            document,
        )

    def position(self, path: Path) -> Position | None:
        """Where the part at ``path`` stands in the user's file."""
        return self.document.position(path) if self.document else None


_GO_NAMES = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}


class _Reader:
    """Typed access to plain data; complaints name the place."""

    def __init__(self, document: Document | None) -> None:
        self.document = document

    def fail(self, path: Path, got: object, want: str) -> DocumentError:
        dotted = ".".join(map(str, path))
        message = f"{dotted}: cannot use {_GO_NAMES.get(type(got), 'null')} as {want}"
        position = self.document.position(path) if self.document else None
        return DocumentError(message, code="oam.application", position=position)

    def text(self, data: dict[str, Any], key: str, path: Path) -> str:
        value = data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.fail((*path, key), value, "string")
        return value

    def mapping(self, data: dict[str, Any], key: str, path: Path) -> dict[str, Any]:
        value = data.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.fail((*path, key), value, "object")
        return value

    def texts(self, data: dict[str, Any], key: str, path: Path) -> dict[str, str]:
        found = self.mapping(data, key, path)
        for name, value in found.items():
            if not isinstance(value, str):
                raise self.fail((*path, key, name), value, "string")
        return dict(found)

    def items(self, data: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
        value = data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail((*path, key), value, "array")
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                raise self.fail((*path, key, index), item, "object")
        return value

    def strings(self, data: dict[str, Any], key: str, path: Path) -> tuple[str, ...]:
        value = data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.fail((*path, key), value, "array")
        for index, item in enumerate(value):
            if not isinstance(item, str):
                raise self.fail((*path, key, index), item, "string")
        return tuple(value)

    def properties(self, data: dict[str, Any], path: Path) -> dict[str, Any] | None:
        if data.get("properties") is None:
            return None
        return self.mapping(data, "properties", path)

    def component(self, data: dict[str, Any], path: Path) -> Component:
        traits = [
            Trait(
                self.text(item, "type", (*path, "traits", index)),
                self.properties(item, (*path, "traits", index)),
                (*path, "traits", index),
            )
            for index, item in enumerate(self.items(data, "traits", path))
        ]
        return Component(
            self.text(data, "name", path),
            self.text(data, "type", path),
            self.properties(data, path),
            tuple(traits),
            self.strings(data, "dependsOn", path),
            tuple(self.items(data, "inputs", path)),
            tuple(self.items(data, "outputs", path)),
            self.text(data, "externalRevision", path),
            path=path,
            raw=data,
        )

    def policy(self, data: dict[str, Any], path: Path, index: int) -> Policy:
        type_ = self.text(data, "type", path)
        name = self.text(data, "name", path) or f"{type_}-auto-gen-{index}"
        return Policy(name, type_, self.properties(data, path), path)

    def workflow(self, data: dict[str, Any], path: Path) -> Workflow:
        steps, last = self.steps(data, "steps", path), self.steps(data, "finally", path)
        return Workflow(steps, self.text(data, "ref", path), data.get("mode"), last)

    def steps(self, data: dict[str, Any], key: str, path: Path) -> tuple[Step, ...]:
        return tuple(self.step(item, (*path, key, index)) for index, item in enumerate(self.items(data, key, path)))

    def step(self, data: dict[str, Any], path: Path) -> Step:
        return Step(
            self.text(data, "name", path),
            self.text(data, "type", path),
            self.properties(data, path),
            self.steps(data, "subSteps", path),
            self.steps(data, "onFailure", path),
            path,
            data,
        )
