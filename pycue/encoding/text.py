"""Plain text and raw bytes: a file is one string or one bytes value."""

from __future__ import annotations

from pycue.errors import EncodeError
from pycue.syntax import ast, token
from pycue.syntax.literal import quote_bytes, quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.source import Source

__all__ = ["decode_binary", "decode_text", "encode_binary", "encode_text"]


def decode_text(source: Source) -> ast.Expr:
    """The whole text as a string literal."""
    return ast.BasicLit(token.make(0), "STRING", quote_string(source.text, "\t"))


def decode_binary(data: bytes) -> ast.Expr:
    """The whole file as a bytes literal."""
    return ast.BasicLit(token.make(0), "STRING", quote_bytes(data, "\t"))


def encode_text(data: Any) -> str:
    """The string itself.

    Raises:
        EncodeError: it is no string.
    """
    if not isinstance(data, str):
        raise EncodeError(f"cannot use value {_describe(data)} as string")
    return data


def encode_binary(data: Any) -> bytes:
    """The string's UTF-8 or the bytes themselves.

    Raises:
        EncodeError: it is neither.
    """
    if isinstance(data, str):
        return data.encode("utf-8", "replace")
    if not isinstance(data, bytes):
        raise EncodeError(f"cannot use value {_describe(data)} as (string|bytes)")
    return data


def _describe(data: Any) -> str:
    from pycue.encoding.json import encode

    if isinstance(data, bytes):
        return f"{quote_bytes(data)} (type bytes)"
    names = {dict: "struct", list: "list", bool: "bool", int: "int", type(None): "null"}
    return f"{encode(data)} (type {names.get(type(data), 'float')})"
