"""CUE texts inside of YAML documents, with positions in the YAML file."""

from __future__ import annotations

from pycue.source import Source

__all__ = ["BlockSource"]


class BlockSource(Source):
    """The text of a literal block (``|``): every line stands ``indent`` columns to the right of its own column."""

    __slots__ = ("first_line", "indent", "outer")

    def __init__(self, outer: Source, offset: int, text: str) -> None:
        """Find the block whose ``|`` stands at ``offset`` of ``outer``."""
        super().__init__(outer.name, text)
        self.outer = outer
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

    def outer_offset(self, offset: int) -> int:
        """The offset in the whole file of an offset in the block."""
        line = self.text.count("\n", 0, offset)
        at = 0
        for _ in range(self.first_line - 1 + line):
            at = self.outer.text.find("\n", at) + 1
        column = offset - (self.text.rfind("\n", 0, offset) + 1)
        return min(at + self.indent + column, len(self.outer.text))

    def outer_text(self, text: str) -> str:
        """A text to be put into the block, as it is written in the file."""
        return text.replace("\n", "\n" + " " * self.indent)
