"""The fuzzer beside made-up official commands: small scripts that answer as the test wants."""

import json
import sys
from pathlib import Path

import pytest

from conformance.fuzz import Fuzzer
from conformance.generate import Generator
from conformance.meaning import meaning
from conformance.reorder import reverse

PROGRAM = "a: 1\nb: 2\n"


def ours(argv: list[str]) -> int:
    """Says of every program that it is ``{"a": 1}``."""
    print('{"a": 1}' if argv[0] == "export" else "a: 1")
    return 0


def fuzzer(folder: Path, body: str, what: str = "values") -> Fuzzer:
    """A fuzzer whose official command runs ``body`` with the command in ``verb`` and the program in ``text``."""
    script = folder / "official"
    head = f"#!{sys.executable}\nimport os, sys, time\nverb, text = sys.argv[1], open(sys.argv[2]).read()\n"
    script.write_text(head + body)
    script.chmod(0o755)
    return Fuzzer(ours, str(script), what, timeout=3.0)


def says(value: str, cue: str) -> str:
    return f"print({value!r} if verb == 'export' else {cue!r})\n"


def test_the_same_answer_is_no_difference(tmp_path: Path) -> None:
    assert fuzzer(tmp_path, says('{"a": 1}', "a: 1")).difference(PROGRAM) is None


def test_a_steady_official_answer_explains_nothing(tmp_path: Path) -> None:
    for answer in (says('{"a": 2}', "a: 2"), "sys.exit('a: conflict')\n"):
        difference = fuzzer(tmp_path, answer).difference(PROGRAM)
        assert difference is not None
        assert not difference.explanation


def test_an_official_answer_in_another_order_is_steady(tmp_path: Path) -> None:
    ahead = says('{"a": 2, "b": 3}', "a: x & 2\nb: {c: 1 | 2, d: 1}")
    turned = says('{"b": 3, "a": 2}', "b: {d: 1, c: (2 | 1)}\na: 2 & x_1")
    body = "if text.startswith('a'):\n    " + ahead + "else:\n    " + turned
    difference = fuzzer(tmp_path, body).difference(PROGRAM)
    assert str(difference) == "export value"


@pytest.mark.parametrize("other", ["sys.exit('conflict')\n", says('{"a": 3}', "a: 3"), "os.abort()\n"])
def test_an_official_answer_that_depends_on_order_explains(tmp_path: Path, other: str) -> None:
    body = "if text.startswith('a'):\n    " + says('{"a": 2}', "a: 2") + "else:\n    " + other
    difference = fuzzer(tmp_path, body).difference(PROGRAM)
    assert str(difference) == "export value (explained: official depends on order)"


def test_what_one_command_explains_does_not_excuse_the_other(tmp_path: Path) -> None:
    body = "value = 2 if text.startswith('a') else 3\nprint(f'{{\"a\": {value}}}' if verb == 'export' else 'a: 4')\n"
    assert str(fuzzer(tmp_path, body).difference(PROGRAM)) == "eval value"


@pytest.mark.parametrize("body", ["print('panic: oh', file=sys.stderr)\n", "os.abort()\n"])
def test_an_official_crash_is_an_explanation(tmp_path: Path, body: str) -> None:
    assert str(fuzzer(tmp_path, body).difference(PROGRAM)) == "export value (explained: official crash)"


def test_an_official_hang_is_an_explanation_but_ours_is_not(tmp_path: Path) -> None:
    mute = fuzzer(tmp_path, "time.sleep(60)\n")
    mute.official.timeout = 0.2
    assert str(mute.difference(PROGRAM)) == "export value (explained: official timeout)"
    mute.main = lambda argv: 1 // 0
    assert str(mute.difference(PROGRAM)) == "export crash"


def test_an_order_that_the_program_makes_a_value_explains_nothing(tmp_path: Path) -> None:
    body = "value = int(text.index('c') < text.index('d'))\nprint(f'{{\"a\": {value + 5}}}')\n"
    assert str(fuzzer(tmp_path, body).difference("c: 1\nd: 2\n")).endswith("(explained: official depends on order)")
    assert str(fuzzer(tmp_path, body).difference("c: 1\nd: [for x in e {x}]\n")) == "export value"


def test_error_texts_are_compared_where_asked(tmp_path: Path) -> None:
    body = "print('# note', file=sys.stderr)\n" + says('{"a": 1}', "a: 1")
    assert fuzzer(tmp_path, body).difference(PROGRAM) is None
    assert str(fuzzer(tmp_path, body, "errors").difference(PROGRAM)) == "export error text"


def test_a_run_counts_and_keeps_both_kinds(tmp_path: Path) -> None:
    count = 2
    steady = fuzzer(tmp_path, says('{"a": 2}', "a: 2"))
    assert steady.run(Generator(1), count, None) == count
    assert not steady.explained
    crashing = fuzzer(tmp_path, "os.abort()\n")
    assert crashing.run(Generator(1), count, tmp_path / "kept") == 0
    assert crashing.explained == {"official crash": count}
    assert len(list((tmp_path / "kept" / "explained").iterdir())) == count


def test_reversing_turns_declarations_and_operands() -> None:
    text = 'import "list"\n\na: {b: 1, c: 1 & 2 & (*3 | 4 | {x: 1, y: 2})}\nd: [1, 2]\n'
    turned = reverse(text)
    assert turned is not None
    assert "".join(turned.split()) == 'import"list"d:[1,2]a:{c:({y:2,x:1}|4|*3)&2&1,b:1}'
    assert "".join((reverse(turned) or "").split()) == "".join(text.split())


def test_meaning_leaves_out_order_and_nothing_else() -> None:
    assert meaning("eval", "a: (1 | 2) & b\nc: [1, 2]\n") == meaning("eval", "c: [1, 2]\na: b & (2 | 1)\n")
    assert meaning("eval", "c: [1, 2]") != meaning("eval", "c: [2, 1]")
    assert meaning("eval", "a: b - c") != meaning("eval", "a: c - b")
    assert meaning("eval", "a?: 1") != meaning("eval", "a: 1")
    assert meaning("export", json.dumps({"a": 1, "b": [1, 2]})) == meaning("export", '{"b": [1, 2], "a": 1}')
