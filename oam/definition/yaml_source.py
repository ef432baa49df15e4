"""CUE texts inside of YAML documents, with positions in the YAML file."""

from __future__ import annotations

from pycue.source import Source

__all__ = ["BlockSource"]


class BlockSource(Source):
    """The text of a literal block (``|``): every line stands ``indent`` columns to the right of its own column."""

    __slots__ = ("first_line", "indent")

    def __init__(self, outer: Source, offset: int, text: str) -> None:
        """Find the block whose ``|`` stands at ``offset`` of ``outer``."""
        super().__init__(outer.name, text)
        line, _ = outer.line_column(offset)
        self.first_line = line + 1
        start = outer.text.find("\n", offset) + 1
        self.indent = 0
        for raw, own in zip(outer.text[start:].split("\n", 50), text.split("\n", 50), strict=False):
            if own.strip():
                self.indent = max(len(raw) - len(own.rstrip("\r")), 0)
                break

    def line_column(self, offset: int) -> tuple[int, int]:
        line, column = super().line_column(offset)
        return line + self.first_line - 1, column + self.indent
