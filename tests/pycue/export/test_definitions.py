"""Definitions as CUE text. Every row was answered by the official ``cue def``."""

from __future__ import annotations

import pytest

from pycue import Context
from pycue.export.exporter import definition_file
from pycue.export.profile import Profile
from pycue.syntax.format import format_node


def shown(text: str) -> str:
    value = Context().compile(text)
    ctx, vertex = value._context(), value._vertex()
    ctx.unify(vertex)
    profile = Profile(optional=True, definitions=True, hidden=True, attributes=True, docs=True, package_clause=True)
    return format_node(definition_file(ctx, vertex, profile), simplify=True)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("a: {b: {c: 1}}", "a: b: c: 1"),
        ("#A: {b: {c: 1}}", "#A: {\n\tb: c: 1\n}"),
        ("a: {b: 1}\na: {c: 2}", "a: {\n\tb: 1\n\tc: 2\n}"),
        ("a: {b: 1} & {c: 2} & {...}", "a: {\n\tb: 1\n\tc: 2\n\t...\n}"),
        ("a: 0x1F\nb: 1_000\nc: 1 + 2", "a: 0x1F\nb: 1_000\nc: 3"),
        ("a: int & 5\nb: uint8 & >5\nc: >1\nc: <5", "a: 5\nb: uint & >5 & <=255\nc: >1 & <5"),
        ("y: _\na: y & {b: 1}\na: {c: 2}", "y: _\na: y & {\n\tb: 1\n\tc: 2\n}"),
        ("y: _\na: y & 5", "y: _\na: y & {\n\t5\n}"),
        ("y: _\na: {y & int}", "y: _\na: int & y"),
        ("#D: {a: 1}\nk: {#D, b: 2}", "#D: {\n\ta: 1\n}\nk: {\n\t#D\n\tb: 2\n}"),
        ("#D: {a: 1}\nk: #D & {}\nl: {#D}", "#D: {\n\ta: 1\n}\nk: #D\nl: #D"),
        ("a: 1 | *2\na: int", "a: (1 | *2) & {\n\tint\n}"),
        ("a: {b?: int, c!: string}", "a: {\n\tb?: int\n\tc!: string\n}"),
        ('n: {[=~"a"]: int}', 'n: [=~"a"]: int'),
        ("a: [string]: int\na: b: 1", "a: {\n\t{\n\t\t[string]: int\n\t}\n\tb: 1\n}"),
        ("a: {b: 1, if true {c: 1}}", "a: {\n\tb: 1, if true {\n\t\tc: 1\n\t}\n}"),
        ("a: close({b: 1}) & {b: 1}", "a: close({\n\tb: 1\n}) & close({\n\tb: 1\n})"),
        ("a: X={b: 1, c: X.b}", "a: X_1={\n\tb: 1\n\tc: X_1.b\n}"),
        ("a: 1\nb: a\nc: b + 1", "a: 1\nb: a\nc: b_9 + 1\n\nlet b_9 = b"),
        ("a: 1 @x()", "a: 1 @x()"),
        ("a: [{let v = 1, b: v}]", "a: [{\n\tlet v = 1\n\tb: v\n}] & {}"),
        ("a: [for x in [1] {let v = x, b: v}]", "a: [for x in [1] {\n\tlet v = x\n\tb: v\n}]"),
        ("// one\na: 1\n\n// two\nb: 2", "// one\na: 1\n\n// two\nb: 2"),
        ("// doc\npackage p\n\na: 1", "// doc\npackage p\n\na: 1"),
        ("#D: {a: int}\n#D & {a: 1}", "\n_#def\n_#def: {\n\t#D & {\n\t\ta: 1\n\t}\n\t#D: {\n\t\ta: int\n\t}\n}"),
    ],
)
def test_definitions(text: str, want: str) -> None:
    assert shown(text) == want + "\n"


def test_lets_of_one_name_are_told_apart() -> None:
    assert shown("x: int\na: {let L = x, b: L}\nc: {let L = x, d: L}") == (
        "x: int\na: {\n\tlet L = x\n\tb: L\n}\nc: {\n\tlet L_1 = x\n\td: L_1\n}\n"
    )


def test_imports_are_kept() -> None:
    assert shown('import "strings"\na: strings.MinRunes(3)') == 'import "strings"\n\na: strings.MinRunes(3)\n'
