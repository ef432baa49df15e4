"""Bottom layer of the formatter: collects tokens, requested white space and indentation into rows of cells.

White space is not written when it is asked for: requests add up until the next token, whose position in the source may
change them (:meth:`Printer.place`). Source: behaviour of the official package cue/format.
"""

from __future__ import annotations

from pycue.syntax import token
from pycue.syntax.format.align import Row, align_rows

__all__ = [
    "BLANK",
    "COMMA",
    "DECL_COMMA",
    "FORM_FEED",
    "INDENT",
    "NEWLINE",
    "NEW_SECTION",
    "NO_BLANK",
    "NO_OVERRIDE",
    "TRAIL_COMMA",
    "UNINDENT",
    "VTAB",
    "Printer",
]

# Requests for what goes in front of the next token.
BLANK = 1
VTAB = 2  # end of an aligned cell
NO_BLANK = 4
NO_OVERRIDE = 8  # the next token's position has no say
COMMA = 16  # between list elements and arguments
TRAIL_COMMA = 32  # ... but after the last one only at the end of a line
DECL_COMMA = 64  # between declarations; needed only where the line goes on
NEWLINE = 128
FORM_FEED = 256  # newline that ends aligned columns
NEW_SECTION = 512  # an empty line
INDENT = 1024  # indent from the next line on
UNINDENT = 2048

_BREAKS = NEWLINE | FORM_FEED | NEW_SECTION
_COMBINING = {("INT", "."), ("+", "+"), ("-", "-"), ("/", "*")}


class Printer:
    """Rows being written. ``line`` counts line ends, ``last`` is the last token (or ``INT``, ``COMMENT`` ...)."""

    def __init__(self) -> None:
        self.requested = 0
        self.last = ""
        self.line = 0
        self._indents: list[bool] = []  # open indentations: whether a line was indented by it
        self._indent = 0
        self._after_space = True
        self._rows: list[Row] = []
        self._row_indent = 0
        self._cells: list[str] = []
        self._text: list[str] = []

    @property
    def empty(self) -> bool:
        """Whether nothing was written yet."""
        return not (self._text or self._cells or self._rows)

    @property
    def indent_level(self) -> int:
        return self._indent

    def place(self, pos: int) -> None:
        """Let a token's position in the source decide between blank and newline, and write the white space."""
        relation = pos & 15
        if not relation or self.requested & NO_OVERRIDE:
            return
        requested = self.requested
        if self.last == "COMMENT":
            requested |= NEWLINE
        elif relation == token.NO_SPACE:
            requested &= ~_BREAKS
        elif relation == token.BLANK:
            requested = (requested | BLANK) & ~_BREAKS
        elif relation == token.NEWLINE:
            requested |= NEWLINE
        if relation == token.NEW_SECTION:
            requested |= NEW_SECTION
        self._write_space(requested)
        self.requested = 0

    def write(self, text: str, last: str) -> None:
        """Write a token after the white space that was requested."""
        if not self._after_space and (last == "let" or (self.last, text[:1]) in _COMBINING):
            self.requested |= BLANK
        self._write_space(self.requested)
        self.requested = 0
        self.last = last
        if text:
            self._after_space = False
            self._text.append(text)

    def finish(self) -> None:
        """End the last line of a file."""
        self.requested = NEWLINE
        self.write("", "EOF")

    def pop_indent(self) -> None:
        """Undo the innermost INDENT now (if any: a broken selector may have closed it before)."""
        if self._indents and self._indents.pop():
            self._indent -= 1

    def result(self, tab_width: int) -> str:
        """Everything written so far, aligned."""
        self._end_cell()
        return "\n".join(align_rows([*self._rows, Row(self._row_indent, self._cells, True)], tab_width))

    def _write_space(self, flags: int) -> None:
        if flags & COMMA and (flags & _BREAKS or not flags & TRAIL_COMMA):
            self._text.append(",")
        if flags & INDENT:
            self._indents.append(False)
        if flags & UNINDENT:
            self.pop_indent()
        if flags & _BREAKS:
            if not flags & UNINDENT and self._indents and not self._indents[-1]:
                self._indents[-1] = True
                self._indent += 1
            self._end_line(not flags & ~NEWLINE & _BREAKS)
            if flags & NEW_SECTION:
                self._row_indent = 0
                self._end_line(False)
        elif flags & DECL_COMMA:
            self._text.append(", ")
        elif flags & NO_BLANK:
            return
        elif flags & VTAB:
            self._end_cell()
        elif flags & BLANK:
            self._text.append(" ")
        else:
            return
        self._after_space = True

    def _end_cell(self) -> None:
        self._cells.append("".join(self._text))
        self._text.clear()

    def _end_line(self, columns_go_on: bool) -> None:
        self._end_cell()
        self._rows.append(Row(self._row_indent, self._cells, not columns_go_on))
        self._cells = []
        self._row_indent = self._indent
        self.line += 1
