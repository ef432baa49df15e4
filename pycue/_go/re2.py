r"""RE2 syntax translated to Python's ``re``.

Source: the syntax of package regexp/syntax. A pattern is parsed and written anew, never passed through: Python's ``$``,
``\d``, ``\b``, flags and classes mean other things, and what RE2 refuses (look-around, back references) must fail
with Go's words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pycue._go.linear import Found, Program

__all__ = ["Regexp", "RegexpError", "compile_regexp", "quote_meta", "translate"]

MAX_REPEAT = 1000
_EFFORT = 50_000_000  # steps of backtracking that are nothing to speak of

_PERL = {"d": "0-9", "s": "\\t\\n\\f\\r ", "w": "0-9A-Za-z_"}
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7f",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_POSIX_NEGATED = {
    "alnum": "\\x00-/:-@\\[-`{-\\U0010ffff",
    "alpha": "\\x00-@\\[-`{-\\U0010ffff",
    "ascii": "\\x80-\\U0010ffff",
    "blank": "\\x00-\\x08\\n-\\x1f!-\\U0010ffff",
    "cntrl": " -~\\x80-\\U0010ffff",
    "digit": "\\x00-/:-\\U0010ffff",
    "graph": "\\x00- \\x7f-\\U0010ffff",
    "lower": "\\x00-`{-\\U0010ffff",
    "print": "\\x00-\\x1f\\x7f-\\U0010ffff",
    "punct": "\\x00- 0-9A-Za-z\\x7f-\\U0010ffff",
    "space": "\\x00-\\x08\\x0e-\\x1f!-\\U0010ffff",
    "upper": "\\x00-@\\[-\\U0010ffff",
    "word": "\\x00-/:-@\\[-^`{-\\U0010ffff",
    "xdigit": "\\x00-/:-@G-`g-\\U0010ffff",
}
_PERL_NEGATED = {
    "d": _POSIX_NEGATED["digit"],
    "w": _POSIX_NEGATED["word"],
    "s": "\\x00-\\x08\\x0b\\x0e-\\x1f!-\\U0010ffff",
}
_SIMPLE_ESCAPES = {"a": "\x07", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WORD = "[0-9A-Za-z_]"
_BOUNDARY = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_NO_BOUNDARY = f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))"


class RegexpError(ValueError):
    """A pattern that RE2 refuses; the text is Go's."""

    def __init__(self, message: str, part: str) -> None:
        super().__init__(f"error parsing regexp: {message}: `{part}`")


def quote_meta(text: str) -> str:
    """Escape what has a meaning in a pattern."""
    return re.sub(r"[\\.+*?()|\[\]{}^$]", lambda m: "\\" + m[0], text)


class Regexp:
    """A compiled pattern: Python's, and one that is linear in the text where Python's may take very long."""

    __slots__ = ("_growth", "_pattern", "_program", "_source")

    def __init__(self, source: str) -> None:
        self._source = source
        self._pattern = re.compile(source)
        self._program: Program | None = None
        self._growth = sum(map(source.count, "*+{"))
        if self._growth > 1:
            from pycue._go.linear import growth

            self._growth = growth(source)

    def matches(self, text: str) -> bool:
        """Whether it matches anywhere in ``text``."""
        program = self._linear(text)
        return self._pattern.search(text) is not None if program is None else program.matches(text)

    def search(self, text: str, pos: int = 0) -> re.Match[str] | Found | None:
        """The first match from ``pos`` on."""
        program = self._linear(text)
        return self._pattern.search(text, pos) if program is None else program.search(text, pos)

    def find_all(self, text: str) -> Iterator[re.Match[str] | Found]:
        """All matches one after another; an empty one directly after another match is passed over."""
        at, end = 0, -1
        while at <= len(text) and (match := self.search(text, at)) is not None:
            start, before, end = match.start(), end, match.end()
            at = end + 1 if start == end else end
            if end > start or start != before:
                yield match

    def _linear(self, text: str) -> Program | None:
        """The program to use instead of Python's pattern, for texts on which that may take long."""
        if not self._growth or (len(text) <= 16 if self._growth >= 100 else len(text) ** (self._growth + 1) < _EFFORT):
            return None
        if self._program is None:
            from pycue._go.linear import Program, TooLarge

            try:
                self._program = Program(self._source)
            except TooLarge:
                self._growth = 0
        return self._program


