"""Diagnostics as a SARIF 2.1.0 log (OASIS Static Analysis Results Interchange Format), one run."""

from __future__ import annotations

import json
import posixpath
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from oam.diagnostics.catalogue import rule
from oam.diagnostics.text import source_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.errors import Diagnostic
    from pycue.source import Position

__all__ = ["log"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning"}


def log(diagnostics: Sequence[Diagnostic]) -> str:
    """The log, with a line end. Rules are those of the results; columns count code points."""
    codes = sorted({item.code for item in diagnostics})
    driver: dict[str, Any] = {"name": "oam", "rules": [_rule(code) for code in codes]}
    try:
        driver["version"] = version("pycue-oam")
    except PackageNotFoundError:
        pass  # not installed: run from its folder
    results = [_result(item, codes.index(item.code)) for item in diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str) -> dict[str, Any]:
    known = rule(code)
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "help": {"text": known.help},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


def _result(item: Diagnostic, index: int) -> dict[str, Any]:
    subject = getattr(item, "subject", "")
    text = item.summary() + (f" (hint: {item.help})" if item.help else "")
    out: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": _LEVELS.get(item.severity, "note"),
        "message": {"text": f"{subject}: {text}" if subject else text},
    }
    positions = item.positions()
    if positions:
        out["locations"] = [{"physicalLocation": _location(positions[0])}]
        if item.path:
            out["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": ".".join(item.path)}]
    if len(positions) > 1:
        related = enumerate(positions[1:], 1)
        out["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(position), "message": {"text": source_line(position)}}
            for number, position in related
        ]
    return out


def _location(position: Position) -> dict[str, Any]:
    file, inner, _ = position.filename.partition("#")
    out: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if not inner:  # else the position counts within a text that the file holds in another spelling
        region = {"startLine": position.line, "startColumn": _column(position)}
        out["region"] = {**region, "snippet": {"text": source_line(position)}}
    return out


def _uri(file: str) -> str:
    path = posixpath.normpath(file.replace("\\", "/"))
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)


def _column(position: Position) -> int:
    """The column in code points; positions count bytes."""
    text = position.source.text
    before = text[text.rfind("\n", 0, position.offset) + 1 : position.offset]
    return position.column - (len(before.encode("utf-8", "surrogatepass")) - len(before))
