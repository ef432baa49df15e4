"""Durations as Go writes them: ``1h2m3.5s``. A duration is an int of nanoseconds that fits 64 bits."""

from __future__ import annotations

import re

from pycue._go.timefmt import quote

__all__ = ["format_duration", "parse_duration"]

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?")


def parse_duration(text: str) -> int:
    """Nanoseconds of ``text``.

    Raises:
        ValueError: with the words of ``time.ParseDuration``.
    """
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    if not rest:
        raise ValueError(f"time: invalid duration {quote(text)}")
    total = 0
    while rest:
        number = _PART.match(rest)
        assert number is not None
        if not number[1] and not number[2]:
            raise ValueError(f"time: invalid duration {quote(text)}")
        rest = rest[number.end() :]
        unit = re.match(r"[^.0-9]*", rest)
        assert unit is not None
        if not unit[0]:
            raise ValueError(f"time: missing unit in duration {quote(text)}")
        if unit[0] not in _UNITS:
            raise ValueError(f"time: unknown unit {quote(unit[0])} in duration {quote(text)}")
        scale = _UNITS[unit[0]]
        fraction = number[2] or ""
        total += int(number[1] or 0) * scale + int(fraction or 0) * scale // 10 ** len(fraction)
        rest = rest[unit.end() :]
    if total > (1 << 63) - (text[:1] != "-"):
        raise ValueError(f"time: invalid duration {quote(text)}")
    return -total if text[:1] == "-" else total


def format_duration(nanoseconds: int) -> str:
    """The text of ``time.Duration.String``."""
    if nanoseconds == 0:
        return "0s"
    sign, left = ("-" if nanoseconds < 0 else ""), abs(nanoseconds)
    if left < 1_000_000_000:
        unit, scale = ("ns", 1) if left < 1_000 else ("µs", 1_000) if left < 1_000_000 else ("ms", 1_000_000)
        return f"{sign}{_decimal(left, scale)}{unit}"
    minutes, rest = divmod(left, 60_000_000_000)
    out = f"{_decimal(rest, 1_000_000_000)}s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        out = f"{minutes}m{out}"
        if hours:
            out = f"{hours}h{out}"
    return sign + out


def _decimal(value: int, scale: int) -> str:
    whole, fraction = divmod(value, scale)
    digits = str(fraction).rjust(len(str(scale)) - 1, "0").rstrip("0") if fraction else ""
    return f"{whole}.{digits}" if digits else str(whole)
