from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.syntax import literal

TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)))


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ('"plain"', "plain"),
        (r'"tab\tquote\"slash\/"', 'tab\tquote"slash/'),
        (r'#"kept\n broken\#n"#', "kept\\n broken\n"),
        ('#"""#', '"'),
        ('#""inner""#', '"inner"'),
        ('#""#', ""),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r"'\xff\101é'", b"\xffA\xc3\xa9"),
        ('"""\n\t  one\n\n\t  two\n\t  """', "one\n\ntwo"),
        ('"""\n\t"""', ""),
        ('"""\r\n  x\r\n  y\r\n  """', "x\ny"),
        ('#"""\n  x\\#ty"""z\n  """#', 'x\ty"""z'),
    ],
)
def test_unquote(spelling: str, value: str | bytes) -> None:
    assert literal.unquote(spelling) == value


@pytest.mark.parametrize(
    ("spelling", "message"),
    [
        (r'"\ud800"', "unmatched surrogate pair"),
        (r'"\udc00\ud800"', "unmatched surrogate pair"),
        ('"""\n  x\n y\n  """', "invalid string: invalid whitespace"),
        (r'"\x41"', "invalid syntax"),
        (r"'\400'", "invalid syntax"),
        (r'"\'"', "invalid syntax"),
        ('"abc', "invalid string: unmatched quote"),
        ('"', "invalid string: unmatched quote"),
    ],
)
def test_unquote_error(spelling: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        literal.unquote(spelling)


def test_unquote_fragments() -> None:
    assert literal.unquote_fragments([r'"a\(', r")b\t\(", ')"']) == ["a", "b\t", ""]
    assert literal.unquote_fragments(['#"""\n  one \\#(', ')\n  two\n  """#']) == ["one ", "\ntwo"]
    assert literal.unquote_fragments(['"""\n  \\(', ')\n  """']) == ["", ""]


@given(TEXT, st.sampled_from([None, "", "\t", "    "]))
def test_strings_survive_quoting(text: str, indent: str | None) -> None:
    assert literal.unquote(literal.quote_string(text, indent)) == text


@given(TEXT, st.integers(0, 3))
def test_strings_with_quotes_survive_multiline_quoting(text: str, count: int) -> None:
    text = f'{text}"""{"#" * count}\n\\{text}'
    assert literal.unquote(literal.quote_string(text, "\t")) == text


@given(st.binary(), st.sampled_from([None, "\t"]))
def test_bytes_survive_quoting(data: bytes, indent: str | None) -> None:
    assert literal.unquote(literal.quote_bytes(data, indent)) == data


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        ("\x00\x7f\u2028\U000e0001\U0001f600é", '"\\u0000\\u007f\\u2028\\U000e0001\U0001f600é"'),
        ('"\\', r'"\"\\"'),
        ("a\nb", r'"a\nb"'),
    ],
)
def test_quote_string(value: str, spelling: str) -> None:
    assert literal.quote_string(value) == spelling


def test_quote_string_over_lines() -> None:
    assert literal.quote_string("a\n\nb\t", "  ") == '"""\n  a\n\n  b\\t\n  """'
    assert literal.quote_string('"""#\n', "") == '##"""\n"""#\n\n"""##'


def test_quote_bytes() -> None:
    assert literal.quote_bytes(b"\x7f\x01\xff \xc3\xa9'") == r"'\u007f\x01\xff é\''"


@pytest.mark.parametrize("text", ["a", "_", "#A", "_#A", "$", "é", "_0", "__x", "true", "#", "_#"])
def test_identifiers(text: str) -> None:
    assert literal.is_valid_ident(text)


@pytest.mark.parametrize("text", ["", "1a", "a-b", "#0", "_#0", "__#x", "a.b", " ", "é-"])
def test_not_identifiers(text: str) -> None:
    assert not literal.is_valid_ident(text)


def test_quote_label() -> None:
    names = ["for", "$x", "a b", "_x", "#y", "", "a\nb"]
    assert [literal.quote_label(n) for n in names] == ["for", "$x", '"a b"', '"_x"', '"#y"', '""', '"a\\nb"']


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b1_01", 5),
        ("1.5M", 1_500_000),
        (".5Ki", 512),
        ("2Gi", 2 << 30),
        ("1.50", Decimal("1.50")),
        (".5", Decimal("0.5")),
        ("1.", Decimal("1")),
        ("1E3", Decimal("1E+3")),
    ],
)
def test_parse_number(text: str, value: int | Decimal) -> None:
    result = literal.parse_number(text)
    assert (type(result), result) == (type(value), value)


def test_parse_number_has_no_limit_of_digits() -> None:
    assert literal.parse_number("9" * 6000) == 10**6000 - 1


def test_parse_number_error() -> None:
    with pytest.raises(ValueError, match="number cannot be represented as int"):
        literal.parse_number("1.1Ki")


@pytest.mark.parametrize(
    ("text", "is_float", "result"),
    [
        (".5", True, "0.5"),
        ("1.", True, "1.0"),
        ("1.E3", True, "1.0e3"),
        ("1.M", False, "1.0M"),
        (".5M", False, ".5M"),
        ("0X1EF", False, "0x1ef"),
        ("0X1E", False, "0X1E"),
        ("0x1F", False, "0x1F"),
        ("1_000.5", True, "1_000.5"),
    ],
)
def test_normalize_number(text: str, is_float: bool, result: str) -> None:
    assert literal.normalize_number(text, is_float) == result
