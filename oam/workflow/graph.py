"""A workflow as a graph: its steps, what each waits for, and what they give each other."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from oam.workflow.dataflow import giver
from oam.workflow.model import Mode, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.workflow.model import Run

__all__ = ["Edge", "Graph", "Kind", "Node", "draw"]


class Kind(StrEnum):
    """Why one step comes after another: its place in the list, ``dependsOn``, or an input that the other gives."""

    ORDER = "order"
    DEPENDS = "depends"
    DATA = "data"


@attrs.frozen
class Node:
    """A step; ``inner`` is what a group holds, ``phase`` is ``""`` for a step that was not touched yet."""

    name: str
    type: str
    phase: str = ""
    condition: str = ""
    inner: Graph | None = None


@attrs.frozen
class Edge:
    """``source`` comes before ``target``; ``label`` names the variables that go from one to the other."""

    source: str
    target: str
    kind: Kind
    label: str = ""


@attrs.frozen
class Graph:
    """Nodes in the order of the steps; edges may lead into groups and out of them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def draw(run: Run) -> Graph:
    """The graph of a run, or of one that has not begun."""
    return _graph(run, run.steps, run.mode, _givers(run.steps))


def _graph(run: Run, steps: Sequence[Step], mode: Mode, givers: dict[str, str]) -> Graph:
    nodes, edges = [], []
    for at, step in enumerate(steps):
        inner = None
        if step.is_group:
            inner = _graph(run, step.sub_steps, Mode(step.mode or run.sub_mode), givers)
        status = run.status(step.name)
        nodes.append(Node(step.name, step.type, str(status.phase) if status else "", step.condition, inner))
        edges += _edges(step, steps[at - 1].name if at and mode is Mode.STEP_BY_STEP else "", givers)
    return Graph(tuple(nodes), tuple(_reduced(edges)))


def _reduced(edges: list[Edge]) -> list[Edge]:
    """Without edges that say no more than a longer way along others; those with data say more."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.source, []).append(edge.target)
    return [edge for edge in edges if edge.kind is Kind.DATA or not _around(after, edge.source, edge.target)]


def _around(after: dict[str, list[str]], source: str, target: str) -> bool:
    """Whether a way of more than one edge leads from one to the other."""
    seen = {source}
    todo = [name for name in after[source] if name != target]
    while todo:
        name = todo.pop()
        if name == target:
            return True
        if name not in seen:
            seen.add(name)
            todo += after.get(name, ())
    return False


def _edges(step: Step, before: str, givers: dict[str, str]) -> list[Edge]:
    """What leads to a step; one edge from each source, the one that tells the most."""
    variables: dict[str, list[str]] = {}
    for entry in step.inputs:
        source = giver(givers, entry.name)
        if source is not None and source != step.name:
            variables.setdefault(source, []).append(entry.name)
    edges = [Edge(source, step.name, Kind.DATA, ", ".join(names)) for source, names in variables.items()]
    edges += [Edge(name, step.name, Kind.DEPENDS) for name in step.depends_on if name not in variables]
    if before and before not in variables and before not in step.depends_on:
        edges.append(Edge(before, step.name, Kind.ORDER))
    return edges


def _givers(steps: Sequence[Step]) -> dict[str, str]:
    """Which step gives a variable."""
    every = [entry for step in steps for entry in (step, *step.sub_steps)]
    return {output.name: step.name for step in every for output in step.outputs}
