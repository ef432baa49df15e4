from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.encoding import toml
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=8)
SCALARS = st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT
VALUES = st.recursive(SCALARS, lambda x: st.lists(x, max_size=4) | st.dictionaries(TEXT, x, max_size=4))


@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_encoded_data_reads_back_the_same(data: dict[str, object]) -> None:
    assert tomllib.loads(toml.encode(data)) == data


def test_layout() -> None:
    data = {"t": {"u": {"x": 1}}, "s": "it's", "e": [{"k": 1}, {}], "f": Decimal("1E+3"), "n": None}
    assert toml.encode(data) == ('f = 1000.0\ns = "it\'s"\n\n[[e]]\nk = 1\n\n[[e]]\n\n[t]\n[t.u]\nx = 1\n')


def _cue(text: str) -> str:
    source = Source("x.toml", text)
    return format_node(ast.File("", toml.decode(source).elts), simplify=True, source=source)


def test_tables_become_structs() -> None:
    text = "a.b = 1\n[t.u]\nx = 0xFF # c\n[[e]]\nk = [1,\n 2]\n[e.s]\nz = 'q'\n[[e]]\n"
    assert _cue(text) == ('a: b: 1\nt: u: x: 0xff\ne: [\n\t{\n\t\tk: [1,\n\t\t\t2]\n\t\ts: z: "q"\n\t},\n\t{},\n]\n')


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("= 1", "invalid character at start of key: =", 1),
        ("a = 1\na = 2", "duplicate key: a", 2),
        ("p = {x = 1, x = 2}", "duplicate key: p.x", 1),
        ("a = 1\n[[a]]", 'cannot redeclare key "a" as a table array', 2),
        ("[[a]]\n[a]", 'cannot redeclare table array "a" as a table', 2),
        ('a = "x', 'basic string not terminated by "', 1),
    ],
)
def test_errors(text: str, message: str, line: int) -> None:
    with pytest.raises(CueSyntaxError) as caught:
        toml.decode(Source("x.toml", text))
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.message == message
    assert diagnostic.position is not None
    assert diagnostic.position.line == line
