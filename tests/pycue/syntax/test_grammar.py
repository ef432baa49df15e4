"""The generated tables are those of the grammar, and the scanner and the actions fit it."""

from __future__ import annotations

from binascii import crc32
from hashlib import sha256
from pathlib import Path

import pytest

from pycue.source import Source
from pycue.syntax import walk
from pycue.syntax.generate import build_tables, module_text
from pycue.syntax.kinds import NAMES
from pycue.syntax.parser import _tables as made
from pycue.syntax.parser import parse_file, tables
from pycue.syntax.parser.actions import ACTIONS

GRAMMAR = Path(__file__).parents[3] / "grammar" / "cue.lark"


@pytest.fixture(scope="module")
def built() -> dict:
    return build_tables(GRAMMAR.read_text())


def test_shipped_module_is_what_the_generator_writes() -> None:
    assert Path(made.__file__).read_text() == module_text(GRAMMAR.read_bytes())


def test_shipped_module_is_keyed_by_the_grammar() -> None:
    assert sha256(GRAMMAR.read_bytes()).hexdigest() == made.DIGEST
    assert crc32(GRAMMAR.read_bytes()) == made.CHECKSUM


def test_loaded_tables_equal_those_that_lark_builds(built: dict) -> None:
    loaded = tables.tables()
    assert loaded.rows == built["rows"]
    assert loaded.gotos == built["gotos"]
    assert loaded.starts == built["starts"]
    assert [(symbol, length) for symbol, length, _ in loaded.rules] == [rule[:2] for rule in built["rules"]]


def test_every_action_is_used_and_exists(built: dict) -> None:
    named = {name for _, _, name in built["rules"] if name}
    assert named == set(ACTIONS)


def test_every_row_has_a_column_for_each_terminal(built: dict) -> None:
    assert {len(row) for row in built["rows"]} == {len(NAMES)}


def test_a_changed_grammar_is_built_on_the_spot(monkeypatch: pytest.MonkeyPatch) -> None:
    # a language in which parentheses may stand empty
    rule = b"?paren: LPAREN expr RPAREN                          -> paren\n"
    changed = GRAMMAR.read_bytes().replace(rule, rule + b"     | LPAREN RPAREN -> call_comma\n")
    monkeypatch.setattr(tables, "_grammar", lambda: changed)
    monkeypatch.setattr(tables, "_cache", [])
    assert tables.tables().rows != build_tables(GRAMMAR.read_text())["rows"]
    assert len(parse_file(Source("x.cue", "a: (1)\nb: 2")).decls) == 2


def test_without_a_grammar_file_the_shipped_tables_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_grammar", lambda: None)
    monkeypatch.setattr(tables, "_cache", [])
    source = Source("x.cue", "a: b.c + [1, 2][0]")
    tree = parse_file(source)
    monkeypatch.undo()
    assert walk.same(tree, parse_file(source))
