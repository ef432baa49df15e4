"""Steps of a DAG that wait for servers wait side by side, and what comes of it is always the same."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from oam.errors import Interruption
from oam.ports import HttpRequest, HttpResponse

ASK = """
import ("vela/http", "vela/kube")
ask: http.#HTTPDo & {$params: {method: "POST", url: "http://api.example.com/\\(context.stepName)"}}
note: kube.#Apply & {$params: value: {
  apiVersion: "v1", kind: "ConfigMap", metadata: name: context.stepName, data: answer: ask.$returns.body
}}
"""
STEPS = "\n".join(
    f"- {{name: {name}, type: ask, outputs: [{{name: {name}, valueFrom: ask.$returns.body}}]}}" for name in "abc"
)


class Meeting:
    """A server that answers none before all three have asked; some are answered later than others."""

    def __init__(self, delays: dict[str, float]) -> None:
        self.delays = delays
        self.barrier = threading.Barrier(3, timeout=10)
        self.asked: list[str] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        name = request.url[-1]
        self.asked.append(name)
        self.barrier.wait()
        time.sleep(self.delays.get(name, 0))
        return HttpResponse(200, {}, name.encode())


def application(world: Any) -> list[str]:
    return [
        world.step_definition("ask", ASK),
        world.application(STEPS).replace("    steps:", "    mode: {steps: DAG}\n    steps:"),
    ]


@pytest.mark.parametrize("delays", [{}, {"a": 0.2}, {"c": 0.2, "b": 0.1}])
@pytest.mark.parametrize("durable", [False, True])
def test_requests_are_under_way_together(
    make_world: Any, open_store: Any, tmp_path: Path, delays: Any, durable: bool
) -> None:
    kept = open_store(tmp_path / "s.db") if durable else None
    world = make_world(kept, http=Meeting(delays), concurrent=True)
    record = world.up(*application(world))
    assert record.phase == "running"
    assert list(record.run.variables.items()) == [("a", "a"), ("b", "b"), ("c", "c")]
    versions = [world.get("ConfigMap", name, version="v1")["metadata"]["resourceVersion"] for name in "abc"]
    assert versions == sorted(versions, key=int), "in the order of the list, whoever was answered first"


def test_the_same_run_comes_of_it_as_one_after_the_other(make_world: Any) -> None:
    class Plain:
        def send(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse(200, {}, request.url[-1].encode())

    documents = []
    for concurrent in (False, True):
        world = make_world(http=Plain(), concurrent=concurrent)
        documents.append(json.dumps(world.up(*application(world)).run.to_document(), sort_keys=True))
    assert documents[0] == documents[1]


def test_an_interruption_leaves_what_was_done_and_the_run_goes_on(
    make_world: Any, open_store: Any, tmp_path: Path
) -> None:
    class Breaks:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def send(self, request: HttpRequest) -> HttpResponse:
            self.asked.append(request.url[-1])
            if self.asked == ["a", "b"]:
                raise Interruption("the power went away")
            return HttpResponse(200, {}, request.url[-1].encode())

    web = Breaks()
    world = make_world(open_store(tmp_path / "s.db"), http=web, concurrent=True)
    record = world.submit(*application(world))
    with pytest.raises(Interruption):
        world.runtime.run(record)
    record = world.runtime.run(world.runtime.find("app"))
    assert record.phase == "running"
    assert sorted(record.run.variables) == ["a", "b", "c"]
