"""CUE package uuid. Source: pkg/uuid/uuid.go."""

from __future__ import annotations

import hashlib
import re

from pycue._go.strconv import quote
from pycue.std._declare import Package, function

__all__ = ["PACKAGE"]

_FORM = re.compile(r"([0-9a-fA-F]{8})-([0-9a-fA-F]{4})-([0-9a-fA-F]{4})-([0-9a-fA-F]{4})-([0-9a-fA-F]{12})")


def _number(text: str) -> int:
    """The 128 bits of a UUID: hyphenated, in braces, as a URN, or 32 digits."""
    length = len(text.encode())
    body = text
    if length == 45:
        if text[:9].lower() != "urn:uuid:":
            raise ValueError(f"invalid urn prefix: {quote(text[:9])}")
        body = text[9:]
    elif length == 38:
        body = text[1:-1]
    elif length == 32:
        if not re.fullmatch(r"[0-9a-fA-F]{32}", text):
            raise ValueError("invalid UUID format")
        return int(text, 16)
    elif length != 36:
        raise ValueError(f"invalid UUID length: {length}")
    match = _FORM.fullmatch(body)
    if not match:
        raise ValueError("invalid UUID format")
    return int("".join(match.groups()), 16)


def _spelled(number: int) -> str:
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _valid(text: str) -> None:
    _number(text)


def _from_int(number: int) -> str:
    number = abs(number)
    if number >> 128:
        raise ValueError(f"invalid UUID (got {-(-number.bit_length() // 8)} bytes)")
    return _spelled(number)


def _to_int(text: str) -> int:
    """The bytes of the text itself as a number, as the official function has it."""
    return int.from_bytes(text.encode(), "big")


def _hashed(algorithm: str, version: int, space: str, data: bytes) -> str:
    """UUID of a name in a name space (RFC 4122, 4.3)."""
    seed = _number(space).to_bytes(16, "big") + data
    number = int.from_bytes(hashlib.new(algorithm, seed, usedforsecurity=False).digest()[:16], "big")
    number = number & ~(0xF << 76) | version << 76
    return _spelled(number & ~(0b11 << 62) | 0b10 << 62)


def _variant(text: str) -> int:
    top = _number(text) >> 61 & 0b111
    if top < 0b100:
        return 2
    return 1 if top < 0b110 else 3 if top == 0b110 else 4


PACKAGE = Package(
    "uuid",
    [
        function("Valid", "s", "e", _valid),
        function("Parse", "s", "s", lambda s: _spelled(_number(s))),
        function("URN", "s", "s", lambda s: "urn:uuid:" + _spelled(_number(s))),
        function("FromInt", "I", "s", _from_int),
        function("ToInt", "s", "i", _to_int),
        function("Variant", "s", "i", _variant),
        function("Version", "s", "i", lambda s: _number(s) >> 76 & 0xF),
        function("SHA1", "s S", "s", lambda space, data: _hashed("sha1", 5, space, data)),
        function("MD5", "s S", "s", lambda space, data: _hashed("md5", 3, space, data)),
    ],
    source="""{
	ns: {
		DNS:  "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
		URL:  "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
		OID:  "6ba7b812-9dad-11d1-80b4-00c04fd430c8"
		X500: "6ba7b814-9dad-11d1-80b4-00c04fd430c8"
		Nil:  "00000000-0000-0000-0000-000000000000"
	}
	variants: {
		Invalid:   0
		RFC4122:   1
		Reserved:  2
		Microsoft: 3
		Future:    4
	}
}
""",
)
