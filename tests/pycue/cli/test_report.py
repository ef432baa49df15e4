from __future__ import annotations

from pycue.cli.report import format_diagnostics, relative
from pycue.errors import Diagnostic
from pycue.source import Position, Source


def test_one_line_for_an_error_without_positions() -> None:
    assert format_diagnostics([Diagnostic("no", path=("a", "0"))], "/w") == "a.0: no\n"


def test_positions_are_sorted_and_relative() -> None:
    one, two = Source("/w/b.cue", "x\nyz"), Source("/w/a/c.cue", "é: 1")
    diagnostic = Diagnostic(
        "m", position=Position(one, 3), inputs=[Position(one, 0), Position(two, 2), Position(one, 3)]
    )
    assert format_diagnostics([diagnostic], "/w") == "m:\n    ./b.cue:2:2\n    ./a/c.cue:1:4\n    ./b.cue:1:1\n"


def test_lines_from_a_thousand_on_may_be_grouped() -> None:
    source = Source("-", "\n" * 1499 + "x")
    diagnostic = Diagnostic("m", position=Position(source, 1499))
    assert format_diagnostics([diagnostic], "/", grouped=True) == "m:\n    -:1,500:1\n"
    assert format_diagnostics([diagnostic], "/") == "m:\n    -:1500:1\n"


def test_names_above_the_working_directory() -> None:
    assert relative("/a/x.cue", "/a/b/c") == "../../x.cue"
    assert relative("/a/.x.cue", "/a") == ".x.cue"
    assert relative("--expression", "/a") == "--expression"


def test_places_in_messages() -> None:
    text = "x redeclared as imported package name\n\tprevious declaration at /w/a.cue:6:1"
    assert format_diagnostics([Diagnostic(text)], "/w").endswith("at ./a.cue:6:1\n")
