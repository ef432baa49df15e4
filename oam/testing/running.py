"""Running the cases of suites."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import attrs

from oam.testing.datapath import MISSING, find
from oam.testing.expect import STATUS
from oam.testing.trial import Bench
from pycue.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oam.testing.datapath import Path
    from oam.testing.matching import Mismatch
    from oam.testing.observed import Observed
    from oam.testing.suite import Case, Suite
    from pycue import Limits
    from pycue.source import Position

__all__ = ["CaseResult", "Failure", "Retake", "SuiteRun"]


@attrs.frozen
class Failure:
    """Why a case failed.

    Attributes:
        path: of the value in what came of the case; ``()`` where it is about the case as a whole.
        text: what is wrong, where the two sides do not say it.
        expected: what should be there, or :data:`MISSING`.
        found: what is there, or :data:`MISSING`.
        position: of the expectation, in the suite.
        origin: of the value, in the definition.
        help: a hint.
        errors: of the definition, where these are what failed.
    """

    path: Path = ()
    text: str = ""
    expected: Any = MISSING
    found: Any = MISSING
    position: Position | None = None
    origin: Position | None = None
    help: str = ""
    errors: list[Diagnostic] = attrs.field(factory=list)


@attrs.frozen
class Retake:
    """A snapshot to be taken again: its place in the suite, the row of a parametrised case, the new value."""

    where: Path
    row: str
    value: Any


@attrs.frozen
class CaseResult:
    """What came of a case.

    Attributes:
        outcome: ``passed``, ``failed`` or ``skipped``.
        warnings: about what is given.
        retakes: snapshots to be written.
        seconds: of real time.
    """

    case: Case
    outcome: str
    failures: list[Failure] = attrs.field(factory=list)
    warnings: list[Diagnostic] = attrs.field(factory=list)
    retakes: list[Retake] = attrs.field(factory=list)
    seconds: float = 0.0


class SuiteRun:
    """The cases of one suite, run one by one.

    Args:
        suite: the suite.
        limits: budgets of each evaluation.
        decided: told of each condition that is decided; see :class:`pycue.Context`.
        given: told of the parameters of each case that is run.
        update: whether snapshots that differ are to be taken again rather than being failures.
    """

    def __init__(
        self,
        suite: Suite,
        *,
        limits: Limits | None = None,
        decided: Callable[[Position, bool], None] | None = None,
        given: Callable[[Any], None] | None = None,
        update: bool = False,
    ) -> None:
        self.suite = suite
        self.update = update
        self._given = given
        self._bench = Bench(suite, limits=limits, decided=decided)
        self._file = _file(suite)

    def run(self, case: Case) -> CaseResult:
        """Run one case."""
        if case.skip:
            return CaseResult(case, "skipped")
        start = time.perf_counter()
        if self._given is not None:
            self._given(case.given.get("parameter"))
        observed = self._bench.observe(case)
        failures: list[Failure] = []
        retakes: list[Retake] = []
        for failure, retake in self._check(case, observed):
            if retake is not None and self.update:
                retakes.append(retake)
            else:
                failures.append(failure)
        outcome = "failed" if failures else "passed"
        warnings = [item for item in observed.warnings if item.path[:1] == ("parameter",)]
        return CaseResult(case, outcome, failures, warnings, retakes, time.perf_counter() - start)

    def _check(self, case: Case, observed: Observed) -> Iterator[tuple[Failure, Retake | None]]:
        subjects = {expectation.subject for expectation in case.expect}
        blocked = self._unexpected(case, observed, subjects)
        if blocked is not None:
            yield blocked, None
        for expectation in case.expect:
            if blocked is not None and expectation.subject not in observed.data:
                continue  # the errors say why
            for item in expectation.check(observed):
                where = (*case.path, *item.where)
                retake = None
                if item.snapshot:
                    retake = Retake(where[:-1] if case.row else where, case.row, item.found)
                origin = observed.origin(item.path, self._file) or self._in_base(case, item)
                yield (
                    Failure(
                        item.path, item.text, item.expected, item.found, self.suite.locate(where), origin, item.help
                    ),
                    retake,
                )

    def _in_base(self, case: Case, item: Mismatch) -> Position | None:
        """Where a value of the workload that a trait was given stands in the suite."""
        base = find(case.given.get("base"), item.path[1:])
        if item.path[:1] not in (("output",), ("patchResult",)) or base is MISSING or base != item.found:
            return None
        for above in (("base",), ("given", "base")):
            where = (*case.path, *above, *item.path[1:])
            if find(self.suite.data, where) is not MISSING:
                return self.suite.locate(where)
        return None

    def _unexpected(self, case: Case, observed: Observed, subjects: set[str]) -> Failure | None:
        """Errors where none are expected, and steps that do not come to their end."""
        if subjects & _ABOUT_ERRORS:
            return None
        if observed.errors:
            if "health" in observed.data and subjects <= set(STATUS):
                return None  # judged on live objects alone
            text = "the step fails" if self.suite.type == "workflow-step" else "it cannot be rendered"
            return Failure(text=text, errors=observed.errors)
        phase = observed.data.get("phase", "succeeded")
        if phase not in ("succeeded", "skipped"):
            said = observed.data["message"]
            return Failure(("phase",), f"the step ends {phase}{': ' if said else ''}{said}", "succeeded", phase)
        return None


_ABOUT_ERRORS = {"errors", "phase", "snapshot"}


def _file(suite: Suite) -> str:
    """The file that the definition's template stands in."""
    template = suite.definition.template
    source = getattr(template, "source", None) if template is not None else None
    return source.name if source is not None else ""
