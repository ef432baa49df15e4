"""Commands from argument list to bytes; the expected texts are those of the official command."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest

from pycue.cli import main
from pycue.loader.loader import Loader

FILES = {
    "app.cue": 'package app\n\nname: string @tag(name)\nport: *80 | int\nurl: "\\(name):\\(port)"\n#Port: int & >0\n',
    "ok.cue": 'a: 1\nb: {c: "x", #d: 2, _e: 3, f?: int}\n',
    "open.cue": "a: int\nb: a + 1\n",
    "bad.cue": "a: 1\na: 2\nb: {c: string}\n",
    "d/syntax.cue": "a: {\n",
    "schema.cue": "#S: {n: int, t?: string}\n",
    "good.yaml": "n: 1\n---\nn: 2\nt: x\n",
    "wrong.yaml": "n: 1\n---\nn: x\n",
    "v.json": '{"n": 1}\n',
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "d").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capfdbinary: pytest.CaptureFixture[bytes], *argv: str) -> tuple[int, str, str]:
    status = main(list(argv))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


SUCCESS = [
    (["export", "ok.cue"], '{\n    "a": 1,\n    "b": {\n        "c": "x"\n    }\n}\n'),
    (["export", "ok.cue", "-e", "b.c", "--out", "text"], "x\n"),
    (["export", "ok.cue", "--out=yaml"], "a: 1\nb:\n  c: x\n"),
    (["export", "ok.cue", "-e", "a", "-e", "b", "--out", "yaml"], "1\n---\nc: x\n"),
    (["export", "ok.cue", "--out", "cue"], 'a: 1\nb: c: "x"\n'),
    (["export", "ok.cue", "--out", "toml"], "a = 1\n\n[b]\nc = 'x'\n"),
    (["export", ".:app", "-t", "name=web", "-e", "url"], '"web:80"\n'),
    (["export", "-l", "x:", "v.json"], '{\n    "x": {\n        "n": 1\n    }\n}\n'),
    (
        ["export", "good.yaml", "--list"],
        '[\n    {\n        "n": 1\n    },\n    {\n        "n": 2,\n        "t": "x"\n    }\n]\n',
    ),
    (["export", "-d", "#S", "schema.cue", "v.json"], '{\n    "n": 1\n}\n'),
    (["eval", "ok.cue"], 'a: 1\nb: {\n    c:  "x"\n    #d: 2\n}\n'),
    (["eval", "-a", "ok.cue"], 'a: 1\nb: {\n    c:  "x"\n    #d: 2\n    _e: 3\n    f?: int\n}\n'),
    (["eval", "open.cue"], "a: int\nb: a + 1\n"),
    (["eval", "ok.cue", "-e", "a", "-e", "b._e"], "// a\n1\n// b._e\n3\n"),
    (["eval", "-i", "bad.cue", "-e", "a"], "_|_ // a: conflicting values 2 and 1\n"),
    (["def", "open.cue"], "a: int\nb: a + 1\n"),
    (["vet", "ok.cue"], ""),
    (["vet", "-c=false", "open.cue"], ""),
    (["vet", "schema.cue", "-d", "#S", "good.yaml"], ""),
    (["fmt", "--check", "ok.cue"], ""),
]


@pytest.mark.parametrize(("argv", "out"), SUCCESS, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_success(capfdbinary: pytest.CaptureFixture[bytes], argv: list[str], out: str) -> None:
    assert run(capfdbinary, *argv) == (0, out, "")


FAILURE = [
    (["export", "no.cue"], "stat {cwd}/no.cue: no such file or directory\n"),
    (["export", "d/syntax.cue"], "expected '}}', found 'EOF':\n    ./d/syntax.cue:1:6\n"),
    (["export", "bad.cue"], "a: conflicting values 2 and 1:\n    ./bad.cue:1:4\n    ./bad.cue:2:4\n"),
    (
        ["export", "open.cue"],
        (
            "a: incomplete value int:\n    ./open.cue:1:4\n"
            "b: non-concrete value int in operand to +:\n    ./open.cue:2:4\n    ./open.cue:1:4\n"
        ),
    ),
    (["export", "ok.cue", "-e", "z"], 'reference "z" not found:\n    --expression:1:1\n'),
    (["export", "ok.cue", "-e", "a +"], "expected operand, found 'EOF':\n    --expression:1:4\n"),
    (["export", "ok.cue", "-t", "k=v"], 'no tag for "k"\n'),
    (["export", "ok.cue", "--out", "foo"], "unknown filetype foo\n"),
    (["export", "ok.cue", "--out", "xml"], 'unsupported encoding "xml"\n'),
    (
        ["export", "ok.cue", "-e", "a", "--out", "text"],
        "a: cannot use value 1 (type int) as string:\n    ./ok.cue:1:4\n",
    ),
    (["export", "ok.cue", "-o", "v.json"], 'error writing "v.json": file already exists\n'),
    (["export", "ok.cue", "--nope"], "unknown flag: --nope\n"),
    (["nonsense"], 'unknown command "nonsense" for "cue"\n'),
    (
        ["vet", "open.cue"],
        "some instances are incomplete; use the -c flag to show errors or -c=false to allow incomplete instances\n",
    ),
    (["vet", "v.json"], "data files specified without a schema\n"),
    (["vet", "ok.cue", "-d", "b"], "-d/--schema flag requires non-CUE input files\n"),
    (
        ["vet", "schema.cue", "-d", "#S", "wrong.yaml"],
        (
            'n: conflicting values "x" and int (mismatched types string and int):\n'
            "    ./schema.cue:1:9\n    ./wrong.yaml:3:4\n"
        ),
    ),
    (["-C", "/nowhere", "export"], "chdir /nowhere: no such file or directory\n"),
]


@pytest.mark.parametrize(("argv", "err"), FAILURE, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_failure(capfdbinary: pytest.CaptureFixture[bytes], argv: list[str], err: str, folder: Path) -> None:
    assert run(capfdbinary, *argv) == (1, "", err.format(cwd=folder))


def test_an_output_file(capfdbinary: pytest.CaptureFixture[bytes], folder: Path) -> None:
    assert run(capfdbinary, "export", "ok.cue", "-o", "out.yaml") == (0, "", "")
    assert (folder / "out.yaml").read_text() == "a: 1\nb:\n  c: x\n"
    (folder / "ok.cue").write_text("a: 2\n")
    assert run(capfdbinary, "export", "ok.cue", "-o", "out.yaml")[0] == 1
    assert run(capfdbinary, "export", "ok.cue", "-f", "-o", "out.yaml") == (0, "", "")
    assert (folder / "out.yaml").read_text() == "a: 2\n"


def test_formatting_rewrites_only_what_needs_it(capfdbinary: pytest.CaptureFixture[bytes], folder: Path) -> None:
    (folder / "u.cue").write_text("a:    1\n")
    before = (folder / "ok.cue").stat().st_mtime_ns
    assert run(capfdbinary, "fmt", "--check", "u.cue", "ok.cue") == (1, "u.cue\n", "")
    assert run(capfdbinary, "fmt", "u.cue", "ok.cue") == (0, "", "")
    assert (folder / "u.cue").read_text() == "a: 1\n"
    assert (folder / "ok.cue").stat().st_mtime_ns == before


def test_files_that_do_not_parse_stay_as_they_are(capfdbinary: pytest.CaptureFixture[bytes], folder: Path) -> None:
    assert run(capfdbinary, "fmt", "d/syntax.cue")[0] == 1
    assert (folder / "d/syntax.cue").read_text() == FILES["d/syntax.cue"]


def test_help_and_version(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for argv in ([], ["help"], ["help", "export"], ["export", "--help"], ["vet", "-h"], ["version"]):
        status, out, err = run(capfdbinary, *argv)
        assert (status, err) == (0, "")
        assert out
    assert run(capfdbinary, "help", "nonsense")[0] == 1


def test_nothing_of_the_process_changes(capfdbinary: pytest.CaptureFixture[bytes], folder: Path) -> None:
    def state() -> tuple[object, ...]:
        return os.getcwd(), sys.getrecursionlimit(), gc.get_threshold(), gc.isenabled(), dict(os.environ)

    before = state()
    for argv in (["-C", "/", "export", "x.cue"], ["export", "bad.cue"], ["vet", "ok.cue"], ["export", "ok.cue"]):
        run(capfdbinary, *argv)
    assert state() == before


def test_a_thousand_runs_do_not_grow(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for _ in range(3):
        run(capfdbinary, "export", "ok.cue")
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(30):
        run(capfdbinary, "export", "ok.cue")
    gc.collect()
    assert len(gc.get_objects()) - before < 300


def test_deep_input_gives_a_clean_answer(capfdbinary: pytest.CaptureFixture[bytes], folder: Path) -> None:
    (folder / "deep.cue").write_text("x: " + "[" * 20_000 + "]" * 20_000)
    status, _, err = run(capfdbinary, "export", "deep.cue")
    assert "Traceback" not in err
    assert "internal error" not in err
    assert status in (0, 1)


def test_a_defect_ends_in_one_line(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("x\ny")

    monkeypatch.setattr(Loader, "load", broken)
    assert run(capfdbinary, "export", "ok.cue") == (1, "", "internal error: ZeroDivisionError: x y\n")


def test_fmt_writes_nothing_of_an_instance_with_faults(capfdbinary: pytest.CaptureFixture[bytes], folder: Path) -> None:
    package = folder / "p"
    package.mkdir()
    (package / "a.cue").write_text("package p\na:   1\n")
    (package / "b.cue").write_text("package p\nlet x = 1\nlet x = 2\n")
    status, _, err = run(capfdbinary, "fmt", "./p")
    assert (status, err) == (1, 'alias "x" redeclared in same scope:\n    ./p/b.cue:3:1\n')
    assert (package / "a.cue").read_text() == "package p\na:   1\n"
    assert run(capfdbinary, "fmt", "p/a.cue")[0] == 0
    assert (package / "a.cue").read_text() == "package p\n\na: 1\n"
