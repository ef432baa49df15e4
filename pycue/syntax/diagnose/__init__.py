"""The official words for what is wrong with a text that the grammar refuses."""

from __future__ import annotations

from pycue.errors import Diagnostic
from pycue.source import Position
from pycue.syntax.diagnose.parser import Parser

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.source import Source

__all__ = ["diagnose"]


def diagnose(source: Source, *, expression: bool = False, language_version: str = "") -> list[Diagnostic]:
    """Errors of a file (or of an expression) as the official parser reports them, in the order that it finds them."""
    parser = Parser(source, language_version)
    parser.parse(expression=expression)
    return [
        Diagnostic(message, code="cue.syntax", position=Position(source, offset)) for offset, message in parser.errors
    ]
