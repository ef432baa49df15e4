from __future__ import annotations

from decimal import Decimal

import pytest
import yaml as reference
from hypothesis import given
from hypothesis import strategies as st

from pycue.encoding import yaml
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x85\u2028\u2029\ufeff"), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | TEXT
DATA = st.recursive(SCALARS, lambda x: st.lists(x, max_size=4) | st.dictionaries(TEXT, x, max_size=4))


@given(DATA)
def test_encoded_data_reads_back_the_same(data: object) -> None:
    assert reference.safe_load(yaml.encode(data)) == data


@pytest.mark.parametrize(
    "text", ["it's", 'say "hi"', "a,b", "a\\b", "<<", "=", "1e", "a:b", ":x", "x#y", "0x", "NaN", "-a", "日本", "1 2"]
)
def test_plain_strings(text: str) -> None:
    assert yaml.encode(text) == f"{text}\n"


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "y",
        "t",
        "~",
        "1",
        "1.5",
        "0x10",
        "0b11",
        "1e3",
        "012",
        ".5",
        "1_000",
        "2020-01-01",
        "1:30",
        ".inf",
        "---",
    ],
)
def test_strings_of_another_type_are_double_quoted(text: str) -> None:
    assert yaml.encode(text) == f'"{text}"\n'


@pytest.mark.parametrize(
    "text", ["a: b", "#x", "- a", " lead", "[x]", "*a", "!a", "%a", "@a", "?", "--- a", "...", "a:"]
)
def test_strings_that_syntax_would_break_are_single_quoted(text: str) -> None:
    assert yaml.encode(text) == f"'{text}'\n"


def test_special_characters_are_escaped() -> None:
    assert yaml.encode("tab\there") == '"tab\\there"\n'
    assert yaml.encode("é\U0001f600\x01") == '"é\\U0001F600\\x01"\n'


def test_blocks() -> None:
    assert yaml.encode({"a": "x\ny\n", "b": ["x\ny"], "c": " x\ny\n\n"}) == (
        "a: |\n  x\n  y\nb:\n  - |-\n    x\n    y\nc: |2+\n   x\n  y\n\n"
    )
    assert yaml.encode("a \nb") == '"a \\nb"\n'


def test_layout() -> None:
    assert yaml.encode({"a": [[1, 2], {"b": []}], "c": {"y": {}}}) == (
        'a:\n  - - 1\n    - 2\n  - b: []\nc:\n  "y": {}\n'
    )
    assert yaml.encode(b"abc") == "!!binary YWJj\n"
    assert yaml.encode([Decimal("1.50"), Decimal("1E+3"), Decimal("2"), 2]) == "- 1.50\n- 1E+3\n- 2.\n- 2\n"
    assert yaml.encode_stream([{"a": 1}, 2]) == "a: 1\n---\n2\n"


def _cue(text: str) -> str:
    source = Source("x.yaml", text)
    (node,) = yaml.decode(source)
    decls: list[ast.Decl] = node.elts if isinstance(node, ast.StructLit) else [ast.EmbedDecl(node)]
    return format_node(ast.File("", decls), simplify=True, source=source).lstrip("\n")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("yes", '"yes"'),
        ("True", "true"),
        ("~", "null"),
        ("012", "0o12"),
        ("0123456789", '"0123456789"'),
        ("1_000", "1_000"),
        ("-.5", "-0.5"),
        ("1:30", '"1:30"'),
        ("2015-01-01", '"2015-01-01"'),
        ("!!str 1", '"1"'),
        ("!!float '1.1'", "1.1"),
        ("!!binary gIGC", r"'\x80\x81\x82'"),
        ("'it''s'", '"it\'s"'),
    ],
)
def test_scalars(text: str, want: str) -> None:
    assert _cue(f"a: {text}\n") == f"a: {want}\n"


def test_anchors_and_merge_keys() -> None:
    assert _cue("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n") == "a: {p: 1, q: 2}\nb: {\n\tp: 1\n\tq: 3\n}\n"


def test_comments() -> None:
    assert _cue("# doc\na: 1 # line\n") == "// doc\na: 1 // line\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *b", "/p/x.yaml: unknown anchor 'b' referenced"),
        ("a: &a\n  b: *a", '/p/x.yaml:2: anchor "a" value contains itself'),
        ("a: !!binary ==", "/p/x.yaml:1: !!binary value contains invalid base64 data"),
        ("a: 1\n  b: 2", "/p/x.yaml:2: mapping values are not allowed in this context"),
        ("? [1]\n: 2", "/p/x.yaml:1: invalid map key: !!seq"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(CueSyntaxError) as caught:
        yaml.decode(Source("x.yaml", text), path="/p/x.yaml")
    assert caught.value.diagnostics[0].message == message


def test_aliases_cannot_explode() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    with pytest.raises(CueSyntaxError, match="excessive aliasing"):
        yaml.decode(Source("x.yaml", "\n".join(lines)))
