"""Diagnostics as text: one line, or a line with its places below."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.errors import Diagnostic
    from pycue.source import Position

__all__ = ["line", "place", "places", "source_line"]


def place(diagnostic: Diagnostic) -> str:
    """``file:line:column``, or ``""``."""
    return repr(diagnostic.position) if diagnostic.position else ""


def line(diagnostic: Diagnostic) -> str:
    """``severity: place: path: message [code] (hint)``."""
    where = place(diagnostic)
    text = f"{diagnostic.severity}: {where + ': ' if where else ''}{diagnostic.summary()} [{diagnostic.code}]"
    return f"{text} ({diagnostic.help})" if diagnostic.help else text


def places(positions: Iterable[Position], indent: str) -> list[str]:
    """A line for each place: file, line and column, and what stands there; without repetition."""
    rows = {repr(position): source_line(position) for position in positions}
    width = max(map(len, rows), default=0)
    return [f"{indent}{where.ljust(width)}  {text}".rstrip() for where, text in rows.items()]


def source_line(position: Position, limit: int = 72) -> str:
    """The line that a position is in, without its indentation; of long ones the part around the position."""
    text = position.source.text
    start = text.rfind("\n", 0, position.offset) + 1
    end = text.find("\n", position.offset)
    line = text[start : end if end >= 0 else len(text)]
    found = line.strip()
    if len(found) <= limit:
        return found
    at = max(position.offset - start - (len(line) - len(line.lstrip())), 0)
    first = min(max(at - limit // 2, 0), len(found) - limit)
    part = found[first : first + limit]
    return (
        ("…" if first else "")
        + part[bool(first) : limit - (first + limit < len(found))]
        + ("…" if first + limit < len(found) else "")
    )
