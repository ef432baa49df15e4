from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.syntax import _lexer, patterns, scanner
from pycue.syntax.generate import lexer_text

_sre = pytest.importorskip("_sre")
SAME_ENGINE = (sys.implementation.name, _sre.MAGIC, _sre.CODESIZE) == _lexer.ENGINE
PIECES = st.sampled_from(
    ["a", "_", "#", "1", "0x", ".", "e", '"', "'", "\\", "\n", " ", "//", "@b(", ")", "é", "²", "_|_", "?", "=~", "K"]
)


@pytest.mark.skipif(not SAME_ENGINE, reason="the stored code is another Python's")
def test_stored_code_is_what_the_generator_writes() -> None:
    assert Path(_lexer.__file__).read_text() == lexer_text()


@given(st.lists(PIECES, max_size=12).map("".join))
def test_stored_code_finds_what_the_compiled_expression_finds(text: str) -> None:
    compiled = re.compile(scanner.EXPRESSION, re.VERBOSE)
    assert patterns.stored(scanner.EXPRESSION).findall(text) == compiled.findall(text)


@pytest.mark.parametrize("order", ["little", "big"])
def test_numbers(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    native = [1, -2, 70_000]
    swapped = [int.from_bytes((n & 0xFFFFFFFF).to_bytes(4, "little"), "big", signed=True) for n in native]
    monkeypatch.setattr(patterns, "byteorder", order)
    assert patterns.numbers("01000000 feffffff\n70110100", "i") == (native if order == sys.byteorder else swapped)
    assert patterns.numbers("0100feff", "h") == ([1, -2] if order == sys.byteorder else [256, -257])


def test_another_engine_or_expression_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    assert patterns.stored("a  b").findall("ab") == ["ab"]
    monkeypatch.setattr(_lexer, "ENGINE", ("other", 0, 0))
    assert patterns.stored(scanner.EXPRESSION).findall(" x")[0] == (" ", "x", "")


def test_parsing_a_small_file_imports_neither_re_nor_lark() -> None:
    program = (
        "import sys; from pycue.source import Source; from pycue.syntax.parser import parse_file\n"
        "parse_file(Source('x.cue', 'package p\\n\\na: {b: [1, \"c\"]} // d\\n'), comments=False)\n"
        "print([name for name in ('re', 'lark', 'typing', 'enum') if name in sys.modules])"
    )
    root = str(Path(__file__).parents[3])
    # -S: what site-packages' own start-up files import is not ours
    found = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {root!r})\n{program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == ("[]" if SAME_ENGINE else "['re', 'enum']")
