"""Times with nanoseconds, read and written by Go's layouts (``2006-01-02T15:04:05.999999999Z07:00``).

A layout is text in which the parts of the reference time Mon Jan 2 15:04:05 MST 2006 stand for those of the time.
"""

from __future__ import annotations

import re

__all__ = ["RFC3339", "RFC3339_NANO", "Time", "TimeError", "format_time", "parse_time"]

RFC3339 = "2006-01-02T15:04:05Z07:00"
RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# Longer alternatives first; ``_2006`` is an underscore and the year.
_STANDARD = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07"
    r"|[.,]0+(?![0-9])|[.,]9+(?![0-9])|__2|_2(?!006)|002|01|02|03|04|05|06|15|PM|pm|1|2|3|4|5"
)


def quote(text: str) -> str:
    """Quoted as Go's package time does it in messages: everything beyond ASCII as bytes."""
    out = []
    for byte in text.encode("utf-8", "surrogatepass"):
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        else:
            out.append(char if 32 <= byte < 128 else f"\\x{byte:02x}")
    return '"' + "".join(out) + '"'


class TimeError(ValueError):
    """A text does not fit a layout; the message is Go's."""

    def __init__(self, layout: str, value: str, layout_elem: str, value_elem: str, message: str = "") -> None:
        if message:
            text = f"parsing time {quote(value)}{message}"
        else:
            text = f"parsing time {quote(value)} as {quote(layout)}: "
            text += f"cannot parse {quote(value_elem)} as {quote(layout_elem)}"
        super().__init__(text)


