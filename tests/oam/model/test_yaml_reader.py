"""YAML as Kubernetes reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.errors import DocumentError
from oam.model import load_documents, to_yaml
from pycue.source import Source


def load(text):
    return [document.data for document in load_documents(Source("f.yaml", text))]


def only(text):
    (data,) = load(text)
    return data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True),
        ("No", False),
        ("on", True),
        ("OFF", False),
        ("true", True),
        ("~", None),
        ("null", None),
        ("", None),
        ("'y'", "y"),
        ('"no"', "no"),
        ("yEs", "yEs"),
        ("0x1F", 31),
        ("0b101", 5),
        ("017", 15),
        ("0o17", 15),
        ("1_000", 1000),
        ("-12", -12),
        ("+3", 3),
        ("08", 8),
        ("1.0", 1),
        ("1e3", 1000),
        (".5", 0.5),
        ("2.50", 2.5),
        ("1.2.3", "1.2.3"),
        ("2024-01-31", "2024-01-31"),
        ("80:81", "80:81"),
        ("18446744073709551615", 18446744073709551615),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!local 12", 12),
        ("! 12", "12"),
        ("!!binary aGk=", "hi"),
    ],
)
def test_scalars(text, value):
    data = only(f"v: {text}\n")
    assert data == {"v": value}
    assert type(data["v"]) is type(value)


def test_keys_become_strings():
    assert only("{y: 1, n: 2, 3: x, 1.5: z, 'off': 4}") == {"true": 1, "false": 2, "3": "x", "1.5": "z", "off": 4}


def test_surprising_booleans_are_told():
    (document,) = load_documents(Source("f.yaml", "on: no\nplain: true\n'y': \"n\"\n"))
    assert [(w.message, w.position.line, w.position.column) for w in document.warnings] == [
        ("this key is the boolean true in YAML 1.1", 1, 1),
        ("this value is the boolean false in YAML 1.1", 1, 5),
    ]


def test_a_key_given_twice_is_told_and_the_last_counts():
    (document,) = load_documents(Source("f.yaml", "a: 1\na: 2\n"))
    assert document.data == {"a": 2}
    assert [w.code for w in document.warnings] == ["oam.yaml.duplicate"]


def test_merge_keys_do_not_override_what_is_written():
    text = "base: &b {a: 1, c: 3}\none: {a: 0, <<: *b}\ntwo: {<<: [*b, {d: 4, a: 9}], c: 5}\n"
    data = only(text)
    assert data["one"] == {"a": 0, "c": 3}
    assert data["two"] == {"a": 1, "c": 5, "d": 4}
    assert load_documents(Source("f.yaml", text))[0].warnings == []


def test_documents_and_positions():
    text = "---\n# nothing\n---\na:\n  - b: x\n    c: {d: 1}\n---\nkind: K\n"
    first, second = load_documents(Source("f.yaml", text))
    assert (first.data, second.data) == ({"a": [{"b": "x", "c": {"d": 1}}]}, {"kind": "K"})
    assert repr(first.position(("a", 0, "b"))) == "f.yaml:5:8"
    assert repr(first.position(("a", 0, "c"))) == "f.yaml:6:5"
    assert repr(first.position(("a", 0, "c", "d"))) == "f.yaml:6:12"
    assert repr(first.position(("a", 0, "missing", "deeper"))) == "f.yaml:5:5"
    assert repr(second.position(("kind",))) == "f.yaml:8:7"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: [1", "did not find expected", 1),
        ("a: 1\n b: 2\n", "mapping values are not allowed", 2),
        ("? [a]\n: 1\n", "a key must be a string, not a list", 1),
        ("a: *x\n", "unknown anchor 'x' referenced", 1),
        ("a: &x [*x]\n", "unknown anchor 'x' referenced", 1),
        ("a: 1\n<<: 3\n", "map merge requires map", 2),
        ("a: .inf\n", "unsupported value", 1),
        ("a: !!int x\n", "cannot decode !!str `x` as a !!int", 1),
        ("[" * 600, "nested deeper than 500 levels", 1),
    ],
)
def test_faults_have_positions(text, message, line):
    with pytest.raises(DocumentError) as caught:
        load(text)
    assert message in caught.value.text
    assert caught.value.diagnostics[0].position.line == line


def test_aliases_cannot_expand_without_end():
    lines = ["a0: &a0 [1,2,3,4,5,6,7,8,9]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(DocumentError, match="expands to more than"):
        load("\n".join(lines))


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab-.1y/", min_size=1, max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abyn01.-/", min_size=1, max_size=5), plain, max_size=4), st.booleans())
def test_what_is_written_is_read_back(data, indent_lists):
    text = to_yaml(data, indent_lists=indent_lists)
    assert load(text) == [data]
