"""The workloads under pytest-benchmark: ``python -m benchmarks``."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from benchmarks.workloads import FAMILIES, TEMPLATE, template_parameter
from pycue import Context

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
