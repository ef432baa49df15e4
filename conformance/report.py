"""Figures by folder and kind, JUnit output, and the floor that may only rise."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from conformance.script import Check

__all__ = ["Result", "below_floor", "raise_floor", "table", "tally", "write_junit"]

Tally = dict[str, dict[str, list[int]]]  # folder -> kind -> [passed, total]


class Result:
    """Checks of one script; ``folder`` names its suite and directory, ``unsupported`` why it did not run."""

    def __init__(self, folder: str, name: str, checks: list[Check], unsupported: str = "") -> None:
        self.folder = folder
        self.name = name
        self.checks = checks
        self.unsupported = unsupported


def tally(results: Iterable[Result]) -> Tally:
    """Passed and total checks by folder and kind."""
    figures: Tally = {}
    for result in results:
        kinds = figures.setdefault(result.folder, {"success": [0, 0], "error": [0, 0]})
        for check in result.checks:
            kinds[check.kind][1] += 1
            kinds[check.kind][0] += check.result == "pass"
    return figures


def _percent(passed: int, total: int) -> str:
    return f"{100 * passed / total:5.1f}% of {total:5d}" if total else "     -        "


def table(results: list[Result]) -> str:
    """A line a folder, then the sum; the last line is the figure."""
    figures = tally(results)
    width = max([len(f) for f in figures] + [6])
    lines = []
    total = {"success": [0, 0], "error": [0, 0]}
    for folder, kinds in sorted(figures.items()):
        lines.append(f"{folder:{width}}  success {_percent(*kinds['success'])}  error {_percent(*kinds['error'])}")
        for kind, (passed, count) in kinds.items():
            total[kind][0] += passed
            total[kind][1] += count
    checks = [c for r in results for c in r.checks]
    crashes, timeouts = (sum(c.result == kind for c in checks) for kind in ("crash", "timeout"))
    unsupported = sum(bool(r.unsupported) for r in results)
    lines.append(
        f"{'total':{width}}  success {_percent(*total['success'])}  error {_percent(*total['error'])}  "
        f"scripts {len(results)}, not run {unsupported}, crashes {crashes}, time-outs {timeouts}"
    )
    return "\n".join(lines)


def below_floor(figures: Tally, floor: Path) -> list[str]:
    """Sentences about folders in which fewer checks pass than the floor file says; folders not run are passed over."""
    known: dict[str, dict[str, int]] = json.loads(floor.read_text()) if floor.exists() else {}
    faults = []
    for folder, kinds in sorted(figures.items()):
        for kind, least in known.get(folder, {}).items():
            if kinds[kind][0] < least:
                faults.append(f"{folder}: {kinds[kind][0]} {kind} checks pass, the floor is {least}")
    return faults


def raise_floor(figures: Tally, floor: Path) -> None:
    """Write the figures into the floor file wherever they are higher than what it holds."""
    known: dict[str, dict[str, int]] = json.loads(floor.read_text()) if floor.exists() else {}
    for folder, kinds in figures.items():
        entry = known.setdefault(folder, {})
        for kind, (passed, _) in kinds.items():
            entry[kind] = max(passed, entry.get(kind, 0))
    floor.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")


def write_junit(results: list[Result], path: Path) -> None:
    """One suite a folder, one test case a check."""
    out = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites>"]
    for folder in sorted({r.folder for r in results}):
        out.append(f"<testsuite name={quoteattr(folder)}>")
        for result in (r for r in results if r.folder == folder):
            for check in result.checks:
                name = quoteattr(f"{result.name}:{check.line} {check.text}")
                out.append(f'<testcase classname={quoteattr(folder)} name={name} time="{check.seconds:.3f}">')
                if check.result != "pass":
                    out.append(f"<failure type={quoteattr(check.result)}>{escape(check.why)}</failure>")
                out.append("</testcase>")
        out.append("</testsuite>")
    out.append("</testsuites>")
    path.write_text("\n".join(out) + "\n", encoding="utf-8", errors="backslashreplace")