@lru_cache(maxsize=512)
def compile_regexp(pattern: str) -> Regexp:
    """What matches as RE2 would.

    Raises:
        RegexpError: RE2 refuses the pattern.
    """
    return Regexp(translate(pattern))


def translate(pattern: str) -> str:
    """Python source of ``pattern``."""
    return _Translator(pattern).run()


class _Flags:
    """Flags in force: i, m, s, U."""

    __slots__ = ("fold", "lazy", "multi", "single")

    def __init__(self, fold: bool = False, multi: bool = False, single: bool = False, lazy: bool = False) -> None:
        self.fold = fold
        self.multi = multi
        self.single = single
        self.lazy = lazy

    def copy(self) -> _Flags:
        return _Flags(self.fold, self.multi, self.single, self.lazy)


class _Translator:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.names: set[str] = set()
        self.groups = 0

    def run(self) -> str:
        out = self._alternation(_Flags(), depth=0)
        if self.at < len(self.text):
            raise RegexpError("unexpected )", self.text)
        return out

    def _alternation(self, flags: _Flags, depth: int) -> str:
        """Everything up to an unmatched ``)`` or the end; flags set inside hold until there."""
        if depth > 1000:
            raise RegexpError("expression nests too deeply", self.text)
        branches: list[str] = []
        items: list[str] = []
        repeated = -1  # start of the last repetition operator, for nested ones
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == ")":
                break
            if char == "|":
                self.at += 1
                branches.append("".join(items))
                items, repeated = [], -1
            elif char in "*+?" or (char == "{" and self._counted(self.at)):
                repeated = self._repeat(items, repeated, flags)
            else:
                atom = self._atom(flags, depth)
                repeated = -1
                if atom is not None:
                    items.append(atom)
        branches.append("".join(items))
        return "|".join(branches)

    # ---- repetition

    def _counted(self, at: int) -> re.Match[str] | None:
        return re.compile(r"\{(\d+)(?:(,)(\d*))?\}").match(self.text, at)

    def _repeat(self, items: list[str], repeated: int, flags: _Flags) -> int:
        start = self.at
        counted = self._counted(start) if self.text[start] == "{" else None
        operator = counted[0] if counted else self.text[start]
        self.at += len(operator)
        lazy = self.text[self.at : self.at + 1] == "?"
        self.at += lazy
        written = self.text[start : self.at]
        if repeated >= 0:
            raise RegexpError("invalid nested repetition operator", self.text[repeated : self.at])
        if not items:
            raise RegexpError("missing argument to repetition operator", written)
        if counted:
            low = int(counted[1])
            high = low if not counted[2] else int(counted[3]) if counted[3] else None
            if low > MAX_REPEAT or (high is not None and (high > MAX_REPEAT or high < low)):
                raise RegexpError("invalid repeat count", operator)
        mark = "?" if lazy != flags.lazy else ""
        items[-1] = f"(?:{items[-1]}){operator}{mark}" if not _is_unit(items[-1]) else f"{items[-1]}{operator}{mark}"
        return start

    # ---- atoms

    def _atom(self, flags: _Flags, depth: int) -> str | None:
        char = self.text[self.at]
        if char == "(":
            return self._group(flags, depth)
        if char == "[":
            return self._fold(self._class(), flags)
        if char == "\\":
            return self._escape(flags)
        self.at += 1
        if char == ".":
            return "(?s:.)" if flags.single else "[^\\n]"
        if char == "^":
            return "(?m:^)" if flags.multi else "(?:\\A)"
        if char == "$":
            return "(?:(?=\\n)|\\Z)" if flags.multi else "(?:\\Z)"
        return self._literal(char, flags)

    def _literal(self, char: str, flags: _Flags) -> str:
        return self._fold(re.escape(char), flags)

    @staticmethod
    def _fold(source: str, flags: _Flags) -> str:
        return f"(?i:{source})" if flags.fold else source

    def _group(self, flags: _Flags, depth: int) -> str | None:
        start = self.at
        rest = self.text[start:]
        inner = flags.copy()
        head = "("
        if rest.startswith(("(?P<", "(?<")):
            head = self._name(start)
        elif rest.startswith("(?"):
            change = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])").match(self.text, start)
            if not change or (change[0] in ("(?)", "(?-)")):
                bad = re.compile(r"\(\?[-imsU]*.?", re.S).match(self.text, start)
                raise RegexpError("invalid or unsupported Perl syntax", bad[0] if bad else rest[:3])
            self.at = change.end()
            self._set_flags(inner, change[1], change[2] or "")
            if change[3] == ")":
                self._set_flags(flags, change[1], change[2] or "")
                return None
            head = "(?:"
        else:
            self.at += 1
        if head != "(?:":
            self.groups += 1
        body = self._alternation(inner, depth + 1)
        if self.at >= len(self.text):
            raise RegexpError("missing closing )", self.text)
        self.at += 1
        return f"{head}{body})"

    @staticmethod
    def _set_flags(flags: _Flags, on: str, off: str) -> None:
        names = {"i": "fold", "m": "multi", "s": "single", "U": "lazy"}
        for letter in on:
            setattr(flags, names[letter], True)
        for letter in off:
            setattr(flags, names[letter], False)

    def _name(self, start: int) -> str:
        end = self.text.find(">", start)
        if end < 0:
            raise RegexpError("invalid named capture", self.text[start:])
        whole = self.text[start : end + 1]
        name = whole[whole.index("<") + 1 : -1]
        if not re.fullmatch(r"[0-9A-Za-z_]+", name):
            raise RegexpError("invalid named capture", whole)
        self.at = end + 1
        usable = name.isidentifier() and name not in self.names
        self.names.add(name)
        return f"(?P<{name}>" if usable else "("

    # ---- escapes

    def _escape(self, flags: _Flags) -> str | None:
        start = self.at
        if start + 1 >= len(self.text):
            raise RegexpError("trailing backslash at end of expression", "")
        char = self.text[start + 1]
        if char == "Q":
            end = self.text.find("\\E", start + 2)
            literal = self.text[start + 2 : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self.text)
            return "".join(self._literal(c, flags) for c in literal[:-1]) + self._quoted_last(literal, flags)
        self.at += 2
        if char in "dswDSW":
            return f"[{'^' if char.isupper() else ''}{_PERL[char.lower()]}]"
        if char in "pP":
            return self._fold(f"[{self._property(start)}]", flags)
        anchors = {"A": "(?:\\A)", "z": "(?:\\Z)", "b": _BOUNDARY, "B": _NO_BOUNDARY}
        if char in anchors:
            return anchors[char]
        self.at = start
        return self._literal(self._char_escape(), flags)

    def _quoted_last(self, literal: str, flags: _Flags) -> str:
        return self._literal(literal[-1], flags) if literal else "(?:)"

    def _char_escape(self) -> str:
        """One escaped character; moves past it."""
        start = self.at
        char = self.text[start + 1] if start + 1 < len(self.text) else ""
        if not char:
            raise RegexpError("trailing backslash at end of expression", "")
        self.at += 2
        if char in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[char]
        octal = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}").match(self.text, start + 1)
        if octal:
            self.at = octal.end()
            return chr(int(octal[0], 8))
        if char == "x":
            hexa = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})").match(self.text, start + 1)
            value = int(hexa[1] or hexa[2], 16) if hexa else -1
            if hexa and value <= 0x10FFFF:
                self.at = hexa.end()
                return chr(value)
            raise RegexpError("invalid escape sequence", self.text[start : start + 4])
        if ord(char) < 128 and not char.isalnum():
            return char
        raise RegexpError("invalid escape sequence", self.text[start : start + 2])

    def _property(self, start: int) -> str:
        """Members of a Unicode class, as the inside of a Python class; moves past it."""
        match = re.compile(r"\\[pP](?:\{(\^?)([^}]*)\}|(.))", re.S).match(self.text, start)
        if not match:
            raise RegexpError("invalid character class range", self.text[start:])
        self.at = match.end()
        name = match[3] or match[2]
        ranges = _property_ranges(name)
        if ranges is None:
            raise RegexpError("invalid character class range", match[0])
        negated = (self.text[start + 1] == "P") != bool(match[1])
        return _class_source(_complement(ranges) if negated else ranges)

    # ---- classes

    def _class(self) -> str:
        start = self.at
        self.at += 1
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        parts: list[str] = []
        first = True
        while True:
            if self.at >= len(self.text):
                raise RegexpError("missing closing ]", self.text[start:])
            char = self.text[self.at]
            if char == "]" and not first:
                break
            first = False
            parts.append(self._class_item())
        self.at += 1
        inside = "".join(parts)
        return f"[{'^' if negated else ''}{inside}]"

    def _class_item(self) -> str:
        start = self.at
        named = re.compile(r"\[:(\^?)(\w*):\]").match(self.text, start)
        if named:
            table = _POSIX_NEGATED if named[1] else _POSIX
            if named[2] not in table:
                raise RegexpError("invalid character class range", named[0])
            self.at = named.end()
            return table[named[2]]
        if self.text[start] == "\\":
            char = self.text[start + 1 : start + 2]
            if char and char in "dswDSW":
                self.at += 2
                return (_PERL if char.islower() else _PERL_NEGATED)[char.lower()]
            if char and char in "pP":
                return self._property(start)
        low = self._class_char()
        if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            high = self._class_char()
            if high < low:
                raise RegexpError("invalid character class range", self.text[start : self.at])
            return f"{_in_class(low)}-{_in_class(high)}"
        return _in_class(low)

    def _class_char(self) -> str:
        if self.at >= len(self.text):
            raise RegexpError("missing closing ]", self.text)
        if self.text[self.at] == "\\":
            return self._char_escape()
        self.at += 1
        return self.text[self.at - 1]


