"""``oam show`` and ``oam def gen-doc``."""

import pytest

from oam.cli import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.cue").write_text('t: {type: "trait", description: "d"}\ntemplate: parameter: a: int\n')
    (tmp_path / "p.cue").write_text('#Do: {#provider: "p", $params: a: int}\n')
    return tmp_path


def test_files_and_names(folder, capsys):
    assert main(["show", "t.cue"]) == 0
    assert "| a    |             | int  | true     |" in capsys.readouterr().out
    assert main(["show", "--format", "markdown", "scaler"]) == 0
    assert " replicas | How many pods. | int | false | 1 |  \n" in capsys.readouterr().out


def test_well_known_steps_may_import_any_package(capsys):
    assert main(["show", "suspend"]) == 0
    assert "| duration |" in capsys.readouterr().out


def test_pages(folder, capsys):
    assert main(["def", "gen-doc", "-t", "provider", "p.cue"]) == 0
    assert capsys.readouterr().out.startswith("# p\n\n## #Do\n")
    assert main(["def", "gen-doc", "t.cue", "-o", "out.md"]) == 0
    assert (folder / "out.md").read_text().startswith("---\ntitle:  T\n---\n")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["show"], "a definition is needed"),
        (["show", "--format", "html", "t.cue"], "unknown format"),
        (["show", "nothing"], "no such file, and no well-known definition"),
        (["show", "nothing.cue"], "no such file"),
        (["show", "step-group"], "parameter not exist"),
        (["show", "s.cue"], "parameter not exist"),
        (["def", "gen-doc", "-t", "provider", "bad.cue"], "failed to compile provider file: "),
    ],
)
def test_failures(folder, capsys, argv, message):
    (folder / "s.cue").write_text(
        'import "vela/op"\ns: {type: "workflow-step"}\ntemplate: {a: op.#X, parameter: b: int}'
    )
    (folder / "bad.cue").write_text("#A: x: #B\n")
    assert main(argv) == 1
    assert message in capsys.readouterr().err
