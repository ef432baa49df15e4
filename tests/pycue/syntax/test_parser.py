from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast, token
from pycue.syntax.parser import parse_expr, parse_file
from pycue.syntax.walk import children, same, walk


def parse(text: str, **options: object) -> ast.File:
    return parse_file(Source("x.cue", text), **options)


def sketch(node: ast.Node | None) -> str:
    """A tree as nested words."""
    if node is None:
        return "-"
    match node:
        case ast.Ident():
            return node.name
        case ast.BasicLit():
            return node.value
        case ast.BinaryExpr() | ast.UnaryExpr() | ast.PostfixExpr():
            return f"({' '.join([node.op, *map(sketch, children(node))])})"
        case ast.Field():
            mark = node.constraint
            return f"{sketch(node.label)}{sketch(node.alias) if node.alias else ''}{mark}: {sketch(node.value)}"
        case ast.EmbedDecl():
            return sketch(node.expr)
        case ast.StructLit():
            inner = ", ".join(map(sketch, node.elts))
            return f"{{{inner}}}" if node.lbrace else inner
        case ast.SliceExpr():
            return f"(slice {sketch(node.x)} {sketch(node.low)} {sketch(node.high)})"
    name = type(node).__name__.removesuffix("Expr").removesuffix("Lit").removesuffix("Clause").lower()
    return f"({' '.join([name, *map(sketch, children(node))])})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"),
        ("*1 | int & >=0", "(| (* 1) (& int (>= 0)))"),
        ("a || b && c == d", "(|| a (&& b (== c d)))"),
        ("!-x.y", "(! (- (selector x y)))"),
        ("<=5 & ==3", "(& (<= 5) (== 3))"),
        ('a.b."c"[d](e, f).if', '(selector (call (index (selector (selector a b) "c") d) e f) if)'),
        ("a[1:2][:b][c:][:]", "(slice (slice (slice (slice a 1 2) - b) c -) - -)"),
        ("f()", "(call f)"),
        ("f(1,)", "(call f 1)"),
        ("x?", "(? x)"),
        ("(1)", "(paren 1)"),
        ("[1, 2,]", "(list 1 2)"),
        ("[1\n2\n]", "(list 1 2)"),
        ("[...]", "(list (ellipsis))"),
        ("[1, ...string]", "(list 1 (ellipsis string))"),
        ("[for x in y if x {x}]", "(list (comprehension (for x y) (if x) {x}))"),
        (r'"\(a)b\(c)"', r'(interpolation "\( a )b\( c )")'),
        ("_|_ | null", "(| (bottom) null)"),
        ("{a: 1, b?: 2, c!: 3}", "{a: 1, b?: 2, c!: 3}"),
        ("{a: b: c: 1}", "{a: b: c: 1}"),
        ("{[string]: int, [N=_]: N}", "{(list string): int, (list (alias N _)): N}"),
        ('{(x): 1, "\\(x)"?: 2}', '{(paren x): 1, (interpolation "\\( x )")?: 2}'),
        ("{X=a: 1, b: Y={c: Y}}", "{(alias X a): 1, b: (alias Y {c: Y})}"),
        ("{a, {b}, ..., let X = 1}", "{a, {b}, (ellipsis), (let X 1)}"),
        ("{if a {b: 1}, for k, v in c let x = v {d: x}}",
         "{(comprehension (if a) {b: 1}), (comprehension (for k v c) (let x v) {d: x})}"),
        ("{if: 1, for: 2, a: if, b: [in]}", "{if: 1, for: 2, a: if, b: (list in)}"),
        ("{a: 1 @x() @y(), @z()}", "{a: 1, (attribute)}"),
    ],
)  # fmt: skip
def test_shapes(text: str, expected: str) -> None:
    assert sketch(parse_expr(Source("x", text))) == expected


