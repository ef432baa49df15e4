"""Inputs on their way into parameters, and variables."""

from __future__ import annotations

from typing import Any

import pytest

from oam.workflow.dataflow import InputError, fill, split_key
from oam.workflow.variables import VariableConflict, drop_variable, set_variable


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("a", ["a"]),
        ("a.b", ["a", "b"]),
        ("a[1].b", ["a", 1, "b"]),
        ('a["x.y"]', ["a", "x.y"]),
        ('a."x-y".z', ["a", "x-y", "z"]),
        ("a-b", ["a-b"]),
    ],
)
def test_keys(key: str, parts: list[str | int]) -> None:
    assert split_key(key) == parts


@pytest.mark.parametrize("key", ["", "a[", "a[b]", "[", '"'])
def test_broken_keys(key: str) -> None:
    with pytest.raises(InputError):
        split_key(key)


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ({}, "a", {"a": "V"}),
        ({"a": {"x": 1}}, "a", {"a": "V"}),
        ({"a": {"x": 1}}, "a.b", {"a": {"x": 1, "b": "V"}}),
        ({"a": 1}, "a.b", {"a": {"b": "V"}}),
        ({"a": [1, 2]}, "a[1]", {"a": [1, "V"]}),
        ({"a": [1]}, "a[2]", {"a": [1, {}, "V"]}),
        ({}, "a[0]", {"a": ["V"]}),
        ({}, "a[1].b", {"a": [{}, {"b": "V"}]}),
    ],
)
def test_fill(before: dict[str, Any], key: str, after: dict[str, Any]) -> None:
    fill(before, key, "V")
    assert before == after


def test_an_index_into_no_list() -> None:
    with pytest.raises(InputError):
        fill({}, "[0]", 1)


def test_variables_nest() -> None:
    variables: dict[str, Any] = {}
    set_variable(variables, "a.b", 1)
    set_variable(variables, "a.c", 2)
    assert variables == {"a": {"b": 1, "c": 2}}
    drop_variable(variables, "a.b")
    drop_variable(variables, "no.such")
    assert variables == {"a": {"c": 2}}


def test_a_variable_keeps_its_value() -> None:
    variables: dict[str, Any] = {}
    set_variable(variables, "a", 1)
    set_variable(variables, "a", 1)
    with pytest.raises(VariableConflict):
        set_variable(variables, "a", 2)
    with pytest.raises(VariableConflict):
        set_variable(variables, "a.b", 2)
    set_variable(variables, "a", 3, replace=True)
    assert variables == {"a": 3}
