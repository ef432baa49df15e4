"""Diagnostics as text, in the official layout. Source: cue/errors (Print)."""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.errors import Diagnostic

__all__ = ["format_diagnostics", "relative"]


def relative(name: str, cwd: str) -> str:
    """A file name as messages show it: relative to ``cwd``, with ``./`` in front unless it starts with a dot.

    >>> relative("/a/b/x.cue", "/a/b"), relative("/a/x.cue", "/a/b"), relative("-", "/a")
    ('./x.cue', '../x.cue', '-')
    """
    if not name.startswith("/"):
        return name
    there, here = name.split("/"), cwd.rstrip("/").split("/")
    same = 0
    while same < len(here) and same < len(there) and here[same] == there[same]:
        same += 1
    shown = "/".join([".."] * (len(here) - same) + there[same:])
    return shown if shown.startswith(".") else f"./{shown}"


def format_diagnostics(diagnostics: Iterable[Diagnostic], cwd: str, *, grouped: bool = False) -> str:
    """All of them, a line each and a line for each position; the order is the caller's.

    ``grouped``: lines and columns have thousands separators, as where the official command goes on after an error.
    """
    lines: list[str] = []
    for diagnostic in diagnostics:
        positions = diagnostic.positions()
        summary = _relative_places(diagnostic.summary(), cwd)
        lines.append(f"{summary}:" if positions else summary)
        for position in positions:
            line, column = position.source.line_column(position.offset)
            place = f"{line:,}:{column:,}" if grouped else f"{line}:{column}"
            name = relative(position.filename, cwd)
            lines.append(f"    {name}:{place}" if name else f"    {place}")
    return "".join(f"{line}\n" for line in lines)


_PLACES = ("previous declaration at ",)  # what stands before a place inside a message


def _relative_places(text: str, cwd: str) -> str:
    """Message text in which the places that it mentions are relative too."""
    for words in _PLACES:
        before, found, place = text.partition(words)
        if found and place.startswith("/"):
            text = before + found + relative(place, cwd)
    return text
