"""Text to tokens one at a time, with the official messages for what is malformed.

Slower and more patient than :mod:`pycue.syntax.scanner`: it goes on after every error. Source: cue/scanner/scanner.go
for which errors there are, where they are reported and how scanning goes on.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KEYWORDS", "LITERALS", "Scanner", "Token"]

KEYWORDS = frozenset(
    ("if", "for", "in", "let", "try", "else", "otherwise", "fallback", "func", "true", "false", "null")
)
LITERALS = frozenset(("IDENT", "INT", "FLOAT", "STRING", "INTERPOLATION", "_|_"))

_OPERATORS = frozenset(
    (
        *(
            "&&",
            "||",
            "==",
            "!=",
            "<=",
            ">=",
            "=~",
            "!~",
            "=",
            "!",
            "<",
            ">",
            "?",
            "|",
            "&",
            "+",
            "-",
            "*",
            "/",
            "...",
            ".",
        ),
        *",:;()[]{}~",
        "<-",  # an operator of no use yet: ``<-1`` is no bound
    )
)
_ENDING = frozenset(("IDENT", "INT", "FLOAT", "STRING", "ATTRIBUTE", "}", "]", ")", "_|_", "...", "?", ";")) | KEYWORDS
_DIGITS = {2: "01_", 8: "01234567_", 10: "0123456789_", 16: "0123456789abcdefABCDEF_"}
_BASES = {"x": (16, "hexadecimal"), "b": (2, "binary"), "o": (8, "octal")}
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_SPACE = re.compile(r"[ \t\r]*")
_SPACE_AND_LINES = re.compile(r"[ \t\r\n]*")
_UNREADABLE = re.compile("[\0\ufeff]")
_UNREADABLE_NAMES = {"\0": "illegal character NUL", "\ufeff": "illegal byte order mark"}
_CLOSING_LINE = re.compile(r"[ \t]*")


class Token:
    """``kind`` is the official name of the token's class, or its spelling if it has but one; ``text`` its spelling."""

    __slots__ = ("at", "kind", "text")

    def __init__(self, kind: str, text: str, at: int) -> None:
        self.kind = kind
        self.text = text
        self.at = at


class _Quotes:
    """A literal that is open: how it began and what of it has been seen."""

    __slots__ = ("at", "fragments", "hashes", "mark", "multiline")

    def __init__(self, at: int, hashes: int, mark: str, multiline: bool) -> None:
        self.at = at
        self.hashes = hashes
        self.mark = mark
        self.multiline = multiline
        self.fragments: list[str] = []


