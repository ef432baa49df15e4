"""Messages and positions as the official parser gives them, all observed with the official command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax.diagnose import diagnose
from pycue.syntax.parser import parse_expr, parse_file


def errors(text: str) -> list[str]:
    """``line:column message`` for each error that parsing raises."""
    try:
        parse_file(Source("x.cue", text))
    except CueSyntaxError as error:
        found = []
        for diagnostic in error.diagnostics:
            assert diagnostic.position is not None
            found.append(f"{diagnostic.position.line}:{diagnostic.position.column} {diagnostic.message}")
        return found
    return []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # declarations
        ("a b: c", "1:3 expected label or ':', found 'IDENT' b"),
        ("a: 1 b: 2", "1:6 missing ',' in struct literal"),
        ('a: "b" "c"', "1:8 missing ',' in struct literal"),
        ("a:: 1", "1:3 expected operand, found ':'"),
        ("a:\n", "1:4 expected operand, found 'EOF'"),
        ("a: 1 }", "1:6 expected 'EOF', found '}'"),
        ("{a: 1", "1:6 expected '}', found 'EOF'"),
        ("{a: 1\n", "1:7 expected '}', found 'EOF'"),
        ("{,}", "1:2 expected operand, found ','"),
        ("1: 2", "1:2 missing ',' in struct literal"),
        ("X=5", "1:4 expected label or ':', found 'EOF'"),
        ("[1, 2]: 3", "1:1 square bracket must have exactly one element"),
        ("a: b: []: 3", "1:7 square bracket must have exactly one element"),
        ("foo @bar()", "1:5 expected label or ':', found 'ATTRIBUTE'"),
        ("...1", "1:4 missing ',' in struct literal"),
        ("__x: 1", "1:1 identifiers starting with '__' are reserved"),
        ("let x", "1:6 expected '=', found newline"),
        ("let if = 1", "1:5 expected label or ':', found 'if'"),
        # expressions
        ("a: *", "1:5 expected operand, found 'EOF'"),
        ("a: (1 2)", "1:7 expected ')', found 'INT' 2"),
        ("a: b.+", "1:6 expected selector, found '+'"),
        ("a: x[1 2]", "1:8 expected ']', found 'INT' 2"),
        ("a: [1 2]", "1:7 missing ',' in list literal"),
        ("a: f(1 2)", "1:8 missing ',' in argument list"),
        ("a: [...int, 1]", "1:13 expected ']', found 'INT' 1"),
        (r'a: "\(1 2)"', "1:9 expected ')' for string interpolation, found 'INT' 2"),
        # comprehensions
        ("if x", "1:5 expected '{', found 'EOF'"),
        ("for x y {}", "1:7 expected 'in', found 'IDENT' y"),
        ("for in in x {}", "1:5 expected 'IDENT', found 'in'"),
        ("try: 1", "1:4 expected '{', found ':'"),
        ("a: [for]", "1:8 expected 'IDENT', found ']'"),
        ("if x _|_", "1:6 expected '{', found '_|_' _|_"),
        # head
        ("package 1", "1:9 expected 'IDENT', found 'INT' 1"),
        ("package #x", "1:11 invalid package name #x"),
        ('import "x" "y"', "1:12 expected ',', found 'STRING' \"y\""),
        ('import ""', '1:8 invalid import path: ""'),
        ('import #x "y"', "1:11 cannot import package as definition identifier"),
        ('a: 1\nimport "x"', "2:8 expected label or ':', found 'STRING' \"x\""),
        # tokens
        ('a: "x', "1:4 string literal not terminated"),
        ('a: "\\q"', "1:6 unknown escape sequence"),
        ('a: "\\x41"', "1:6 hexadecimal escape not allowed in string literal"),
        ('a: "\\101"', "1:6 octal escape not allowed in string literal"),
        ('a: "\\u12"', "1:9 illegal character U+0022 '\"' in escape sequence"),
        ('a: "\\U00110000"', "1:6 escape sequence is invalid Unicode code point"),
        ('a: """\n\tx\n\t\t"""', "1:4 non-matching whitespace for multiline strings"),
        ("a: 1__0", "1:6 illegal '_' in number"),
        ("a: 01", "1:4 illegal integer number"),
        ("a: 0xg", "1:4 illegal hexadecimal number"),
        ("a: 1e+", "1:7 illegal exponent in number"),
        ("a: é % 2", "1:7 illegal character U+0025 '%'"),
        ("@x", "1:3 invalid attribute: expected '('"),
        ("@x(a", "1:5 attribute missing ')'"),
        ("@x([)])", "1:6 unexpected ')'"),
        ("a: <-1", "1:4 expected operand, found '<-'"),
        ("__#x: 1", '1:1 illegal token "__#x"'),
        # experiments
        ("a~X: 1", "1:2 postfix alias syntax requires @experiment(aliasv2)"),
        ("a: b...", "1:5 postfix ... operator requires @experiment(explicitopen)"),
        ("if x {} else {}", "1:9 else requires @experiment(try)"),
        ("@experiment(try)\nif x if y {} else {}",
         "2:14 use 'otherwise' for comprehensions with multiple clauses or 'for' clauses"),
        ("@experiment(try)\nif x {} otherwise {}", "2:9 use 'else' with single 'if' or 'try' clause"),
        ("@experiment(aliasv2)\nX=a: 1",
         "2:2 old-style alias syntax (=) is not allowed with @experiment(aliasv2); use postfix syntax (~X or ~(K,V))"),
    ],
)  # fmt: skip
def test_first_error(text: str, expected: str) -> None:
    assert errors(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b\nc d", ["1:3 expected label or ':', found 'IDENT' b", "2:3 expected label or ':', found 'IDENT' d"]),
        ("a: 1 b: 2\nc d", ["1:6 missing ',' in struct literal"]),
        ("(a\n)", ["1:3 expected ')', found newline", "2:1 expected label or ':', found ')'"]),
        ("x[1:2\n]", ["1:6 expected ']', found newline", "2:1 missing ',' in struct literal"]),
        ("a: [1 2 3\n4 5]", ["1:7 missing ',' in list literal", "2:3 missing ',' in list literal"]),
        ("{,},\n,", ["1:2 expected operand, found ','", "2:2 expected '}', found 'EOF'"]),
        ('a: "x\nb: "y', ["1:4 string literal not terminated", "2:4 string literal not terminated"]),
        ("@x('a)", ["1:4 string literal not terminated", "1:7 attribute missing ')'"]),
        ("a: 1 // \0\nb: }", ["1:9 illegal character NUL", "2:4 expected operand, found '}'"]),
        (
            'a: "\0"\nb: \0',
            [f"{at} illegal character {c}" for at, c in (("1:5", "NUL"), ("2:4", "NUL"), ("2:4", "U+0000"))],
        ),
        ("\ufeff// \ufeff\na: 1", ["1:7 illegal byte order mark"]),
        ("a\0\0: }", ["1:2 illegal character NUL"]),
        (
            "@other(a)\n@experiment(odd)\n@experiment(try=1)\n\nb: }",
            ['5:1 parsing experiments for version "v0.17.1": unknown experiment "odd"\nunknown experiment "try=1"'],
        ),
        ("a: 1 @p @q(x)\nb: }", ["1:14 invalid attribute: expected '('", "2:4 expected operand, found '}'"]),
        ("@p@@q(1..2)", ["1:8 illegal token '..'; expected '.'", "1:12 invalid attribute: expected '('"]),
        ('import "one.test/a:b:c"', ['1:8 invalid import path: "one.test/a:b:c"']),
        ("for~X: 1", ["1:4 expected 'IDENT', found '~'"]),
        ("a: [if ~X {}]", ["1:8 expected operand, found '~'"]),
        ("@other(a)\npackage #p", ["2:11 invalid package name #p"]),
    ],
)
def test_going_on_after_errors(text: str, expected: list[str]) -> None:
    assert errors(text) == expected


def test_it_gives_up_after_many_errors() -> None:
    assert len(errors("a b\n" * 30)) == 11


@pytest.mark.parametrize("opening", ["@a(", "@a({", "(", '"\\(', "{a: ", "a: [", "-", "if x {"])
def test_deep_and_unfinished_input_is_an_error_like_any_other(opening: str) -> None:
    assert errors(opening * 15_000)


def test_expressions() -> None:
    with pytest.raises(CueSyntaxError, match="expected 'EOF', found '}'"):
        parse_expr(Source("x", "a }"))
    assert diagnose(Source("x", "a + b\n"), expression=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "a: for",
        "for",
        "if: 1",
        "x: {in}",
        "else + 1",
        "a!",
        "f(1\n2)",
        '"a"\n: 1',
        "if x\n{a: 1}",
        "_#: 1",
        "#: 1",
        "a?: b?: 1",
    ],
)
def test_odd_but_accepted(text: str) -> None:
    assert errors(text) == []
    assert diagnose(Source("x.cue", text)) == []


@given(st.text(alphabet="ab:{}[](),\"'\\\n /.#@|&1_0xe?!=~;", max_size=40))
def test_the_parser_and_the_diagnosing_parser_agree(text: str) -> None:
    source = Source("x.cue", text)
    try:
        parse_file(source)
    except CueSyntaxError:
        assert diagnose(source)
    else:
        assert not diagnose(source)
