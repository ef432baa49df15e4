"""Elastic tab stops: rows of cells become text whose columns line up.

Source: the behaviour of Go's package text/tabwriter with the flags that the official formatter sets. A column is a
run of consecutive rows that all have a cell followed by another at the same index, as wide as its widest cell.
"""

from __future__ import annotations

__all__ = ["Row", "align_rows"]


class Row:
    """One output line: ``indent`` leading tabs, then ``cells``; ``ends_section`` closes all columns after it."""

    __slots__ = ("cells", "ends_section", "indent")

    def __init__(self, indent: int, cells: list[str], ends_section: bool) -> None:
        self.indent = indent
        self.cells = cells
        self.ends_section = ends_section


def align_rows(rows: list[Row], tab_width: int) -> list[str]:
    """The lines' texts, without line ends. Leading empty cells are padded with tabs, the others with blanks."""
    lines: list[str] = []
    start = 0
    for index, row in enumerate(rows):
        if row.ends_section or row.indent + len(row.cells) == 1:
            _align_section(rows[start : index + 1], tab_width, lines)
            start = index + 1
    if start < len(rows):
        _align_section(rows[start:], tab_width, lines)
    return lines


def _align_section(rows: list[Row], tab_width: int, lines: list[str]) -> None:
    if len(rows) == 1:
        cells = rows[0].cells
        last = cells[-1]
        lines.append("\t" * rows[0].indent + "".join(cell + " " for cell in cells[:-1] if cell) + last)
        return
    shared = min(row.indent for row in rows)
    table = [[""] * (row.indent - shared) + row.cells for row in rows]
    widths: list[list[int]] = [[] for _ in rows]
    for column in range(max(len(cells) for cells in table) - 1):
        start = 0
        while start < len(rows):
            end = start
            while end < len(rows) and len(table[end]) > column + 1:
                end += 1
            if end > start:
                width = _column_width(rows[start:end], table[start:end], column, shared)
                for index in range(start, end):
                    widths[index].append(width)
            start = max(end, start + 1)
    for cells, row_widths in zip(table, widths, strict=True):
        lines.append("\t" * shared + _line(cells, row_widths, tab_width))


def _column_width(rows: list[Row], table: list[list[str]], column: int, shared: int) -> int:
    width = max(len(cells[column]) for cells in table)
    if width == 0 and not any(column < row.indent - shared for row in rows):
        return 0  # nothing but empty alignment cells
    return width + 1


def _line(cells: list[str], widths: list[int], tab_width: int) -> str:
    parts: list[str] = []
    leading = True
    for cell, width in zip(cells, widths, strict=False):
        if cell:
            leading = False
            parts.append(cell.ljust(width))
        elif leading:
            parts.append("\t" * -(-width // tab_width))
        else:
            parts.append(" " * width)
    parts.append(cells[-1])
    return "".join(parts)
