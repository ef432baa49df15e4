"""Times and durations."""

from __future__ import annotations

import pytest

from oam.timestamps import format_duration, format_time, parse_duration, parse_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("5s", 5), ("1h30m", 5400), ("1.5s", 1.5), ("-2m", -120), (".5m", 30), ("100ms", 0.1), ("1h2m3s", 3723)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", 'time: invalid duration ""'),
        ("abc", 'time: invalid duration "abc"'),
        ("5", 'time: missing unit in duration "5"'),
        ("1d", 'time: unknown unit "d" in duration "1d"'),
        ("1h5x", 'time: unknown unit "x" in duration "1h5x"'),
    ],
)
def test_bad_durations(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the text is what is tested)
        parse_duration(text)
    assert str(caught.value) == complaint


def test_times() -> None:
    assert format_time(1_700_000_000.9) == "2023-11-14T22:13:20Z"
    assert parse_time("2023-11-14T22:13:20Z") == 1_700_000_000


@pytest.mark.parametrize(("seconds", "text"), [(0, "0s"), (2, "2s"), (0.25, "0.2s"), (75, "1m15s"), (7200, "2h00m")])
def test_durations_for_people(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
