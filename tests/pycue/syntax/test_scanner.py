from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.syntax import token
from pycue.syntax.kinds import COMMA, EOF, ILLEGAL, NAMES
from pycue.syntax.scanner import Tokens, scan


def kinds(text: str) -> str:
    """Names of a text's terminals, without the last."""
    tokens = scan(text)
    assert tokens.kinds[-1] == EOF
    return " ".join(NAMES[kind] for kind in tokens.kinds[:-1])


def relations(text: str) -> dict[str, int]:
    tokens = scan(text)
    return {text: token.relation(at) for text, at in zip(tokens.texts, tokens.positions, strict=True)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("team: 1", "IDENT COLON LITERAL COMMA"),
        ("team: 1,", "IDENT COLON LITERAL COMMA"),
        ("#Team?: _t!", "IDENT MARK COLON IDENT BANG"),
        ("a.if.in", "IDENT DOT WORD DOT WORD COMMA"),
        ("for: if: true: null", "WORD COLON WORD COLON WORD COLON CONSTANT COMMA"),
        ("true?: 1", "WORD MARK COLON LITERAL COMMA"),
        ("for x in y {}", "FOR IDENT IN IDENT LBRACE RBRACE COMMA"),
        ("if !x {}", "IF BANG IDENT LBRACE RBRACE COMMA"),
        ("if!: x", "WORD MARK COLON IDENT COMMA"),
        ("let x = 1", "LET IDENT BIND LITERAL COMMA"),
        ("let: x", "WORD COLON IDENT COMMA"),
        ("[1, ...int]", "LBRACK LITERAL COMMA ELLIPSIS IDENT RBRACK COMMA"),
        ("#A...", "IDENT OPEN COMMA"),
        ("x >= 5 & !~'b'", "IDENT REL LITERAL AND REL STRING COMMA"),
        ("_|_ | _", "BOTTOM OR IDENT COMMA"),
        ("1.5Mi 0x_fF 0b1 .5e-3 2. 1_000K", "LITERAL LITERAL LITERAL LITERAL LITERAL LITERAL COMMA"),
        ("3...", "LITERAL OPEN COMMA"),
        ("@x(a, {b: \"}\"}) @y('[')", "ATTR ATTR COMMA"),
        ('@if(x)\npackage p\nimport q "q"', "PREAMBLE COMMA PACKAGE IDENT COMMA IMPORT IDENT STRING COMMA"),
        ("a: import\npackage: 1", "IDENT COLON IDENT COMMA IDENT COLON LITERAL COMMA"),
    ],
)
def test_terminals(text: str, expected: str) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "ending", ["x", "1", '"x"', "]", "}", ")", "_|_", "...", "x?", "@a()", "null", "if", '"\\(x)"']
)
def test_line_end_stands_for_a_comma(ending: str) -> None:
    tokens = scan(ending + "\n+")
    assert tokens.kinds[-3] == COMMA
    assert tokens.texts[-3] == "\n"
    assert tokens.positions[-3] == token.make(len(ending), token.ELIDED)


@pytest.mark.parametrize("ending", ["x:", "x +", "(", "[", "{", "x,", "!", "x =", "x.", "x ~"])
def test_line_end_is_only_white_space(ending: str) -> None:
    assert "\n" not in scan(ending + "\n1").texts[:-2]


def test_no_comma_before_comma_and_colon_on_the_next_line() -> None:
    assert kinds('"a"\n: 1\n, "b": 2') == "STRING COLON LITERAL COMMA STRING COLON LITERAL COMMA"


def test_a_comment_ends_the_line() -> None:
    tokens = scan("a // one\n: 1")
    assert [NAMES[kind] for kind in tokens.kinds[:3]] == ["IDENT", "COMMA", "COLON"]
    assert tokens.comments == [2]


def test_relations() -> None:
    found = relations("a: 1\nb: (2)\n\nc: 3 // x\n\n// y\nd: 4 // z\n")
    assert found["a"] == found[":"] == token.NO_SPACE
    assert found["1"] == token.BLANK
    assert found["b"] == token.NEWLINE
    assert found["2"] == token.NO_SPACE
    assert found["c"] == token.NEW_SECTION
    assert found["d"] == token.NEWLINE  # counted from the comment above it


def test_interpolations_nest_at_every_level_of_hashes() -> None:
    assert kinds(r'"a\(b + "\(c)d")e\(f)"') == (
        "INTERP_START IDENT ADD INTERP_START IDENT INTERP_END INTERP_MID IDENT INTERP_END COMMA"
    )
    assert kinds(r'##"\(a)\#(b)\##(c)"##') == "INTERP_START IDENT INTERP_END COMMA"
    assert scan(r'#"x\#((1))y"#').texts[:5] == [r'#"x\#(', "(", "1", ")", ')y"#']


@pytest.mark.parametrize(
    "text",
    [
        '"""\n\tone\n\t\ttwo\n\n\t"""',
        '"""\n"""',
        "'''\n  \\xff\n  '''",
        '#"""\n \\n"""\n """#',
        '#"""#',
        '#""both""#',
        "'\\377\\u00e9'",
        '"\\ud83d\\ude00 \\U0001F600"',
        '"""\r\n\tcarriage\r\n\t"""',
    ],
)
def test_literals_that_are_one_terminal(text: str) -> None:
    assert kinds(text) == "STRING COMMA"
    assert scan(text).texts[0] == text


@pytest.mark.parametrize(
    "text",
    [
        '"open',
        '"\\q"',
        "'\\400'",
        '"\\x41"',
        '"""\n\tx\n\t\t"""',
        '"""x\n"""',
        '"""\n x"""',
        "01",
        "1__0",
        "0x",
        "a ; b",
        "a\x00",
        "@x",
        "@x(",
        "@x([)]",
        '@x("\\(a)")',
        '"\\(a',
        "“x”",
    ],
)
def test_malformed_texts_have_an_illegal_terminal(text: str) -> None:
    assert ILLEGAL in scan(text).kinds


def rebuilt(tokens: Tokens, text: str) -> str:
    out, end = [], 0
    for spelling, position in zip(tokens.texts, tokens.positions, strict=True):
        if token.relation(position) != token.ELIDED:
            at = token.offset(position)
            out += [text[end:at], spelling]
            end = at + len(spelling)
    return "".join(out)


@given(st.lists(st.sampled_from('a 1 "b" "\\(c)" { } ( ) [ ] , : \n // @x(y) if for ? ! .5 + """ \' # \t'.split(" "))))
def test_positions_say_where_spellings_stand(parts: list[str]) -> None:
    text = " ".join(parts)
    tokens = scan(text)
    if ILLEGAL not in tokens.kinds:
        assert rebuilt(tokens, text) == text
    assert tokens.kinds[-1] == EOF
    assert len(tokens.kinds) == len(tokens.texts) == len(tokens.positions)


@given(st.text(max_size=60))
def test_any_text_can_be_scanned(text: str) -> None:
    assert scan(text).kinds[-1] == EOF
