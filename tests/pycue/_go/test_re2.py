import pytest

from pycue._go.re2 import RegexpError, compile_regexp


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("a$", "a\n", False),
        (r"\w", "é", False),
        ("(?i)abc", "xABCx", True),
        ("a(?i)b", "AB", False),
        (r"[[:alpha:]-]+$", "ab-", True),
        (r"\p{Lu}x", "Éx", True),
        ("a{,2}", "a{,2}", True),
        (r"\Qa.b\E+", "a.bb", True),
        ("(?s)a.b", "a\nb", True),
        ("a.b", "a\nb", False),
        ("(?m)^b$", "a\nb\nc", True),
        ("[]a]", "]", True),
        (r"\x{1F600}", "😀", True),
    ],
)
def test_matches_as_re2(pattern: str, text: str, found: bool) -> None:
    assert (compile_regexp(pattern).search(text) is not None) is found


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "missing closing ): `(`"),
        ("a)", "unexpected ): `a)`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        ("[a", "missing closing ]: `[a`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        (r"\1", r"invalid escape sequence: `\1`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
    ],
)
def test_refuses_in_the_words_of_re2(pattern: str, message: str) -> None:
    with pytest.raises(RegexpError) as error:
        compile_regexp(pattern)
    assert str(error.value) == f"error parsing regexp: {message}"
