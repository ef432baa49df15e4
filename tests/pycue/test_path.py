from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.errors import CueSyntaxError
from pycue.path import Path, Selector, make_path


def test_parts() -> None:
    path = Path('a."b c"[3].#D._h.#"x"#')
    assert [selector.kind for selector in path] == ["field", "field", "index", "definition", "hidden", "field"]
    assert [selector.name for selector in path] == ["a", "b c", "3", "#D", "_h", "x"]


def test_strings_in_brackets() -> None:
    assert Path('a["x.y"]["z"]') == Path('a."x.y".z')


def test_empty() -> None:
    assert len(Path("")) == 0
    assert str(Path("")) == ""


@pytest.mark.parametrize("text", ["a.", ".a", "a..b", "a[", "a[x]", "a[-1]", '"a', "a b", "_", "a.[0]", "1a"])
def test_what_is_not_a_path(text: str) -> None:
    with pytest.raises(CueSyntaxError):
        Path(text)


def test_make_path() -> None:
    assert make_path(3) == Path((Selector.index(3),))
    assert make_path("a") == make_path(Selector.field("a")) == make_path(Path("a"))


_selectors = st.one_of(
    st.text(min_size=0, max_size=8).map(Selector.field),
    st.integers(0, 10**6).map(Selector.index),
    st.sampled_from(["#A", "#b_1", "#x"]).map(Selector.definition),
    st.sampled_from(["_a", "_#b", "__x"]).map(Selector.hidden),
)


@given(st.lists(_selectors, max_size=6))
def test_printing_and_parsing_are_inverse(selectors: list[Selector]) -> None:
    path = Path(selectors)
    assert Path(str(path)) == path
