"""CUE package strings. Source: Go's package strings, and pkg/strings/manual.go for what differs.

Indices of ``Index*``, ``ByteAt`` and ``ByteSlice`` count bytes of UTF-8, those of ``SliceRunes`` code points.
"""

from __future__ import annotations

from pycue.std._declare import Package, function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PACKAGE"]

_LIMIT = 1_000_000  # most elements or repetitions that a call may make
_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


def _byte_at(text: bytes, index: int) -> int:
    if not 0 <= index < len(text):
        raise ValueError("index out of range")
    return text[index]


def _byte_slice(text: bytes, start: int, end: int) -> bytes:
    if start < 0 or start > end or end > len(text):
        raise ValueError("index out of range")
    return text[start:end]


def _slice_runes(text: str, start: int, end: int) -> str:
    if start < 0 or start > end or end > len(text):
        raise ValueError("index out of range")
    return text[start:end]


def _repeat(text: str, count: int) -> str:
    if count < 0:
        raise ValueError("negative count")
    if count > _LIMIT:
        raise ValueError(f"count {count} exceeds limit of {_LIMIT}")
    return text * count


def _case_words(text: str, change: Callable[[str], str]) -> str:
    """Change the first letter of every word."""
    out = []
    previous = " "
    for char in text:
        out.append(change(char) if previous in _SPACE else char)
        previous = char
    return "".join(out)


def _single(char: str, changed: str) -> str:
    """Go maps code point to code point: keep those that become several."""
    return changed if len(changed) == 1 else char


def _upper(text: str) -> str:
    return "".join(_single(c, c.upper()) for c in text)


def _lower(text: str) -> str:
    return "".join("i" if c == "\u0130" else _single(c, c.lower()) for c in text)  # a dot above is the i's own


def _title(char: str) -> str:
    return _single(char, char.title())


def _compare(a: str, b: str) -> int:
    first, second = a.encode(), b.encode()
    return (first > second) - (first < second)


def _count(text: str, part: str) -> int:
    return text.count(part) if part else len(text) + 1


def _byte_index(text: str, index: int) -> int:
    return index if index < 0 else len(text[:index].encode())


def _index_any(text: str, chars: str) -> int:
    return _byte_index(text, next((i for i, c in enumerate(text) if c in chars), -1))


def _last_index_any(text: str, chars: str) -> int:
    return _byte_index(text, next((i for i in range(len(text) - 1, -1, -1) if text[i] in chars), -1))


def _split(text: str, separator: str, limit: int, keep: bool) -> list[str]:
    """At most ``limit`` parts (all if negative); ``keep`` leaves the separators at their ends."""
    if limit == 0:
        return []
    if not separator:
        parts = list(text)
        if 0 < limit < len(parts):
            parts[limit - 1 :] = ["".join(parts[limit - 1 :])]
        return parts
    parts = text.split(separator, limit - 1 if limit > 0 else -1)
    return [p + separator for p in parts[:-1]] + parts[-1:] if keep else parts


def _fields(text: str) -> list[str]:
    return [word for word in "".join(" " if c in _SPACE else c for c in text).split(" ") if word]


def _replaced_size(text: str, old: str, new: str, count: int) -> int:
    found = _count(text, old)
    return len(text) + (found if count < 0 else min(found, count)) * len(new)


def _replace(text: str, old: str, new: str, count: int) -> str:
    return text.replace(old, new, count if count >= 0 else -1)


PACKAGE = Package(
    "strings",
    [
        function("ByteAt", "S i", "i", _byte_at),
        function("ByteSlice", "S i i", "S", _byte_slice),
        function("Runes", "s", "l", lambda s: [ord(c) for c in s]),
        function("MinRunes", "s i", "b", lambda s, n: len(s) >= n),
        function("MaxRunes", "s i", "b", lambda s, n: len(s) <= n),
        function("ToTitle", "s", "s", lambda s: _case_words(s, _title)),
        function("ToCamel", "s", "s", lambda s: _case_words(s, _lower)),
        function("SliceRunes", "s i i", "s", _slice_runes),
        function("Compare", "s s", "i", _compare),
        function("Count", "s s", "i", _count),
        function("Contains", "s s", "b", lambda s, part: part in s),
        function("ContainsAny", "s s", "b", lambda s, chars: any(c in chars for c in s)),
        function("LastIndex", "s s", "i", lambda s, part: _byte_index(s, s.rfind(part))),
        function("IndexAny", "s s", "i", _index_any),
        function("LastIndexAny", "s s", "i", _last_index_any),
        function("SplitN", "s s i", "l", lambda s, sep, n: _split(s, sep, n, False)),
        function("SplitAfterN", "s s i", "l", lambda s, sep, n: _split(s, sep, n, True)),
        function("Split", "s s", "l", lambda s, sep: _split(s, sep, -1, False)),
        function("SplitAfter", "s s", "l", lambda s, sep: _split(s, sep, -1, True)),
        function("Fields", "s", "l", _fields),
        function("Join", "ls s", "s", lambda parts, sep: sep.join(parts), size=lambda parts, s: len(parts) * len(s)),
        function("HasPrefix", "s s", "b", lambda s, part: s.startswith(part)),
        function("HasSuffix", "s s", "b", lambda s, part: s.endswith(part)),
        function("Repeat", "s i", "s", _repeat, size=lambda s, n: len(s) * n if n <= _LIMIT else 0),
        function("ToUpper", "s", "s", _upper),
        function("ToLower", "s", "s", _lower),
        function("Trim", "s s", "s", lambda s, chars: s.strip(chars)),
        function("TrimLeft", "s s", "s", lambda s, chars: s.lstrip(chars)),
        function("TrimRight", "s s", "s", lambda s, chars: s.rstrip(chars)),
        function("TrimSpace", "s", "s", lambda s: s.strip(_SPACE)),
        function("TrimPrefix", "s s", "s", lambda s, part: s.removeprefix(part)),
        function("TrimSuffix", "s s", "s", lambda s, part: s.removesuffix(part)),
        function("Replace", "s s s i", "s", _replace, size=_replaced_size),
        function("Index", "s s", "i", lambda s, part: _byte_index(s, s.find(part))),
    ],
)
