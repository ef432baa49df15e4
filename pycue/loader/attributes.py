"""Bodies of attributes such as ``@name(a,b=c,"quoted value")`` taken apart. Source: specification, "Attributes"."""

from __future__ import annotations

__all__ = ["AttributeBody", "parse_body"]


class AttributeBody:
    """Arguments of an attribute in order: ``items`` holds (key, value, text); a plain argument has key ``""``."""

    __slots__ = ("items",)

    def __init__(self, items: list[tuple[str, str, str]]) -> None:
        self.items = items

    def string(self, index: int) -> str:
        """Text of the argument at ``index`` (unquoted if it has no key), or ``""``."""
        if index >= len(self.items):
            return ""
        key, value, text = self.items[index]
        return value if not key else text

    def lookup(self, key: str, start: int = 0) -> str | None:
        """Value of ``key=value`` among the arguments from ``start`` on, or None."""
        for name, value, _ in self.items[start:]:
            if name == key:
                return value
        return None

    def flag(self, name: str, start: int = 0) -> bool:
        """Whether the plain argument ``name`` stands among the arguments from ``start`` on."""
        return any(not key and value == name for key, value, _ in self.items[start:])


def parse_body(body: str) -> AttributeBody:
    """Split a body at its top-level commas.

    Raises:
        ValueError: a quoted value is malformed.

    >>> parse_body('env,short=prod|staging,type="int"').items
    [('', 'env', 'env'), ('short', 'prod|staging', 'short=prod|staging'), ('type', 'int', 'type="int"')]
    """
    items = []
    for text in _split(body):
        text = text.strip()
        key, equals, value = _key(text)
        raw = value if equals else text
        if raw[:1] in ('"', "'", "#"):
            from pycue.syntax.literal import unquote

            got = unquote(raw)
            raw = got if isinstance(got, str) else got.decode("utf-8", "replace")
        items.append((key if equals else "", raw, text))
    return AttributeBody(items)


def _key(text: str) -> tuple[str, bool, str]:
    """(key, whether there is one, value)."""
    at = text.find("=")
    if at <= 0 or text[0] in "\"'#([{":
        return "", False, text
    return text[:at].strip(), True, text[at + 1 :].strip()


def _split(body: str) -> list[str]:
    parts: list[str] = []
    depth, start, at, n = 0, 0, 0, len(body)
    while at < n:
        char = body[at]
        if char in "\"'":
            at = _skip_string(body, at)
            continue
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(body[start:at])
            start = at + 1
        at += 1
    if body.strip() or parts:
        parts.append(body[start:])
    return parts


def _skip_string(body: str, at: int) -> int:
    hashes = 0
    while at - hashes > 0 and body[at - hashes - 1] == "#":
        hashes += 1
    quote = body[at]
    if body.startswith(quote * 3, at):
        quote *= 3
    end, escape = quote + "#" * hashes, "\\" + "#" * hashes
    at += len(quote)
    while at < len(body):
        if body.startswith(escape, at):
            at += len(escape) + 1
        elif body.startswith(end, at):
            return at + len(end)
        else:
            at += 1
    return at
