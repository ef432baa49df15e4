from __future__ import annotations

import pytest

from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.parser import parse_file
from pycue.syntax.walk import children, same, walk


def parse(text: str) -> ast.File:
    return parse_file(Source("x.cue", text))


def test_children_come_in_the_order_of_the_text() -> None:
    field = parse("X=[a]: b @c() @d()").decls[0]
    assert [type(node).__name__ for node in children(field)] == ["Alias", "Ident", "Attribute", "Attribute"]
    names: list[str] = []
    walk(
        parse('package p\nimport q "r"\nfor k, v in s.t {(u): w[x:y], z(a1)}'),
        before=lambda node: names.append(node.name) if isinstance(node, ast.Ident) else None,
    )
    assert names == ["p", "q", "k", "v", "s", "t", "u", "w", "x", "y", "z", "a1"]


def test_before_may_leave_children_out() -> None:
    seen: list[str] = []
    walk(
        parse("a: {b: 1}\nc: 2"),
        before=lambda node: not isinstance(node, ast.StructLit),
        after=lambda node: seen.append(type(node).__name__),
    )
    assert seen == ["Ident", "Field", "Ident", "BasicLit", "Field", "File"]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a:1\nb : {c:[1,2]}", "a: 1 // x\n\nb: {\n\tc: [1\n2]\n}", True),
        ("a: 1", "a: 2", False),
        ("a: 1", "a?: 1", False),
        ("a: b: 1", "a: {b: 1}", False),
        ("a: 1 + 2", "a: 1 - 2", False),
        ("a: [1]", "a: [1, 1]", False),
        ("a: x", 'a: "x"', False),
        ("if a {b}", "if a {b} else {c}", False),
    ],
)
def test_same(one: str, other: str, equal: bool) -> None:
    def tree(text: str) -> ast.File:
        return parse("@experiment(try)\n\npackage p\n" + text)

    assert same(tree(one), tree(other)) is equal
    assert same(tree(other), tree(one)) is equal


def test_depth_does_not_matter() -> None:
    text = "a: " * 30_000 + "1"
    tree = parse(text)
    count = 0

    def tally(_: ast.Node) -> None:
        nonlocal count
        count += 1

    walk(tree, after=tally)
    assert count == 30_000 * 3 + 1
    assert same(tree, parse(text))