def _is_unit(source: str) -> bool:
    """Whether a repetition operator after ``source`` takes all of it."""
    if len(source) == 1 or (len(source) == 2 and source[0] == "\\"):
        return True
    if source[0] == "[" and source.endswith("]"):
        return "]" not in re.sub(r"\\.", "", source[1:-1])
    return source[0] == "(" and _closing(source) == len(source) - 1


def _closing(source: str) -> int:
    """Index of the parenthesis that closes the first one."""
    depth, at, in_class = 0, 0, False
    while at < len(source):
        char = source[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1


def _in_class(char: str) -> str:
    if char in "\\]^-[&~|" or ord(char) < 32:
        return f"\\x{ord(char):02x}"
    return char


Ranges = list[tuple[int, int]]

# Scripts by the words that character names start with: enough for those with a name of their own.
_SCRIPTS = {
    "Latin": "LATIN",
    "Greek": "GREEK",
    "Cyrillic": "CYRILLIC",
    "Han": "CJK UNIFIED IDEOGRAPH",
    "Hiragana": "HIRAGANA",
    "Katakana": "KATAKANA",
    "Arabic": "ARABIC",
    "Hebrew": "HEBREW",
    "Thai": "THAI",
    "Hangul": "HANGUL",
    "Devanagari": "DEVANAGARI",
    "Armenian": "ARMENIAN",
    "Georgian": "GEORGIAN",
    "Bengali": "BENGALI",
    "Tamil": "TAMIL",
    "Telugu": "TELUGU",
}
_CATEGORIES = (
    "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs".split()
)


@lru_cache(maxsize=64)
def _property_ranges(name: str) -> Ranges | None:
    if name == "Any":
        return [(0, 0x10FFFF)]
    if name in _CATEGORIES:
        # unassigned code points (Cn) belong to no class in Go
        return _collect(lambda c: (k := unicodedata.category(c)) != "Cn" and k.startswith(name))
    if name in _SCRIPTS:
        prefix = _SCRIPTS[name]
        return _collect(lambda c: unicodedata.name(c, "").startswith(prefix))
    return None


def _collect(test: object) -> Ranges:
    ranges: Ranges = []
    start = -1
    for code in range(0x110000):
        if test(chr(code)):  # type: ignore[operator]
            start = code if start < 0 else start
        elif start >= 0:
            ranges.append((start, code - 1))
            start = -1
    if start >= 0:
        ranges.append((start, 0x10FFFF))
    return ranges


def _complement(ranges: Ranges) -> Ranges:
    out: Ranges = []
    at = 0
    for low, high in ranges:
        if low > at:
            out.append((at, low - 1))
        at = high + 1
    if at <= 0x10FFFF:
        out.append((at, 0x10FFFF))
    return out


def _class_source(ranges: Ranges) -> str:
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
