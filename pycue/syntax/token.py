"""Positions of tokens.

A position is an int: ``(offset + 1) << 4 | relation``, where ``offset`` counts code points of the text
(:class:`pycue.source.Source` turns it into line and byte column) and ``relation`` says how the token follows
the one before it, as in the official ``cue/token`` package. 0 is "no position"; a value below 16 has a relation only.
"""

from __future__ import annotations

__all__ = [
    "BLANK",
    "ELIDED",
    "NEWLINE",
    "NEW_SECTION",
    "NO_POS",
    "NO_REL",
    "NO_SPACE",
    "make",
    "offset",
    "relation",
    "with_relation",
]

NO_POS = 0
NO_REL = 0
ELIDED = 1  # token has no text of its own (a comma that was not written)
NO_SPACE = 2
BLANK = 3
NEWLINE = 4
NEW_SECTION = 5


def make(offset: int, relation: int = NO_REL) -> int:
    """Position at ``offset`` (code points from the start of the file)."""
    return (offset + 1) << 4 | relation


def offset(pos: int) -> int:
    """Offset in code points; -1 where the position has none."""
    return (pos >> 4) - 1


def relation(pos: int) -> int:
    """One of the relation constants of this module."""
    return pos & 15


def with_relation(pos: int, relation: int) -> int:
    """The same place with another relation."""
    return pos & ~15 | relation