class Time:
    """A moment: ``seconds`` since 1970-01-01 UTC, ``nanos`` within the second, ``offset`` of the zone in seconds.

    ``zone`` is the zone's abbreviation, or ``""``.
    """

    __slots__ = ("nanos", "offset", "seconds", "zone")

    def __init__(self, seconds: int, nanos: int = 0, offset: int = 0, zone: str = "UTC") -> None:
        self.seconds = seconds
        self.nanos = nanos
        self.offset = offset
        self.zone = zone

    def fields(self) -> tuple[int, int, int, int, int, int]:
        """Year, month, day, hour, minute, second in the time's own zone."""
        days, rest = divmod(self.seconds + self.offset, 86_400)
        return (*civil_from_days(days), rest // 3600, rest // 60 % 60, rest % 60)


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar (any year)."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day number."""
    days += 719_468
    era, of_era = divmod(days, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


# ---- writing


def format_time(time: Time, layout: str) -> str:
    """``time.Format(layout)``."""
    out = []
    at = 0
    for match in _STANDARD.finditer(layout):
        out.append(layout[at : match.start()])
        out.append(_field(time, match[0]))
        at = match.end()
    return "".join(out) + layout[at:]


def _field(time: Time, part: str) -> str:
    if part[0] in ".,":
        digits = f"{time.nanos:09d}"[: len(part) - 1]
        if part[1] == "9":
            digits = digits.rstrip("0")
            return part[0] + digits if digits else ""
        return part[0] + digits
    if part[0] in "-Z" and part != "Z":
        return _zone(time.offset, part)
    year, month, day, hour, minute, second = time.fields()
    days = days_from_civil(year, month, day)
    simple = {
        "January": _MONTHS[month - 1],
        "Jan": _MONTHS[month - 1][:3],
        "Monday": _DAYS[(days + 4) % 7],
        "Mon": _DAYS[(days + 4) % 7][:3],
        "2006": _year(year),
        "06": f"{year % 100:02d}",
        "01": f"{month:02d}",
        "1": str(month),
        "02": f"{day:02d}",
        "_2": f"{day:2d}",
        "2": str(day),
        "002": f"{days - days_from_civil(year, 1, 1) + 1:03d}",
        "__2": f"{days - days_from_civil(year, 1, 1) + 1:3d}",
        "15": f"{hour:02d}",
        "03": f"{hour % 12 or 12:02d}",
        "3": str(hour % 12 or 12),
        "04": f"{minute:02d}",
        "4": str(minute),
        "05": f"{second:02d}",
        "5": str(second),
        "PM": "PM" if hour >= 12 else "AM",
        "pm": "pm" if hour >= 12 else "am",
        "MST": time.zone or _zone(time.offset, "-0700" if time.offset % 3600 else "-07"),
    }
    return simple[part]


def _year(year: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04d}"


def _zone(offset: int, part: str) -> str:
    if part[0] == "Z" and offset == 0:
        return "Z"
    sign, left = ("-" if offset < 0 else "+"), abs(offset)
    hours, minutes, seconds = left // 3600, left // 60 % 60, left % 60
    colon = ":" if ":" in part else ""
    out = f"{sign}{hours:02d}"
    if len(part) > 3:
        out += f"{colon}{minutes:02d}"
    if len(part.replace(":", "")) > 5:
        out += f"{colon}{seconds:02d}"
    return out


# ---- reading

_NUMERIC = {
    "2006": ("year", r"\d{4}"),
    "06": ("year2", r"\d{2}"),
    "01": ("month", r"\d{2}"),
    "1": ("month", r"\d{1,2}"),
    "02": ("day", r"\d{2}"),
    "_2": ("day", r" ?\d{1,2}"),
    "2": ("day", r"\d{1,2}"),
    "002": ("yday", r"\d{3}"),
    "__2": ("yday", r" {0,2}\d{1,3}"),
    "15": ("hour", r"\d{1,2}"),
    "03": ("hour12", r"\d{2}"),
    "3": ("hour12", r"\d{1,2}"),
    "04": ("minute", r"\d{2}"),
    "4": ("minute", r"\d{1,2}"),
    "05": ("second", r"\d{2}"),
    "5": ("second", r"\d{1,2}"),
}
_RANGES = {"month": (1, 12), "day": (1, 31), "hour": (0, 23), "hour12": (0, 12), "minute": (0, 59), "second": (0, 59)}


class _Reader:
    def __init__(self, layout: str, value: str) -> None:
        self.layout = layout
        self.value = value
        self.rest = value
        self.found: dict[str, int] = {}
        self.nanos = 0
        self.zone: int | None = None
        self.zone_name = ""
        self.pm: bool | None = None

    def fail(self, part: str, rest: str | None = None) -> TimeError:
        return TimeError(self.layout, self.value, part, self.rest if rest is None else rest)

    def run(self) -> Time:
        at = 0
        for match in _STANDARD.finditer(self.layout):
            self.literal(self.layout[at : match.start()])
            self.part(match[0])
            at = match.end()
        self.literal(self.layout[at:])
        if self.rest:
            raise TimeError(self.layout, self.value, "", "", f": extra text: {quote(self.rest)}")
        return self.time()

    def literal(self, text: str) -> None:
        for index, char in enumerate(text):
            if char == " ":
                if self.rest and self.rest[0] != " ":
                    raise self.fail(text[index:])
                self.rest = self.rest.lstrip(" ")
            elif self.rest[:1] != char:
                raise self.fail(text[index:])
            else:
                self.rest = self.rest[1:]

    def take(self, part: str, pattern: str) -> str:
        match = re.match(pattern, self.rest)
        if not match:
            raise self.fail(part)
        self.rest = self.rest[match.end() :]
        return match[0]

    def part(self, part: str) -> None:
        if part in _NUMERIC:
            name, pattern = _NUMERIC[part]
            value = int(self.take(part, pattern).strip())
            low, high = _RANGES.get(name, (0, 9999))
            if not low <= value <= high and name != "day":
                raise TimeError(self.layout, self.value, "", "", f": {name.removesuffix('12')} out of range")
            self.found[name] = value
            if name == "second" and re.match(r"[.,]\d", self.rest) and not self.fraction_follows(part):
                self.fraction(self.take(part, r"[.,]\d+"))
        elif part[0] in ".,":
            if part[1] == "0":
                self.fraction(self.take(part, rf"[.,]\d{{{len(part) - 1}}}"))
            elif re.match(r"[.,]\d", self.rest):
                self.fraction(self.take(part, r"[.,]\d+"))
        elif part in ("January", "Jan"):
            self.found["month"] = self.name(part, _MONTHS, part == "Jan") + 1
        elif part in ("Monday", "Mon"):
            self.name(part, _DAYS, part == "Mon")
        elif part in ("PM", "pm"):
            self.pm = self.take(part, "[AP]M" if part == "PM" else "[ap]m").upper() == "PM"
        elif part == "MST":
            self.zone_name = self.take(part, r"UTC|GMT(?:[+-]\d{1,2})?|[A-Z]{3,5}|[+-]0*(?:1?\d|2[0-3])(?!\d)")
        else:
            self.read_zone(part)

    def fraction_follows(self, part: str) -> bool:
        return re.search(rf"{part}[.,][09]", self.layout) is not None

    def fraction(self, text: str) -> None:
        self.nanos = int(text[1:10].ljust(9, "0"))

    def name(self, part: str, names: list[str], short: bool) -> int:
        for index, name in enumerate(names):
            wanted = name[:3] if short else name
            if self.rest[: len(wanted)].lower() == wanted.lower():
                self.rest = self.rest[len(wanted) :]
                return index
        raise self.fail(part)

    def read_zone(self, part: str) -> None:
        if part[0] == "Z" and self.rest[:1] == "Z":
            self.rest, self.zone = self.rest[1:], 0
            return
        shape = re.sub(r"\d\d", r"(\\d\\d)", part[1:])
        match = re.match(rf"([+-]){shape}", self.rest)
        if not match:
            raise self.fail(part)
        numbers = [int(g) for g in match.groups()[1:]] + [0, 0]
        if numbers[0] > 24 or numbers[1] > 60 or numbers[2] > 60:
            names = ("hour", "minute", "second")
            bad = names[0] if numbers[0] > 24 else names[1] if numbers[1] > 60 else names[2]
            raise TimeError(self.layout, self.value, "", "", f": time zone offset {bad} out of range")
        self.rest = self.rest[match.end() :]
        seconds = numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
        self.zone = -seconds if match[1] == "-" else seconds

    def time(self) -> Time:
        found = self.found
        year = found.get("year", 0)
        if "year2" in found:
            year = found["year2"] + (1900 if found["year2"] >= 69 else 2000)
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        month, day = found.get("month", 1), found.get("day", 1)
        if not 1 <= day <= _MONTH_DAYS[month - 1] + (leap and month == 2):
            raise TimeError(self.layout, self.value, "", "", ": day out of range")
        hour = found.get("hour", found.get("hour12", 0))
        if self.pm is not None:
            hour = hour % 12 + 12 * self.pm
        days = days_from_civil(year, month, day)
        if "yday" in found:
            if not 1 <= found["yday"] <= 365 + leap:
                raise TimeError(self.layout, self.value, "", "", ": day-of-year out of range")
            days = days_from_civil(year, 1, 1) + found["yday"] - 1
        seconds = days * 86_400 + hour * 3600 + found.get("minute", 0) * 60 + found.get("second", 0)
        offset = self.zone or 0
        zone = self.zone_name or ("UTC" if not offset else "")
        return Time(seconds - offset, self.nanos, offset, zone)


def parse_time(layout: str, value: str) -> Time:
    """``time.Parse(layout, value)``.

    Raises:
        TimeError: with Go's words.
    """
    return _Reader(layout, value).run()
