from __future__ import annotations

import json as reference
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.encoding import json
from pycue.errors import CueSyntaxError, EncodeError
from pycue.source import Source
from pycue.stack import deep
from pycue.syntax import ast
from pycue.syntax.literal import unquote

SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
DATA = st.recursive(SCALARS, lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text(max_size=5), x, max_size=4))


@given(DATA)
def test_encoded_data_reads_back_the_same(data: object) -> None:
    assert reference.loads(json.encode(data)) == data
    assert reference.loads(json.encode(data, indent="    ")) == data


def test_layout_is_that_of_the_official_command() -> None:
    data = {"a": [], "b": {}, "c": [1, {"d": Decimal("1.50")}]}
    want = (
        '{\n    "a": [],\n    "b": {},\n    "c": [\n        1,\n        {\n            "d": 1.50\n        }\n    ]\n}'
    )
    assert json.encode(data, indent="    ") == want
    assert json.encode(data) == '{"a":[],"b":{},"c":[1,{"d":1.50}]}'


def test_escapes() -> None:
    assert json.encode('"\\\b\f\n\r\t\x0b\x7fé\u2028<') == '"\\"\\\\\\b\\f\\n\\r\\t\\u000b\x7fé\\u2028<"'
    assert json.encode("<&>", escape_html=True) == '"\\u003c\\u0026\\u003e"'
    assert json.encode(b"hi") == '"aGk="'


def test_numbers_keep_their_digits() -> None:
    assert json.encode([Decimal("1E+3"), Decimal("0.0000010"), 10**5000]) == f"[1E+3,0.0000010,1{'0' * 5000}]"
    with pytest.raises(EncodeError, match="invalid character 'I' looking for beginning of value"):
        json.encode(Decimal("Infinity"))
    with pytest.raises(EncodeError, match="invalid character 'I' in numeric literal"):
        json.encode(Decimal("-Infinity"))


def _plain(node: ast.Expr) -> object:
    if isinstance(node, ast.StructLit):
        return [(_name(f.label), _plain(f.value)) for f in node.elts if isinstance(f, ast.Field)]
    if isinstance(node, ast.ListLit):
        return [_plain(e) for e in node.elts]
    if isinstance(node, ast.UnaryExpr):
        return -int(node.x.value) if isinstance(node.x, ast.BasicLit) else None
    assert isinstance(node, ast.BasicLit)
    return unquote(node.value) if node.kind == "STRING" else reference.loads(node.value)


def _name(label: ast.Label) -> object:
    return label.name if isinstance(label, ast.Ident) else _plain(label)


@given(DATA)
def test_reads_what_the_standard_library_writes(data: object) -> None:
    pairs = reference.loads(reference.dumps(data), object_pairs_hook=list)
    assert _plain(json.decode(Source("x.json", reference.dumps(data)))) == pairs


def test_repeated_keys_and_spellings_are_kept() -> None:
    node = json.decode(Source("x.json", '{"a": 1.50, "a": 1E2, "_b": 3}'))
    assert isinstance(node, ast.StructLit)
    labels = [f.label for f in node.elts if isinstance(f, ast.Field)]
    assert [_name(label) for label in labels] == ["a", "a", "_b"]
    assert isinstance(labels[2], ast.BasicLit)
    assert [f.value.value for f in node.elts if isinstance(f, ast.Field) and isinstance(f.value, ast.BasicLit)] == [
        "1.50",
        "1E2",
        "3",
    ]


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ('{"a":}', "invalid character '}' looking for beginning of value", 6),
        ('{"a" 1}', "invalid character '1' after object key", 6),
        ("[1 2]", "invalid character '2' after array element", 4),
        ('{"a":1 "b":2}', "invalid character '\"' after object key:value pair", 8),
        ("{", "unexpected end of JSON input", 1),
        ('"a\\qb"', "invalid character 'q' in string escape code", 4),
        ("01", "invalid character '1' after top-level value", 2),
        ("tru", "invalid character ' ' in literal true (expecting 'e')", 3),
        ("1ex", "invalid character 'x' in exponent of numeric literal", 3),
        ("'a'", "invalid character '\\'' looking for beginning of value", 1),
        ('"a\nb"', "invalid character '\\n' in string literal", 3),
    ],
)
def test_errors_name_the_character(text: str, message: str, column: int) -> None:
    with pytest.raises(CueSyntaxError) as caught:
        json.decode(Source("./x.json", text), path="/p/x.json")
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.message == f'invalid JSON for file "/p/x.json": {message}'
    assert diagnostic.position is not None
    assert diagnostic.position.column == column


def test_a_stream_is_several_values() -> None:
    values = json.decode_stream(Source("x.jsonl", '{"a": 1}\n2\n"x"\n'))
    assert [_plain(v) for v in values] == [[("a", 1)], 2, "x"]


def test_nesting_has_the_official_limit() -> None:
    deep(lambda: json.decode(Source("x.json", "[" * 10_000 + "]" * 10_000)))
    with pytest.raises(CueSyntaxError) as error:
        deep(lambda: json.decode(Source("x.json", "[" * 10_001 + "]" * 10_001)))
    diagnostic = error.value.diagnostics[0]
    assert diagnostic.message == "invalid JSON for file \"x.json\": invalid character '[' exceeded max depth"
    assert diagnostic.position is not None
    assert diagnostic.position.column == 10_001
