"""Typed reading with Go's complaints."""

import pytest

from oam.errors import DocumentError
from oam.model.strict import BOOL, INT32, STRING, ListOf, MapOf, Struct, check

LEAF = Struct("shop.Leaf", {"name": STRING, "count": INT32})
ROOT = Struct(
    "shop.Root", {"leaf": LEAF, "leaves": ListOf(LEAF), "tags": MapOf(STRING), "on": BOOL, "names": ListOf(STRING)}
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"other": 1}, 'json: unknown field "other"'),
        ({"leaf": {"nme": 1}}, 'json: unknown field "nme"'),
        ({"on": "yes"}, "json: cannot unmarshal string into Go struct field Root.on of type bool"),
        ({"leaf": "x"}, "json: cannot unmarshal string into Go struct field Root.leaf of type shop.Leaf"),
        ({"leaf": {"name": 1}}, "json: cannot unmarshal number into Go struct field Leaf.leaf.name of type string"),
        (
            {"leaves": [{"name": "a"}, {"name": []}]},
            "json: cannot unmarshal array into Go struct field Leaf.leaves.name of type string",
        ),
        ({"names": "a"}, "json: cannot unmarshal string into Go struct field Root.names of type []string"),
        ({"tags": {"a": True}}, "json: cannot unmarshal bool into Go struct field Root.tags.a of type string"),
        (
            {"leaf": {"count": 1.5}},
            "json: cannot unmarshal number 1.5 into Go struct field Leaf.leaf.count of type int32",
        ),
        ([], "json: cannot unmarshal array into Go value of type shop.Root"),
    ],
)
def test_first_fault(data, message):
    with pytest.raises(DocumentError) as caught:
        check(data, ROOT)
    assert caught.value.text == message


def test_null_and_right_data_pass():
    check({"leaf": None, "leaves": [{"name": "a", "count": 2}], "tags": {"k": "v"}, "on": False}, ROOT)


def test_the_path_of_the_fault_is_told():
    with pytest.raises(DocumentError) as caught:
        check({"leaves": [{}, {"x": 1}]}, ROOT)
    assert caught.value.diagnostics[0].path == ("leaves", "1", "x")
