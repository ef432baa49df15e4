"""Whole applications on an embedded cluster."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from oam.app.bundle import read_bundle
from oam.app.runtime import Runtime
from oam.cluster import EmbeddedCluster, Simulator
from oam.definition import STANDARD, Profile
from oam.ports import ObjectRef
from oam.store import MemoryStore, SqliteStore
from oam.workflow.clock import SeededRandom, VirtualClock
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from oam.app.record import Record
    from oam.ports import Object, StateStore

START = 1_700_000_000


class World:
    """A store, a cluster, a clock, and what was submitted last."""

    def __init__(
        self,
        store: StateStore | None = None,
        *,
        profile: Profile = STANDARD,
        ready: Callable[[Object], bool] | None = None,
        http: Any = None,
        mail: Any = None,
        concurrent: bool = False,
    ) -> None:
        self.store = store or MemoryStore()
        self.clock = VirtualClock(START)
        random = SeededRandom()
        self.cluster = EmbeddedCluster(self.store, self.clock, random, simulator=Simulator(2.0, ready))
        self.profile = profile
        self.runtime = Runtime(
            self.store,
            self.clock,
            random,
            cluster=self.cluster,
            profile=profile,
            http=http,
            mail=mail,
            concurrent=concurrent,
        )
        self.http = http
        self.warnings: list[Any] = []

    def submit(self, *texts: str, namespace: str = "") -> Record:
        """Submit YAML texts (or, where one begins with a CUE definition, CUE); gives the application."""
        sources = [Source(f"f{at}.yaml", text) for at, text in enumerate(texts)]
        records, self.warnings = self.runtime.submit(read_bundle(sources, self.profile), namespace)
        return records[-1]

    def up(self, *texts: str, namespace: str = "") -> Record:
        """Submit and run to the end."""
        return self.runtime.run(self.submit(*texts, namespace=namespace))

    def get(self, kind: str, name: str, namespace: str = "default", version: str = "apps/v1") -> Object:
        found = self.cluster.get(ObjectRef(version, kind, namespace, name))
        assert found is not None, f"{kind}/{name}"
        return found

    def step(
        self, template: str, *, name: str = "s", type_: str = "t", properties: str = "{}", more: str = ""
    ) -> Record:
        """Run an application whose only step has this template."""
        return self.up(
            self.step_definition(type_, template),
            self.application(f"- {{name: {name}, type: {type_}, properties: {properties}}}", more),
        )

    @staticmethod
    def step_definition(name: str, template: str) -> str:
        """A WorkflowStepDefinition."""
        lines = "".join(f"        {line}\n" for line in template.strip("\n").split("\n"))
        head = f"apiVersion: core.oam.dev/v1beta1\nkind: WorkflowStepDefinition\nmetadata: {{name: {name}}}\n"
        return f"{head}spec:\n  schematic:\n    cue:\n      template: |\n{lines}"

    @staticmethod
    def component_definition(name: str, template: str) -> str:
        """A ComponentDefinition."""
        return World.step_definition(name, template).replace("WorkflowStepDefinition", "ComponentDefinition")

    @staticmethod
    def application(
        steps: str = "", more: str = "", components: str = "  components: []\n", metadata: str = "{name: app}"
    ) -> str:
        """An Application; ``steps`` is a YAML list."""
        workflow = ""
        if steps:
            workflow = "  workflow:\n    steps:\n" + "".join(
                f"      {line}\n" for line in steps.strip("\n").split("\n")
            )
        head = f"apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {metadata}\n"
        return f"{head}spec:\n{components}{workflow}{more}"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make_world() -> type[World]:
    return World


@pytest.fixture(params=["memory", "sqlite"])
def any_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "memory":
        yield World()
        return
    connection = sqlite3.connect(tmp_path / "s.db")
    yield World(SqliteStore(connection))
    connection.close()
