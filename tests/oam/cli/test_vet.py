"""``oam vet`` and the formats of ``oam def vet``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from oam.cli import main

GOOD = 'good: {type: "trait", attributes: {}}\ntemplate: patch: {}\n'
BAD = """\
import "strings"

bad: {type: "trait", attributes: {}}
template: {
	parameter: {
		// usage=How many
		count: int
	}
	patch: spec: replicas: parameter.cuont
}
"""
YAML = """\
kind: ComponentDefinition
metadata: {name: box}
spec:
  schematic:
    cue:
      template: |
        parameter: image: string // +usage=Image
        output: {x: parameter.image}
---
kind: ConfigMap
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.cue").write_text(GOOD)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    status = main(["vet", *args])
    out, err = capsys.readouterr()
    return status, out, err


def test_nothing_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, ".") == (0, "1 file, 0 errors, 0 warnings\n", "")


def test_warnings_and_strict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.cue").write_text(BAD)
    text = (
        'warning: bad.cue:1:8: import "strings" is not used [OAM140] (remove it)\n'
        "warning: bad.cue:6:3: write the marker as // +usage=How many [OAM210]\n"
        'warning: bad.cue:9:25: reference to undeclared parameter "cuont" [OAM221] (did you mean "count"?)\n'
    )
    assert run(capsys, "bad.cue") == (0, f"{text}1 file, 0 errors, 3 warnings (2 can be mended with --fix)\n", "")
    status, out, _ = run(capsys, "--strict", ".")
    assert status == 1
    assert out.startswith("error: bad.cue:1:8: import")
    assert out.endswith("2 files, 3 errors, 0 warnings (2 can be mended with --fix)\n")


def test_fix(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = folder / "bad.cue"
    bad.write_text(BAD.replace("cuont", "count"))
    bad.chmod(0o640)
    assert run(capsys, "--fix", ".") == (0, "2 files, 0 errors, 0 warnings, 2 mended\n", "")
    wanted = BAD.replace("cuont", "count").replace('import "strings"\n', "").replace("// usage", "// +usage")
    assert bad.read_text() == wanted
    assert bad.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(folder)) == ["bad.cue", "good.cue"]
    assert run(capsys, "--fix", ".") == (0, "2 files, 0 errors, 0 warnings\n", "")


def test_fix_keeps_line_ends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "box.yaml").write_bytes(YAML.replace("\n", "\r\n").encode())
    assert run(capsys, "--fix", "box.yaml")[0] == 0
    wanted = YAML.replace(
        "parameter: image: string // +usage=Image", "// +usage=Image\n        parameter: image: string"
    )
    assert (folder / "box.yaml").read_bytes() == wanted.replace("\n", "\r\n").encode()


def test_fix_leaves_what_it_cannot_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = BAD + "x: {\n"
    (folder / "bad.cue").write_text(broken)
    status, out, _ = run(capsys, "--fix", ".")
    assert status == 1
    assert "error: bad.cue:11:6: expected '}'" in out
    assert (folder / "bad.cue").read_text() == broken


def test_a_write_that_fails_leaves_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "bad.cue").write_text(BAD)

    def refuse(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", refuse)
    status, _, err = run(capsys, "--fix", ".")
    assert status == 1
    assert "no space left" in err
    assert (folder / "bad.cue").read_text() == BAD
    assert sorted(os.listdir(folder)) == ["bad.cue", "good.cue"]


def test_doubles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.cue").write_text(GOOD)
    status, out, _ = run(capsys, ".")
    assert status == 1
    assert out.startswith(
        'error: other.cue:1:1: TraitDefinition "good" is defined twice; the other one is at good.cue:1:1 [OAM240]\n'
    )


def test_formats(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.cue").write_text(BAD)
    _, out, _ = run(capsys, "--format", "json", ".")
    data = json.loads(out)
    assert [item["code"] for item in data["diagnostics"]] == ["OAM140", "OAM210", "OAM221"]
    assert data["diagnostics"][0]["subject"] == "TraitDefinition bad"
    _, out, _ = run(capsys, "--format=github", ".")
    assert out.startswith("::warning file=bad.cue,line=1,col=8,title=OAM140::TraitDefinition bad: import")
    _, out, _ = run(capsys, "--format=sarif", ".")
    assert [item["ruleId"] for item in json.loads(out)["runs"][0]["results"]] == ["OAM140", "OAM210", "OAM221"]


def test_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys)[::2] == (1, "Error: requires at least 1 arg(s), only received 0\n")
    assert run(capsys, "--format=srif", ".")[::2] == (
        1,
        'Error: unknown format "srif"; one of text, json, github, sarif\n    hint: did you mean "sarif"?\n',
    )
    assert run(capsys, "--profile=x", ".")[0] == 1
    assert "no such file" in run(capsys, "nowhere")[2]


def test_def_vet_has_the_formats_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.cue").write_text("bad: {\n")
    assert main(["def", "vet", "--format", "github", "good.cue", "bad.cue"]) == 1
    assert capsys.readouterr().out.startswith("::error file=bad.cue,line=1,col=8,")
    assert main(["def", "vet", "good.cue"]) == 0
    assert capsys.readouterr().out == "Validation good.cue succeed.\n"
