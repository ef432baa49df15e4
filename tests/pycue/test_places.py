"""Places of data that was filled in: errors name them beside those of the text."""

from pycue import Context
from pycue.source import Position, Source

TEXT = "size: x\nlist:\n- 1\n- a\n"
OFFSETS = {("size",): 6, ("list",): 8, ("list", 0): 16, ("list", 1): 20}


def places(path):
    return Position(Source("data.yaml", TEXT), OFFSETS[path]) if path in OFFSETS else None


def faults(template, data):
    error = Context().compile(template, filename="t.cue").fill("in", data, places=places).error()
    return {item.summary(): [repr(position) for position in item.positions()] for item in error.diagnostics}


def test_a_conflict_names_the_data_and_the_declaration():
    found = faults("in: {size: int, list: [...int]}", {"size": "x", "list": [1, "a"]})
    assert found == {
        'in.list.1: conflicting values "a" and int (mismatched types string and int)': ["data.yaml:4:3", "t.cue:1:27"],
        'in.size: conflicting values int and "x" (mismatched types int and string)': ["data.yaml:1:7", "t.cue:1:12"],
    }


def test_a_conflict_elsewhere_names_the_data_it_came_from():
    found = faults("in: _\nout: <5 & in.size", {"size": 7})
    assert found == {"out: invalid value 7 (out of bound <5)": ["t.cue:2:6", "data.yaml:1:7"]}


def test_a_field_that_is_not_allowed_is_found():
    assert faults("in: close({})", {"size": "x"})["in.size: field not allowed"] == ["data.yaml:1:7"]


def test_what_a_message_compares_is_at_hand():
    error = Context().compile('a: 1 & "b"').error()
    assert error.diagnostics[0].args == ("1", '"b"', "int", "string")
    assert error.diagnostics[0].to_dict()["args"] == ["1", '"b"', "int", "string"]


def test_places_do_not_change_the_order_of_fields():
    template = Context().compile("in: {run: [...], debug: string}\nout: in", filename="t.cue")
    data = {"debug": "y", "run": ["x"]}
    at = Position(Source("a.yaml", TEXT), 3)
    assert template.fill("in", data, places=lambda path: at).to_json() == template.fill("in", data).to_json()
