"""Drawings of workflows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from oam.workflow.drawing import to_mermaid, to_svg
from oam.workflow.graph import Edge, Kind, draw
from oam.workflow.model import Mode, Phase, Run, Step, StepStatus


def run(*steps: dict[str, Any], mode: Mode = Mode.STEP_BY_STEP) -> Run:
    return Run([Step.from_dict({"type": "work", **step}) for step in steps], mode)


GIVES = {"name": "a", "outputs": [{"name": "host", "valueFrom": "out.host"}]}
TAKES = {"name": "c", "inputs": [{"from": "host.name", "parameterKey": "host"}]}


def test_steps_one_after_the_other_are_joined_by_order() -> None:
    assert draw(run({"name": "a"}, {"name": "b"})).edges == (Edge("a", "b", Kind.ORDER),)


def test_a_dag_has_only_the_edges_that_are_asked_for() -> None:
    graph = draw(run({"name": "a"}, {"name": "b", "dependsOn": ["a"]}, {"name": "c"}, mode=Mode.DAG))
    assert graph.edges == (Edge("a", "b", Kind.DEPENDS),)


def test_data_tells_more_than_order_and_is_kept_beside_a_longer_way() -> None:
    graph = draw(run(GIVES, {"name": "b"}, TAKES))
    assert graph.edges == (
        Edge("a", "b", Kind.ORDER),
        Edge("a", "c", Kind.DATA, "host.name"),
        Edge("b", "c", Kind.ORDER),
    )


def test_what_a_longer_way_says_is_not_said_again() -> None:
    graph = draw(run({"name": "a"}, {"name": "b"}, {"name": "c", "dependsOn": ["a"]}))
    assert graph.edges == (Edge("a", "b", Kind.ORDER), Edge("b", "c", Kind.ORDER))


def test_a_circle_is_drawn_and_does_not_run_for_ever() -> None:
    circle = run({"name": "a", "dependsOn": ["b"]}, {"name": "b", "dependsOn": ["a"]}, mode=Mode.DAG)
    assert len(draw(circle).edges) == 2
    ET.fromstring(to_svg(draw(circle)))


def test_groups_hold_their_steps() -> None:
    subs = [{"name": "x", "type": "work"}, {"name": "y", "type": "work", "dependsOn": ["x"]}]
    graph = draw(run({"name": "g", "type": "step-group", "subSteps": subs}, {"name": "z", "dependsOn": ["x"]}))
    assert graph.nodes[0].inner is not None
    assert graph.nodes[0].inner.edges == (Edge("x", "y", Kind.DEPENDS),)
    text = to_mermaid(graph)
    assert text.splitlines()[1:5] == [
        '    subgraph s0["g"]',
        '        s1["x<br>work"]',
        '        s2["y<br>work"]',
        "    end",
    ]
    assert "    s1 --> s3" in text


def test_mermaid_shows_phases_and_quotes_what_would_end_a_label() -> None:
    one = run({"name": "a"}, {"name": "b", "if": 'status["a"].failed # no'})
    one.statuses.append(StepStatus("id", "a", "work", Phase.SUCCEEDED))
    text = to_mermaid(draw(one))
    assert "    class s0 succeeded" in text
    assert "if status[#quot;a#quot;].failed #35; no" in text


def test_svg_is_well_formed_and_puts_each_step_below_those_it_waits_for() -> None:
    root = ET.fromstring(to_svg(draw(run(GIVES, {"name": "b<&>"}, TAKES))))
    space = "{http://www.w3.org/2000/svg}"
    tops = [float(rect.get("y", "")) for rect in root.iter(f"{space}rect")]
    assert tops == sorted(set(tops))
    assert [text.text for text in root.iter(f"{space}text") if text.get("font-weight")] == ["a", "b<&>", "c"]
    assert "host.name" in {text.text for text in root.iter(f"{space}text")}
