"""YAML in the style of the Kubernetes tools."""

import pytest

from oam.model import to_yaml
from oam.model.scalars import go_float, json_text


def test_keys_are_sorted_and_lists_not_indented():
    data = {"b": [1, {"z": 1, "a": [True, None]}, [2, []]], "a": {"x-10": {}, "x-2": "s"}}
    assert to_yaml(data) == ("a:\n  x-2: s\n  x-10: {}\nb:\n- 1\n- a:\n  - true\n  - null\n  z: 1\n- - 2\n  - []\n")


def test_lists_may_be_indented():
    assert to_yaml({"a": {"b": ["x", {"z": 1}]}}, indent_lists=True) == "a:\n  b:\n    - x\n    - z: 1\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", '""'),
        ("no", '"no"'),
        ("1", '"1"'),
        ("0x10", '"0x10"'),
        ("~", '"~"'),
        ("2024-01-31", '"2024-01-31"'),
        ("10:30", '"10:30"'),
        ("nginx:1.25", "nginx:1.25"),
        ("a b", "a b"),
        ("a: b", "'a: b'"),
        ("- x", "'- x'"),
        ("#x", "'#x'"),
        ("x #y", "'x #y'"),
        ("it's", "it's"),
        ("'quoted'", "'''quoted'''"),
        ('{"a":1}', "'{\"a\":1}'"),
        ("tab\there", '"tab\\there"'),
        (" padded ", "' padded '"),
        ("<<", '"<<"'),
        ("line\n", "|\n  line"),
        ("two\nlines", "|-\n  two\n  lines"),
        ("end\n\n", "|+\n  end\n"),
        ("  indented\nx\n", "|2\n    indented\n  x"),
        ("blank \nend", '"blank \\nend"'),
        (1.5, "1.5"),
        (1234567.5, "1.2345675e+06"),
        (True, "true"),
        (None, "null"),
    ],
)
def test_scalars(value, text):
    assert to_yaml({"k": value}) == f"k: {text}\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5, "0.5"),
        (100000.5, "100000.5"),
        (1e6, "1e+06"),
        (123456789.25, "1.2345678925e+08"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-2.5e-7, "-2.5e-07"),
        (1e100, "1e+100"),
    ],
)
def test_floats_as_go_prints_them(number, text):
    assert go_float(number) == text


def test_json_is_compact_sorted_and_escaped():
    assert json_text({"b": "<&>", "a": ["é", 1, None]}) == '{"a":["é",1,null],"b":"\\u003c\\u0026\\u003e"}'


def test_other_data_is_refused():
    with pytest.raises(TypeError):
        to_yaml({"k": b"x"})
