"""Graphs as text for programs that draw: Mermaid, and SVG that needs none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import attrs

from oam.workflow.graph import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.workflow.graph import Edge, Graph, Node

__all__ = ["to_mermaid", "to_svg"]

_COLOURS = {
    "": ("#f5f5f5", "#8a8a8a"),
    "pending": ("#f5f5f5", "#8a8a8a"),
    "running": ("#fff4cc", "#a37500"),
    "suspending": ("#efe0ff", "#6b3fa0"),
    "succeeded": ("#ddf4e0", "#2b7a3b"),
    "failed": ("#fde0e0", "#b02a2a"),
    "skipped": ("#eeeeee", "#bdbdbd"),
}
"""Fill and line by phase."""

# ---- Mermaid

_ARROWS = {Kind.ORDER: "-.->", Kind.DEPENDS: "-->", Kind.DATA: "==>"}


def to_mermaid(graph: Graph) -> str:
    """A Mermaid flowchart: dotted arrows for the order of the list, thick ones for data."""
    ids = {node.name: f"s{at}" for at, node in enumerate(_every(graph))}
    lines = ["flowchart TD", *_mermaid_nodes(graph, ids, "    ")]
    for edge in _every_edge(graph):
        if edge.source in ids:
            label = f"|{_quoted(edge.label)}|" if edge.label else ""
            lines.append(f"    {ids[edge.source]} {_ARROWS[edge.kind]}{label} {ids[edge.target]}")
    phases: dict[str, list[str]] = {}
    for node in _every(graph):
        if node.phase:
            phases.setdefault(node.phase, []).append(ids[node.name])
    for phase, members in phases.items():
        fill, line = _COLOURS[phase]
        lines += [f"    classDef {phase} fill:{fill},stroke:{line}", f"    class {','.join(members)} {phase}"]
    return "\n".join(lines) + "\n"


def _mermaid_nodes(graph: Graph, ids: dict[str, str], indent: str) -> Iterator[str]:
    for node in graph.nodes:
        if node.inner is None:
            yield f"{indent}{ids[node.name]}[{_quoted(f'{node.name}<br>{node.type}{_guard(node)}')}]"
        else:
            yield f"{indent}subgraph {ids[node.name]}[{_quoted(node.name + _guard(node))}]"
            yield from _mermaid_nodes(node.inner, ids, indent + "    ")
            yield f"{indent}end"


def _guard(node: Node) -> str:
    return f"<br>if {node.condition}" if node.condition else ""


def _quoted(text: str) -> str:
    """Text in Mermaid's quotes, which take entities for what would end them."""
    return '"' + text.replace("#", "#35;").replace('"', "#quot;").replace("\n", " ") + '"'


# ---- SVG

_TIP = 'id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
_CHARACTER, _LINE, _GAP, _PAD, _ROOM = 7.5, 18.0, 40.0, 14.0, 12.0


@attrs.define
class _Box:
    """A node with its place; inner boxes are placed relative to the whole drawing once :meth:`move` was called."""

    node: Node
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    inner: list[_Box] = attrs.field(factory=list)

    def move(self, dx: float, dy: float) -> None:
        self.x += dx
        self.y += dy
        for box in self.inner:
            box.move(dx, dy)

    def all(self) -> Iterator[_Box]:
        yield self
        for box in self.inner:
            yield from box.all()


def to_svg(graph: Graph) -> str:
    """A drawing from the top to the bottom, each step below all that it waits for."""
    boxes, width, height = _place(graph)
    for box in boxes:
        box.move(_PAD, _PAD)
    placed = {box.node.name: box for outer in boxes for box in outer.all()}
    size = f"{width + 2 * _PAD:.0f} {height + 2 * _PAD:.0f}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="sans-serif" font-size="13">',
        f'<defs><marker {_TIP}><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>',
    ]
    for outer in boxes:
        lines += [_svg_box(box) for box in outer.all()]
    lines += [_svg_edge(edge, placed) for edge in _every_edge(graph) if edge.source in placed]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _place(graph: Graph) -> tuple[list[_Box], float, float]:
    """Boxes of one level, in rows, and the size of the whole."""
    boxes = {node.name: _box(node) for node in graph.nodes}
    rows: list[list[_Box]] = []
    for name, depth in _rows(graph).items():
        rows += [[] for _ in range(depth + 1 - len(rows))]
        rows[depth].append(boxes[name])
    widths = [sum(box.width for box in row) + _GAP * (len(row) - 1) for row in rows]
    whole, y = max(widths, default=0.0), 0.0
    for row, width in zip(rows, widths, strict=True):
        x = (whole - width) / 2
        for box in row:
            box.move(x, y)
            x += box.width + _GAP
        y += max((box.height for box in row), default=0.0) + _GAP
    return list(boxes.values()), whole, max(0.0, y - _GAP)


