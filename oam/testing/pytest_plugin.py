"""Suites of definitions as items of pytest: on with ``--oam``, ``oam = true`` in the settings, or by a file's name.

Nothing of this package is loaded before a suite is collected, and no file is looked at while it is off.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from oam.testing.coverage import Coverage
    from oam.testing.running import Retake, SuiteRun
    from oam.testing.suite import Case, Suite

__all__ = ["CaseItem", "SuiteFile", "pytest_addoption", "pytest_collect_file", "pytest_terminal_summary"]

_SUFFIXES = (".test.yaml", ".test.yml", ".test.cue")
_COVERAGE = pytest.StashKey[dict[tuple[str, str, str], "Coverage"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("oam", "tests of OAM definitions")
    group.addoption("--oam", action="store_true", help="collect the suites *.test.yaml and *.test.cue of definitions")
    group.addoption("--oam-update", action="store_true", help="take snapshots of suites that differ again")
    group.addoption("--oam-coverage", action="store_true", help="tell which conditions and parameters are not reached")
    parser.addini("oam", "collect the suites *.test.yaml and *.test.cue of definitions", type="bool", default=False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """A suite, where suites are asked for."""
    if not file_path.name.endswith(_SUFFIXES):
        return None
    config = parent.config
    if config.getoption("--oam") or config.getini("oam") or parent.session.isinitpath(file_path):
        return SuiteFile.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The coverage, where it is asked for."""
    found = config.stash.get(_COVERAGE, None)
    if found:
        from oam.testing.telling import coverage_lines

        terminalreporter.section("coverage of definitions")
        for line in coverage_lines([coverage.report for coverage in found.values()]):
            terminalreporter.line(line)


class SuiteFile(pytest.File):
    """A suite."""

    suite: Suite
    running: SuiteRun

    def collect(self) -> Iterator[CaseItem]:
        """One item for each case."""
        from oam.testing.coverage import Coverage
        from oam.testing.running import SuiteRun
        from oam.testing.suite import read_suite
        from pycue.errors import DiagnosticError
        from pycue.source import Source

        name = os.path.relpath(self.path, self.config.invocation_params.dir)
        try:
            self.suite = read_suite(Source(name, _read(str(self.path))), _read)
        except DiagnosticError as error:
            raise self.CollectError("\n".join(_fault(name, item) for item in error.diagnostics)) from None
        except (OSError, UnicodeDecodeError) as error:
            raise self.CollectError(f"{name}: {error}") from None
        self.retakes: list[Retake] = []
        coverage = None
        if self.config.getoption("--oam-coverage"):
            fresh = Coverage(self.suite)
            found = self.config.stash.setdefault(_COVERAGE, {})
            coverage = found.setdefault((fresh.report.file, fresh.report.type, fresh.report.name), fresh)
        self.running = SuiteRun(
            self.suite,
            decided=coverage.tell if coverage else None,
            given=coverage.give if coverage else None,
            update=bool(self.config.getoption("--oam-update")),
        )
        for case in self.suite.cases:
            yield CaseItem.from_parent(self, name=case.name, case=case)

    def teardown(self) -> None:
        """Write the snapshots that were taken."""
        if self.retakes:
            from oam.testing.snapshots import retaken

            text = retaken(self.suite, self.retakes)
            temporary = self.path.with_name(f"{self.path.name}.part")
            temporary.write_text(text, encoding="utf-8", newline="")
            temporary.replace(self.path)


class CaseFailed(Exception):
    """A case failed; the argument says why."""


class CaseItem(pytest.Item):
    """One case."""

    parent: SuiteFile

    def __init__(self, *, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        if case.skip:
            self.add_marker(pytest.mark.skip(reason=case.skip))

    def runtest(self) -> None:
        """Run the case."""
        result = self.parent.running.run(self.case)
        for item in result.warnings:
            self.warn(pytest.PytestWarning(_fault(self.parent.suite.name, item)))
        self.parent.retakes += result.retakes
        if result.failures:
            from oam.testing.telling import failure_lines

            lines = [line for failure in result.failures for line in failure_lines(self.parent.suite, failure)]
            raise CaseFailed("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is expected and what is found, without a traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        place = self.parent.suite.locate(self.case.path)
        return self.path, place.line - 1 if place else 0, self.name


def _fault(name: str, item: Any) -> str:
    help_ = f"\n    hint: {item.help}" if item.help else ""
    return f"{repr(item.position) if item.position else name}: {item.summary()}{help_}"


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
