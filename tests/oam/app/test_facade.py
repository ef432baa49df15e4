"""The facade as its documentation uses it."""

from __future__ import annotations

import doctest

import oam.app


def test_the_example_in_the_documentation() -> None:
    result = doctest.testmod(oam.app)
    assert (result.failed, result.attempted) == (0, 9)