def _box(node: Node) -> _Box:
    texts = _texts(node)
    width = max(len(text) for text in texts) * _CHARACTER + 2 * _ROOM
    height = len(texts) * _LINE + _ROOM
    if node.inner is None:
        return _Box(node, width, height)
    inner, inner_width, inner_height = _place(node.inner)
    width = max(width, inner_width + 2 * _PAD)
    for box in inner:
        box.move((width - inner_width) / 2, height)
    return _Box(node, width, height + inner_height + _PAD, inner=inner)


def _rows(graph: Graph) -> dict[str, int]:
    """The row of each node: one below the lowest that it comes after, within its level."""
    names = [node.name for node in graph.nodes]
    before: dict[str, list[str]] = {name: [] for name in names}
    for edge in graph.edges:
        if edge.source in before and edge.target in before:
            before[edge.target].append(edge.source)
    rows = dict.fromkeys(names, 0)
    for _ in names:  # as many rounds as the longest chain may have; a circle just stops growing
        grown = {name: max((rows[source] + 1 for source in before[name]), default=0) for name in names}
        if grown == rows:
            break
        rows = grown
    return rows


def _texts(node: Node) -> list[str]:
    kind = node.type + (f" · {node.phase}" if node.phase else "")
    return [node.name, kind, *([f"if {node.condition}"] if node.condition else [])]


def _svg_box(box: _Box) -> str:
    fill, line = _COLOURS[box.node.phase]
    centre = box.x + box.width / 2
    shape = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="6"'
    lines = [f'<rect {shape} fill="{fill if not box.inner else "none"}" stroke="{line}"/>']
    for at, text in enumerate(_texts(box.node)):
        y = box.y + (at + 1) * _LINE
        style = 'font-weight="bold"' if at == 0 else 'fill="#555"'
        lines.append(f'<text x="{centre:.1f}" y="{y:.1f}" text-anchor="middle" {style}>{escape(text)}</text>')
    return "\n".join(lines)


def _svg_edge(edge: Edge, placed: dict[str, _Box]) -> str:
    source, target = placed[edge.source], placed[edge.target]
    x1, y1 = source.x + source.width / 2, source.y + source.height
    x2, y2 = target.x + target.width / 2, target.y
    style = {Kind.ORDER: ' stroke-dasharray="3 4"', Kind.DEPENDS: "", Kind.DATA: ' stroke-width="2"'}[edge.kind]
    bend = max(20.0, abs(y2 - y1) / 2)
    aside = 0.0 if y2 - y1 <= 1.5 * _GAP else max(source.width, target.width) / 2 + _GAP
    path = f"M{x1:.1f} {y1:.1f}C{x1 + aside:.1f} {y1 + bend:.1f} {x2 + aside:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
    line = f'<path d="{path}" fill="none" stroke="#555"{style} marker-end="url(#tip)"/>'
    if not edge.label:
        return line
    x, y = (x1 + x2) / 2 + 0.75 * aside, (y1 + y2) / 2
    text = f'<text x="{x + 6:.1f}" y="{y:.1f}" font-size="11" fill="#333">{escape(edge.label)}</text>'
    return f"{line}\n{text}"


# ---- both


def _every(graph: Graph) -> Iterator[Node]:
    for node in graph.nodes:
        yield node
        if node.inner is not None:
            yield from _every(node.inner)


def _every_edge(graph: Graph) -> Iterator[Edge]:
    yield from graph.edges
    for node in graph.nodes:
        if node.inner is not None:
            yield from _every_edge(node.inner)