class Scanner:
    """Tokens of ``text``; ``report(offset, message)`` is called for each error."""

    def __init__(self, text: str, report: Callable[[int, str], None]) -> None:
        self.text = text
        self.report = report
        self.at = 1 if text.startswith("\ufeff") else 0
        self.ended = False  # would a line end stand for a comma here?
        self.quotes: list[_Quotes] = []
        self.in_attribute = False
        self._read = self.at  # up to where characters that no source may have were looked for
        self._report_unreadable()

    def peek(self) -> str:
        """The next character that is no white space, ``""`` at the end."""
        match = _SPACE_AND_LINES.match(self.text, self.at)
        at = match.end() if match else self.at
        return self.text[at : at + 1]

    def scan(self) -> Token:
        """The next token; ``EOF`` for ever after the last."""
        token = self._scan()
        self._report_unreadable()
        return token

    def _report_unreadable(self) -> None:
        """Report what no source may have, even in comments and literals, up to the character to be read next."""
        end = self.at + 1
        for match in _UNREADABLE.finditer(self.text, self._read, end):
            self.report(match.start(), _UNREADABLE_NAMES[match[0]])
        self._read = max(self._read, end)

    def _scan(self) -> Token:
        text = self.text
        while True:
            match = (_SPACE if self.ended else _SPACE_AND_LINES).match(text, self.at)
            self.at = at = match.end() if match else self.at
            char = text[at : at + 1]
            if self.ended and (char in ("\n", "") or text.startswith("//", at)):
                self.ended = False
                if char == "\n":
                    match = _SPACE_AND_LINES.match(text, at)
                    self.at = match.end() if match else at
                    if text[self.at : self.at + 1] in (",", ":"):
                        continue
                return Token(",", "\n", at)
            if not text.startswith("//", at):
                break
            end = text.find("\n", at)
            self.at = len(text) if end < 0 else end
        token = self._token(char, at)
        if token.kind not in ("ILLEGAL", "EOF"):
            self.ended = token.kind in _ENDING
        return token

    def _token(self, char: str, at: int) -> Token:
        text = self.text
        if not char:
            return Token("EOF", "", at)
        if text.startswith("_|_", at):
            self.at = at + 3
            return Token("_|_", "_|_", at)
        if char.isalpha() or char in "_$#":
            if not text.startswith("#", at):
                return self._name(at)
            end = at
            while text.startswith("#", end):
                end += 1
            if text[end : end + 1] in ('"', "'"):
                return self._quoted(at, end - at)
            if end - at == 1:
                return self._name(at)
            self.at = end
            self.ended = False
            return Token("ILLEGAL", text[at:end], at)
        if char.isdecimal() and char.isascii():
            return self._number(at)
        if char == "." and text[at + 1 : at + 2].isdecimal():
            return self._number(at)
        if char in "\"'":
            return self._quoted(at, 0)
        if char == "@":
            return Token("@", "@", at) if self.in_attribute else self._attribute(at)
        if text.startswith("..", at) and not text.startswith("...", at):
            self.at = at + 2
            self.ended = False
            self.report(at, "illegal token '..'; expected '.'")
            return Token("ILLEGAL", "..", at)
        for length in (3, 2, 1):
            spelling = text[at : at + length]
            if len(spelling) == length and spelling in _OPERATORS:
                self.at = at + length
                return Token(spelling, spelling, at)
        self._report_unreadable()
        self.at = at + 1
        if char != "\ufeff":
            self.report(at, _illegal(char))
        return Token("ILLEGAL", char, at)

    # ---- names and numbers

    def _name(self, at: int) -> Token:
        text = self.text
        end = at
        if text[end] == "_":
            end += 1
        if text[end : end + 1] == "#":
            end += 1
            if text[end : end + 1].isdecimal():
                self.at = end
                return Token("IDENT", text[at:end], at)
        end = self._skip_word(end)
        if text[at:end].startswith("__") and text[end : end + 1] == "#":
            self.at = end = self._skip_word(end + 1)
            self.report(at, f'illegal token "{text[at:end]}"')
            return Token("IDENT", text[at:end], at)
        self.at = end
        name = text[at:end]
        return Token(name if name in KEYWORDS else "IDENT", name, at)

    def _skip_word(self, at: int) -> int:
        """Where letters, digits, ``_`` and ``$`` end."""
        text = self.text
        while at < len(text) and (text[at].isalpha() or text[at].isdecimal() or text[at] in "_$"):
            at += 1
        return at

    def _number(self, at: int) -> Token:
        text = self.text
        self.at = at
        kind = "INT"
        prefix = text[at + 1 : at + 2]
        if text[at] == "0" and prefix in ("x", "X", "b", "o"):
            base, name = _BASES[prefix.lower()]
            self.at += 2
            self._mantissa(base)
            if self.at - at <= 2:
                self.report(at, f"illegal {name} number")
            return Token(kind, text[at : self.at], at)
        if text[at] == "0" and not (prefix.isascii() and prefix.isdecimal()):
            self.at += 1
        elif text[at] != ".":
            self._mantissa(10)
        char = text[self.at : self.at + 1]
        if text[at] == "0" and self.at > at + 1 and char not in (".", "e", "E"):
            self.report(at, "illegal integer number")
            return Token(kind, text[at : self.at], at)
        if char == "." and text[self.at + 1 : self.at + 2] != ".":
            kind = "FLOAT"
            self.at += 1
            self._mantissa(10)
        char = text[self.at : self.at + 1]
        if char and char in "KMGTP":
            kind = "INT"
            self.at += 2 if text[self.at + 1 : self.at + 2] == "i" else 1
        elif char in ("e", "E"):
            kind = "FLOAT"
            self.at += 2 if text[self.at + 1 : self.at + 2] in ("+", "-") else 1
            start = self.at
            self._mantissa(10)
            if self.at == start:
                self.report(self.at, "illegal exponent in number")
        return Token(kind, text[at : self.at], at)

    def _mantissa(self, base: int) -> None:
        text, digits = self.text, _DIGITS[base]
        last = ""
        while (char := text[self.at : self.at + 1]) and char in digits:
            if last == char == "_":
                self.report(self.at, "illegal '_' in number")
            last = char
            self.at += 1
        if last == "_":
            self.report(self.at - 1, "illegal '_' in number")

    # ---- strings

    def _quoted(self, at: int, hashes: int) -> Token:
        text = self.text
        self.at = at + hashes
        mark = text[self.at]
        multiline = text.startswith(mark * 3, self.at)
        if multiline and not text.startswith(("\n", "\r\n"), self.at + 3):
            if hashes:
                multiline = False
            else:
                self.at += 3
                self.report(at, f"expected newline after multiline quote {mark * 3}")
                return Token("STRING", text[at : self.at], at)
        self.at += 3 if multiline else 1
        return self._fragment(at, _Quotes(at, hashes, mark, multiline))

    def resume(self) -> None:
        """Scan on in the innermost open literal, after the token that should be its ``)``."""
        if self.quotes:  # what was skipped after an error may have closed it
            self._fragment(self.at - 1, self.quotes.pop())

    def _fragment(self, at: int, quotes: _Quotes) -> Token:
        """Scan to the end of the literal or to its next interpolation."""
        text, mark = self.text, quotes.mark
        end = mark * (3 if quotes.multiline else 1) + "#" * quotes.hashes
        while True:
            char = text[self.at : self.at + 1]
            if not char or (char == "\n" and not quotes.multiline):
                self.report(at, "string literal not terminated")
                return self._literal(at, quotes)
            if char == "\n":
                match = _CLOSING_LINE.match(text, self.at + 1)
                after = match.end() if match else self.at + 1
                if text.startswith(end, after):
                    self.at = after + len(end)
                    quotes.fragments.append(text[at : self.at])
                    self._check_lines(quotes)
                    return self._literal(at, quotes)
            elif char == mark and not quotes.multiline and text.startswith(end, self.at):
                self.at += len(end)
                return self._literal(at, quotes)
            self.at += 1
            if char == "\\" and self._escape(quotes):
                quotes.fragments.append(text[at : self.at])
                self.quotes.append(quotes)
                self.ended = False
                return Token("INTERPOLATION", text[at : self.at + 1], at)

    def _literal(self, at: int, quotes: _Quotes) -> Token:
        literal = self.text[at : self.at]
        return Token("STRING", literal.replace("\r", "") if quotes.multiline else literal, at)

    def _check_lines(self, quotes: _Quotes) -> None:
        from pycue.syntax.quoted import lines_match

        if not lines_match(quotes.fragments):
            self.report(quotes.at, "non-matching whitespace for multiline strings")

    def _escape(self, quotes: _Quotes) -> bool:
        """Scan an escape after its backslash; is it the start of an interpolation?"""
        text = self.text
        if not text.startswith("#" * quotes.hashes, self.at):
            return False
        self.at += quotes.hashes
        at = self.at
        char = text[at : at + 1]
        if char == "(":
            return True
        if char and char in "abfnrtv\\/" + quotes.mark:
            self.at += 1
            return False
        count, base, limit = 0, 16, 0x10FFFF
        if char and char in "01234567":
            count, base, limit = 3, 8, 255
            if quotes.mark == '"':
                self.report(at, "octal escape not allowed in string literal")
                return False
        elif char == "x":
            self.at += 1
            count, limit = 2, 255
            if quotes.mark == '"':
                self.report(at, "hexadecimal escape not allowed in string literal")
                return False
        elif char in ("u", "U"):
            self.at += 1
            count = 4 if char == "u" else 8
        else:
            self.report(at, "unknown escape sequence" if char else "escape sequence not terminated")
            return False
        value = 0
        for _ in range(count):
            char = text[self.at : self.at + 1]
            if not char or char not in _DIGITS[base]:
                message = f"{_illegal(char)} in escape sequence" if char else "escape sequence not terminated"
                self.report(self.at, message)
                return False
            value = value * base + int(char.replace("_", "0"), base)
            self.at += 1
        if value > limit:
            self.report(at, "escape sequence is invalid Unicode code point")
        return False

    # ---- attributes

    def _attribute(self, at: int) -> Token:
        self.in_attribute = True
        expected: list[str] = []  # the brackets that are open, from the outermost
        self._attribute_name(expected)
        while expected:
            token = self.scan()
            if token.kind == expected[-1]:
                expected.pop()
                while expected and expected[-1] == "@":
                    expected.pop()
                    self._no_parenthesis()
            elif token.kind == "EOF":
                while expected:
                    bracket = expected.pop()
                    if bracket == "@":
                        self._no_parenthesis()
                    else:
                        self.report(self.at, f"attribute missing '{bracket}'")
            elif token.kind == "INTERPOLATION":
                self.report(self.at, "interpolation not allowed in attribute")
                self.quotes.pop()
                self._skip_parentheses()
            elif token.kind == "@":
                self._attribute_name(expected)
            elif token.kind in _PAIRS:
                expected.append(_PAIRS[token.kind])
            elif token.kind in (")", "]", "}"):
                self.report(self.at, f"unexpected '{token.kind}'")
        self.in_attribute = False
        return Token("ATTRIBUTE", self.text[at : self.at], at)

    def _attribute_name(self, expected: list[str]) -> None:
        """Scan from ``@`` to the parenthesis; attributes in attributes need no recursion this way.

        Where another attribute stands in place of the parenthesis, what is wrong is told after that, which ``@`` marks.
        """
        self.at = self._skip_word(self.at + 1)
        ended = self.ended
        token = self.scan()
        if token.kind == "@":
            expected.append("@")
            while token.kind == "@":
                self.at = self._skip_word(token.at + 1)
                self.ended = ended
                token = self.scan()
        if token.kind == "(":
            expected.append(")")
            return
        self._no_parenthesis()
        if expected and expected[-1] == "@":
            expected.pop()

    def _no_parenthesis(self) -> None:
        self.report(self.at, "invalid attribute: expected '('")

    def _skip_parentheses(self) -> None:
        """Go to the line's end or to a parenthesis that closes more than the interpolation opened."""
        depth = 1
        while (char := self.text[self.at : self.at + 1]) not in ("", "\n"):
            depth += (char == "(") - (char == ")")
            if not depth:
                return
            self.at += 1


def _illegal(char: str) -> str:
    return f"illegal character U+{ord(char):04X}" + (f" '{char}'" if char.isprintable() else "")
