"""Where quoted literals and attributes end.

A literal is quoted by ``"``, ``'`` or three of them, with any number of ``#`` on either side. These functions find the
end of one fragment of it: up to the closing quote or to the next interpolation.
"""

from __future__ import annotations

from pycue.syntax.patterns import Lazy

__all__ = ["Quote", "attribute_end", "fragment_end", "lines_match", "opening"]


_MOST_MADE = 64  # patterns kept; one for each way to quote


class Quote:
    """How a literal is quoted. ``start`` is what opens it, with the line end if it is a literal of many lines."""

    __slots__ = ("body", "multiline", "start", "stop")

    def __init__(self, start: str, hashes: int, mark: str, multiline: bool) -> None:
        self.start = start
        self.multiline = multiline
        self.body, self.stop = _patterns(hashes, mark, multiline)


_made: dict[tuple[int, str, bool], tuple[Lazy, Lazy]] = {}


def _patterns(hashes: int, mark: str, multiline: bool) -> tuple[Lazy, Lazy]:
    """Patterns of a fragment's characters and of what ends it; group 1 of the latter is an interpolation's start."""
    key = (hashes, mark, multiline)
    if key not in _made:
        if len(_made) >= _MOST_MADE:
            _made.clear()
        _made[key] = _make_patterns(hashes, mark, multiline)
    return _made[key]


def _make_patterns(hashes: int, mark: str, multiline: bool) -> tuple[Lazy, Lazy]:
    tail = "#" * hashes
    escape = rf"\\{tail}(?:[abfnrtv\\/{mark}]|u[0-9a-fA-F]{{4}}|U(?:000[0-9a-fA-F]|0010)[0-9a-fA-F]{{4}}"
    escape += r"|x[0-9a-fA-F]{2}|[0-3][0-7]{2})" if mark == "'" else ")"
    if multiline:
        # closing quotes stand first on their line
        end = rf"\n[ \t]*{mark}{mark}{mark}{tail}"
        plain = rf"[^\\\n]++|\n(?![ \t]*{mark}{mark}{mark}{tail})"
    else:
        end = rf"{mark}{tail}"
        plain = rf"[^\\\n{mark}]++"
    if hashes:
        plain += rf"|\\(?!{tail})" if multiline else rf"|\\(?!{tail})|{mark}(?!{tail})"
    # The repetition is not possessive: before 3.11.5 Python loses characters in one around alternatives.
    return Lazy(rf"(?:{plain}|{escape})*"), Lazy(rf"{end}|(\\{tail}\()")


_LINE_END = Lazy(r"\r?\n")


def opening(text: str, at: int, start: str) -> Quote | None:
    """The quote at ``at``, where ``start`` is ``#`` signs and one or three quotes; None if it is malformed."""
    mark = start[-1]
    hashes = len(start) - len(start.lstrip("#"))
    if start.endswith(mark * 3):
        line_end = _LINE_END.match(text, at + len(start))
        if line_end:
            # The line end belongs to the first line's pattern: an empty literal closes right after it.
            return Quote(start, hashes, mark, True)
        if not hashes:
            return None
        start = start[:-2]
    return Quote(start, hashes, mark, False)


def fragment_end(text: str, at: int, quote: Quote) -> tuple[int, bool]:
    """Where the fragment that begins at ``at`` ends, -1 if it does not; is there an interpolation behind it?"""
    match = quote.body.match(text, at)
    stop = quote.stop.match(text, match.end()) if match else None
    if stop is None:
        return -1, False
    return stop.end(), stop.group(1) is not None


def lines_match(fragments: list[str]) -> bool:
    """Does every line of a literal begin with the white space before its closing quotes?

    ``fragments`` are the literal's parts with quotes, as they stand in the source.
    """
    last = fragments[-1]
    line = last[last.rindex("\n") + 1 :]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    for fragment in fragments:
        at = fragment.find("\n")
        while at >= 0:
            if not fragment.startswith((indent, "\n", "\r\n"), at + 1):
                return False
            at = fragment.find("\n", at + 1)
    return True


_ATTRIBUTE = Lazy(r"@[\w$]*+\s*+\(")
# Group 1 opens a bracket (an attribute may hold others), group 2 closes one, group 3 opens a string.
_BODY = Lazy(
    r"""(?:[\w$ \t\r\n.,:;=*+<>!?&|~-]++|//[^\n]*+|/(?!/)|\#+(?![\#"']))*+"""
    r"""(?:((?:@[\w$]*+\s*+)?\(|[\[{])|([)\]}])|(\#*(?:\"{3}|'{3}|"|')))"""
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def attribute_end(text: str, at: int) -> int:
    """Where the attribute that begins at ``at`` ends; -1 if brackets or strings in it do not match."""
    match = _ATTRIBUTE.match(text, at)
    if match is None:
        return -1
    at = match.end()
    expected = [")"]
    while expected:
        match = _BODY.match(text, at)
        if match is None:
            return -1
        opens, closes, start = match.groups()
        at = match.end()
        if opens:
            expected.append(_PAIRS[opens[-1]])
        elif closes:
            if closes != expected.pop():
                return -1
        else:
            at -= len(start)
            quote = opening(text, at, start)
            if quote is None:
                return -1
            at, more = fragment_end(text, at + len(quote.start), quote)
            if at < 0 or more:
                return -1
    return at
