import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycue._go import filepath, url
from pycue._go.netip import AddressError, format_address, parse_address


@given(st.integers(0, 2**128 - 1))
def test_ipv6_addresses_read_back(value: int) -> None:
    text = format_address((6, value, ""))
    assert parse_address(text) == (6, value, "")
    assert int(ipaddress.IPv6Address(text)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("300.1.1.1", 'ParseAddr("300.1.1.1"): IPv4 field has value >255'),
        ("1.2.3", 'ParseAddr("1.2.3"): IPv4 address too short'),
        ("x", 'ParseAddr("x"): unable to parse IP'),
        ("::1::", 'ParseAddr("::1::"): multiple :: in address (at ":")'),
    ],
)
def test_bad_addresses(text: str, message: str) -> None:
    with pytest.raises(AddressError) as error:
        parse_address(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("path", "unix", "windows"),
    [("a/../b//c", "b/c", "b\\c"), ("", ".", "."), ("/..", "/", "\\"), ("../x/.", "../x", "..\\x")],
)
def test_clean(path: str, unix: str, windows: str) -> None:
    assert (filepath.clean(path, "unix"), filepath.clean(path, "windows")) == (unix, windows)


def test_match_stops_at_separators() -> None:
    assert filepath.match("a*[x-z]", "abcz", "unix")
    assert not filepath.match("*", "a/b", "unix")
    with pytest.raises(filepath.PatternError):
        filepath.match("[a", "a", "unix")


@given(st.text())
def test_url_escaping_reads_back(text: str) -> None:
    for query in (True, False):
        assert url.unescape(url.escape(text, query), query) == text
