"""``oam test``: run the suites that stand beside definitions."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

import attrs

from oam.cli.files import SUITES, find, read, write
from oam.cli.flags import Flag
from oam.cli.report import print_warnings
from oam.cli.state import arguments
from oam.errors import OamError, UsageError
from oam.testing.coverage import Coverage
from oam.testing.junit import to_junit
from oam.testing.running import SuiteRun
from oam.testing.snapshots import retaken
from oam.testing.suite import read_suite
from oam.testing.telling import coverage_document, coverage_lines, failure_lines, result_document
from pycue.errors import Diagnostic, DiagnosticError
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oam.cli.flags import Parsed
    from oam.testing.coverage import Report
    from oam.testing.running import CaseResult
    from oam.testing.suite import Case, Suite

__all__ = ["run"]

_FLAGS = (
    Flag("filter", "k"),
    Flag("exitfirst", "x", kind="bool"),
    Flag("update", kind="bool"),
    Flag("coverage", kind="bool"),
    Flag("fail-under"),
    Flag("junit"),
    Flag("format", default="text"),
    Flag("verbose", "v", kind="bool"),
    Flag("quiet", "q", kind="bool"),
)
_USAGE = """Usage: oam test [PATH[::CASE]...] [flags]

Runs the cases of the suites <definition>.test.yaml and <definition>.test.cue in files and folders, here unless given.

  -k, --filter RE       only cases whose "suite::name" matches
  -x, --exitfirst       stop after the first failure
      --update          take snapshots that differ again
      --coverage        tell which conditions and parameters the cases do not reach
      --fail-under N    fail where less than N percent of a definition is reached
      --junit FILE      write the results as JUnit XML
      --format FORMAT   text or json
  -v, --verbose         a line for each case
  -q, --quiet           failures and the summary only

Gives 0 where all cases pass, 1 where one fails, 2 where a suite or the command line is wrong."""

_MARKS = {"passed": ("✓", 32), "failed": ("✗", 31), "skipped": ("-", 33)}


@attrs.define
class _Session:
    """What one call of the command has seen."""

    parsed: Parsed
    runs: list[tuple[Suite, list[CaseResult]]] = attrs.field(factory=list)
    faults: list[tuple[str, Sequence[Diagnostic]]] = attrs.field(factory=list)
    coverage: dict[tuple[str, str, str], Coverage] = attrs.field(factory=dict)
    updated: int = 0

    @property
    def text(self) -> bool:
        return self.parsed.strings["format"] == "text"

    def count(self, outcome: str) -> int:
        return sum(result.outcome == outcome for _, results in self.runs for result in results)


def run(argv: list[str]) -> int:
    """The command; 1 where a case fails, 2 where a suite is no suite or the arguments make no sense."""
    try:
        parsed = arguments(_FLAGS, argv, _USAGE)
        if parsed is None:
            return 0
        return _run(parsed)
    except UsageError as error:
        print(f"Error: {error.text}", file=sys.stderr)
        return 2


def _run(parsed: Parsed) -> int:
    if parsed.strings["format"] not in ("text", "json"):
        raise UsageError("--format is text or json", code="oam.usage")
    least = _percent(parsed.strings["fail-under"])
    wanted = _filter(parsed.strings["filter"])
    session = _Session(parsed)
    for path, name in _suites(parsed.rest or ["."]):
        suite = _read(path, session)
        if suite is None:
            continue
        chosen = [
            case
            for case in suite.cases
            if (name is None or case.name == name) and (wanted is None or wanted.search(f"{path}::{case.name}"))
        ]
        if name is not None and not chosen:
            raise UsageError(f'{path}: there is no case "{name}"', code="oam.usage")
        if chosen and not _run_suite(suite, chosen, session):
            break
    if not session.runs and not session.faults:
        raise UsageError("no case is chosen" if wanted else "there are no suites", code="oam.usage")
    reports = [coverage.report for coverage in session.coverage.values()]
    low = [report for report in reports if least is not None and report.percent < least]
    _finish(session, reports, low, least)
    return 2 if session.faults else 1 if session.count("failed") or low else 0


def _percent(text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise UsageError("--fail-under takes a number from 0 to 100", code="oam.usage")
    return number


def _filter(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        raise UsageError(f"--filter: not a regular expression: {error}", code="oam.usage") from None


def _suites(paths: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Suites to run, each with the one case asked for or None; a definition stands for the suite beside it."""
    for argument in paths:
        path, _, name = argument.partition("::")
        if not os.path.exists(path):
            raise UsageError(f"{path}: no such file or directory", code="oam.usage")
        if os.path.isdir(path):
            found = [os.path.normpath(file) for file in find(path, SUITES)]
        elif path.endswith(SUITES):
            found = [path]
        else:
            stem = os.path.splitext(path)[0]
            found = [stem + end for end in SUITES if os.path.exists(stem + end)]
            if not found:
                raise UsageError(f"{path}: no suite {stem}{SUITES[0]} beside it", code="oam.usage")
        for file in found:
            yield file, name or None


def _read(path: str, session: _Session) -> Suite | None:
    """The suite; None where it is none, which is kept and told of."""
    try:
        suite = read_suite(Source(path, read(path)), _open)
    except DiagnosticError as error:
        faults = list(error.diagnostics)
    except OSError as error:
        faults = [Diagnostic(f"{error.filename}: {(error.strerror or str(error)).lower()}", code="oam.test.suite")]
    else:
        print_warnings([*suite.warnings, *suite.definition.warnings])
        return suite
    _tell_faults(path, faults, session)
    return None


