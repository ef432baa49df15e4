"""What tests reach of a definition."""

from __future__ import annotations

import pytest

from oam.testing import Coverage, SuiteRun
from oam.testing.telling import coverage_document, coverage_lines


@pytest.fixture
def coverage_of(suite_of):
    def run(text: str, name: str = "defs/web.test.yaml"):
        suite = suite_of(text, name)
        coverage = Coverage(suite)
        running = SuiteRun(suite, decided=coverage.tell, given=coverage.give)
        for case in suite.cases:
            running.run(case)
        return coverage.report

    return run


def test_what_is_not_reached(coverage_of):
    report = coverage_of("cases: [{name: a, given: {parameter: {image: x, port: 1}}, expect: {errors: []}}]")
    assert list(coverage_lines([report])) == [
        "component web   35.7 %  branches 3/7, parameters 2/7",
        "    defs/web.cue:17:4: never false: if parameter.port != _|_",
        "    defs/web.cue:23:3: never true: if parameter.expose",
        "    defs/web.cue:27:19: never entered: for p in parameter.ports",
        "    defs/web.cue:31:9: never true: if parameter.replicas > 9",
        "    defs/web.cue:34:13: never given: replicas",
        "    defs/web.cue:36:13: never given: expose",
        "    defs/web.cue:37:13: never given: ports",
        "    defs/web.cue:37:30: never given: ports[].port",
        "    defs/web.cue:37:42: never given: ports[].name",
    ]
    assert (report.reached, report.total) == (5, 14)


def test_everything_reached(coverage_of):
    report = coverage_of("""
cases:
- {name: a, given: {parameter: {image: x, port: 1, replicas: 10}}, expect: {errors: [too many]}}
- {name: b, given: {parameter: {image: x, expose: true, ports: [{port: 1, name: p}]}}, expect: {errors: []}}
""")
    assert report.percent == 100
    assert list(coverage_lines([report])) == ["component web  100.0 %  branches 7/7, parameters 7/7"]
    document = coverage_document(report)
    assert document["branches"][0] == {
        "line": 17,
        "column": 4,
        "text": "if parameter.port != _|_",
        "true": True,
        "false": True,
    }
    assert document["branches"][2]["entered"]


def test_steps_and_policies_too(coverage_of, files):
    files["s.cue"] = (
        'import "vela/util"\ns: type: "workflow-step"\n'
        "template: {\n\tif parameter.loud {say: util.#Log & {$params: data: 1}}\n\tparameter: loud: *false | bool\n}\n"
    )
    report = coverage_of("cases: [{name: a, given: {parameter: {loud: true}}, expect: {errors: []}}]", "s.test.yaml")
    assert [branch.lack() for branch in report.branches] == ["never false"]
    files["p.cue"] = (
        'p: type: "policy"\ntemplate: {\n'
        '\tif parameter.make {output: {apiVersion: "v1", kind: "X"}}\n\tparameter: make: bool\n}\n'
    )
    report = coverage_of("cases: [{name: a, given: {parameter: {make: false}}, expect: {errors: []}}]", "p.test.yaml")
    assert [branch.lack() for branch in report.branches] == ["never true"]


def test_a_definition_with_nothing_to_reach(coverage_of, files):
    files["b.cue"] = 'b: type: "component"\ntemplate: output: {apiVersion: "v1", kind: "X"}\n'
    assert coverage_of("cases: [{name: a, expect: {errors: []}}]", "b.test.yaml").percent == 100
