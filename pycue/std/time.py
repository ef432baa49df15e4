"""CUE package time: moments as RFC 3339 texts, durations as Go writes them. Source: pkg/time, and Go's package time."""

from __future__ import annotations

from pycue._go.duration import format_duration, parse_duration
from pycue._go.int64 import wrapped
from pycue._go.strconv import quote
from pycue._go.timefmt import RFC3339, RFC3339_NANO, Time, TimeError, format_time, parse_time
from pycue.std._declare import Package, function

__all__ = ["PACKAGE"]

_SECOND = 1_000_000_000
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()


def _valid_duration(text: str) -> bool:
    parse_duration(text)
    return True


def _valid_time(text: str) -> bool:
    return _fits(text, RFC3339_NANO)


def _fits(value: str, layout: str) -> bool:
    try:
        parse_time(layout, value)
    except TimeError:
        raise ValueError(f"invalid time {quote(value)}") from None
    return True


def _parse(layout: str, value: str) -> str:
    time = parse_time(layout, value)
    return format_time(Time(time.seconds, time.nanos), RFC3339_NANO)


def _format_string(layout: str, value: str) -> str:
    return format_time(parse_time(RFC3339_NANO, value), layout)


def _unix(seconds: int, nanos: int) -> str:
    return format_time(Time(seconds + nanos // _SECOND, nanos % _SECOND), RFC3339_NANO)


def _to_nanos(value: str) -> int:
    time = parse_time(RFC3339_NANO, value)
    return wrapped(time.seconds * _SECOND + time.nanos)


def _split(value: str) -> dict[str, int]:
    time = parse_time(RFC3339_NANO, value)
    names = ("year", "month", "day", "hour", "minute", "second")
    return {**dict(zip(names, time.fields(), strict=True)), "nanosecond": time.nanos}


PACKAGE = Package(
    "time",
    [
        function("Duration", "s", "b", _valid_duration),
        function("FormatDuration", "i", "s", format_duration),
        function("ParseDuration", "s", "i", parse_duration),
        function("Time", "s", "b", _valid_time),
        function("Format", "s s", "b", _fits),
        function("FormatString", "s s", "s", _format_string),
        function("Parse", "s s", "s", _parse),
        function("Unix", "i i", "s", _unix),
        function("ToUnix", "s", "i", lambda value: parse_time(RFC3339_NANO, value).seconds),
        function("ToUnixNano", "s", "i", _to_nanos),
        function("Split", "s", "t", _split),
    ],
    {
        "Nanosecond": 1,
        "Microsecond": 1_000,
        "Millisecond": 1_000_000,
        "Second": _SECOND,
        "Minute": 60 * _SECOND,
        "Hour": 3600 * _SECOND,
        "ANSIC": "Mon Jan _2 15:04:05 2006",
        "UnixDate": "Mon Jan _2 15:04:05 MST 2006",
        "RubyDate": "Mon Jan 02 15:04:05 -0700 2006",
        "RFC822": "02 Jan 06 15:04 MST",
        "RFC822Z": "02 Jan 06 15:04 -0700",
        "RFC850": "Monday, 02-Jan-06 15:04:05 MST",
        "RFC1123": "Mon, 02 Jan 2006 15:04:05 MST",
        "RFC1123Z": "Mon, 02 Jan 2006 15:04:05 -0700",
        "RFC3339": RFC3339,
        "RFC3339Nano": RFC3339_NANO,
        "RFC3339Date": "2006-01-02",
        "Kitchen": "3:04PM",
        "Kitchen24": "15:04",
        **{name: number for number, name in enumerate(_MONTHS, 1)},
        **{name: number for number, name in enumerate(_DAYS)},
    },
)
