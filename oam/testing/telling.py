"""Failures for people: what was expected, what was found, and the lines of both."""

from __future__ import annotations

import json
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from oam.model import to_yaml
from oam.testing.datapath import MISSING, format_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.testing.coverage import Report
    from oam.testing.running import CaseResult, Failure
    from oam.testing.suite import Suite
    from pycue.errors import Diagnostic
    from pycue.source import Position

__all__ = ["coverage_document", "coverage_lines", "failure_lines", "result_document"]

_WIDEST = 100
"""Values whose text is longer are shown as YAML, both sides together as a difference."""


def failure_lines(suite: Suite, failure: Failure) -> Iterator[str]:
    """A failure, first what it is about, then indented what there is to say."""
    path = format_path(failure.path)
    if failure.errors:
        yield f"{failure.text}:"
        for item in failure.errors:
            yield from _error_lines(item)
        return
    if failure.text:
        yield f"{path}: {failure.text}" if path and not failure.text.startswith("the step ") else failure.text
    elif failure.found is MISSING:
        yield f"{path} is not there"
    elif _is_large(failure.expected) or _is_large(failure.found):
        yield f"{path} is not as expected"
    else:
        yield f"{path} is {_short(failure.found)}, not {_short(failure.expected)}"
    yield from _sides(failure)
    if failure.help:
        yield f"  hint: {failure.help}"


def _sides(failure: Failure) -> Iterator[str]:
    expected, found = failure.expected, failure.found
    both = expected is not MISSING and found is not MISSING
    if failure.path[:1] in (("errors",), ("warnings",)):
        yield f"  expected: {_short(expected)}{_at(failure.position)}" if expected is not MISSING else _place(failure)
        yield from (f"  found:    {item}" for item in ([] if found is MISSING else found))
        return
    if expected is MISSING and found is not MISSING and _is_large(found):
        yield f"  + found{_at(failure.origin)}"
        yield from (f"    + {line}" for line in _yaml(found))
        yield _place(failure)
        return
    if both and (_is_large(expected) or _is_large(found)):
        yield f"  - expected{_at(failure.position)}"
        yield f"  + found{_at(failure.origin)}"
        yield from (f"    {line}" for line in difference(expected, found))
        return
    rows = []
    if expected is not MISSING:
        rows.append(("expected:", _short(expected), failure.position))
        rows.append(("found:", "nothing" if found is MISSING else _short(found), failure.origin))
    elif found is not MISSING:
        rows.append(("found:", _short(found), failure.origin))
    elif failure.origin is not None:
        rows.append(("made", "", failure.origin))
    if expected is MISSING and failure.position is not None:
        rows.append(("expected", "", failure.position))
    width = max((len(text) for _, text, _ in rows), default=0)
    for label, text, position in rows:
        if not text:
            yield f"  {label}{_at(position)}"
            continue
        yield f"  {label.ljust(9)} {text.ljust(width)}{_at(position, '   ')}".rstrip()


def _place(failure: Failure) -> str:
    return f"  expected{_at(failure.position)}"


def difference(expected: Any, found: Any) -> Iterator[str]:
    """Lines of both sides as YAML, with ``-`` before those of the first and ``+`` before those of the second only."""
    lines = unified_diff(_yaml(expected), _yaml(found), lineterm="", n=3)
    for line in lines:
        if line.startswith(("---", "+++")):
            continue
        yield "…" if line.startswith("@@") else f"{line[0]} {line[1:]}".rstrip()


def _yaml(data: Any) -> list[str]:
    return to_yaml(data).splitlines()


def _error_lines(item: Diagnostic) -> Iterator[str]:
    yield f"  {item.summary()}"
    for position in item.positions():
        yield f"      {position!r}"
    if item.help:
        yield f"      hint: {item.help}"


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_large(value: Any) -> bool:
    return len(_short(value)) > _WIDEST or (isinstance(value, str) and "\n" in value)


def _at(position: Position | None, gap: str = "  ") -> str:
    return f"{gap}{position!r}" if position is not None else ""


# ---- coverage


def coverage_lines(reports: list[Report]) -> Iterator[str]:
    """One line a definition, below it what was not reached."""
    names = [f"{report.type} {report.name}" for report in reports]
    width = max(map(len, names), default=0)
    for name, report in zip(names, reports, strict=True):
        outcomes = sum(branch.outcomes for branch in report.branches)
        reached = sum(branch.reached for branch in report.branches)
        given = sum(one.given for one in report.parameters)
        counts = f"branches {reached}/{outcomes}, parameters {given}/{len(report.parameters)}"
        yield f"{name.ljust(width)}  {report.percent:5.1f} %  {counts}"
        for branch in report.branches:
            if lack := branch.lack():
                yield f"    {branch.position!r}: {lack}: {branch.text}"
        for one in report.parameters:
            if not one.given:
                yield f"    {f'{one.position!r}: ' if one.position else ''}never given: {one.path}"


def coverage_document(report: Report) -> dict[str, Any]:
    """The coverage of a definition as plain data."""
    return {
        "type": report.type,
        "name": report.name,
        "file": report.file,
        "percent": round(report.percent, 1),
        "reached": report.reached,
        "total": report.total,
        "branches": [
            {
                "line": branch.position.line,
                "column": branch.position.column,
                "text": branch.text,
                **({"entered": branch.held} if branch.loops else {"true": branch.held, "false": branch.failed}),
            }
            for branch in report.branches
        ],
        "parameters": [
            {"path": one.path, "line": one.position.line if one.position else None, "given": one.given}
            for one in report.parameters
        ],
    }


def result_document(suite: Suite, result: CaseResult) -> dict[str, Any]:
    """A result as plain data."""
    place = suite.locate(result.case.path)
    document: dict[str, Any] = {
        "name": result.case.name,
        "line": place.line if place else None,
        "outcome": result.outcome,
        "seconds": round(result.seconds, 6),
    }
    if result.outcome == "skipped":
        document["reason"] = result.case.skip
    if result.failures:
        document["failures"] = [_failure_document(failure) for failure in result.failures]
    return document


def _failure_document(failure: Failure) -> dict[str, Any]:
    sides = {"expected": failure.expected, "found": failure.found}
    places = {"position": failure.position, "origin": failure.origin}
    return {
        "path": format_path(failure.path),
        "text": failure.text,
        **{key: value for key, value in sides.items() if value is not MISSING},
        **{
            key: {"file": place.filename, "line": place.line, "column": place.column}
            for key, place in places.items()
            if place is not None
        },
        **({"help": failure.help} if failure.help else {}),
        **({"errors": [item.to_dict() for item in failure.errors]} if failure.errors else {}),
    }
