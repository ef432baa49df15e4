"""Differences of plain data."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.plan.difference import Key, difference, path_text
from tests.strategies import FAST, data


def told(old, new):
    return [(path_text(change.path), change.kind, change.old, change.new) for change in difference(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [("a", "change", 1, True)]),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, [("a.b", "remove", 1, None), ("a.c", "add", None, 2)]),
        ({"x/y": 1}, {}, [('"x/y"', "remove", 1, None)]),
        ({"args": ["a", "b"]}, {"args": ["b"]}, [("args", "change", ["a", "b"], ["b"])]),
        ({"l": [{"a": 1}]}, {"l": [{"a": 2}, {}]}, [("l[0].a", "change", 1, 2), ("l[1]", "add", None, {})]),
        (
            {"containers": [{"name": "a", "image": "1"}, {"name": "b"}]},
            {"containers": [{"name": "c"}, {"name": "a", "image": "2"}]},
            [
                ("containers[name=a].image", "change", "1", "2"),
                ("containers[name=b]", "remove", {"name": "b"}, None),
                ("containers[name=c]", "add", None, {"name": "c"}),
                ("containers", "order", ["a", "c"], ["c", "a"]),
            ],
        ),
        (
            {"ports": [{"containerPort": 80, "name": "a"}]},
            {"ports": [{"containerPort": 80, "name": "b"}]},
            [("ports[containerPort=80].name", "change", "a", "b")],
        ),
    ],
)
def test_changes(old, new, wanted):
    assert told(old, new) == wanted


# ---- the listed changes make the new of the old


def element(container, step):
    """Index or name under which a step of a path finds something."""
    if isinstance(step, Key):
        return next(index for index, item in enumerate(container) if item[step.field] == step.value)
    return step


def applied(old, changes):
    root = [copy.deepcopy(old)]
    for change in changes:
        at, step = root, 0
        for following in change.path:
            at, step = at[element(at, step)], following
        if change.kind == "order":
            found = at[element(at, step)] if change.path else root[0]
            field = next(
                key
                for key in found[0]
                if sorted(map(str, (item[key] for item in found))) == sorted(map(str, change.new))
            )
            found.sort(key=lambda item: change.new.index(item[field]))
        elif change.kind == "remove":
            del at[element(at, step)]
        elif change.kind == "add" and isinstance(at, list):
            at.append(copy.deepcopy(change.new))
        else:
            at[element(at, step)] = copy.deepcopy(change.new)
    return root[0]


names = st.sampled_from("abcd")
containers = st.lists(
    st.fixed_dictionaries({"name": names}, optional={"image": names, "args": st.lists(names, max_size=3)}),
    max_size=4,
    unique_by=lambda item: item["name"],
)
objects = st.fixed_dictionaries({}, optional={"containers": containers, "spec": data, "ports": containers})


@given(objects, objects)
@FAST
def test_the_changes_make_the_new_of_the_old(old, new):
    assert applied(old, difference(old, new)) == new


@given(data, data)
@FAST
def test_the_same_holds_of_any_data(old, new):
    changes = difference(old, new)
    made = applied(old, changes)
    assert made == new
    assert not difference(made, new)


@given(data)
@FAST
def test_nothing_differs_from_itself(value):
    assert not difference(value, copy.deepcopy(value))
