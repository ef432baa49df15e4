"""Times and durations as Kubernetes writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["format_duration", "format_time", "parse_duration", "parse_time"]

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")


def format_time(seconds: float) -> str:
    """Seconds since 1970 as RFC 3339 in UTC, whole seconds: ``2024-01-31T12:00:00Z``."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> float:
    """RFC 3339 to seconds since 1970. Raises ValueError."""
    return datetime.fromisoformat(text).timestamp()


def parse_duration(text: str) -> float:
    """A Go duration (``1h30m``, ``1.5s``, ``-2ms``, ``0``) in seconds. Raises ValueError with Go's words."""
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return 0.0
    total, at = 0.0, 0
    while at < len(body):
        part = _PART.match(body, at)
        if part is None:
            break
        total += float(part[1]) * _UNITS[part[2]]
        at = part.end()
    if not body or at < len(body):
        raise ValueError(_complaint(text, body, at))
    return -total if text[0] == "-" else total


def _complaint(text: str, body: str, at: int) -> str:
    rest = body[at:]
    number = re.match(r"[0-9]*\.?[0-9]*", rest)
    digits = number[0] if number else ""
    if not digits or digits == ".":
        return f'time: invalid duration "{text}"'
    unit = re.match(r"[^0-9.]*", rest[len(digits) :])
    if unit is None or not unit[0]:
        return f'time: missing unit in duration "{text}"'
    return f'time: unknown unit "{unit[0]}" in duration "{text}"'


def format_duration(seconds: float) -> str:
    """Short text for people: ``0.4s``, ``12s``, ``3m05s``, ``2h00m``."""
    if seconds < 10:
        return f"{seconds:.1f}s".replace(".0s", "s")
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"
