"""Diagnostics as workflow commands of GitHub Actions, which become annotations of the lines of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.errors import Diagnostic

__all__ = ["commands"]

_COMMANDS = {"error": "error", "warning": "warning"}


def commands(diagnostics: Sequence[Diagnostic]) -> str:
    """One line each: ``::error file=…,line=…,col=…,title=CODE::message``; further places and the hint follow."""
    return "".join(_annotation(item) + "\n" for item in diagnostics)


def _annotation(item: Diagnostic) -> str:
    positions = item.positions()
    fields = {"title": item.code}
    for first in positions[:1]:
        name = first.filename.partition("#")[0].removeprefix("./")
        fields = {"file": name, "line": str(first.line), "col": str(first.column), **fields}
    subject = getattr(item, "subject", "")
    lines = [f"{subject}: {item.summary()}" if subject else item.summary()]
    lines += [f"see {position!r}" for position in positions[1:]]
    if item.help:
        lines.append(f"hint: {item.help}")
    properties = ",".join(f"{key}={_escaped(value, property_=True)}" for key, value in fields.items())
    return f"::{_COMMANDS.get(item.severity, 'notice')} {properties}::{_escaped(chr(10).join(lines))}"


def _escaped(text: str, *, property_: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text
