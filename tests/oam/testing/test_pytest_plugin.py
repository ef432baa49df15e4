"""Suites as items of pytest."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[3]
MODULE = "oam.testing.pytest_plugin"
LOADED = any(entry.value == MODULE for entry in entry_points(group="pytest11"))
PLUGIN = [] if LOADED else ["-p", MODULE]
WEB = """web: type: "component"
template: {
	output: {apiVersion: "v1", kind: "Web", spec: size: parameter.size, if parameter.loud {spec: loud: true}}
	parameter: {size: *1 | int, loud: *false | bool}
}
"""
SUITE = """cases:
- {name: right, expect: {output.spec.size: 1}}
- {name: wrong, expect: {output.spec.size: 2}}
- {name: later, skip: not yet, expect: {errors: []}}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".cue", web=WEB)
    pytester.makefile(".test.yaml", web=SUITE)
    pytester.makepyfile(test_other="def test_other(): pass\n")
    return pytester


def run(project: pytest.Pytester, *args: str) -> pytest.RunResult:
    return project.runpytest_inprocess(*PLUGIN, *args)


def test_the_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"oam": MODULE}


def test_suites_are_left_alone_unless_asked_for(project: pytest.Pytester) -> None:
    project.makefile(".test.yaml", foreign="something: else\n")
    run(project).assert_outcomes(passed=1)


def test_suites_as_items(project: pytest.Pytester) -> None:
    result = run(project, "--oam", "-rfs")
    result.assert_outcomes(passed=2, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*_ wrong _*",
            "output.spec.size is 1, not 2",
            "  expected: 2   web.test.yaml:3:44",
            "  found:    1   web.cue:3:54",
            "FAILED web.test.yaml::wrong - output.spec.size is 1, not 2",
            "SKIPPED * web.test.yaml: not yet",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_by_the_settings(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\noam = true\n")
    run(project, "-k", "right").assert_outcomes(passed=1, deselected=3)


def test_by_the_name_of_the_file(project: pytest.Pytester) -> None:
    run(project, "web.test.yaml::right").assert_outcomes(passed=1)


def test_snapshots(project: pytest.Pytester) -> None:
    suite = project.makefile(".test.yaml", web="cases:\n- name: a # why\n  expect: {output.spec: {snapshot: }}\n")
    run(project, "--oam").assert_outcomes(passed=1, failed=1)
    run(project, "--oam", "--oam-update").assert_outcomes(passed=2)
    assert suite.read_text() == 'cases:\n- name: a # why\n  expect: {output.spec: {snapshot: {"size": 1} }}'
    run(project, "--oam").assert_outcomes(passed=2)


def test_coverage(project: pytest.Pytester) -> None:
    result = run(project, "--oam", "--oam-coverage", "-k", "right")
    result.stdout.fnmatch_lines(
        ["component web   25.0 %  branches 1/2, parameters 0/2", "    web.cue:3:70: never true: if parameter.loud"]
    )


def test_a_faulty_suite_is_an_error_with_its_places(project: pytest.Pytester) -> None:
    project.makefile(".test.yaml", web="cases:\n- {name: a, expects: {}}\n- {name: b, expect: {outptu: 1}}\n")
    result = run(project, "--oam")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["web.test.yaml:2:3: cases.0: expect is missing", '    hint: did you mean "expect"?'])
    assert "Traceback" not in result.stdout.str()


def test_unknown_parameters_are_warnings(project: pytest.Pytester) -> None:
    project.makefile(".test.yaml", web="cases: [{name: a, given: {parameter: {sise: 1}}, expect: {errors: []}}]\n")
    run(project, "--oam", "-W", "default").assert_outcomes(passed=2, warnings=1)


def test_nothing_heavy_is_loaded_for_nothing() -> None:
    code = (
        f"import sys, pytest, {MODULE}\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('oam', 'pycue', 'yaml', 'attrs', 'lark')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "['oam', 'oam.testing', 'oam.testing.pytest_plugin']"