def test_head_of_a_file() -> None:
    tree = parse('@if(a)\npackage p\n@b()\nimport "x"\nimport (\n\tq "y"\n\t"z"\n)\nb: 1\nimport: 1\n')
    kinds = [type(decl).__name__ for decl in tree.decls]
    assert kinds == ["Attribute", "Package", "Attribute", "ImportDecl", "ImportDecl", "Field", "Field"]
    assert tree.package_name() == "p"
    assert [(spec.name and spec.name.name, spec.path.value) for spec in tree.decls[4].specs] == [
        ("q", '"y"'),
        (None, '"z"'),
    ]


def test_experimental_syntax() -> None:
    tree = parse(
        "@experiment(aliasv2,try,explicitopen)\na~X: 1\nb~(K,V)?: #D...\nif x {} else {c: 1}\n"
        "for v in w {} otherwise {}\ntry y = z? {}\n"
    )
    field, both, single, loop, attempt = tree.decls[1:]
    assert (field.alias.label, field.alias.field.name) == (None, "X")
    assert (both.alias.label.name, both.alias.field.name, both.constraint) == ("K", "V", "?")
    assert sketch(both.value) == "(... #D)"
    assert [node.fallback.keyword for node in (single, loop)] == ["else", "otherwise"]
    assert sketch(attempt.clauses[0]) == "(try y (? z))"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", "INT"),
        ("0xE", "INT"),
        ("1.5Ki", "INT"),
        ("1e3", "FLOAT"),
        (".5", "FLOAT"),
        ("true", "TRUE"),
        ("'b'", "STRING"),
    ],
)
def test_literal_kinds(text: str, kind: str) -> None:
    literal = parse_expr(Source("x", text))
    assert isinstance(literal, ast.BasicLit)
    assert literal.kind == kind


def test_positions_point_at_first_tokens_and_brackets() -> None:
    text = 'a: b?: {c: f(x[1],\n  [2]) }\n\n"d": -e . g\n'
    tree = parse(text)
    seen: list[str] = []
    walk(tree, before=lambda node: seen.append(text[token.offset(node.pos)]))
    assert "".join(seen) == 'aaabbb{ccffxx1[2""-eeg'
    inner = tree.decls[0].value.elts[0].value
    assert text[token.offset(inner.rbrace)] == "}"
    assert token.relation(inner.rbrace) == token.BLANK
    call = inner.elts[0].value
    assert text[token.offset(call.rparen)] == ")"
    assert token.relation(call.args[1].pos) == token.NEWLINE
    assert token.relation(tree.decls[1].pos) == token.NEW_SECTION


def test_lists_know_whether_commas_are_written() -> None:
    def free(text: str) -> bool:
        node = parse_expr(Source("x", text))
        assert isinstance(node, ast.ListLit)
        return node.comma_free

    assert [free(text) for text in ("[1\n2]", "[1,\n2\n3]", "[\n1\n]", "[1]", "[1\n...\n]")] == [True] * 5
    assert [free(text) for text in ("[]", "[1,2]", "[1,\n2\n]", "[1,]", "[1,\n...\n]")] == [False] * 5


def comments(text: str) -> list[tuple[str, str, str, int]]:
    """(node's type, text, doc or line, slot) of all comments."""
    found: list[tuple[str, str, str, int]] = []

    def collect(node: ast.Node) -> None:
        for group in node.comments or ():
            flag = "doc" if group.doc else "line" if group.line else ""
            found.append((type(node).__name__, group.text().strip(), flag, group.position))

    walk(parse(text), before=collect)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("// one\n// two\na: 1 // three\n", [("Field", "one\ntwo", "doc", 0), ("Field", "three", "line", 4)]),
        ("// file\n\npackage p // p\n\n// end\n",
         [("File", "file", "", 0), ("Package", "p", "line", 3), ("Package", "end", "", 3)]),
        ("a: 1\n// below\n\nb: 2", [("Field", "below", "", 4)]),
        ("a: b: 1, // outer\n", [("Field", "outer", "line", 6)]),
        ("a: // colon\n  1", [("Field", "colon", "line", 2)]),
        ("a: {\n\t// inner\n\tb\n\n\t// last\n}", [("EmbedDecl", "inner", "doc", 0), ("EmbedDecl", "last", "doc", 2)]),
        ("a: { // first\n\tb: 1\n}", [("Field", "first", "line", 0)]),
        ("a: { // none\n}", [("StructLit", "none", "line", 1)]),
        ("a: [ // head\n\t1, // one\n\t2 // two\n]",
         [("BasicLit", "head", "line", 0), ("BasicLit", "one", "line", 2), ("BasicLit", "two", "line", 2)]),
        ("a: x & // op\n y", [("BinaryExpr", "op", "line", 2)]),
        ("a: f(1, // one\n 2)", [("BasicLit", "one", "line", 1)]),
        ("if x { // body\n\ta: 1\n}", [("StructLit", "body", "line", 1)]),
        ('import (\n\t// doc\n\t"x" // line\n)', [("ImportSpec", "doc", "doc", 0), ("ImportSpec", "line", "line", 2)]),
        ("// only", [("File", "only", "", 0)]),
    ],
)  # fmt: skip
def test_comments(text: str, expected: list[tuple[str, str, str, int]]) -> None:
    assert comments(text) == expected


