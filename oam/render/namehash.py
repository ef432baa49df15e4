"""The hash in names that are made for objects without one.

Source: behaviour of the reference: FNV-1a (32 bits) over a dump of the object in Go syntax, its decimal digits mapped
to letters that are safe in names.
"""

from __future__ import annotations

from typing import Any

from oam.model.scalars import go_float

__all__ = ["dump", "object_hash"]

_SAFE = "bcdfghjklmnpqrstvwxz2456789"


def object_hash(obj: dict[str, Any]) -> str:
    """Hash of an object as it is; the caller takes out what must not count."""
    text = f"(unstructured.Unstructured){{Object:{dump(obj)}}}"
    value = 0x811C9DC5
    for byte in text.encode("utf-8", "surrogatepass"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return "".join(_SAFE[ord(digit) % len(_SAFE)] for digit in str(value))


def dump(value: Any) -> str:
    """One value, its Go type in front."""
    if value is None:
        return "(interface {})<nil>"
    if isinstance(value, bool):
        return f"(bool){'true' if value else 'false'}"
    if isinstance(value, str):
        return f"(string){value}"
    if isinstance(value, int):
        return f"(int64){value}"
    if isinstance(value, float):
        return f"(float64){go_float(value)}"
    if isinstance(value, dict):
        inner = " ".join(f"{key}:{dump(value[key])}" for key in sorted(value))
        return f"(map[string]interface {{}})map[{inner}]"
    return f"([]interface {{}})[{' '.join(map(dump, value))}]"
