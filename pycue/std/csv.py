"""CUE package encoding/csv. Source: Go's package encoding/csv (RFC 4180, strict quotes)."""

from __future__ import annotations

from pycue.encoding import json
from pycue.evaluator import kind as k
from pycue.evaluator.values import EVAL, String
from pycue.evaluator.vertex import Vertex
from pycue.std._data import data_of
from pycue.std._declare import Package, function, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Value

__all__ = ["PACKAGE"]


def _elements(call: CallContext, value: Value) -> list[Value]:
    if not isinstance(value, Vertex) or value.kind != k.LIST:
        if value.kind & k.LIST:
            raise call.incomplete(value)
        raise call.pathless_error(EVAL, "cannot use value %s (type %s) as list", value, k.kind_string(value.kind))
    call.ctx.unify(value)
    return [call.ctx.unwrap(call.ctx.default(element)) for element in call.ctx.elements(value)]


def _encode(call: CallContext) -> str:
    rows = []
    size = 0
    for row in _elements(call, call.value(0)):
        rows.append([_cell(call, cell) for cell in _elements(call, row)])
        size += sum(map(len, rows[-1]))
        call.ctx.check_size(size)
    return "".join(",".join(_quoted(cell) for cell in row) + "\n" for row in rows)


def _cell(call: CallContext, value: Value) -> str:
    """Text of one cell: strings as they are, everything else as JSON."""
    if isinstance(value, String):
        return value.value
    return json.encode(data_of(call, value, json.INCOMPLETE))


def _quoted(cell: str) -> str:
    if not cell:
        return ""
    special = cell == "\\." or any(c in cell for c in ',"\r\n') or cell[0].isspace()
    return '"' + cell.replace('"', '""') + '"' if special else cell


def _decode(data: bytes) -> list[list[str]]:
    """Records of one number of fields; empty lines are passed over."""
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    records: list[list[str]] = []
    at = 0
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        start = at
        record, at = _record(lines, at)
        if records and len(record) != len(records[0]):
            raise ValueError(f"record on line {start + 1}: wrong number of fields")
        records.append(record)
    return records


def _record(lines: list[str], at: int) -> tuple[list[str], int]:
    """The record that starts on line ``at``, and the line after it."""
    cells: list[str] = []
    line, column = lines[at], 0
    while True:
        if line[column : column + 1] != '"':
            end = line.find(",", column)
            cell = line[column:] if end < 0 else line[column:end]
            if '"' in cell:
                place = len(line[: column + cell.index('"')].encode()) + 1
                raise ValueError(f'parse error on line {at + 1}, column {place}: bare " in non-quoted-field')
            cells.append(cell)
            if end < 0:
                return cells, at + 1
            column = end + 1
            continue
        column += 1
        cell = ""
        while True:
            end = line.find('"', column)
            if end < 0:  # the cell goes on in the next line
                cell += line[column:] + "\n"
                if at + 1 == len(lines):
                    raise _quote_error(line, at, len(line))
                at, column = at + 1, 0
                line = lines[at]
                continue
            cell += line[column:end]
            column = end + 1
            if line[column : column + 1] != '"':
                break
            cell += '"'
            column += 1
        cells.append(cell)
        if column == len(line):
            return cells, at + 1
        if line[column] != ",":
            raise _quote_error(line, at, column - 1)
        column += 1


def _quote_error(line: str, at: int, column: int) -> ValueError:
    place = len(line[:column].encode()) + 1
    return ValueError(f'parse error on line {at + 1}, column {place}: extraneous or missing " in quoted-field')


PACKAGE = Package("encoding/csv", [raw_function("Encode", "_", "s", _encode), function("Decode", "S", "l", _decode)])
