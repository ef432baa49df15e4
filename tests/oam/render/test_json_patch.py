"""RFC 6902 and RFC 7396."""

import pytest

from oam.render.json_patch import PatchError, json_patch, merge_patch


@pytest.mark.parametrize(
    ("target", "operations", "result"),
    [
        ({"a": 1}, [{"op": "add", "path": "/b", "value": [1]}], {"a": 1, "b": [1]}),
        ({"a": [1, 3]}, [{"op": "add", "path": "/a/1", "value": 2}], {"a": [1, 2, 3]}),
        ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}], {"a": [1, 2]}),
        ({"a": 1}, [{"op": "add", "path": "", "value": {"n": 0}}], {"n": 0}),
        ({"a": {"b": 1}}, [{"op": "remove", "path": "/a/b"}], {"a": {}}),
        ({"a/b": 1, "m~n": 2}, [{"op": "remove", "path": "/a~1b"}, {"op": "remove", "path": "/m~0n"}], {}),
        ({"a": [1, 2]}, [{"op": "replace", "path": "/a/0", "value": None}], {"a": [None, 2]}),
        ({"a": 1}, [{"op": "move", "from": "/a", "path": "/b"}], {"b": 1}),
        ({"a": [1]}, [{"op": "copy", "from": "/a/0", "path": "/a/0"}], {"a": [1, 1]}),
        ({"a": {"x": [1.0]}}, [{"op": "test", "path": "/a", "value": {"x": [1]}}], {"a": {"x": [1.0]}}),
    ],
)
def test_operations(target, operations, result):
    assert json_patch(target, operations) == result


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/x"},
        {"op": "replace", "path": "/x", "value": 1},
        {"op": "add", "path": "/x/y", "value": 1},
        {"op": "add", "path": "/l/3", "value": 1},
        {"op": "add", "path": "/l/01", "value": 1},
        {"op": "add", "path": "l", "value": 1},
        {"op": "add", "path": "/n"},
        {"op": "move", "path": "/n"},
        {"op": "test", "path": "/l/0", "value": True},
        {"op": "frob", "path": "/l"},
        {"path": "/l"},
    ],
)
def test_faults(operation):
    target = {"l": [1, 2]}
    with pytest.raises(PatchError):
        json_patch(target, [operation])
    assert target == {"l": [1, 2]}


def test_merge_patch():
    target = {"a": 1, "b": {"c": 1, "d": [1, 2]}, "e": 3}
    assert merge_patch(target, {"a": None, "b": {"d": [9]}, "f": {"g": None, "h": 1}}) == {
        "b": {"c": 1, "d": [9]},
        "e": 3,
        "f": {"h": 1},
    }
    assert merge_patch(target, [1]) == [1]
    assert target["b"]["d"] == [1, 2]
