"""The linear matcher says what backtracking says, and ends where that does not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue._go.linear import Program
from pycue._go.re2 import compile_regexp, translate

_ATOMS = ["a", "b", "[ab]", "[^a]", ".", "^", "$", r"\b", r"\B", r"\w", "(?i:A)", "(?m:^)", "(?m:$)", "(?s:.)"]
_PATTERNS = st.recursive(
    st.sampled_from(_ATOMS),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("(?:x{}){}".format, inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{1,3}", "{2}", "{0,2}?"])),
    ),
    max_leaves=6,
)


@given(_PATTERNS, st.text("abxA \n", max_size=8))
def test_agrees_with_backtracking(pattern: str, text: str) -> None:
    source = translate(pattern)
    want = re.search(source, text)
    program = Program(source)
    found = program.search(text)
    assert program.matches(text) is (want is not None)
    if want is None:
        assert found is None
    else:
        assert found is not None
        assert (found.start(), found.end(), found.groups()) == (*want.span(), want.groups())


@pytest.mark.parametrize("pattern", ["(a|aa)*(a|aa)*(a*)*b$", "(a?){30}a{30}b", "a*a*a*a*a*b", "a*?b"])
def test_ends(pattern: str) -> None:
    start = time.monotonic()
    regexp = compile_regexp(pattern)
    assert not regexp.matches("a" * 3000)
    assert regexp.search("c" + "a" * 60 + "b") is not None
    assert time.monotonic() - start < 5


def test_groups_and_all_matches() -> None:
    regexp = compile_regexp("(?P<word>(x|y)+)(?:(a+)|b)")
    text = "-" * 30 + "xyaa yb xxyab"
    found = [(m[0], m["word"], m[2], m[3]) for m in regexp.find_all(text)]
    assert found == [("xyaa", "xy", "y", "aa"), ("yb", "y", "y", None), ("xxya", "xxy", "y", "a")]


def test_empty_matches_are_followed_by_the_next_place() -> None:
    assert [m[0] for m in compile_regexp("|a").find_all("a")] == ["", ""]
    assert [m[0] for m in compile_regexp("a*").find_all("baa")] == ["", "aa"]
