"""CUE package text/tabwriter: columns separated by tabs become aligned."""

from __future__ import annotations

import re

from pycue.evaluator import kind as k
from pycue.evaluator.values import EVAL, Bytes, String
from pycue.evaluator.vertex import Vertex
from pycue.std._declare import Package, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Value

__all__ = ["PACKAGE"]


def _write(call: CallContext) -> str:
    value = call.value(0)
    if isinstance(value, Vertex) and value.kind == k.LIST:
        return _aligned("".join(f"{_line(call, item)}\n" for item in call.list(0)))
    if isinstance(value, String | Bytes):
        return _aligned(call.bytes(0).decode("utf-8", "replace"))
    raise ValueError(f"tabwriter.Write: unsupported type {k.kind_string(value.kind)}")


def _line(call: CallContext, value: Value) -> str:
    if isinstance(value, Bytes):
        return value.value.decode("utf-8", "replace")
    if isinstance(value, String):
        return value.value
    if value.kind & (k.STRING | k.BYTES):
        raise call.incomplete(value)
    text = "cannot use value %s (type %s) as (string|bytes)"
    raise call.pathless_error(EVAL, text, value, k.kind_string(value.kind))


def _aligned(text: str) -> str:
    """The text in columns. A form feed ends all of them with its line; of the last line an empty last cell is none."""
    blocks = [[re.split("[\t\v]", line) for line in block.split("\n")] for block in text.split("\f")]
    last = blocks[-1][-1]
    if len(last) > 1 and not last[-1]:
        last.pop()
    return "\n".join(map(_columns, blocks))


def _columns(rows: list[list[str]]) -> str:
    """A column is a run of lines that have a cell ended by a tab at the same index."""
    widths: list[list[int]] = [[] for _ in rows]
    for column in range(max(len(row) for row in rows) - 1):
        start = 0
        while start < len(rows):
            end = start
            while end < len(rows) and len(rows[end]) > column + 1:
                end += 1
            if end > start:
                width = max(len(row[column]) for row in rows[start:end]) + 1
                for index in range(start, end):
                    widths[index].append(width)
            start = max(end, start + 1)
    padded = (
        "".join(cell.ljust(width) for cell, width in zip(row, row_widths, strict=False)) + row[-1]
        for row, row_widths in zip(rows, widths, strict=True)
    )
    return "\n".join(padded)


PACKAGE = Package("text/tabwriter", [raw_function("Write", "_", "s", _write)])
