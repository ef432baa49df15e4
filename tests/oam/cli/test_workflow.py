"""``oam workflow``: changing the course of workflows, listing them, and their history."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam.cli import main

APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: WorkflowStepDefinition
metadata: {name: say}
spec:
  schematic:
    cue:
      template: |
        import "vela/util"
        say: util.#Log & {$params: data: parameter.text}
        parameter: text: string
---
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components: []
  workflow:
    steps:
    - {name: gate, type: suspend}
    - {name: greet, type: say, properties: {text: hello}}
"""


@pytest.fixture
def state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    file = tmp_path / "app.yaml"
    file.write_text(APPLICATION)
    path = str(tmp_path / "s.db")
    assert main(["up", "-f", str(file), "--state", path]) == 0
    capsys.readouterr()
    return path


def test_resuming_runs_to_the_end(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workflow", "resume", "shop", "--state", state]) == 0
    out = capsys.readouterr().out
    assert "greet" in out
    assert out.endswith("shop: running\n")


def test_terminating_and_restarting(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workflow", "terminate", "shop", "--state", state]) == 0
    assert capsys.readouterr().out.endswith("shop: workflowTerminated\n")
    assert main(["workflow", "restart", "shop", "--state", state]) == 0
    assert capsys.readouterr().out.endswith("shop: workflowSuspending\n")


def test_the_list_and_the_history(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["workflow", "resume", "shop", "--state", state])
    capsys.readouterr()
    main(["workflow", "list", "--state", state])
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["NAMESPACE", "NAME", "PHASE", "WORKFLOW", "REVISION"]
    assert line.split() == ["default", "shop", "running", "succeeded", "shop-v1"]
    main(["workflow", "logs", "shop", "--state", state])
    lines = [line.split("  ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "run: runningWorkflow",
        "step gate: suspending (Suspend): Suspended by field suspend",
        "run: workflowSuspending",
        "run: resume",
        "step gate: running (Suspend): Suspended by field suspend",
        "log greet: hello",
        "step gate: succeeded",
        "step greet: succeeded",
        "run: running",
    ]
    main(["workflow", "logs", "shop", "--step", "greet", "--state", state])
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["jump", "shop"], 'unknown verb "jump"'),
        (["resume"], "needs one application"),
        (["list", "shop"], "needs no application"),
        (["resume", "nothing"], 'application "nothing" not found in namespace "default"'),
        (["restart", "shop", "--step", "gate"], "can not restart from a non-failed step"),
    ],
)
def test_mistakes(state: str, argv: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workflow", *argv, "--state", state]) == 1
    assert text in capsys.readouterr().err
