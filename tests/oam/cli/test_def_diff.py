"""``oam def diff``."""

import io
import json

import pytest

from oam.cli import main

OLD = 'w: {type: "component"}\ntemplate: {\n\toutput: kind: "K"\n\tparameter: a: int | string\n}\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.cue").write_text(OLD)
    (tmp_path / "new.cue").write_text(OLD.replace("int | string", "int"))
    return tmp_path


def test_what_breaks_is_marked_and_fails(folder, capsys):
    assert main(["def", "diff", "old.cue", "new.cue"]) == 2
    assert capsys.readouterr().out == (
        "component w: 1 change, 1 of them breaks callers; major step\n"
        "  ! a  narrowed: int | string -> int (takes less than before)  [new.cue:4:16]\n"
    )
    assert main(["def", "diff", "new.cue", "old.cue"]) == 0
    assert "1 change, none breaks callers; minor step" in capsys.readouterr().out


def test_json(folder, capsys):
    assert main(["def", "diff", "old.cue", "new.cue", "--format", "json"]) == 2
    (found,) = json.loads(capsys.readouterr().out)
    assert found["step"] == "major"
    assert found["changes"][0]["position"] == "new.cue:4:16"


def test_standard_input_and_folders(folder, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(OLD))
    assert main(["def", "diff", "-", "new.cue"]) == 2
    for name in ("before", "after"):
        (folder / name).mkdir()
        (folder / name / "w.cue").write_text(OLD)
    (folder / "after" / "x.cue").write_text(OLD.replace("w:", "x:", 1))
    capsys.readouterr()
    assert main(["def", "diff", "before", "after"]) == 0
    assert capsys.readouterr().out == (
        "component w: no change\n\ncomponent x: 1 change, none breaks callers; minor step\n"
        "    name  added: x (a new definition)  [after/x.cue:1:1]\n"
    )


def test_versions_are_held_against_the_changes(folder, capsys):
    for name, version in (("old.cue", "1.0.0"), ("new.cue", "1.0.1")):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace('"component"', f'"component", attributes: version: "{version}"'))
    assert main(["def", "diff", "old.cue", "new.cue"]) == 2
    assert (
        "1.0.0 -> 1.0.1: 1 change, 1 of them breaks callers; major step, to 2.0.0 or later" in capsys.readouterr().out
    )
    text = (folder / "new.cue").read_text()
    (folder / "new.cue").write_text(text.replace("1.0.1", "2.0.0"))
    assert main(["def", "diff", "old.cue", "new.cue"]) == 0
    assert "2.0.0 is enough" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["old.cue"], "accepts 2 arg(s)"),
        (["old.cue", "new.cue", "--format", "x"], "unknown format"),
        (["old.cue", "no"], "no such file"),
    ],
)
def test_wrong_use(folder, capsys, argv, message):
    assert main(["def", "diff", *argv]) == 1
    assert message in capsys.readouterr().err
