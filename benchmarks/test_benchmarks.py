"""The workloads under pytest-benchmark: ``python -m benchmarks``."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from benchmarks.workloads import FAMILIES, TEMPLATE, template_parameter
from oam.testing import SuiteRun, read_suite
from pycue import Context
from pycue.source import Source

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.parametrize("n", [100, 1000])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_export(benchmark: BenchmarkFixture, family: str, n: int) -> None:
    """Parse, compile, evaluate and write as JSON."""
    source = FAMILIES[family](n)
    text = benchmark(lambda: Context().compile(source).to_json())
    assert text.startswith("{")


def test_warm_render(benchmark: BenchmarkFixture) -> None:
    """One template, a new parameter each time."""
    template = Context().compile(TEMPLATE)
    count = itertools.count()

    def render() -> object:
        filled = template.fill("context", {"name": "shop"}).fill("parameter", template_parameter(next(count)))
        return filled.lookup("output").decode(), filled.lookup("outputs").decode()

    output, _ = benchmark(render)
    assert output["kind"] == "Deployment"


SUITES = {
    "component": """definition: {type: component, name: webservice}
cases:
- name: case ${count}
  each: {count: %s}
  given: {parameter: {image: "nginx:${count}", ports: [{port: "${count}", expose: true}]}}
  expect:
    output.spec.template.spec.containers[0].image: nginx:${count}
    outputs.webserviceExpose.spec.ports: [{port: "${count}"}]
""",
    "workflow-step": """definition: {type: workflow-step, name: export2config}
cases:
- name: case ${count}
  each: {count: %s}
  given: {parameter: {configName: "c${count}", data: {text: "number ${count}"}}}
  expect: {'objects.ConfigMap/c${count}.data.text': "number ${count}"}
""",
}


@pytest.mark.parametrize("kind", sorted(SUITES))
def test_a_suite_of_a_hundred_cases(benchmark: BenchmarkFixture, kind: str) -> None:
    """Read a suite and run its hundred cases."""
    source = Source("hundred.test.yaml", SUITES[kind] % list(range(1, 101)))

    def run() -> set[str]:
        suite = read_suite(source, lambda _: "")
        running = SuiteRun(suite)
        return {running.run(case).outcome for case in suite.cases}

    assert benchmark.pedantic(run, rounds=3) == {"passed"}
