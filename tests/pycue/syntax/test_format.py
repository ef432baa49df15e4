from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast, literal, token
from pycue.syntax.format import format_node, format_source
from pycue.syntax.parser import parse_file


def formatted(text: str, *, simplify: bool = False) -> str:
    return format_source(textwrap.dedent(text).strip("\n") + "\n", "x.cue", simplify=simplify)


def expected(text: str) -> str:
    lines = textwrap.dedent(text).strip("\n").split("\n")
    return "".join(re.sub("^( {4})+", lambda m: "\t" * (len(m[0]) // 4), line) + "\n" for line in lines)


LAYOUT = {
    "values align": (
        """
        rice: 2
        lentils:   30
        """,
        """
        rice:    2
        lentils: 30
        """,
    ),
    "a struct ends the columns": (
        """
        rice: 2
        pot: {size: 3}
        lentils: 30
        """,
        """
        rice: 2
        pot: {size: 3}
        lentils: 30
        """,
    ),
    "comments and attributes align": (
        """
        rice: 2 @unit(cup) // basmati
        lentils: 30 // red
        """,
        """
        rice:    2  @unit(cup) // basmati
        lentils: 30 // red
        """,
    ),
    "a broken struct is indented": (
        """
        pot: {size: 3
          lid: true}
        """,
        """
        pot: {size: 3
            lid: true
        }
        """,
    ),
    "one empty line is kept": (
        """


        rice: 2



        lentils: 30


        """,
        """
        rice: 2

        lentils: 30
        """,
    ),
    "a broken list keeps its commas": (
        """
        spices: ["cumin",
          "clove"
        ]
        herbs: ["mint", "dill",]
        """,
        """
        spices: ["cumin",
            "clove",
        ]
        herbs: ["mint", "dill"]
        """,
    ),
    "lines without commas have none": (
        """
        spices: [
          "cumin"
          "clove",
        ]
        """,
        """
        spices: [
            "cumin"
            "clove"
        ]
        """,
    ),
    "blanks around operators show their strength": (
        """
        a: 1+2*3
        b: f(1+2, 3)
        c: [x&y|z]
        d: -  1
        """,
        """
        a: 1 + 2*3
        b: f(1+2, 3)
        c: [x & y | z]
        d: -1
        """,
    ),
    "lines that go on are indented": (
        """
        size: "small" |
        "large"
        if size == "small" ||
        size == "large" {ok: true}
        """,
        """
        size: "small" |
            "large"
        if size == "small" ||
            size == "large" {ok: true}
        """,
    ),
    "numbers get their digits": ("a: .5\nb: 1.\nc: 1E5\n", "a: 0.5\nb: 1.0\nc: 1e5\n"),
    "imports stay in their order": (
        """
        package kitchen
        import "strings"
        import (
          "list"
           m "math"
        )
        a: 1
        """,
        """
        package kitchen

        import "strings"

        import (
            "list"
            m "math"
        )

        a: 1
        """,
    ),
    "definitions with comments stand apart": (
        """
        #Pot: int
        // how many
        pots: #Pot
        """,
        """
        #Pot: int

        // how many
        pots: #Pot
        """,
    ),
    "comprehensions": (
        """
        dishes: [ for d in menu  if d.ok {d.name} ]
        for k,v in menu { (k): v }
        """,
        """
        dishes: [for d in menu if d.ok {d.name}]
        for k, v in menu {(k): v}
        """,
    ),
    "comments in lists": (
        """
        list: [
          1, // one
          // about two
          20,
          // the end
        ]
        """,
        """
        list: [
            1, // one
            // about two
            20,
            // the end
        ]
        """,
    ),
    "parentheses collapse": ("a: ((1))\n", "a: (1)\n"),
    "empty brackets": ("a: {\n}\nb: [\n]\n", "a: {}\nb: []\n"),
}


@pytest.mark.parametrize("name", LAYOUT)
def test_layout(name: str) -> None:
    text, want = LAYOUT[name]
    assert formatted(text) == expected(want)


def test_multi_line_strings_move_with_their_field() -> None:
    text = 'a: b: {\n  text: """\n      one\n        two\n      """\n}\n'
    assert formatted(text) == 'a: b: {\n\ttext: """\n\t\tone\n\t\t  two\n\t\t"""\n}\n'


def test_comments_alone() -> None:
    assert formatted("// only a remark\n") == "// only a remark\n"
    assert formatted("") == "\n"


def test_crlf_becomes_lf() -> None:
    assert format_source('a: """\r\n  x\r\n  """\r\nb: 1\r\n', "x.cue") == 'a: """\n\tx\n\t"""\nb: 1\n'


SIMPLIFIED = {
    "labels lose quotes": ('"rice": 2\n"red-rice": 3\n', 'rice:       2\n"red-rice": 3\n'),
    "but not if that captures a name": ('"rice": 2\nx: rice\n', '"rice": 2\nx:      rice\n'),
    "hidden names keep quotes": ('"_rice": 2\n"#rice": 3\n', '"_rice": 2\n"#rice": 3\n'),
    "single fields are written short": ("a: {b: {c: 1}}\n", "a: b: c: 1\n"),
    "with comments they are not": ("// pot\na: {\n\tb: 1\n}\n", "// pot\na: {\n\tb: 1\n}\n"),
    "patterns for anything become ellipses": ("a: {\n\t[string]: _\n\tb: 1\n}\n", "a: {\n\tb: 1\n\t...\n}\n"),
}


@pytest.mark.parametrize("name", SIMPLIFIED)
def test_simplify(name: str) -> None:
    text, want = SIMPLIFIED[name]
    assert format_source(text, "x.cue", simplify=True) == want


# ---- trees made by a program


def number(value: int, relation: int = 0) -> ast.BasicLit:
    return ast.BasicLit(relation, "INT", str(value))


def field(name: str, value: ast.Expr, relation: int = 0) -> ast.Field:
    return ast.Field(ast.Ident(relation, name), 0, value)


def test_nodes_without_positions_stand_on_lines() -> None:
    inner = ast.StructLit(0, [field("b", number(1)), field("cc", number(2))], 0)
    tree = ast.File("", [field("a", inner), field("d", ast.ListLit(0, [number(1), number(2)], 0))])
    assert format_node(tree) == "a: {\n\tb:  1\n\tcc: 2\n}\nd: [1, 2]\n"
    assert format_node(tree, indent="    ") == "a: {\n    b:  1\n    cc: 2\n}\nd: [1, 2]\n"


def test_short_form_of_made_trees_needs_simplify() -> None:
    tree = ast.File("", [field("a", ast.StructLit(0, [field("b", number(1))], 0))])
    assert format_node(tree) == "a: {\n\tb: 1\n}\n"
    assert format_node(tree, simplify=True) == "a: b: 1\n"


def test_relations_of_made_trees_count() -> None:
    clause = ast.IfClause(token.BLANK, ast.Ident(0, "x"))
    body = ast.StructLit(0, [field("y", number(1))], 0)
    tree = ast.StructLit(0, [field("x", ast.Ident(0, "int")), ast.Comprehension([clause], body)], 0)
    assert format_node(tree) == "{\n\tx: int, if x {\n\t\ty: 1\n\t}\n}"


def test_line_comment_of_element_follows_its_comma() -> None:
    element = ast.BottomLit(0)
    element.comments = [ast.CommentGroup([ast.Comment(0, "// why")], line=True, position=1)]
    assert format_node(ast.File("", [field("a", ast.ListLit(0, [element], 0))])) == "a: [_|_, // why\n]\n"


def test_operators_of_made_trees_get_parentheses() -> None:
    total = ast.BinaryExpr(number(1), 0, "+", number(2))
    assert format_node(ast.BinaryExpr(total, 0, "*", number(3))) == "(1 + 2) * 3"


def test_labels_of_made_trees_are_quoted_if_needed() -> None:
    assert format_node(field("red-rice", number(1))) == '"red-rice": 1'


# ---- properties

_DOUBLE = re.compile(r"\(\s*\(")

NAMES = st.sampled_from(["rice", "lentils", "#Pot", "_stock", '"red rice"', "x?", "y!"])
BLANK = st.sampled_from([" ", "  ", "\t"])
BREAK = st.sampled_from(["\n", "\n\n", "\n\n\n", " // note\n", "\n// above\n", ",\n", ", "])


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    kind = draw(st.integers(0, 6 if depth else 2))
    if kind <= 2:
        return draw(st.sampled_from(["1", "1.5", '"text"', "int", "rice", "-2", "_|_", ">=10"]))
    inner = expressions(depth - 1)
    if kind == 3:
        return "[" + draw(st.sampled_from(["", "\n"])) + ", ".join(draw(st.lists(inner, max_size=3))) + "]"
    if kind == 4:
        operator = draw(st.sampled_from(["|", "&", "+", "*", "=="]))
        return f"{draw(inner)} {operator}{draw(st.sampled_from([' ', chr(10)]))}{draw(inner)}"
    if kind == 5:
        return f"({draw(inner)})"
    return "{" + draw(declarations(depth - 1)) + "}"


@st.composite
def declarations(draw: st.DrawFn, depth: int = 3) -> str:
    out = []
    for _ in range(draw(st.integers(0, 3))):
        out.append(f"{draw(NAMES)}:{draw(BLANK)}{draw(expressions(depth))}")
        out.append(draw(BREAK))
    return draw(st.sampled_from(["", "\n", "// first\n"])) + "".join(out) if out else ""


def shape(node: object) -> object:
    """A tree without positions and comments; literals by their values."""
    if isinstance(node, list):
        return [shape(item) for item in node]
    if isinstance(node, ast.ParenExpr) and isinstance(node.x, ast.ParenExpr):
        return shape(node.x)
    if isinstance(node, ast.BasicLit) and node.kind in ("INT", "FLOAT"):
        return literal.parse_number(node.value)
    if isinstance(node, ast.BasicLit) and node.kind == "STRING":
        try:
            return literal.unquote(node.value)
        except ValueError:  # a fragment of an interpolation
            return node.value
    if isinstance(node, ast.Node):
        parts = [getattr(node, name) for name in node.__slots__ if name not in ("comments", "source")]
        return (type(node).__name__, [shape(part) for part in parts if not isinstance(part, int)])
    return node


@settings(deadline=None, max_examples=150)
@given(declarations())
def test_formatting_changes_no_tree_and_happens_once(text: str) -> None:
    try:
        tree = parse_file(Source("x.cue", text))
    except CueSyntaxError:
        return
    once = format_node(tree)
    assert shape(parse_file(Source("x.cue", once)).decls) == shape(tree.decls)
    # comments may move the first time; doubled parentheses take the line end before them along, officially too
    if "//" not in text and not re.search(r"\(\s*\(", text):
        assert format_source(once, "x.cue") == once
