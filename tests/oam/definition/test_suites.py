"""Tests of well-known definitions, as ``oam test`` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam.testing import SuiteRun, read_suite
from oam.testing.telling import failure_lines
from pycue.source import Source

SUITES = sorted((Path(__file__).resolve().parents[1] / "suites").iterdir())


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.name.partition(".")[0])
def test_well_known_definitions(path: Path) -> None:
    suite = read_suite(Source(path.name, path.read_text(encoding="utf-8")), lambda name: "")
    running = SuiteRun(suite)
    results = [running.run(case) for case in suite.cases]
    assert results
    told = [
        "\n".join([result.case.name, *failure_lines(suite, failure)])
        for result in results
        for failure in result.failures
    ]
    assert not told, "\n\n".join(told)
