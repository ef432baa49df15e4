"""Where values come from."""

import pytest

from pycue import Context

TEXT = """import "list"
#Base: {policy: "Always", size: *1 | int}
parameter: {labels: {...}, extra: *5 | int}
joined: {parameter.labels, app: "x"}
same: parameter.labels
based: {#Base, size: 4}
let more = parameter.extra + 1
used: {a: more, b: "\\(more)-x", c: [parameter.extra][0]}
all: list.Concat([[{k: parameter.extra}], [{k: 2}]])
each: [for x in all {y: x.k}]
typed: string
typed: parameter.labels["team"]
"""


@pytest.fixture(scope="module")
def value():
    return Context().compile(TEXT, filename="a.cue").fill("parameter", {"labels": {"team": "t"}})


def origins(value, path, *, concrete=True):
    found = [item for item in value.origins(path) if item.concrete or not concrete]
    return [(repr(item.position), [str(read.path) for read in item.reads]) for item in found]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("joined.team", [("a.cue:4:10", ["parameter.labels.team"])]),
        ("joined.app", [("a.cue:4:33", [])]),
        ("same.team", [("a.cue:5:7", ["parameter.labels.team"])]),
        ("based.policy", [("a.cue:2:17", [])]),
        ("parameter.extra", [("a.cue:3:35", [])]),
        ("typed", [("a.cue:12:8", ["parameter.labels.team"])]),
    ],
)
def test_declarations_and_what_they_read(value, path, wanted):
    assert origins(value, path) == wanted


def test_constraints_are_told_apart(value):
    assert origins(value, "typed", concrete=False)[0] == ("a.cue:11:8", [])
    assert not value.origins("typed")[0].concrete


def test_what_is_read_can_be_asked_in_turn(value):
    (origin,) = value.origins("used.b")
    (more,) = origin.reads
    assert origins(more, "") == [("a.cue:7:12", ["parameter.extra"])]


def test_elements_made_by_a_function_lead_back(value):
    (origin,) = value.origins("each[0].y")
    found, seen = [*origin.reads], []
    while found:
        read = found.pop()
        seen.append(str(read.path))
        found += [other for item in read.origins() for other in item.reads]
    assert "parameter.extra" in seen


def test_nothing_there_has_no_origin(value):
    assert value.origins("nothing.here") == []
    assert value.lookup("nothing").origins() == []
