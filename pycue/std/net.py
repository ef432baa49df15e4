"""CUE package net. Source: pkg/net, and Go's packages net, net/netip and net/url.

Addresses are strings or lists of 4 or 16 bytes.
"""

from __future__ import annotations

import re
import unicodedata

from pycue._go.netip import format_address, parse_address, parse_prefix
from pycue._go.strconv import quote
from pycue._go.url import check_url, escape, unescape
from pycue.evaluator import kind as k
from pycue.evaluator.calls import CallError
from pycue.evaluator.values import EVAL, Bottom, Bytes, Num, String
from pycue.evaluator.vertex import Vertex
from pycue.std._declare import Package, function, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    from pycue._go.netip import Address
    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Builtin, Value

__all__ = ["PACKAGE"]

_BITS = {4: 32, 6: 128}


# ---- addresses


def _address(call: CallContext, index: int) -> Address:
    """An argument as an address."""
    value = call.value(index)
    if isinstance(value, String):
        return parse_address(value.value)
    if isinstance(value, Bytes):
        return parse_address(value.value.decode("utf-8", "surrogateescape"))
    if isinstance(value, Vertex) and value.kind == k.LIST:
        return _from_bytes(_byte_list(call, value))
    raise ValueError(f"invalid type {k.kind_string(value.kind)} for IP address")


def _byte_list(call: CallContext, value: Vertex) -> list[int]:
    call.ctx.unify(value)
    out = []
    for element in call.ctx.elements(value):
        number = _int(call, call.ctx.unwrap(call.ctx.default(element)))
        if not 0 <= number <= 255:
            raise ValueError(f"invalid IP byte value {number}")
        out.append(number)
    return out


def _int(call: CallContext, value: Value) -> int:
    """An int of 64 bits."""
    if isinstance(value, Bottom):
        raise ValueError(f"invalid type {k.kind_string(value.kind)} for IP address")
    if value.kind & k.INT and not value.concrete:
        raise call.incomplete(value)
    if not isinstance(value, Num) or value.kind != k.INT:
        raise call.pathless_error(EVAL, "cannot use value %s (type %s) as int", value, k.kind_string(value.kind))
    if abs(value.value) >> 63:  # type: ignore[operator]
        raise ValueError(f"value was rounded {'down' if value.value > 0 else 'up'}")
    return int(value.value)


def _from_bytes(data: list[int]) -> Address:
    if len(data) not in (4, 16):
        raise ValueError(f"invalid IP length {len(data)}")
    return (4 if len(data) == 4 else 6), int.from_bytes(bytes(data), "big"), ""


