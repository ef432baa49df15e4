"""Results as JUnit XML, as continuous integration reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from oam.testing.telling import failure_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oam.testing.running import CaseResult
    from oam.testing.suite import Suite

__all__ = ["to_junit"]

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(runs: Iterable[tuple[Suite, Sequence[CaseResult]]]) -> str:
    """The text of a JUnit file: one test suite for each of ours, one test case for each case."""
    runs = list(runs)
    every = [result for _, results in runs for result in results]
    out = ['<?xml version="1.0" encoding="utf-8"?>', f"<testsuites{_counts('oam test', every)}>"]
    for suite, results in runs:
        out.append(f"  <testsuite{_counts(suite.name, results)}>")
        for result in results:
            place = suite.locate(result.case.path)
            head = _attributes(name=result.case.name, classname=_class(suite), file=suite.name)
            head += _attributes(line=str(place.line) if place else "", time=f"{result.seconds:.3f}")
            body = list(_body(suite, result))
            out += [f"    <testcase{head}>", *body, "    </testcase>"] if body else [f"    <testcase{head}/>"]
        out.append("  </testsuite>")
    return "\n".join([*out, "</testsuites>", ""])


def _body(suite: Suite, result: CaseResult) -> Iterable[str]:
    if result.outcome == "skipped":
        yield f"      <skipped{_attributes(message=result.case.skip)}/>"
    for failure in result.failures:
        lines = list(failure_lines(suite, failure))
        text = escape(_legal("\n".join(lines)))
        yield f"      <failure{_attributes(message=lines[0])}>{text}</failure>"


def _class(suite: Suite) -> str:
    return f"{suite.type}.{suite.definition.name}"


def _counts(name: str, results: Sequence[CaseResult]) -> str:
    outcomes = [result.outcome for result in results]
    return _attributes(
        name=name,
        tests=str(len(results)),
        failures=str(outcomes.count("failed")),
        errors="0",
        skipped=str(outcomes.count("skipped")),
        time=f"{sum(result.seconds for result in results):.3f}",
    )


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(_legal(value))}" for name, value in values.items() if value)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
