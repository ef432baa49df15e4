"""A named source text and the conversion of offsets into lines and columns."""

from __future__ import annotations

from bisect import bisect_right

__all__ = ["Position", "Source"]


class Source:
    """Text of one file: CUE, JSON, YAML or whatever positions point into.

    ``name`` is shown in messages as it is. Offsets are code points; columns are bytes of UTF-8, counted from 1, as the
    official tool prints them. The line table is made on first use.
    """

    __slots__ = ("__weakref__", "_lines", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._lines: list[int] | None = None

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and byte column, both from 1."""
        lines = self._lines
        if lines is None:
            lines = [0]
            find, at = self.text.find, 0
            # as in the official tool, no line begins at the very end of the text
            while 0 < (at := find("\n", at) + 1) < len(self.text):
                lines.append(at)
            self._lines = lines
        line = bisect_right(lines, offset)
        start = lines[line - 1]
        return line, len(self.text[start:offset].encode("utf-8", "surrogatepass")) + 1


class Position:
    """A place in a :class:`Source`."""

    __slots__ = ("offset", "source")

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset

    @property
    def filename(self) -> str:
        return self.source.name

    @property
    def line(self) -> int:
        return self.source.line_column(self.offset)[0]

    @property
    def column(self) -> int:
        return self.source.line_column(self.offset)[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Position) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def key(self) -> tuple[str, int]:
        """Sort key: file name, then offset."""
        return self.source.name, self.offset

    def __repr__(self) -> str:
        line, column = self.source.line_column(self.offset)
        return f"{self.source.name}:{line}:{column}"
