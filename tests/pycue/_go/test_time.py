import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue._go.duration import format_duration, parse_duration
from pycue._go.timefmt import RFC3339, RFC3339_NANO, Time, TimeError, format_time, parse_time


@given(st.integers(-(2**62), 2**62))
def test_durations_read_back(nanoseconds: int) -> None:
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds


@given(st.integers(-62_135_596_800, 253_402_300_799), st.integers(0, 999_999_999))
def test_times_read_back(seconds: int, nanos: int) -> None:
    time = parse_time(RFC3339_NANO, format_time(Time(seconds, nanos), RFC3339_NANO))
    assert (time.seconds, time.nanos) == (seconds, nanos)


def test_layouts() -> None:
    time = parse_time(RFC3339_NANO, "2019-01-02T15:04:05.123456Z")
    assert format_time(time, "Mon Jan _2 15:04:05 MST 2006") == "Wed Jan  2 15:04:05 UTC 2019"
    assert format_time(time, "Monday, 02-Jan-06 03:04:05.000 PM -0700") == "Wednesday, 02-Jan-19 03:04:05.123 PM +0000"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2019-13-01T00:00:00Z", 'parsing time "2019-13-01T00:00:00Z": month out of range'),
        ("2019-02-30T00:00:00Z", 'parsing time "2019-02-30T00:00:00Z": day out of range'),
        ("2019-01-01", 'parsing time "2019-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'),
    ],
)
def test_errors(value: str, message: str) -> None:
    with pytest.raises(TimeError) as error:
        parse_time(RFC3339, value)
    assert str(error.value) == message
