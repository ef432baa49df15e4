"""Output order of fields. Every row was answered by the official command."""

from __future__ import annotations

import pytest

from pycue import Context
from pycue.export.chains import merge_chains

SHARED = "A: {z: 1, y: 2}\nC: {x: 1, w: 2}\n#D: {z: 1, y: 2}\n#E: {z: 1, y: 1, x: 1}\n"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("t: {z: 1, y: 2, x: 3}", "zyx"),
        ("t: {z: 1}, t: {y: 2}, t: {a: 3}", "zya"),
        ("t: {c: 1} & {b: 2} & {a: 3}", "abc"),
        ("t: {b: 1, a: 2} & {a: 2, b: 1}", "ab"),
        ("t: {q: 1, A, p: 2}", "qpzy"),
        ("t: {#D, z: 1}", "zy"),
        ("t: {n: 1, A, m: 2, C}", "zynmxw"),
        ("t: {A, C}", "zyxw"),
        ("t: {C, A}", "xwzy"),
        ("t: {q: 1, {c: 1, b: 1}, d: 1}", "cbqd"),
        ("t: {d: 1, {c: 1, b: 1}}", "dcb"),
        ("t: A & {w: 1}", "wzy"),
        ("t: #E & {x: 1, y: 1, z: 1}", "xyz"),
        ("t: #E, t: {x: 1}", "zyx"),
        ("t: A & C", "xwzy"),
        ("t: (A & C) & {k: 1}", "kxwzy"),
        ("t: {A & C, k: 1}", "xwzyk"),
        ("t: {i: 1, if true {b: 1, a: 1}, c: 1}", "baic"),
        ("t: {i: 1, if true {b: 1, a: 1}}", "iba"),
        ("t: {for v in [{b: 1}, {a: 1}] {v}}", "ab"),
        ('t: {for v in ["c", "a", "b"] {(v): 1}}', "cab"),
        ('U: m: {for v in ["c", "b"] {(v): 1}, q: 1}, u: {U}, t: u.m', "qcb"),
        ("t: (*{m: 1, y: 2} | {k: 1}) & {a: 1, m: 1}", "amy"),
        ('t: {for v in ["c", "a", "b"] {let T = v, (T): 1}}', "bac"),
    ],
)
def test_order_of_fields(text: str, want: str) -> None:
    value = Context().compile(SHARED + text.replace(", t:", "\nt:").replace("}, u:", "}\nu:")).lookup("t")
    assert "".join(str(selector) for selector, _ in value.fields()) == want


def test_iterations_are_interleaved() -> None:
    value = Context().compile('t: {for k, v in {b: 1, a: 1} {(k): v, "\\(k)x": v}}').lookup("t")
    assert [str(selector) for selector, _ in value.fields()] == ["b", "bx", "a", "ax"]


@pytest.mark.parametrize(
    ("chains", "want"),
    [
        (["dc", "cbez", "qp"], "dqcbezp"),
        (["cbez", "qp"], "cbeqzp"),
        (["aceg", "bcefg"], "abcefg"),
        (["aba", "c"], "cab"),
        (["abcb"], "abc"),
        ([], ""),
    ],
)
def test_order_of_definitions(chains: list[str], want: str) -> None:
    assert "".join(str(label) for label in merge_chains([list(chain) for chain in chains])) == want


def test_static_fields_of_a_comprehension_come_in_by_name() -> None:
    value = Context().compile("s: {x: {p: 1}, y: {p: 1}}\n#d: p: 1\nfor k, v in s {\n\ts: (k): #d\n}")
    assert [str(selector) for selector, _ in value.fields(definitions=True)] == ["#d", "s"]
