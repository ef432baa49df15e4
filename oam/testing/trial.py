"""Trying a definition on what a case gives: rendered as in an application, judged on live objects, or run as a step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oam import records
from oam.app.health import judge
from oam.app.kit import Kit
from oam.definition.definition import Definition
from oam.definition.library import Library
from oam.errors import OamError
from oam.model.application import API_VERSION, Application
from oam.model.document import Document, Node
from oam.render.component import strangers
from oam.render.context import PUBLISH_VERSION, WORKFLOW_NAME, Surroundings
from oam.render.objects import plain
from oam.render.policy import evaluate_policy
from oam.testing.expect import STATUS, contract_labels
from oam.testing.observed import Observed
from oam.testing.suite import laid_over
from pycue.errors import CueError, Diagnostic, DiagnosticError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from oam.render import ComponentRendering
    from oam.testing.suite import Case, Suite
    from pycue import Limits, Value
    from pycue.source import Position

__all__ = ["Bench"]

_BASE = "given-base"
"""The type of the component that stands for a workload that is given."""


class Bench:
    """Where the cases of one suite are tried; templates are compiled once.

    Args:
        suite: the suite.
        limits: budgets of each evaluation.
        decided: told of each condition that is decided; see :class:`pycue.Context`.
    """

    def __init__(
        self,
        suite: Suite,
        *,
        limits: Limits | None = None,
        decided: Callable[[Position, bool], None] | None = None,
    ) -> None:
        self.suite = suite
        self.definition = suite.definition
        self.library = Library(suite.definitions)
        if not suite.built_in:
            self.library.add(suite.definition)
        self.library.add(Definition("ComponentDefinition", _BASE))
        self.kit = Kit(self.library, suite.profile, limits=limits, decided=decided)
        self.renderer = self.kit.renderer

    def observe(self, case: Case) -> Observed:
        """Try one case. Whatever is wrong with the definition or what is given is among the errors."""
        observed = Observed()
        try:
            _TRIALS[self.suite.type](self, case, observed)
        except DiagnosticError as error:
            observed.errors += error.diagnostics
        except RecursionError:
            observed.errors.append(Diagnostic("the input is nested too deeply", code="limit.depth"))
        observed.warnings = list({item.summary(): item for item in observed.warnings}.values())
        return observed

    # ---- components and traits

    def _component(self, case: Case, observed: Observed) -> None:
        world = _World(case, self.definition.name)
        own = {"type": self.definition.name, **_properties(case.given)}
        try:
            app = world.application(own)
            component = records.evolve(app.components[0], given=((_Given(self.suite, case), ()),))
            observed.warnings += strangers(self.renderer, app, component, world.namespace)
            rendering = self.renderer.begin(app, component, world.around)
            self._finish(rendering, observed, world)
        finally:
            self._judge(case, observed, world)

    def _trait(self, case: Case, observed: Observed) -> None:
        world = _World(case, "web")
        given = case.given
        own = given.get("component") or {"type": _BASE}
        trait = {"type": self.definition.name, **_properties(given)}
        try:
            app = world.application(own, trait)
            rendering = self.renderer.begin(app, app.components[0], world.around)
            if "component" not in given:
                rendering.component = records.evolve(rendering.component, type=world.component_type)
                rendering.start_from(given.get("base") or world.workload(), given.get("outputs") or {})
            of_case = records.evolve(app.components[0].traits[0], given=((_Given(self.suite, case), ()),))
            component = records.evolve(app.components[0], traits=(of_case,))
            observed.warnings += strangers(self.renderer, app, component, world.namespace)
            root = rendering.add_trait(of_case)
            patch = root.lookup("patch")
            if patch.exists():
                observed.values["patch",] = patch
                observed.data["patch"] = _decoded(patch)
            self._finish(rendering, observed, world)
            observed.data["patchResult"] = observed.data["output"]
            observed.values["patchResult",] = observed.values["output",]
            for selector, value in root.lookup("outputs").fields():
                observed.values["outputs", selector.name] = value
        finally:
            self._judge(case, observed, world)

    def _finish(self, rendering: ComponentRendering, observed: Observed, world: _World) -> None:
        observed.warnings += rendering.warnings
        rendered = rendering.finish()
        observed.warnings += rendering.warnings
        workload, others = rendering.values()
        observed.values["output",] = workload
        observed.values.update({("outputs", name): value for name, value in others.items()})
        observed.data["output"] = rendered.workload
        observed.data["outputs"] = {item.resource: item.data for item in rendered.auxiliaries}
        who = (world.app, world.namespace, world.name, world.around.app_revision)
        type_ = rendering.component.type
        observed.contract["output",] = contract_labels(*who, workload=type_)
        for item in rendered.auxiliaries:
            labels = contract_labels(*who, trait=item.trait, resource=item.resource)
            observed.contract["outputs", item.resource] = labels

    def _judge(self, case: Case, observed: Observed, world: _World) -> None:
        """How the live objects stand: what was rendered, with the given live objects laid over it."""
        if "live" not in case.given and not any(item.subject in STATUS for item in case.expect):
            return
        live = case.given.get("live") or {}
        rendered = {key: observed.data.get(key) or {} for key in ("output", "outputs")}
        objects = laid_over(rendered, {key: value for key, value in live.items() if value is not None})
        parameter = case.given.get("parameter")
        context = {
            "name": world.name,
            "appName": world.app,
            "appRevision": world.around.app_revision,
            "namespace": world.namespace,
            **objects,
            "parameter": parameter or {},
        }
        health = judge(self.kit.templates(world.namespace).compiler, self.definition, context, parameter)
        observed.data.update(health=health.healthy, message=health.message, details=health.details)
        if health.trouble:
            observed.warnings.append(Diagnostic(health.trouble, code="oam.health", severity="warning"))

    # ---- policies

    def _policy(self, case: Case, observed: Observed) -> None:
        world = _World(case, self.definition.name)
        policy = {"name": world.name, "type": self.definition.name, **_properties(case.given)}
        app = world.application(None, policy=policy)
        of_case = records.evolve(app.policies[0], document=_Given(self.suite, case), path=())
        made = evaluate_policy(self.renderer, app, of_case, world.around, observed.warnings)
        observed.values["output",] = made.root.lookup("output")
        for selector, value in made.root.lookup("outputs").fields():
            observed.values["outputs", selector.name] = value
        if self.definition.spec.get("scope") == "Application":
            observed.data["output"] = _decoded(made.root.lookup("output"))
            return
        objects = dict(made.objects)
        if "" in objects:
            observed.data["output"] = objects.pop("")
        observed.data["outputs"] = objects

    # ---- workflow steps

    def _step(self, case: Case, observed: Observed) -> None:
        from oam.testing.steps import observe_step

        observe_step(self, case, observed)


class _Given(Document):
    """Where in a suite the properties of what is tried are given."""

    __slots__ = ("_case", "_suite")

    def __init__(self, suite: Suite, case: Case) -> None:
        super().__init__(suite.source, Node(0, {}), [])
        self._suite = suite
        self._case = case

    def node(self, path: Iterable[str | int]) -> Node | None:
        """See :meth:`oam.model.document.Document.node`."""
        return self.root if tuple(path)[:1] == ("properties",) else None

    def position(self, path: Iterable[str | int] = ()) -> Position:
        """See :meth:`oam.model.document.Document.position`."""
        steps = tuple(path)
        more = ("given", "parameter", *steps[1:]) if steps[:1] == ("properties",) else ()
        return self._suite.locate((*self._case.path, *more)) or super().position()


class _World:
    """The application that a case is tried in."""

    def __init__(self, case: Case, name: str) -> None:
        context = dict(case.given.get("context") or {})
        self.name = _text(context, "name", name)
        self.app = _text(context, "appName", self.name)
        self.namespace = _text(context, "namespace", "default")
        self.component_type = _text(context, "componentType", "webservice")
        self.labels = _mapping(context, "appLabels")
        self.annotations = _mapping(context, "appAnnotations")
        for key, annotation in (("publishVersion", PUBLISH_VERSION), ("workflowName", WORKFLOW_NAME)):
            if context.get(key):
                self.annotations[annotation] = context[key]
        self.around = Surroundings(
            self.namespace,
            _text(context, "appRevision", f"{self.app}-v1"),
            replica_key=_text(context, "replicaKey", ""),
            more={key: value for key, value in context.items() if value is not None and key != "componentType"},
        )

    def application(
        self, component: dict[str, Any] | None, trait: dict[str, Any] | None = None, *, policy: Any = None
    ) -> Application:
        """An application with one component, and perhaps a trait, or with one policy."""
        metadata = {
            "name": self.app,
            "namespace": self.namespace,
            "labels": self.labels,
            "annotations": self.annotations,
        }
        spec: dict[str, Any] = {"components": [{"name": self.name, **component}] if component else []}
        if trait:
            spec["components"][0]["traits"] = [trait]
        if policy:
            spec["policies"] = [policy]
        return Application.parse({"apiVersion": API_VERSION, "kind": "Application", "metadata": metadata, "spec": spec})

    def workload(self) -> dict[str, Any]:
        """What a trait works on where nothing is given."""
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": self.name}, "spec": {}}


def _properties(given: dict[str, Any]) -> dict[str, Any]:
    parameter = given.get("parameter")
    return {} if parameter is None else {"properties": parameter}


def _text(context: dict[str, Any], key: str, default: str) -> str:
    value = context.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise OamError(f"context.{key} must be text, not {json.dumps(value)}", code="oam.test.context")
    return value


def _mapping(context: dict[str, Any], key: str) -> dict[str, Any]:
    value = context.get(key) or {}
    if not isinstance(value, dict):
        raise OamError(f"context.{key} must be a mapping, not {json.dumps(value)}", code="oam.test.context")
    return dict(value)


def _decoded(value: Value) -> Any:
    """The data of a value, or its CUE text where it is not concrete (a patch need not be)."""
    try:
        return plain(value.decode())
    except CueError:
        return value.format(simplify=False).strip()


_TRIALS: dict[str, Callable[[Bench, Case, Observed], None]] = {
    "component": Bench._component,
    "trait": Bench._trait,
    "policy": Bench._policy,
    "workflow-step": Bench._step,
}
