"""Data in the order of names."""

import json

from hypothesis import given

from pycue import Context
from tests.strategies import FAST, data


@given(data)
@FAST
def test_sorting_changes_only_the_order(value):
    found = Context().encode({"x": value})
    assert found.decode(sort=True) == found.decode()
    assert json.dumps(found.decode(sort=True)) == json.dumps(found.decode(), sort_keys=True)


def test_fields_of_a_struct_come_by_name():
    value = Context().compile("b: 1, a: {d: 1, c: 2}, #d: 1")
    assert list(value.decode(sort=True)) == ["a", "b"]
    assert list(value.decode(sort=True)["a"]) == ["c", "d"]
