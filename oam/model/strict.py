"""Strict typed reading of plain data, with the complaints of Go's encoding/json.

The first fault in the order of the data is reported: an unknown field, or a value of the wrong type, named by the
struct that holds it and the path from the outermost struct.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

__all__ = ["ANY", "BOOL", "INT32", "INT64", "STRING", "ListOf", "MapOf", "Scalar", "Struct", "Type", "check"]


class Scalar:
    """A Go scalar type, or ``any`` (no Python types: everything is accepted)."""

    __slots__ = ("go", "types")
    go: str

    def __init__(self, go: str, *types: type) -> None:
        self.go = go
        self.types = types


STRING = Scalar("string", str)
BOOL = Scalar("bool", bool)
INT32 = Scalar("int32", int)
INT64 = Scalar("int64", int)
ANY = Scalar("interface {}")


class ListOf:
    """A Go slice."""

    __slots__ = ("go", "item")
    go: str

    def __init__(self, item: Type) -> None:
        self.item = item
        self.go = "[]" + item.go


class MapOf:
    """A Go map with string keys."""

    __slots__ = ("go", "item")
    go: str

    def __init__(self, item: Type) -> None:
        self.item = item
        self.go = "map[string]" + item.go


class Struct:
    """A Go struct: ``go`` is its qualified name as messages show it, ``name`` the part after the package."""

    __slots__ = ("fields", "go", "name")
    go: str

    def __init__(self, go: str, fields: Mapping[str, Type]) -> None:
        self.go = go
        self.name = go.rpartition(".")[2]
        self.fields = fields


if TYPE_CHECKING:
    Type: TypeAlias = Scalar | ListOf | MapOf | Struct


def check(data: Any, type_: Type, *, code: str = "oam.strict", lenient: bool = False) -> None:
    """Look for the first fault; with ``lenient`` unknown fields are none.

    Raises:
        DocumentError: its text is Go's, its path the place within ``data``.
    """
    _check(data, type_, "", (), code, lenient)


def _check(data: Any, type_: Type, struct: str, path: tuple[str | int, ...], code: str, lenient: bool) -> None:
    if data is None:
        return
    if isinstance(type_, Scalar):
        if type_.types and (not isinstance(data, type_.types) or (type_ is not BOOL and isinstance(data, bool))):
            raise _mismatch(data, type_, struct, path, code)
    elif isinstance(type_, ListOf):
        if not isinstance(data, list):
            raise _mismatch(data, type_, struct, path, code)
        for index, item in enumerate(data):
            _check(item, type_.item, struct, (*path, index), code, lenient)
    elif not isinstance(data, dict):
        raise _mismatch(data, type_, struct, path, code)
    elif isinstance(type_, MapOf):
        for key, item in data.items():
            _check(item, type_.item, struct, (*path, key), code, lenient)
    else:
        for key, item in data.items():
            field = type_.fields.get(key)
            if field is None and lenient:
                continue
            if field is None:
                raise DocumentError(
                    f'json: unknown field "{key}"', code=code, path=[str(step) for step in (*path, key)]
                )
            _check(item, field, type_.name, (*path, key), code, lenient)


def _mismatch(data: Any, type_: Type, struct: str, path: tuple[str | int, ...], code: str) -> DocumentError:
    names: dict[type, str] = {str: "string", bool: "bool", list: "array", dict: "object"}
    got = names.get(type(data), "number")
    if isinstance(data, float) and type_ in (INT32, INT64):
        got = f"number {data}"
    where = f"struct field {struct}.{'.'.join(step for step in path if isinstance(step, str))}" if struct else "value"
    text = f"json: cannot unmarshal {got} into Go {where} of type {type_.go}"
    return DocumentError(text, code=code, path=[str(step) for step in path])
