"""``oam cuex eval``."""

import pytest

from oam.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    def evaluate(text, *argv):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "x.cue").write_text(text)
        status = main(["cuex", "eval", "-f", "x.cue", *argv])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return evaluate


@pytest.mark.parametrize(
    ("text", "argv", "out"),
    [
        ("a: *1 | int\nb: a\nc?: 2\n", (), "a:  1\nb:  1\nc?: 2\n"),
        ('a: b: "x"\n', ("-p", "a.b"), '"x"\n'),
        ("a: 1\n", ("-p", "b"), "_|_ // field not found: b\n"),
        ("a: 1 & 2\n", (), "_|_ // a: conflicting values 2 and 1\n"),
        ("b: [1.5, null], a: {x: true}\n", ("-o", "json"), '{"a":{"x":true},"b":[1.5,null]}\n'),
        ("b: [1.5], #D: 1\n", ("-o", "yaml"), "b:\n- 1.5\n\n"),
    ],
)
def test_results(run, text, argv, out):
    assert run(text, *argv) == (0, out, "")


@pytest.mark.parametrize(
    ("text", "argv", "message"),
    [
        ("a: string\n", ("-o", "json"), 'cue: marshal error: a: cannot convert incomplete value "string" to JSON'),
        ("a: 1 & 2\n", ("-o", "yaml"), "cue: marshal error: a: conflicting values 2 and 1"),
        ('import "strings"\na: 1\n', ("-o", "json"), 'cue: marshal error: imported and not used: "strings"'),
        ("a: {\n", (), "expected '}', found 'EOF'"),
        ("a: 1\n", ("-o", "toml"), 'unknown output format "toml"'),
    ],
)
def test_faults(run, text, argv, message):
    status, out, err = run(text, *argv)
    assert (status, out) == (1, "")
    assert err.startswith(f"Error: {message}")
