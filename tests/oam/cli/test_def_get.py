"""``oam def list`` and ``oam def get``."""

import pytest

from oam.cli import main
from oam.definition.builtin import KINDS, builtin_names
from oam.definition.library import Library, read_definitions
from oam.definition.spec import KINDS as TYPE_OF


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "defs").mkdir()
    (tmp_path / "defs" / "s.cue").write_text('scaler: {type: "trait", description: "mine"}\ntemplate: patch: {}\n')
    (tmp_path / "defs" / "e.cue").write_text('extra: {type: "trait", labels: a: "b"}\ntemplate: patch: {}\n')
    return tmp_path


def test_list(own, capsys):
    assert main(["def", "list", "-t", "trait", "-d", "defs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in lines[0].split("  ") if cell] == ["NAME", "TYPE", "SOURCE", "DESCRIPTION"]
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:]}
    assert rows["scaler"] == ["trait", "files", "mine"]
    assert rows["extra"] == ["trait", "files"]
    assert rows["labels"][:2] == ["trait", "well-known"]
    assert list(rows) == sorted(rows)


def test_get(own, capsys):
    assert main(["def", "get", "scaler", "-d", "defs"]) == 0
    assert 'description: "mine"' in capsys.readouterr().out
    assert main(["def", "get", "webservice", "-o", "yaml"]) == 0
    assert capsys.readouterr().out.startswith("apiVersion: core.oam.dev/v1beta1\nkind: ComponentDefinition\n")


def test_every_well_known_definition_comes_back_from_its_text(own, capsys):
    for kind in KINDS:
        for name in builtin_names(kind):
            found = Library().find(kind, name)
            assert main(["def", "get", name, "-t", TYPE_OF[kind]]) == 0
            (back,) = read_definitions("d.cue", capsys.readouterr().out)
            assert (back.kind, back.name, back.description, back.labels) == (
                kind,
                name,
                found.description,
                found.labels,
            )
            assert back.template_text == found.template_text


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["list", "x"], "accepts no arguments"),
        (["list", "-t", "thing"], 'unknown type "thing"'),
        (["get"], "accepts 1 arg(s)"),
        (["get", "nothing"], "definition nothing not found"),
        (["get", "scaler", "-o", "xml"], "unknown output form"),
        (["get", "kustomize", "-t", "trait"], "definition kustomize not found"),
    ],
)
def test_failures(capsys, argv, message):
    assert main(["def", *argv]) == 1
    assert message in capsys.readouterr().err
