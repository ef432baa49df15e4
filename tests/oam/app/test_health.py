"""Health policies, messages and details of definitions on live objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.suites import run_cases
from oam.app.health import Health, judge
from oam.definition import Definition
from oam.render.template import TemplateCompiler


def judged(context: dict[str, Any] | None = None, **status: str) -> Health:
    definition = Definition("ComponentDefinition", "c", spec={"status": status})
    return judge(TemplateCompiler(), definition, {"name": "web", **(context or {})}, {"n": 2})


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ('a: "text"\nb: 5\nc: 1.5\nd: null', {"a": "text", "b": "5", "c": "1.5", "d": "null"}),
        ('l: [1, "a"]\ne: {}', {"l": '[1, "a"]', "e": "{}"}),
        ("o: {x: 1, y: {z: 2}}", {"o": "{\n\tx: 1\n\ty: {\n\t\tz: 2\n\t}\n}"}),
        ("a: *context.nothing | false\nb: *parameter.n | 0", {"a": "false", "b": "2"}),
        ("a: context.nothing\nb: string", {"a": "_|_", "b": "_|_"}),
        ("a: 1 @local()\nb: 2 @private()\nc: a + b", {"c": "3"}),
        ("$a: 1\nb: $a + 1\n_c: 3\nd?: 4", {"b": "2"}),
        ("context: _\nparameter: _\na: context.name", {"a": "web"}),
        (f"{'x' * 31}: 1\n{'y' * 32}: 2", {"x" * 31: "1"}),
        ("a: 1\na: 2\nb: 3", {}),
    ],
)
def test_details(snippet: str, expected: dict[str, str]) -> None:
    assert judged(details=snippet).details == expected


def test_later_snippets_see_earlier_ones() -> None:
    found = judged(
        details="$half: parameter.n / 2\nready: 2",
        healthPolicy="isHealth: context.status.details.$half == 2",
        customStatus='message: "\\(context.status.details.ready) \\(context.status.healthy)"',
    )
    assert (found.healthy, found.message, found.details) == (False, "2 false", {"ready": "2"})


def test_whole_numbers_have_no_fraction_in_messages() -> None:
    found = judged(details="r: parameter.n / 2", customStatus='message: "\\(context.status.details.r)"')
    assert (found.details, found.message) == ({"r": "1.0"}, "1")


@pytest.mark.parametrize(
    "snippet", ["message: 5", 'if len(context.no) > 0 {a: 1}\nmessage: "x"', 'message: "\\(context.no)"']
)
def test_messages_that_cannot_be_made_are_empty(snippet: str) -> None:
    assert judged(customStatus=snippet).message == ""


def test_policies_that_cannot_be_decided_mean_unhealthy() -> None:
    found = judged(healthPolicy="isHealth: context.output.ready == 1")
    assert not found.healthy
    assert "undefined field" in found.trouble


def test_cases_of_single_functions_run_through_the_runner(tmp_path: Path) -> None:
    text = 'c: {type: "component", attributes: status: healthPolicy: "isHealth: context.ok"}\ntemplate: output: {}\n'
    case = {"name": "n", "file": "c.cue", "definition": text, "context": {"ok": True}, "parameter": {}}
    good = {**case, "expected": {"isHealth": True, "message": "", "details": {}}}
    bad = {**case, "expected": {"isHealth": False, "message": "", "details": {}}}
    unread = {**case, "definition": "c: {}", "expected": {"error": "no template found"}}
    hashes = [{"hash": "9d8444f45", "object": {"apiVersion": "v1", "kind": "ConfigMap"}}, {"hash": "x", "object": {}}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [good, bad, unread, *hashes]}))
    results = [check.result for check in run_cases("f", path, 5).checks]
    assert results == ["pass", "fail", "pass", "pass", "fail"]
