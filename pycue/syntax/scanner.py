"""Text to terminals.

One regular expression finds everything but quoted literals with something special in them; :mod:`pycue.syntax.quoted`
finds their ends. The result is three parallel lists, without an object per token. The scanner also does what the
grammar cannot: it inserts the commas that line ends stand for, tells keywords from identifiers and marks the clauses
at the head of a file. It knows no error messages: what it cannot make sense of becomes one ``ILLEGAL`` terminal, and
:mod:`pycue.syntax.diagnose` finds the words.

Source: language specification, "Lexical elements"; cue/scanner/scanner.go for what it leaves open.
"""

from __future__ import annotations

from itertools import accumulate

from pycue.syntax.kinds import (
    ATTR,
    BANG,
    BIND,
    COLON,
    COMMA,
    CONSTANT,
    DOT,
    DOUBTFUL,
    ELLIPSIS,
    ENDS_STATEMENT,
    EOF,
    FIRST_KEYWORD,
    FIRST_SPECIAL,
    FOR,
    IDENT,
    IF,
    ILLEGAL,
    IMPORT,
    INTERP_END,
    INTERP_MID,
    INTERP_START,
    LET,
    LITERAL,
    LPAREN,
    MARK,
    OPEN,
    PACKAGE,
    PREAMBLE,
    QUESTION,
    RPAREN,
    SPELLINGS,
    STRING,
    TILDE,
    UNSETTLED_CONSTANT,
    WORD,
)
from pycue.syntax.patterns import stored
from pycue.syntax.quoted import attribute_end, fragment_end, lines_match, opening
from pycue.syntax.token import BLANK, ELIDED, NEW_SECTION, NEWLINE, NO_SPACE

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.syntax.quoted import Quote

__all__ = ["COMMENT", "EXPRESSION", "Tokens", "scan"]

# Simple strings have no interpolation and only escapes that need no further look. What follows an opening that the
# expression cannot go through is swallowed without being kept, so that findall stops there.
EXPRESSION = r"""
((?:[ \t\r\n]++|//[^\n]*+)*+)
(?:
  (
    _\|_
  | _?\#(?![\#"'])(?:(?!\d)[\w$]++)?
  | (?:[^\W\d]|\$)[\w$]*+
  | [:,{}()\[\]~]
  | "(?!"")(?:[^"\\\n]|\\(?:[abfnrtv\\/"]|u[0-9a-fA-F]{4}))*+"
  | '(?!'')(?:[^'\\\n]|\\(?:[abfnrtv\\/']|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}))*+'
  | \.\.\.
  | 0[xX](?:_?[0-9a-fA-F])++(?!_) | 0o(?:_?[0-7])++(?!_) | 0b(?:_?[01])++(?!_)
  | (?:(?!0_)[0-9](?:_?[0-9])*+)?\.[0-9](?:_?[0-9])*+(?:[eE][+-]?[0-9](?:_?[0-9])*+(?!_)|[KMGTP]i?)?(?!_)
  | (?!0_)[0-9](?:_?[0-9])*+\.(?!\.)(?:_[0-9](?:_?[0-9])*+)?(?:[eE][+-]?[0-9](?:_?[0-9])*+(?!_)|[KMGTP]i?)?(?!_)
  | (?!0_)[0-9](?:_?[0-9])*+[eE][+-]?[0-9](?:_?[0-9])*+(?!_)
  | (?:0(?![0-9xobX])|[1-9](?:_?[0-9])*+)(?:[KMGTP]i?|(?!_|\.(?!\.)))
  | &&|\|\||[=!<>]=|=~|!~|<(?!-)|[=>!?|&+\-*/.]
  | @[^\W\d][\w$]*+\((?:[\w$ \t.,:=*/+<>!?&|-](?<!//)|"(?!"")[^"\\\n]*+")*+\)
  | \Z
  )
| (@|\#*(?:\"{3}|'{3}|"|')|.)(?s:.*)
)
"""

_find = stored(EXPRESSION)
_find_all = _find.findall
_match = _find.match

COMMENT = 8  # added to a token's relation while its position is made: a comment stands before it


class _Kinds(dict[str, int]):
    """Terminal of a spelling; what is not a fixed spelling is told by its first character."""

    __slots__ = ()

    def __missing__(self, text: str) -> int:
        first = text[0]
        if first in "\"'":
            kind = STRING
        elif first in "0123456789.":
            kind = LITERAL
        elif first == "@":
            kind = ATTR
        elif text.isascii() or all(c.isalpha() or c.isdecimal() or c in "#_$" for c in text):
            kind = IDENT
        else:
            kind = ILLEGAL
        self[text] = kind
        return kind


