"""Paths into data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.testing.datapath import MISSING, find, format_path, nearest, parse_path

DATA = {"spec": {"rules": [{"host": "a"}], "x.y/z": 1, "": 2}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spec.rules[0].host", "a"),
        ('spec."x.y/z"', 1),
        ('spec["x.y/z"]', 1),
        ('spec.""', 2),
        ("spec.rules[1]", MISSING),
        ("spec.rules.host", MISSING),
        ("spec[0]", MISSING),
        ("none", MISSING),
    ],
)
def test_finding(text, value):
    assert find(DATA, parse_path(text)) == value


@pytest.mark.parametrize("text", ["", ".a", "a..b", "a[", "a[x]", 'a."b', "a]"])
def test_what_is_no_path(text):
    with pytest.raises(ValueError, match="path"):
        parse_path(text)


@given(st.lists(st.one_of(st.text(), st.integers(0, 99)), min_size=1).map(tuple))
def test_printed_paths_are_read_again(path):
    assert parse_path(format_path(path)) == path


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("spec.rulez", "did you mean spec.rules?"),
        ("spec.rules[3].host", "spec.rules has 1 element"),
        ("spec.rules[0].host.x", 'spec.rules[0].host is "a"'),
        ("other", "there has spec"),
        ("spec.rules", ""),
    ],
)
def test_what_is_there_instead(text, hint):
    assert nearest(DATA, parse_path(text)) == hint
