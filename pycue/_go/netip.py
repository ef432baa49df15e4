"""IP addresses and prefixes as Go's package net/netip parses and prints them.

An address is ``(version, value, zone)``: 4 or 6, the number, and an IPv6 zone or ``""``. IPv4-mapped IPv6 addresses
keep version 6.
"""

from __future__ import annotations

import re

from pycue._go.strconv import quote

__all__ = ["Address", "AddressError", "format_address", "parse_address", "parse_prefix"]

Address = tuple[int, int, str]


class AddressError(ValueError):
    """An address does not parse; the text is Go's."""

    def __init__(self, text: str, reason: str, rest: str = "", function: str = "ParseAddr") -> None:
        at = f" (at {quote(rest)})" if rest else ""
        super().__init__(f"{function}({quote(text)}): {reason}{at}")


def parse_address(text: str) -> Address:
    """``netip.ParseAddr``."""
    for char in text:
        if char == ".":
            return 4, _parse4(text, text), ""
        if char == ":":
            return _parse6(text)
        if char == "%":
            raise AddressError(text, "missing IPv6 address")
    raise AddressError(text, "unable to parse IP")


def _parse4(text: str, whole: str) -> int:
    value = fields = 0
    digits = ""
    for index, char in enumerate(text):
        if char.isdigit() and char.isascii():
            if digits == "0":
                raise AddressError(whole, "IPv4 field has octet with leading zero")
            digits += char
            if int(digits) > 255:
                raise AddressError(whole, "IPv4 field has value >255")
        elif char == ".":
            # a dot must stand between digits, and there are three
            if not digits or index == len(text) - 1:
                raise AddressError(whole, "IPv4 field must have at least one digit", text[index:])
            if fields == 3:
                raise AddressError(whole, "IPv4 address too long")
            value, fields, digits = value << 8 | int(digits), fields + 1, ""
        else:
            raise AddressError(whole, "unexpected character", text[index:])
    if fields < 3:
        raise AddressError(whole, "IPv4 address too short")
    return value << 8 | int(digits)


def _parse6(whole: str) -> Address:
    text, percent, zone = whole.partition("%")
    if percent and not zone:
        raise AddressError(whole, "zone must be a non-empty string")
    groups: list[int] = []
    ellipsis = -1
    rest = text
    if rest.startswith("::"):
        ellipsis, rest = 0, rest[2:]
        if not rest:
            return 6, 0, zone
    while len(groups) < 8:
        match = re.match(r"[0-9a-fA-F]*", rest)
        assert match is not None
        digits = match[0]
        if len(digits) > 4 and not rest[len(digits) :].startswith("."):
            raise AddressError(whole, "each group must have 4 or less digits", rest)
        if not digits:
            raise AddressError(whole, "each colon-separated field must have at least one digit", rest)
        if rest[len(digits) : len(digits) + 1] == ".":
            if ellipsis < 0 and len(groups) != 6:
                raise AddressError(whole, "embedded IPv4 address must replace the final 2 fields of the address", rest)
            if len(groups) > 6:
                raise AddressError(whole, "too many hex fields to fit an embedded IPv4 at the end of the address", rest)
            embedded = _parse4(rest, whole)
            groups += [embedded >> 16, embedded & 0xFFFF]
            rest = ""
            break
        groups.append(int(digits, 16))
        rest = rest[len(digits) :]
        if not rest:
            break
        if rest[0] != ":":
            raise AddressError(whole, "unexpected character, want colon", rest)
        if len(rest) == 1:
            raise AddressError(whole, "colon must be followed by more characters", rest)
        rest = rest[1:]
        if rest[0] == ":":
            if ellipsis >= 0:
                raise AddressError(whole, "multiple :: in address", rest)
            ellipsis, rest = len(groups), rest[1:]
            if not rest:
                break
    if rest:
        raise AddressError(whole, "trailing garbage after address", rest)
    if len(groups) < 8:
        if ellipsis < 0:
            raise AddressError(whole, "address string too short")
        groups[ellipsis:ellipsis] = [0] * (8 - len(groups))
    elif ellipsis >= 0:
        raise AddressError(whole, "the :: must expand to at least one field of zeros")
    value = 0
    for group in groups:
        value = value << 16 | group
    return 6, value, zone


def format_address(address: Address) -> str:
    """``Addr.String``."""
    version, value, zone = address
    if version == 4:
        return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))
    suffix = f"%{zone}" if zone else ""
    if value >> 32 == 0xFFFF:
        return f"::ffff:{format_address((4, value & 0xFFFFFFFF, ''))}{suffix}"
    groups = [value >> shift & 0xFFFF for shift in range(112, -16, -16)]
    start, length = _zeros(groups)
    if length < 2:
        return ":".join(f"{g:x}" for g in groups) + suffix
    head, tail = groups[:start], groups[start + length :]
    return ":".join(f"{g:x}" for g in head) + "::" + ":".join(f"{g:x}" for g in tail) + suffix


def _zeros(groups: list[int]) -> tuple[int, int]:
    """Start and length of the longest (first) run of zeros."""
    best, at = (0, 0), 0
    while at < len(groups):
        end = at
        while end < len(groups) and groups[end] == 0:
            end += 1
        if end - at > best[1]:
            best = (at, end - at)
        at = max(end, at + 1)
    return best


def parse_prefix(text: str) -> tuple[Address, int]:
    """``netip.ParsePrefix``: address (not masked) and number of bits."""
    head, slash, bits = text.rpartition("/")
    if not slash:
        raise AddressError(text, "no '/'", function="netip.ParsePrefix")
    try:
        address = parse_address(head)
    except AddressError as e:
        reason = str(e)
        raise AddressError(text, reason, function="netip.ParsePrefix") from None
    if address[2]:
        raise AddressError(text, "IPv6 zones cannot be present in a prefix", function="netip.ParsePrefix")
    if not bits.isdigit() or not bits.isascii() or (len(bits) > 1 and bits[0] == "0"):
        raise AddressError(text, f"bad bits after slash: {quote(bits)}", function="netip.ParsePrefix")
    if int(bits) > (32 if address[0] == 4 else 128):
        raise AddressError(text, "prefix length out of range", function="netip.ParsePrefix")
    return address, int(bits)
