"""Killed at any commit and started again, a workflow ends as if nothing had happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.__main__ import main
from conformance.kill import CASES

REPEATING = """
commands: [up -f app.yaml]
requests: ["GET /x"]
files:
  app.yaml: |
    apiVersion: core.oam.dev/v1beta1
    kind: Application
    metadata: {name: app}
    spec:
      components: []
      workflow: {steps: [{name: get, type: request, properties: {url: "http://${HTTP}/x"}}]}
"""


def test_a_request_and_a_wait(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kill", "--every", "5", str(CASES / "request.yaml"), str(CASES / "suspend.yaml")]) == 0
    figures = capsys.readouterr().out.splitlines()[-1]
    assert figures.endswith(" kills, 0 lost, 0 repeated")
    assert int(figures.split()[2]) >= 8


def test_a_repetition_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reading requests have no key and may be repeated; counted as if they must not be, they give the test away."""
    case = tmp_path / "get.yaml"
    case.write_text(REPEATING)
    assert main(["kill", str(case)]) == 1
    printed = capsys.readouterr()
    assert "0 lost, 0 repeated" not in printed.out
    assert "the server was asked for ['GET /x', 'GET /x']" in printed.err


@pytest.mark.slow
def test_all_workflows_at_all_commits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kill"]) == 0
    figures = capsys.readouterr().out.splitlines()[-1]
    assert figures.endswith(" kills, 0 lost, 0 repeated")
    assert int(figures.split()[2]) >= 200