def test_comments_can_be_left_out() -> None:
    text = "// a\na: 1 // b\n"
    bare = parse(text, comments=False)
    assert all(node.comments is None for node in (bare, *bare.decls))
    assert same(bare, parse(text))


def test_language_version_decides_on_lists_without_commas() -> None:
    assert len(parse("a: [1\n2]", language_version="v0.17.0").decls) == 1
    with pytest.raises(CueSyntaxError, match="missing ',' before newline in list literal"):
        parse("a: [1\n2]", language_version="v0.13.0")


@pytest.mark.parametrize("text", ["a: 1,\n" * 20_000, '"' * 60_000])
def test_collector_is_left_as_it_was(text: str) -> None:
    for enabled in (True, False):
        try:
            if not enabled:
                gc.disable()
            try:
                parse(text)
            except CueSyntaxError:
                assert text[0] == '"'
            assert gc.isenabled() is enabled
        finally:
            gc.enable()


@pytest.mark.parametrize(
    ("opening", "closing", "limit"),
    [
        ("(", ")", 9_999),
        ("[", "]", 10_000),
        ("{a: ", "}", 9_999),
        ("!", "", 9_999),
        ("f(", ")", 9_999),
        ('"\\(', ')"', 9_999),
    ],
)
def test_nesting_is_limited(opening: str, closing: str, limit: int) -> None:
    inner = "" if opening == "[" else "1"
    for depth, accepted in ((limit, True), (limit + 1, False)):
        text = f"a: {opening * depth}{inner}{closing * depth} // deep"
        if accepted:
            assert len(parse(text).decls) == 1
        else:
            with pytest.raises(CueSyntaxError, match="expression exceeds maximum nesting depth of 10000"):
                parse(text)


LEAVES = st.sampled_from(["1", "x", '"s"', "_", "null", "'b'", "#D", "1.5", "_|_"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["|", "&", "||", "&&", "==", "<", "+", "*", "/"]), inner).map(" ".join),
        inner.map("({})".format),
        inner.map("!{}".format),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=2).map(lambda items: f"f({', '.join(items)})"),
        inner.map('"a\\({})b"'.format),
        inner.map("{{a: {}, b?: x}}".format),
        inner.map("[for k, v in {} {{v}}]".format),
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(EXPRESSIONS)
def test_white_space_does_not_change_the_tree(text: str) -> None:
    tree = parse(f"v: {text}")
    assert same(tree, parse("v:\t" + text.replace(" ", " \t ").replace(",", ",\n")))
    assert same(tree, parse(f"// doc\nv :   {text}  // line\n// end"))


@given(st.text(alphabet='ab:{}[](),"\\\n /.#|&1?!=', max_size=25))
def test_any_text_gives_a_tree_or_a_syntax_error(text: str) -> None:
    try:
        parse(text)
    except CueSyntaxError as error:
        messages = [diagnostic.message for diagnostic in error.diagnostics]
    else:
        messages = ["none"]
    assert messages
    assert "syntax error" not in messages
