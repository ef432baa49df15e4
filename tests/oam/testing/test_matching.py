"""Matchers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.testing.datapath import MISSING, format_path
from oam.testing.matching import MatcherError, Setting, make_matcher, same
from pycue import Context

CUE = Context()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def check(expected, found, row=""):
    """Path and text of each difference."""
    matcher = make_matcher(expected, Setting(CUE, row))
    return [(format_path(item.path), item.text) for item in matcher.check(found)]


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (1, 1.0),
        ("a", "a"),
        (None, None),
        ([1, [2]], [1, [2]]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 1, "d": 2}]}, "e": 3}),
        ({"equals": {"a": 1}}, {"a": 1}),
        ({"equals": {"regex": "x"}}, {"regex": "x"}),
        ({"subset": {"path": "/"}}, {"path": "/", "port": 1}),
        ({"path": "/healthz"}, {"path": "/healthz", "port": 80}),
        ({"regex": "^a.c$"}, "abc"),
        ({"matches": "b"}, "abc"),
        ({"cue": ">3 & <5"}, 4),
        ({"cue": "ports: [...{port: >0}]"}, {"ports": [{"port": 1, "name": "x"}], "more": 1}),
        ({"cue": 'strings.MinRunes(2) | "x"'}, "x"),
        ({"absent": True}, MISSING),
        ({"absent": False}, None),
        ({"a": {"absent": True}}, {"b": 1}),
        ({"length": 2}, [1, 2]),
        ({"length": 0}, {}),
        ({"contains": {"name": "b"}}, [{"name": "a"}, {"name": "b", "v": 1}]),
        ({"contains": "ell"}, "hello"),
        ({"path": "a[1].b", "equals": 2}, {"a": [0, {"b": 2}]}),
        ({"snapshot": {"a": 1}}, {"a": 1}),
    ],
)
def test_what_fits(expected, found):
    assert check(expected, found) == []


@pytest.mark.parametrize(
    ("expected", "found", "differences"),
    [
        (1, True, [("", "")]),
        (0, False, [("", "")]),
        ("1", 1, [("", "")]),
        (None, MISSING, [("", "")]),
        ({"a": 1, "b": {"c": 2}}, {"a": 2, "b": {}}, [("a", ""), ("b.c", "")]),
        ([1, 2], [1], [("", "has 1 element, not 2")]),
        ([1, 2], [1, 3], [("[1]", "")]),
        ([1], "x", [("", "must be a list")]),
        ({"a": 1}, [1], [("", "must be a mapping")]),
        ({"equals": {"a": 1}}, {"a": 1, "b": 2}, [("", "")]),
        ({"regex": "^b"}, "abc", [("", "does not match /^b/")]),
        ({"regex": "1"}, 1, [("", "does not match /1/")]),
        ({"cue": "a: 1"}, {}, [("a", "is missing (cue: a: 1)")]),
        ({"cue": "[...{p: int}]"}, [{"p": 1}, {}], [("[1].p", "is missing (cue: [...{p: int}])")]),
        ({"cue": "int"}, MISSING, [("", "is not there to be int")]),
        ({"absent": True}, None, [("", "must not be there")]),
        ({"absent": False}, MISSING, [("", "must be there")]),
        ({"length": 1}, [1, 2], [("", "has 2 elements, not 1")]),
        ({"length": 1}, 5, [("", "has no length")]),
        ({"contains": {"name": "c"}}, [{"name": "a"}], [("", "has no such element")]),
        ({"contains": "x"}, "abc", [("", "does not contain 'x'")]),
        ({"path": "a[5]", "equals": 1}, {"a": []}, [("a[5]", "")]),
        ({"snapshot": None}, 1, [("", "has no snapshot yet")]),
        ({"snapshot": 1}, MISSING, [("", "there is nothing to take a snapshot of")]),
    ],
)
def test_what_does_not_fit(expected, found, differences):
    assert check(expected, found) == differences


def test_a_constraint_tells_each_fault_with_its_path():
    faults = check({"cue": '{a: >3, b: "x-y": string}'}, {"a": 1, "b": {"x-y": 2}})
    assert [path for path, _ in faults] == ["a", "b.x-y"]
    assert "out of bound >3" in faults[0][1]


def test_rows_have_snapshots_of_their_own():
    recorded = {"snapshot": {"n=1": "a", "n=2": "b"}}
    assert check(recorded, "b", "n=2") == []
    assert check(recorded, "b", "n=3") == [("", "has no snapshot yet")]
    (item,) = make_matcher(recorded, Setting(CUE, "n=3")).check("b")
    assert item.where == ("snapshot", "n=3")
    assert item.snapshot


def test_hints():
    (item,) = make_matcher({"spec": {"replica": 1}}, Setting(CUE)).check({"spec": {"replicas": 1}})
    assert item.help == "did you mean replicas?"


@pytest.mark.parametrize(
    ("data", "where", "text"),
    [
        ({"a": [{"regex": "("}]}, ("a", 0, "regex"), "not a regular expression"),
        ({"regex": 1}, ("regex",), "a regular expression is text"),
        ({"cue": "x: {"}, ("cue",), "not a CUE constraint"),
        ({"cue": "nope"}, ("cue",), 'reference "nope" not found'),
        ({"cue": 1}, ("cue",), "a constraint is CUE text"),
        ({"absent": 1}, ("absent",), "absent is true or false"),
        ({"length": True}, ("length",), "length is a whole number"),
        ({"subset": 1}, ("subset",), "subset takes a mapping"),
        ({"path": "..", "equals": 1}, ("path",), "not a path"),
        ({"contains": {"regex": "["}}, ("contains", "regex"), "not a regular expression"),
    ],
)
def test_what_is_no_matcher(data, where, text):
    with pytest.raises(MatcherError, match=text) as caught:
        make_matcher(data, Setting(CUE))
    assert caught.value.where == where


@given(JSON)
def test_everything_equals_itself(data):
    assert same(data, data)
    assert check({"equals": data}, data) == []
    assert data is None or check({"snapshot": data}, data) == []


@given(JSON, JSON)
def test_equality_goes_both_ways(one, other):
    assert same(one, other) is same(other, one)
    assert bool(check({"equals": one}, other)) is not same(one, other)
