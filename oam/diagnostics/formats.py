"""The formats that reports have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.errors import Diagnostic

__all__ = ["FORMATS", "render"]

FORMATS = ("text", "json", "github", "sarif")
"""``text`` is for people and printed as things are found; the others are whole reports."""


def render(diagnostics: Sequence[Diagnostic], form: str) -> str:
    """A report in one of :data:`FORMATS`, with a line end; repetitions are left out, the order is kept."""
    unique = list({(d.severity, d.code, d.message, d.path, d.position): d for d in diagnostics}.values())
    if form == "github":
        from oam.diagnostics.github import commands

        return commands(unique)
    if form == "sarif":
        from oam.diagnostics.sarif import log

        return log(unique)
    if form == "json":
        from oam.diagnostics.data import report

        return report(unique)
    from oam.diagnostics.text import line

    return "".join(line(item) + "\n" for item in unique)
