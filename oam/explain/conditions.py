"""The conditions that the lines of a template stand under."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oam.definition.trees import children
from pycue.source import Position, Source
from pycue.syntax import ast, token
from pycue.syntax.format import format_node

if TYPE_CHECKING:
    from oam.definition.definition import Definition

__all__ = ["Condition", "Conditions"]


@attrs.frozen
class Condition:
    """``if`` of a template: its CUE text and where it stands."""

    text: str
    position: Position


class Conditions:
    """The conditions of definitions' templates, found once for each."""

    def __init__(self) -> None:
        self._known: dict[int, dict[int, tuple[Condition, ...]]] = {}

    def of(self, definition: Definition | None, position: Position) -> tuple[Condition, ...]:
        """The conditions around a place in the template of a definition, the outermost first."""
        file = definition.template if definition is not None else None
        if file is None or file.source is not position.source:
            return ()
        table = self._known.get(id(file))
        if table is None:
            table = self._known[id(file)] = _table(file, position.source)
        return table.get(position.offset, ())


def _table(file: ast.File, source: Source) -> dict[int, tuple[Condition, ...]]:
    out: dict[int, tuple[Condition, ...]] = {}
    stack: list[tuple[ast.Node, tuple[Condition, ...]]] = [(file, ())]
    while stack:
        node, around = stack.pop()
        if isinstance(node, ast.Comprehension):
            inner = around + tuple(
                Condition(" ".join(format_node(clause.condition).split()), Position(source, token.offset(clause.pos)))
                for clause in node.clauses
                if isinstance(clause, ast.IfClause)
            )
            stack += [(clause, around) for clause in node.clauses]
            stack.append((node.value, inner))
            if node.fallback is not None:
                stack.append((node.fallback, around))
            continue
        if around and not isinstance(node, ast.File):
            offset = token.offset(node.pos)
            if len(around) > len(out.get(offset, ())):
                out[offset] = around
        stack += [(child, around) for child in children(node)]
    return out
