"""Writing snapshots into suites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.errors import OamError
from oam.model import load_documents
from oam.testing.running import Retake, SuiteRun
from oam.testing.snapshots import retaken
from oam.testing.suite import Suite, read_suite
from pycue.source import Source

HEAD = "definition: {type: trait, name: scaler}\ncases:\n"


def suite_of(text: str, name: str = "s.test.yaml") -> Suite:
    return read_suite(Source(name, text), lambda _: "")


def updated(text: str, name: str = "s.test.yaml") -> str:
    suite = suite_of(text, name)
    running = SuiteRun(suite, update=True)
    return retaken(suite, [retake for case in suite.cases for retake in running.run(case).retakes])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    output.spec: {snapshot: }\n", '    output.spec: {snapshot: {"replicas": 3} }\n'),
        ("    output.spec: {snapshot: {a: [1]}} # why\n", '    output.spec: {snapshot: {"replicas": 3}} # why\n'),
        ("    output.spec:\n      snapshot:\n", "    output.spec:\n      snapshot:\n        replicas: 3\n"),
        (
            "    output.spec:\n      snapshot: # one\n        a: 1 # gone\n\n    # two\n    errors: []\n",
            "    output.spec:\n      snapshot: # one\n        replicas: 3\n\n    # two\n    errors: []\n",
        ),
        (
            "    output.spec:\n      snapshot: 5 # why\n    # two\n",
            "    output.spec:\n      snapshot: # why\n        replicas: 3\n    # two\n",
        ),
        (
            "    output.spec.replicas:\n      snapshot:\n      - a\n      - |\n        b\n        c\n\n\n# end\n",
            "    output.spec.replicas:\n      snapshot: 3\n\n\n# end\n",
        ),
        ("    output.spec.replicas: {snapshot: 4} # c\n", "    output.spec.replicas: {snapshot: 3} # c\n"),
        ("    output: {spec: {replicas: {snapshot: x}}}\n", "    output: {spec: {replicas: {snapshot: 3}}}\n"),
        (
            '    output: {"spec": {"replicas": {"snapshot":4}}}\n',
            '    output: {"spec": {"replicas": {"snapshot": 3}}}\n',
        ),
    ],
)
def test_the_rest_of_the_text_stays(before, after):
    case = "- name: a # first\n  given: {parameter: {replicas: 3}}\n  expect:\n"
    assert updated(HEAD + case + before) == HEAD + case + after


def test_rows_are_kept_beside_each_other():
    case = "- name: a\n  each: [{count: 1}, {count: 2}]\n  given: {parameter: {replicas: '${count}'}}\n  expect:\n"
    text = updated(HEAD + case + "    output.spec.replicas:\n      snapshot: {count=2: 2, count=9: 9}\n")
    assert text.endswith("      snapshot:\n        count=1: 1\n        count=2: 2\n")


def test_an_alias_that_stands_for_several_cases():
    text = (
        f"{HEAD}- {{name: a, given: {{parameter: {{replicas: 1}}}}, expect: &same {{output.spec: {{snapshot: }}}}}}\n"
        "- {name: b, given: {parameter: {replicas: 2}}, expect: *same}\n"
    )
    with pytest.raises(OamError, match="stands for several cases"):
        updated(text)
    assert '{"replicas": 1}' in updated(text.replace("replicas: 2", "replicas: 1"))


def test_a_snapshot_behind_a_merge_key():
    text = (
        f"{HEAD}- &first {{name: a, given: {{parameter: {{replicas: 1}}}}, expect: {{output.spec: {{snapshot: }}}}}}\n"
        "- {<<: *first, name: b, given: {parameter: {replicas: 2}}}\n"
    )
    with pytest.raises(OamError, match="stands for several cases"):
        updated(text)


CUE = """definition: {type: "trait", name: "scaler"}
// about it
cases: [{
	name: "a" // first
	given: parameter: replicas: 3
	expect: "output.spec": snapshot: null // second
}]
"""


def test_suites_in_cue():
    text = updated(CUE, "s.test.cue")
    assert text == CUE.replace("snapshot: null", "snapshot: replicas: 3")
    assert updated(text, "s.test.cue") == text


def test_cases_in_cue_that_share_a_snapshot():
    text = CUE.replace("cases: [{", "cases: [for n in [1, 2] {").replace('"a"', '"\\(n)"').replace(": 3", ": n")
    with pytest.raises(OamError, match="stands for several cases"):
        updated(text, "s.test.cue")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
PLACES = (
    "{snapshot: }",
    "{ snapshot: {a: 1}}",
    "\n      snapshot:",
    "\n      snapshot: # c\n        b: 1",
    "\n     snapshot: |\n      x",
)


@given(VALUES, VALUES, st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_what_is_written_is_read_again(one, other, first, second):
    text = f"{HEAD}- name: a\n  expect:\n    output.x: {first}\n    # between\n    output.y: {second}\n# end\n"
    suite = suite_of(text)
    places = [("cases", 0, "expect", f"output.{key}", "snapshot") for key in "xy"]
    text = retaken(suite, [Retake(place, "", value) for place, value in zip(places, (one, other), strict=True)])
    (document,) = load_documents(Source("s", text))
    assert document.data["cases"][0]["expect"] == {"output.x": {"snapshot": one}, "output.y": {"snapshot": other}}
    assert "# between" in text
    assert text.endswith("# end\n")
