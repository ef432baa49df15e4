"""Kinds as int masks (never ``enum.Flag``: 20 times slower). Source: internal/core/adt/kind.go."""

from __future__ import annotations

__all__ = [
    "BOOL",
    "BOTTOM",
    "BYTES",
    "FLOAT",
    "FUNC",
    "INT",
    "LIST",
    "NULL",
    "NUMBER",
    "SCALARS",
    "STRING",
    "STRUCT",
    "TOP",
    "kind_string",
]

BOTTOM = 0
NULL = 1
BOOL = 2
INT = 4
FLOAT = 8
STRING = 16
BYTES = 32
FUNC = 64
LIST = 128
STRUCT = 256
TOP = 511
NUMBER = INT | FLOAT
SCALARS = NULL | BOOL | INT | FLOAT | STRING | BYTES

_NAMES = (
    (NULL, "null"),
    (BOOL, "bool"),
    (INT, "int"),
    (FLOAT, "float"),
    (STRING, "string"),
    (BYTES, "bytes"),
    (FUNC, "func"),
    (LIST, "list"),
    (STRUCT, "struct"),
)


def kind_string(kind: int) -> str:
    """Official spelling: ``_`` for all, ``_|_`` for none, several in parentheses with ``number`` last."""
    if kind == TOP:
        return "_"
    if kind == BOTTOM:
        return "_|_"
    number = kind & NUMBER == NUMBER
    names = [name for bit, name in _NAMES if kind & bit and not (number and bit & NUMBER)]
    if number:
        names.append("number")
    return names[0] if len(names) == 1 else f"({'|'.join(names)})"