class _Gaps(dict[str, int]):
    """Relation of a token to the one before it, by what stands between them."""

    __slots__ = ()

    def __missing__(self, text: str) -> int:
        lines = text.count("\n")
        relation = 0
        if "/" in text:
            relation = COMMENT
            lines = text.rpartition("//")[2].count("\n")
        relation |= NEW_SECTION if lines > 1 else NEWLINE if lines else BLANK
        self[text] = relation
        return relation


_GAPS = {"": NO_SPACE, " ": BLANK, "\n": NEWLINE}


class Tokens:
    """Terminals of a text: kinds (:mod:`pycue.syntax.kinds`), spellings and positions (:mod:`pycue.syntax.token`).

    The last one is ``EOF``. ``comments`` are the indices of the tokens that a comment stands in front of.
    """

    __slots__ = ("comments", "kinds", "positions", "texts")

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self.texts: list[str] = []
        self.positions: list[int] = []
        self.comments: list[int] = []


def scan(text: str, *, head: bool = True) -> Tokens:
    """Terminals of a file, or (without ``head``) of an expression."""
    tokens = _with_commas(_Scan(text).run())
    if head:
        _mark_head(tokens)
    return tokens


class _Scan:
    """Everything but commas and keywords: fills three lists."""

    __slots__ = ("gaps", "spellings", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = Tokens()
        self.spellings = _Kinds(SPELLINGS)
        self.gaps = _Gaps(_GAPS)

    def run(self) -> Tokens:
        text = self.text
        tokens = self.tokens
        kinds, texts, positions = tokens.kinds, tokens.texts, tokens.positions
        at = 1 if text.startswith("\ufeff") else 0
        while at >= 0:
            # All of this runs in C; the last match holds what the expression could not go through, or nothing.
            found = _find_all(text, at)
            gap, _, rest = found.pop()
            while not rest and found and not found[-1][1]:
                gap, _, rest = found.pop()  # the end of the text may be found twice
            flat = [part for gap_, token, _ in found for part in (gap_, token)]
            offsets = list(accumulate(map(len, flat), initial=at + 1))
            spelled = flat[1::2]
            texts += spelled
            kinds += map(self.spellings.__getitem__, spelled)
            relations = map(self.gaps.__getitem__, flat[::2])
            positions += [offset << 4 | relation for offset, relation in zip(offsets[1::2], relations, strict=False)]
            at = offsets[-1] - 1 + len(gap)
            position = (at + 1) << 4 | self.gaps[gap]
            if rest:
                at = self._special(rest, at, position)
            else:
                self._add(EOF, "", position)
                break
        return tokens

    def _add(self, kind: int, text: str, position: int) -> None:
        self.tokens.kinds.append(kind)
        self.tokens.texts.append(text)
        self.tokens.positions.append(position)

    def _illegal(self, position: int) -> int:
        self._add(ILLEGAL, "", position)
        self._add(EOF, "", (len(self.text) + 1) << 4 | NO_SPACE)
        return -1

    def _special(self, start: str, at: int, position: int) -> int:
        """Scan a literal that needs care, with all expressions in it; return where it ends, -1 if it is malformed."""
        text = self.text
        stack: list[tuple[Quote, list[str], int, int]] = []  # open literals: fragments, token index, open parentheses
        depth = 0
        while True:
            if start == "@":
                end = attribute_end(text, at)
                if end < 0:
                    return self._illegal(position)
                self._add(ATTR, text[at:end], position)
                at = end
            elif start[-1] in "\"'":
                quote = opening(text, at, start)
                end, more = fragment_end(text, at + len(quote.start), quote) if quote else (-1, False)
                if quote is None or end < 0:
                    return self._illegal(position)
                fragment = text[at:end]
                if more:
                    stack.append((quote, [fragment], depth, position))
                    depth = 0
                    self._add(INTERP_START, fragment, position)
                elif quote.multiline and not lines_match([fragment]):
                    return self._illegal(position)
                else:
                    self._add(STRING, fragment, position)
                at = end
            else:
                return self._illegal(position)
            # inside interpolations token by token, until the outermost literal ends
            while stack:
                match = _match(text, at)
                if match is None:
                    return self._illegal(position)
                gap, spelling, start = match.groups()
                at += len(gap)
                position = (at + 1) << 4 | self.gaps[gap]
                if start:
                    break
                if spelling == ")" and not depth:
                    quote, fragments, outer, began = stack[-1]
                    end, more = fragment_end(text, at + 1, quote)
                    if end < 0:
                        return self._illegal(began)
                    fragment = text[at:end]
                    fragments.append(fragment)
                    self._add(INTERP_MID if more else INTERP_END, fragment, position)
                    if not more:
                        if quote.multiline and not lines_match(fragments):
                            return self._illegal(began)
                        stack.pop()
                        depth = outer
                    at = end
                    continue
                if not spelling:
                    return self._illegal(position)
                depth += (spelling == "(") - (spelling == ")")
                self._add(self.spellings[spelling], spelling, position)
                at += len(spelling)
            if not stack:
                return at


def _with_commas(raw: Tokens) -> Tokens:
    """Insert the commas that line ends stand for, and settle what depends on a token's neighbours.

    One loop over all tokens, long because calls would cost more than all the rest.
    """
    out = Tokens()
    kinds, texts, positions = out.kinds, out.texts, out.positions
    all_kinds, all_texts = raw.kinds, raw.texts
    ends = ENDS_STATEMENT
    before = COMMA
    at = -1
    for kind, text, position in zip(all_kinds, all_texts, raw.positions, strict=False):
        at += 1
        if position & 12:  # a line end or a comment stands before it
            commented = position & COMMENT
            if ends[before] and (commented or (kind != COMMA and kind != COLON)):
                kinds.append(COMMA)
                texts.append("\n")
                positions.append(((positions[-1] >> 4) + len(texts[-2])) << 4 | ELIDED)
                before = COMMA
            if commented:
                position ^= COMMENT
                out.comments.append(len(kinds))
        if kind >= FIRST_SPECIAL:
            following = all_kinds[at + 1] if kind != ILLEGAL else EOF
            if following != COLON and raw.positions[at + 1] & 12:
                following = COMMA
            if kind == ELLIPSIS:
                if ends[before]:
                    kind = OPEN
            elif kind in (QUESTION, BANG):
                if following == COLON:
                    kind = MARK
            elif kind >= FIRST_KEYWORD:
                if before == DOT:
                    kind = WORD
                else:
                    mark = following in (QUESTION, BANG) and all_kinds[at + 2] == COLON
                    kind = _keyword(kind, following, mark)
        kinds.append(kind)
        texts.append(text)
        positions.append(position)
        before = kind
    if kinds[-1] == EOF and ends[kinds[-2] if len(kinds) > 1 else COMMA]:
        position = ((positions[-2] >> 4) + len(texts[-2])) << 4 | ELIDED
        kinds.insert(-1, COMMA)
        texts.insert(-1, "\n")
        positions.insert(-1, position)
    return out


def _keyword(kind: int, following: int, mark: bool) -> int:
    """What a keyword is, by the terminal after it (``mark``: and a colon next); the driver settles the rest."""
    if kind == UNSETTLED_CONSTANT:
        return WORD if mark or following in (COLON, TILDE) else CONSTANT
    if kind == LET:
        if following == IDENT:
            return LET
        return WORD if mark or following in _AFTER_LABEL or following in _AFTER_NAME else DOUBTFUL
    if kind in (IF, FOR):
        ends = following in _AFTER_LABEL or following in _AFTER_NAME or following == QUESTION
        return WORD if mark or ends or (kind == FOR and following == BANG) else kind
    return kind


_AFTER_LABEL = (COLON, BIND)
_AFTER_NAME = (COMMA, EOF)


def _mark_head(tokens: Tokens) -> None:
    """Mark package and import clauses, and the attributes that stand before the last of them."""
    kinds, texts = tokens.kinds, tokens.texts
    at = last = _skip_attributes(kinds, 0)
    if texts[at] == "package":
        kinds[at] = PACKAGE
        last = at
        while kinds[at] not in _AFTER_NAME:
            at += 1
        at = _skip_attributes(kinds, at + (kinds[at] == COMMA))
    else:
        last = 0
    while texts[at] == "import" and kinds[at] == IDENT:
        kinds[at] = IMPORT
        last = at
        closing = RPAREN if kinds[at + 1] == LPAREN else COMMA
        while kinds[at] != closing and kinds[at] != EOF:
            at += 1
        at += closing == RPAREN and kinds[at] == RPAREN
        at += kinds[at] == COMMA
    for index in range(last):
        if kinds[index] == ATTR:
            kinds[index] = PREAMBLE


def _skip_attributes(kinds: list[int], at: int) -> int:
    while kinds[at] == ATTR and kinds[at + 1] == COMMA:
        at += 2
    return at
