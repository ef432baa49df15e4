"""``oam workflow``: changing the course of workflows, listing them, and their history."""

from __future__ import annotations

import json
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


def test_going_back(state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["workflow", "resume", "shop", "--state", state])
    file = tmp_path / "bad.yaml"
    file.write_text(APPLICATION.replace("{name: gate, type: suspend}", "{name: gate, type: suspend, timeout: 1s}"))
    assert main(["up", "-f", str(file), "--state", state]) == 1
    capsys.readouterr()
    assert main(["workflow", "rollback", "shop", "--state", state]) == 0
    assert capsys.readouterr().out.endswith("shop: running\n")
    assert main(["workflow", "rollback", "shop", "--state", state]) == 1
    assert capsys.readouterr().err == "Error: shop-v1 is the last succeeded revision already\n"


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
        "asked: resume",
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


def test_a_replay_ends_where_a_step_ended(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["workflow", "resume", "shop", "--state", state])
    capsys.readouterr()
    assert main(["workflow", "replay", "shop", "--until", "gate", "--state", state]) == 0
    timeline, stood = capsys.readouterr().out.split("\n\n")
    assert timeline.splitlines()[0].split() == ["TIME", "WHAT", "HAPPENED"]
    assert timeline.splitlines()[-1].endswith("step gate  succeeded")
    assert "greet" not in stood
    assert main(["workflow", "replay", "shop", "--state", state, "-o", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["stood"]["step greet"] == "succeeded"
    assert data["timeline"][0]["time"] == 0


def test_a_replay_up_to_no_step(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workflow", "replay", "shop", "--until", "nowhere", "--state", state]) == 1
    assert capsys.readouterr().err == 'Error: nothing is known of a step "nowhere"\n'


def test_what_templates_came_to_is_kept_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, state = tmp_path / "app.yaml", str(tmp_path / "s.db")
    file.write_text(
        APPLICATION.replace("- {name: gate, type: suspend}\n", "") + "  policies: [{name: d, type: debug}]\n"
    )
    main(["up", "-f", str(file), "--state", state])
    capsys.readouterr()
    assert main(["workflow", "debug", "shop", "--step", "greet", "--state", state]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("// step greet\n")
    assert 'data:  "hello"' in shown
    assert main(["workflow", "debug", "shop", "--step", "nothing", "--state", state]) == 1
    assert capsys.readouterr().err == 'Error: nothing is kept of a step "nothing"; one of greet\n'


def test_what_templates_came_to_is_not_kept_otherwise(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workflow", "debug", "shop", "--state", state]) == 1
    assert "add {type: debug} to its policies" in capsys.readouterr().err
