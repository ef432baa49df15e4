"""Workflow cases through the runner: what passes, what differs, what crashes."""

from __future__ import annotations

import json
from pathlib import Path

from conformance.__main__ import main

CASE = """
application:
  apiVersion: core.oam.dev/v1beta1
  kind: Application
  metadata: {name: hold}
  spec:
    components: []
    workflow:
      steps: [{name: gate, type: suspend}]
expect: {phase: PHASE, mode: StepByStep-DAG, revision: hold-v1, suspend: true, steps: [
  {name: gate, type: suspend, phase: suspending, reason: Suspend, message: Suspended by field suspend}]}
"""


def _run(folder: Path, *more: str) -> int:
    return main(["run", "--suite", "workflow", *more, str(folder)])


def test_a_case_that_comes_out_as_recorded_passes(tmp_path, capsys):
    (tmp_path / "hold.yaml").write_text(CASE.replace("PHASE", "workflowSuspending"))
    assert _run(tmp_path) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "workflow: 1 of 1 cases pass"


def test_what_differs_is_named(tmp_path, capsys):
    (tmp_path / "hold.yaml").write_text(CASE.replace("PHASE", "running"))
    _run(tmp_path, "--verbose")
    out = capsys.readouterr().out
    assert "phase: wanted 'running', got 'workflowSuspending'" in out
    assert out.splitlines()[-1] == "workflow: 0 of 1 cases pass"


def test_a_broken_case_is_a_crash_and_fails_the_run(tmp_path, capsys):
    (tmp_path / "broken.json").write_text(json.dumps({"cases": [{"name": "x"}]}))
    assert _run(tmp_path) == 1
    assert "crashes 1" in capsys.readouterr().out
