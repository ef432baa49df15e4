"""Escaping and checking of URLs as Go's package net/url does it."""

from __future__ import annotations

import re

from pycue._go.strconv import quote

__all__ = ["URLError", "check_url", "escape", "unescape"]

_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")
_PATH_SEGMENT = _UNRESERVED | frozenset("$&+=:@")


class URLError(ValueError):
    """A text is no URL; the message is Go's."""


def escape(text: str, query: bool) -> str:
    """``url.QueryEscape`` or ``url.PathEscape``."""
    safe = _UNRESERVED if query else _PATH_SEGMENT
    out = []
    for byte in text.encode("utf-8", "surrogateescape"):
        char = chr(byte)
        out.append(char if char in safe else "+" if query and char == " " else f"%{byte:02X}")
    return "".join(out)


def unescape(text: str, query: bool) -> str:
    """``url.QueryUnescape`` or ``url.PathUnescape``."""
    bad = re.search(r"%(?![0-9a-fA-F]{2}).{0,2}", text, re.S)
    if bad:
        raise URLError(f"invalid URL escape {quote(bad[0])}")
    source = text.replace("+", " ") if query else text
    raw = re.sub(rb"%([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), source.encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "surrogateescape")


def check_url(text: str) -> str:
    """Parse far enough to say whether ``url.Parse`` takes it; returns the scheme (``""`` for a relative reference).

    Raises:
        URLError: it does not.
    """
    try:
        return _check(text)
    except URLError as e:
        raise URLError(f"parse {quote(text)}: {e}") from None


def _check(text: str) -> str:
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in text):
        raise URLError("net/url: invalid control character in URL")
    rest, _, fragment = text.partition("#")
    unescape(fragment, query=False)
    scheme = ""
    match = re.match(r"([^/?#:]*):", rest)
    if match:
        if not match[1]:
            raise URLError("missing protocol scheme")
        if re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*", match[1]):
            scheme, rest = match[1].lower(), rest[match.end() :]
        elif not re.match(r"[a-zA-Z]", match[1]) or "/" not in rest[: match.end()]:
            raise URLError("first path segment in URL cannot contain colon")
    rest = rest.partition("?")[0]
    if not rest.startswith("/"):
        if scheme:
            return scheme
        if ":" in rest.partition("/")[0]:
            raise URLError("first path segment in URL cannot contain colon")
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        _authority(authority)
        rest = slash + path
    unescape(rest, query=False)
    return scheme


def _authority(authority: str) -> None:
    user, _, host = authority.rpartition("@")
    if not re.fullmatch(r"[A-Za-z0-9\-._~:$&+,;=%!*'()]*", user):
        raise URLError("net/url: invalid userinfo")
    unescape(user, query=False)
    if host.startswith("["):
        end = host.rfind("]")
        if end < 0:
            raise URLError("missing ']' in host")
        port = host[end + 1 :]
    else:
        port = host[host.rfind(":") :] if ":" in host else ""
        bad = re.search(r"[ \\^`{}|]", host)
        if bad:
            raise URLError(f"invalid character {quote(bad[0])} in host name")
        escape_ = re.search(r"%(?![89a-fA-F][0-9a-fA-F]).{0,2}", host)
        if escape_:
            raise URLError(f"invalid URL escape {quote(escape_[0])}")
    if port and not re.fullmatch(r":[0-9]*", port):
        raise URLError(f"invalid port {quote(port)} after host")
