"""List arithmetic of earlier versions of CUE."""

import pytest

from oam.definition.legacy import modernize, quote_labels
from oam.definition.markers import comment_lines, sink_comments
from pycue.source import Source
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file


def modern(text):
    file = parse_file(Source("-", text))
    found = modernize(file)
    return format_node(file), len(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1] + x", "list.Concat([[1], x])"),
        ("x + [1]", "list.Concat([x, [1]])"),
        ("[1] + x + [2] + y", "list.Concat([[1], x, [2], y])"),
        ('["a"] * 3', 'list.Repeat(["a"], 3)'),
        ("3 * [1]", "list.Repeat([1], 3)"),
        ("[1] * 2 + x", "list.Concat([list.Repeat([1], 2), x])"),
        ("len([1] + x)", "len(list.Concat([[1], x]))"),
        ("([1] + x) + y", "(list.Concat([[1], x])) + y"),
        ("[[1] + x]", "[list.Concat([[1], x])]"),
        ('"\\(len([1] + x))"', '"\\(len(list.Concat([[1], x])))"'),
    ],
)
def test_rewritten(old, new):
    text, count = modern(f"a: {old}\n")
    assert text == f'import "list"\n\na: {new}\n' or text == f'import "list"\na: {new}\n'
    assert count >= 1


@pytest.mark.parametrize("text", ["a: 1 + 2\n", 'a: "x" * 3\n', "a: b + c\n", "a: [1, 2]\n", "a: [1] & x\n"])
def test_left_alone(text):
    assert modern(text) == (text, 0)


def test_the_name_of_the_package_is_used():
    assert modern('import l "list"\na: [1] + x\n')[0].endswith("a: l.Concat([[1], x])\n")
    assert modern('import "list"\na: [1] + list.Sort(b, list.Ascending)\n')[0].count("import") == 1


def test_inside_of_comprehensions():
    assert "for x in list.Concat([a, [1]]) if" in modern("b: [for x in a + [1] if x > 0 {x}]\n")[0]


def test_comments_above_short_forms_belong_to_the_innermost_field():
    file = parse_file(Source("-", "// +patchKey=name\na: b: c: [1]\n// own\nd: {e: 1}\n"))
    sink_comments(file)
    outer, braces = file.decls
    inner = outer.value.elts[0].value.elts[0]
    assert comment_lines(outer) == []
    assert comment_lines(inner) == [" +patchKey=name"]
    assert comment_lines(braces) == [" own"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("error: 1\n", '"error": 1\n'),
        ("a: {error?: b: error: 2}\n", 'a: {"error"?: b: "error": 2}\n'),
        ("a: x.error, error: 1\n", 'a: x.error, "error": 1\n'),
        ("error: 1, b: error\n", "error: 1, b: error\n"),
        ("errors: 1\n", "errors: 1\n"),
    ],
)
def test_labels_that_are_names_of_functions(old, new):
    file = parse_file(Source("-", old))
    assert quote_labels(file) == new.count('"error"')
    assert format_node(file) == new
