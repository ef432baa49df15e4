"""``conformance run --cluster [KUBECONFIG] FOLDER``: which word is which."""

from __future__ import annotations

from pathlib import Path

import pytest

import conformance.__main__ as runner

HASHES = '{"cases": [{"name": "n", "text": "{}", "hash": ""}]}'


@pytest.mark.parametrize(
    ("words", "kubeconfig"),
    [
        (["--cluster", "cases"], ""),
        (["--cluster", "config", "cases"], "config"),
        (["cases", "--cluster"], ""),
        (["--cluster", "--timeout", "9", "cases"], ""),
        (["--cluster=config", "cases"], "config"),
    ],
)
def test_the_word_behind_cluster(
    words: list[str],
    kubeconfig: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "h.json").write_text(HASHES)
    (tmp_path / "other.json").write_text(HASHES)
    monkeypatch.chdir(tmp_path)
    asked: list[str] = []
    monkeypatch.setattr(runner, "Live", lambda path: asked.append(path) or object())
    assert runner.main(["run", "--suite", "workflow", *words]) == 0
    assert asked == [kubeconfig]
    assert "scripts 1, not run 1" in capsys.readouterr().out


def test_a_cluster_is_for_workflows_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--suite", "workflow", "--jobs", "2"]):
        with pytest.raises(SystemExit):
            runner.main(["run", "--cluster=x", *words])
        assert "--cluster goes with" in capsys.readouterr().err
