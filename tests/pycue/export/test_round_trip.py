from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pycue import Context

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | TEXT | st.binary(max_size=6)
DATA = st.recursive(SCALARS, lambda x: st.lists(x, max_size=4) | st.dictionaries(TEXT, x, max_size=4), max_leaves=12)


@settings(max_examples=60, deadline=None)
@given(DATA)
def test_exported_data_means_the_same(data: object) -> None:
    text = Context().encode({"v": data}).format(final=True)
    assert Context().compile(text).lookup("v").decode() == data


@settings(max_examples=40, deadline=None)
@given(DATA)
def test_definitions_of_data_mean_the_same(data: object) -> None:
    text = Context().encode({"v": data}).format(final=True)
    again = Context().compile(text).format(schema=True)
    assert Context().compile(again).lookup("v").decode() == data
