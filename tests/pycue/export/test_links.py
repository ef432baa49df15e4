"""Names of references in definitions. Every row was answered by the official ``cue def``."""

from __future__ import annotations

import pytest

from pycue.export.draw import Draw
from tests.pycue.export.test_definitions import shown


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("c: int\nb: c\nd: b", "d: b_9"),
        ("b: c\nc: int\nd: b", "d: b"),  # c was referred to before it was declared
        ("b: c\nd: b\nc: int", "d: b_9"),
        ("a: {x: 1}\nb: a & {x: 1}\nd: b", "d: b"),
        ("a: {x: 1}\nb: a & _\nd: b", "d: b_9"),
        ("a: {x: 1}\n#b: a\nd: #b", "d:  #b"),
        ("#a: {x: 1}\n#b: #a\nd: #b", "d:  #b_9"),
        ("a: [1]\nb: a[0]\nd: b", "d: b"),
        ("c: [1]\nb: c\nd: [for x in b {x}]", "d: [for x in b {"),
        ('b: int\nd: {"b": int, z: b}', "b_9=b: int"),
    ],
)
def test_names(text: str, references: str) -> None:
    assert references in shown(text).split("\n")


def test_labels_are_computed_where_their_scope_is_known() -> None:
    assert shown('n: "x"\na: [{"\\(n)": 1}]\nb: {for x in ["1"] {"\\(x)\\(n)": 1}}') == (
        'n: "x"\na: [{\n\tx: 1\n}]\nb: {\n\tfor x in ["1"] {\n\t\t"\\(x)\\(n)": 1\n\t}\n}\n'
    )


def test_numbers_are_those_of_the_official_generator() -> None:
    draw = Draw()
    assert [draw.below(256) for _ in range(6)] == [0xC9, 0xBB, 0x86, 0, 0x17, 0x90]
    taken = {"v_1", "v_2", "v_3", "v_4"}
    draw = Draw()
    drawn = [draw.hexadecimal("v", taken, from_one=True) for _ in range(7)]
    assert drawn == ["v_A", "v_9", "v_D", "v_F", "v_7", "v_32", "v_69"]
