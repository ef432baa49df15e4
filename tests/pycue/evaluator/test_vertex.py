"""What a vertex is part of is known without looking at all that is above it."""

from __future__ import annotations

import pytest

from pycue.evaluator.vertex import (
    CLOSED_RECURSIVE,
    IN_DEFINITION,
    IN_EXPRESSION,
    WITHIN_DEFINITION,
    Vertex,
)
from pycue.labels import LET, Label

SOURCES = [
    "#D: {a: {b: 1}, let L = {c: {d: 2}}, e: L.c}\nx: #D.a & {b: 1}",
    "x: {a: len([{b: {c: 1}}]), b: [for k in [{d: {e: 1}}] {k}]}",
    "x: {y: *{a: {b: 1}} | {#c: {d: 2}}, z: y}",
    "let L = {#D: {a: 1}}\nx: L.#D",
]


def walk(v: Vertex) -> int:
    mask, definition = 0, True
    node: Vertex | None = v
    while node is not None:
        if node.closed & CLOSED_RECURSIVE:
            mask |= WITHIN_DEFINITION | (IN_DEFINITION if definition else 0)
        if node.detached:
            definition = False
            if type(node.label) is not Label or node.label.kind != LET:
                mask |= IN_EXPRESSION
        node = node.parent
    return mask


def below(v: Vertex, seen: set[Vertex]) -> list[Vertex]:
    if v in seen:
        return []
    seen.add(v)
    found = [v]
    if isinstance(v.base, Vertex):
        found += below(v.base, seen)
    for arc in v.arcs.values():
        found += below(arc, seen)
    return found


@pytest.mark.parametrize("source", SOURCES)
def test_inside_is_what_is_found_above(evaluate, source):
    for v in below(evaluate(source).root, set()):
        assert v.inside() == walk(v), v.path()
