"""Work is counted, not timed: exact counters of evaluation and how they grow, so that a slow-down is a difference.

For most of these shapes the official evaluator counts the same unifications and disjuncts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pycue import std
from pycue.compile import compile_files
from pycue.evaluator.context import OpContext
from pycue.source import Source
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from collections.abc import Callable


def counters(text: str) -> tuple[int, int, int]:
    """Unifications, disjuncts and conjuncts of a whole evaluation."""
    package = compile_files([parse_file(Source("in.cue", text))], resolve_import=lambda path: path)
    ctx = OpContext(importer=lambda path: std.vertex(ctx, path))
    ctx.unify(ctx.new_root(package.conjuncts))
    return ctx.unifications, ctx.disjuncts, ctx.conjuncts


def chain(n: int) -> str:
    return "a0: 1\n" + "".join(f"a{i}: a{i - 1}\n" for i in range(1, n + 1))


def sharing(n: int) -> str:
    return "x0: {a: 1, b: 1}\n" + "".join(f"x{i}: {{a: x{i - 1}, b: x{i - 1}}}\n" for i in range(1, n))


def repeated_disjunction(n: int) -> str:
    return "l: {a: 1} | {a: 2} | {a: 3}\n" * n


def patterns(n: int) -> str:
    return "".join(f'p: [=~"^f{i}$"]: int\np: f{i}: {i}\n' for i in range(n))


def default_in_pattern(n: int) -> str:
    return "p: [string]: {v: int, w: *1 | int}\n" + "".join(f"p: f{i}: v: {i}\n" for i in range(n))


def list_comprehension(n: int) -> str:
    return f"l: [for i in [{','.join(map(str, range(n)))}] {{a: i, b: a}}]\n"


def field_comprehension(n: int) -> str:
    return f'm: {{for i in [{",".join(map(str, range(n)))}] {{"k\\(i)": {{a: i}}}}}}\n'


def definition(n: int) -> str:
    return "#D: {a: int, b: {c: *1 | int}}\n" + "".join(f"x{i}: #D & {{a: {i}}}\n" for i in range(n))


def sorting(n: int) -> str:
    items = ", ".join(f"{{n: {i * 7 % n}}}" for i in range(n))
    return f'import "list"\nl: [{items}]\ns: list.Sort(l, {{x: {{}}, y: _, less: x.n < y.n}})\n'


def recursion(n: int) -> str:
    return f"#L: {{v: int, next: #L | null}}\nx: #L & {'{v: 1, next: ' * n}null{'}' * n}\n"


# Shape: counters for n = 20, increase for each further repetition
SHAPES = {
    chain: ((22, 0, 22), (1, 0, 1)),
    sharing: ((61, 0, 61), (3, 0, 3)),
    repeated_disjunction: ((5, 174, 369), (0, 9, 19)),
    default_in_pattern: ((62, 40, 122), (3, 2, 6)),
    list_comprehension: ((83, 0, 103), (4, 0, 5)),
    field_comprehension: ((63, 0, 103), (3, 0, 5)),
    definition: ((85, 42, 165), (4, 2, 8)),
    sorting: ((69, 0, 70), (3, 0, 3)),
    recursion: ((45, 42, 129), (2, 2, 6)),
    patterns: ((22, 0, 81), (1, 0, 4)),
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_exact_and_linear(shape: Callable[[int], str]) -> None:
    expected, step = SHAPES[shape]
    assert counters(shape(20)) == expected
    for n in (21, 40, 80):
        assert counters(shape(n)) == tuple(base + (n - 20) * more for base, more in zip(expected, step, strict=True))


def test_embedded_definitions_grow_with_their_fields() -> None:
    """Each of n definitions has the fields of all before it: n²/2, and no more."""

    def nested(n: int) -> tuple[int, int, int]:
        lines = "".join(f"#D{i}: {{#D{i - 1}, a{i}: int}}\n" for i in range(1, n))
        return counters(f"#D0: a: int\n{lines}x: #D{n - 1} & {{a: 1}}\n")

    assert [nested(n)[0] for n in (10, 20, 40)] == [n * n // 2 + n * 5 // 2 + 2 for n in (10, 20, 40)]
