"""What a waiting step says it waits for."""

from __future__ import annotations

from typing import Any

import pytest

from oam.workflow.waiting import waiting_for
from pycue import Context
from pycue.source import Source
from pycue.syntax.parser import parse_file


def told(template: str, *path: str, **found: Any) -> str:
    context = Context()
    value = context.compile(template)
    for name, data in found.items():
        value = value.fill(name, data)
    return waiting_for(parse_file(Source("t.cue", template)), path or ("wait",), value, context)


STATUS = 'got: {...}\nwait: {#do: "wait", '


@pytest.mark.parametrize(
    ("condition", "got", "said"),
    [
        ("got.status.ready == got.spec.replicas", {"spec": {"replicas": 2}}, "ready 0 of 2"),
        ("got.status.ready == got.status.replicas", {"spec": {"replicas": 2}}, "ready 0 of 2"),
        ("got.status.ready == 3 && got.x", {"status": {"ready": 1}}, "ready 1 of 3"),
        ("2 <= got.status.ready", {"status": {"ready": 1}}, "ready 1 of 2"),
        ("got.done && got.status.ready == 3", {"done": True, "status": {"ready": 1}}, "ready 1 of 3"),
        ('got.phase == "Up"', {"phase": "Down"}, 'phase is "Down", wanted "Up"'),
        ('got.phase != "Up"', {"phase": "Up"}, 'phase is "Up", wanted !="Up"'),
        ('got.phase == "Up"', {}, "phase is not there yet"),
        ('got["phase"] == "Up"', {}, "phase is not there yet"),
        ("got.a == got.b", {"a": 1}, "b is not there yet"),
        ("got.done", {"done": False}, "done is not true"),
        ("(got.done)", {}, "done is not true"),
        ("len(got.items) > 1", {"items": []}, "len(got.items) > 1"),
        ("!got.stopped", {"stopped": True}, "!got.stopped"),
    ],
)
def test_a_condition(condition: str, got: dict[str, Any], said: str) -> None:
    assert told(f"{STATUS}continue: {condition}}}", got=got) == f"waiting: {said}"


def test_a_condition_under_another() -> None:
    guarded = f"{STATUS}$params: {{if got.n == _|_ {{continue: false}}, if got.n != _|_ {{continue: got.n == 2}}}}}}"
    assert told(guarded, got={}) == "waiting: n 0 of 2"
    assert told(guarded, got={"n": 1}) == "waiting: n 1 of 2"
    assert told(guarded, got={"n": 2}) == ""


def test_a_condition_in_a_unification_and_below() -> None:
    template = '#Wait: {#do: "wait", ...}\ngot: {...}\na: b: #Wait & {continue: got.n >= 2}'
    assert told(template, "a", "b", got={"n": 1}) == "waiting: n 1 of 2"
    assert told(template, "a", "c", got={"n": 1}) == ""
    assert told("got: {...}\nwait: continue: false", got={}) == ""