def _tell_faults(path: str, faults: Sequence[Diagnostic], session: _Session) -> None:
    """Keep and print what is wrong with a suite."""
    session.faults.append((path, faults))
    for fault in faults:
        where = repr(fault.position) if fault.position else path
        print(f"Error: {where}: {fault.summary()}", file=sys.stderr)
        if fault.help:
            print(f"    hint: {fault.help}", file=sys.stderr)


def _open(path: str) -> str:
    with open(path, encoding="utf-8", newline="") as file:
        return file.read().replace("\r\n", "\n")


def _run_suite(suite: Suite, cases: list[Case], session: _Session) -> bool:
    """Run cases; false where no more are to be run."""
    bools = session.parsed.bools
    coverage = None
    if bools["coverage"] or session.parsed.strings["fail-under"]:
        fresh = Coverage(suite)
        key = (fresh.report.file, suite.type, suite.definition.name)
        coverage = session.coverage.setdefault(key, fresh)
    running = SuiteRun(
        suite,
        decided=coverage.tell if coverage else None,
        given=coverage.give if coverage else None,
        update=bools["update"],
    )
    results: list[CaseResult] = []
    session.runs.append((suite, results))
    for case in cases:
        results.append(running.run(case))
        if bools["exitfirst"] and results[-1].failures:
            break
    print_warnings(item for result in results for item in result.warnings)
    retakes = [retake for result in results for retake in result.retakes]
    if retakes:
        try:
            _write(suite.name, retaken(suite, retakes))
            session.updated += len(retakes)
        except OamError as error:
            _tell_faults(suite.name, error.diagnostics, session)
    if session.text and not bools["quiet"]:
        _print_suite(suite, results, verbose=bools["verbose"])
    return not (bools["exitfirst"] and any(result.failures for result in results))


def _write(path: str, text: str) -> None:
    """Replace the suite at once, with the line ends that it has."""
    with open(path, encoding="utf-8", newline="") as file:
        crlf = "\r\n" in file.read()
    write(path, text.replace("\n", "\r\n") if crlf else text)


# ---- what is printed


def _print_suite(suite: Suite, results: list[CaseResult], *, verbose: bool) -> None:
    outcomes = [result.outcome for result in results]
    if not verbose:
        marks = "".join(_coloured(*_MARKS[outcome]) for outcome in outcomes)
        print(f"{suite.name} {marks}", flush=True)
        return
    print(suite.name)
    for result in results:
        mark = _coloured(*_MARKS[result.outcome])
        why = f" ({result.case.skip})" if result.outcome == "skipped" else ""
        print(f"  {mark} {result.case.name}{why}")


def _finish(session: _Session, reports: list[Report], low: list[Report], least: float | None) -> None:
    if path := session.parsed.strings["junit"]:
        write(path, to_junit(session.runs))
    if not session.text:
        print(json.dumps(_document(session, reports), indent=2, ensure_ascii=False))
        return
    for suite, results in session.runs:
        for result in results:
            if result.failures:
                _print_failures(suite, result)
    if reports and session.parsed.bools["coverage"]:
        print("\n" + "\n".join(coverage_lines(reports)))
    for report in low:
        print(f"\n{report.type} {report.name} is covered to {report.percent:.1f} %, less than {least:g} %")
    counts = [f"{number} {word}" for word in ("failed", "passed", "skipped") if (number := session.count(word))]
    if session.updated:
        counts.append(f"{session.updated} snapshot{'' if session.updated == 1 else 's'} taken")
    if session.faults:
        counts.append(f"{len(session.faults)} invalid suite{'' if len(session.faults) == 1 else 's'}")
    bad = bool(session.faults or low or session.count("failed"))
    blank = "" if session.parsed.bools["quiet"] and not bad and not reports else "\n"
    print(blank + _coloured(", ".join(counts), 31 if bad else 32))


def _print_failures(suite: Suite, result: CaseResult) -> None:
    place = suite.locate(result.case.path)
    print(f"\n{_coloured(f'✗ {result.case.name}', 31)}  {place if place else suite.name!r}")
    for failure in result.failures:
        for line in failure_lines(suite, failure):
            print(f"  {_painted(line)}".rstrip())


def _painted(line: str) -> str:
    """A line of a difference in its colour."""
    sign = line.strip()[:2]
    return _coloured(line, 32 if sign == "- " else 31) if sign in ("- ", "+ ") and line.startswith("  ") else line


def _coloured(text: str, colour: int) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"


def _document(session: _Session, reports: list[Report]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "suites": [
            {
                "file": suite.name,
                "definition": {"type": suite.type, "name": suite.definition.name},
                "cases": [result_document(suite, result) for result in results],
            }
            for suite, results in session.runs
        ],
        "invalid": [
            {"file": path, "diagnostics": [fault.to_dict() for fault in faults]} for path, faults in session.faults
        ],
        "summary": {
            **{word: session.count(word) for word in ("passed", "failed", "skipped")},
            "invalid": len(session.faults),
            "updated": session.updated,
        },
    }
    if reports:
        document["coverage"] = [coverage_document(report) for report in reports]
    return document