def _to_bytes(address: Address) -> list[int]:
    version, value, _ = address
    return list(value.to_bytes(_BITS[version] // 8, "big"))


def _check(name: str, test: Callable[[Address], bool]) -> Builtin:
    """A validator of addresses."""
    return raw_function(name, "_", "b", lambda call: test(_address(call, 0)))


def _mapped(address: Address) -> Address:
    """An IPv4 address written as IPv6 as the IPv4 address."""
    version, value, zone = address
    return (4, value & 0xFFFFFFFF, "") if version == 6 and value >> 32 == 0xFFFF else (version, value, zone)


def _is_v4(address: Address) -> bool:
    return address[0] == 4


def _is_v6(address: Address) -> bool:
    return address[0] == 6


def _in(address: Address, prefixes: dict[int, tuple[int, int]]) -> bool:
    """Whether the address starts with the bits that ``prefixes`` has for its version: (value, number of bits)."""
    version, value, _ = address
    if version not in prefixes:
        return False
    start, bits = prefixes[version]
    return value >> _BITS[version] - bits == start


def _is_loopback(address: Address) -> bool:
    return _in(_mapped(address), {4: (127, 8), 6: (1, 128)})


def _is_multicast(address: Address) -> bool:
    return _in(_mapped(address), {4: (0xE, 4), 6: (0xFF, 8)})


def _is_interface_local_multicast(address: Address) -> bool:
    return _in(address, {6: (0xFF, 8)}) and address[1] >> 112 & 0xF == 1


def _is_link_local_multicast(address: Address) -> bool:
    address = _mapped(address)
    return _in(address, {4: (0xE00000, 24)}) or (_in(address, {6: (0xFF, 8)}) and address[1] >> 112 & 0xF == 2)


def _is_link_local_unicast(address: Address) -> bool:
    return _in(_mapped(address), {4: (0xA9FE, 16), 6: (0xFE80 >> 6, 10)})


def _is_unspecified(address: Address) -> bool:
    return address[1] == 0 and not address[2]


def _is_global_unicast(address: Address) -> bool:
    mapped = _mapped(address)
    if mapped[0] == 4 and mapped[1] in (0, 0xFFFFFFFF):
        return False
    return not (
        _is_unspecified(address) or _is_loopback(address) or _is_multicast(address) or _is_link_local_unicast(address)
    )


def _to_v4(call: CallContext) -> list[int]:
    address = _address(call, 0)
    if address[0] != 4:
        raise ValueError(f"cannot convert {quote(format_address(address))} to IPv4")
    return _to_bytes(address)


def _to_v6(call: CallContext) -> list[int]:
    version, value, _ = _address(call, 0)
    return _to_bytes((6, value if version == 6 else 0xFFFF << 32 | value, ""))


def _parse_ip(text: str) -> list[int]:
    try:
        return _to_bytes(parse_address(text))
    except ValueError:
        raise ValueError(f"invalid IP address {quote(text)}") from None


def _moved(version: int, value: int, offset: int) -> int:
    moved = value + offset
    if moved < 0 or moved >> _BITS[version]:
        problem = "underflow" if moved < 0 else "overflow"
        raise ValueError(f"IP address arithmetic resulted in out-of-range address ({problem})")
    return moved


def _add_ip(call: CallContext) -> str:
    bits = ""
    text = call.value(0)
    if isinstance(text, String) and "/" in text.value:
        (version, value, _), length = _prefix(call, 0)
        bits = f"/{length}"
    else:
        version, value, _ = _address(call, 0)
    return format_address((version, _moved(version, value, call.int(1)), "")) + bits


def _compare(call: CallContext) -> int:
    first, second = _address(call, 0), _address(call, 1)
    return (first > second) - (first < second)


# ---- prefixes


def _prefix(call: CallContext, index: int) -> tuple[Address, int]:
    value = call.value(index)
    if isinstance(value, Bytes):
        return parse_prefix(value.value.decode("utf-8", "surrogateescape"))
    if not isinstance(value, String):
        raise ValueError(f"invalid type {k.kind_string(value.kind)} for IP CIDR")
    return parse_prefix(value.value)


def _valid_prefix(call: CallContext) -> bool:
    _prefix(call, 0)
    return True


def _add_prefix(call: CallContext) -> str:
    (version, value, zone), bits = _prefix(call, 0)
    moved = _moved(version, value, call.int(1) << _BITS[version] - bits)
    return f"{format_address((version, moved, zone))}/{bits}"


def _parse_cidr(text: str) -> dict[str, str | int]:
    (version, value, zone), bits = parse_prefix(text)
    host = (1 << _BITS[version] - bits) - 1
    full = (1 << _BITS[version]) - 1
    out: dict[str, str | int] = {
        "prefix_mask": format_address((version, full & ~host, "")),
        "prefix_len": bits,
        "prefix_addr": format_address((version, value & ~host, zone)),
    }
    if version == 4:
        out["broadcast_addr"] = format_address((version, value | host, ""))
    return out


def _in_cidr(call: CallContext) -> bool:
    version, value, zone = _address(call, 0)
    (prefix_version, start, _), bits = _prefix(call, 1)
    shift = _BITS[version] - bits
    return version == prefix_version and not zone and value >> shift == start >> shift


# ---- hosts and ports


def _split_host_port(text: str) -> list[str]:
    fault = _host_port_fault(text)
    if fault:
        raise ValueError(f"address {text}: {fault}" if text else fault)
    host, _, port = text.rpartition(":")
    return [host[1:-1] if host.startswith("[") else host, port]


def _host_port_fault(text: str) -> str:
    colon = text.rfind(":")
    if colon < 0:
        return "missing port in address"
    if text.startswith("["):
        end = text.find("]")
        if end < 0:
            return "missing ']' in address"
        if end + 1 == len(text):
            return "missing port in address"
        if end + 1 != colon:
            return "too many colons in address" if text[end + 1] == ":" else "missing port in address"
        opening, closing = text.find("[", 1), text.find("]", end + 1)
    else:
        if ":" in text[:colon]:
            return "too many colons in address"
        opening, closing = text.find("["), text.find("]")
    if opening >= 0:
        return "unexpected '[' in address"
    return "unexpected ']' in address" if closing >= 0 else ""


def _join_host_port(call: CallContext) -> str:
    host = _host(call, call.value(0))
    port = call.value(1)
    if isinstance(port, String):
        text = port.value
    elif isinstance(port, Bytes):
        text = port.value.decode("utf-8", "replace")
    else:
        text = str(_int(call, port))
    return f"[{host}]:{text}" if ":" in host or "%" in host else f"{host}:{text}"


def _host(call: CallContext, value: Value) -> str:
    if isinstance(value, Vertex) and value.kind == k.LIST:
        try:
            return format_address(_from_bytes(_byte_list(call, value)))
        except (CallError, ValueError):
            raise ValueError(f"invalid host {_text(call, value)}") from None
    if isinstance(value, Bytes):
        return value.value.decode("utf-8", "replace")
    if isinstance(value, String):
        return value.value
    raise call.pathless_error(EVAL, "cannot use value %s (type %s) as string", value, k.kind_string(value.kind))


def _text(call: CallContext, value: Vertex) -> str:
    """CUE text of a value."""
    from pycue.export import to_syntax
    from pycue.syntax.format import format_node

    return format_node(to_syntax(call.ctx, value, final=True), simplify=True).strip("\n")


_LABEL = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?")


def _is_fqdn(text: str) -> bool:
    """Whether a domain name is in ASCII form, its labels as RFC 5890 has them; dots may follow it."""
    name = text.rstrip(".")
    if not 0 < len(text.removesuffix(".")) <= 253:
        return False
    return all(len(part) <= 63 and _LABEL.fullmatch(part) is not None and _is_domain(part) for part in name.split("."))


def _is_domain(label: str) -> bool:
    """Whether a label with two hyphens at the third place is the ASCII form of one that domain names may have."""
    if label[2:4] != "--":
        return True
    if label[:4].lower() != "xn--":
        return False
    try:
        name = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    categories = [unicodedata.category(char) for char in name]
    mapped = "".join(char if char in "\u00df\u03c2" else char.casefold() for char in name)
    return (
        bool(name)
        and categories[0][0] != "M"
        and not any(category[0] in "CZ" for category in categories)
        and unicodedata.normalize("NFKC", mapped) == name
        and not any(char in "\u2260\u226e\u226f" for char in name)  # made of ASCII characters that are no letters
    )


# ---- URLs


def _is_url(text: str) -> bool:
    check_url(text)
    return True


def _is_absolute_url(text: str) -> bool:
    if not check_url(text):
        raise ValueError("URL is not absolute")
    return True


PACKAGE = Package(
    "net",
    [
        function("SplitHostPort", "s", "l", _split_host_port),
        raw_function("JoinHostPort", "_ _", "s", _join_host_port),
        function("FQDN", "s", "b", _is_fqdn),
        function("ParseIP", "s", "l", _parse_ip),
        _check("IPv4", _is_v4),
        _check("IPv6", _is_v6),
        _check("IP", bool),
        raw_function("IPCIDR", "_", "b", _valid_prefix),
        _check("LoopbackIP", _is_loopback),
        _check("MulticastIP", _is_multicast),
        _check("InterfaceLocalMulticastIP", _is_interface_local_multicast),
        _check("LinkLocalMulticastIP", _is_link_local_multicast),
        _check("LinkLocalUnicastIP", _is_link_local_unicast),
        _check("GlobalUnicastIP", _is_global_unicast),
        _check("UnspecifiedIP", _is_unspecified),
        raw_function("ToIP4", "_", "l", _to_v4),
        raw_function("ToIP16", "_", "l", _to_v6),
        raw_function("IPString", "_", "s", lambda call: format_address(_address(call, 0))),
        raw_function("AddIP", "_ I", "s", _add_ip),
        raw_function("AddIPCIDR", "_ I", "s", _add_prefix),
        function("ParseCIDR", "s", "t", _parse_cidr),
        raw_function("InCIDR", "_ _", "b", _in_cidr),
        raw_function("CompareIP", "_ _", "i", _compare),
        function("PathEscape", "s", "s", lambda s: escape(s, False)),
        function("PathUnescape", "s", "s", lambda s: unescape(s, False)),
        function("QueryEscape", "s", "s", lambda s: escape(s, True)),
        function("QueryUnescape", "s", "s", lambda s: unescape(s, True)),
        function("URL", "s", "b", _is_url),
        function("AbsURL", "s", "b", _is_absolute_url),
    ],
    {"IPv4len": 4, "IPv6len": 16},
)
