"""What of a definition its tests have reached: the outcomes of its conditions, and its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.definition.parameters import parameter_fields
from oam.definition.trees import walk
from pycue.source import Position, Source
from pycue.syntax import ast, token
from pycue.syntax.format import format_node

if TYPE_CHECKING:
    from oam.testing.suite import Suite

__all__ = ["Branch", "Coverage", "ParameterUse", "Report"]


@attrs.define
class Branch:
    """One clause of a comprehension.

    Attributes:
        text: ``if parameter.port != _|_``, ``for v in parameter.volumes``.
        position: in the definition.
        held: whether an ``if`` was true, or a ``for`` had something to range over.
        failed: whether an ``if`` was false.
    """

    text: str
    position: Position
    held: bool = False
    failed: bool = False

    @property
    def loops(self) -> bool:
        """Whether it is a ``for``: it has no other outcome than to be entered."""
        return self.text.startswith("for ")

    @property
    def reached(self) -> int:
        """How many of its outcomes were seen."""
        return self.held + (self.failed and not self.loops)

    @property
    def outcomes(self) -> int:
        """How many outcomes it has."""
        return 1 if self.loops else 2

    def lack(self) -> str:
        """What was not seen of it, or ``""``."""
        if self.loops:
            return "" if self.held else "never entered"
        if self.held and self.failed:
            return ""
        return "never true" if self.failed else "never false" if self.held else "never evaluated"


@attrs.define
class ParameterUse:
    """One parameter: its path (``ports[].port``), where it is declared, and whether a case gives it."""

    path: str
    position: Position | None
    given: bool = False


@attrs.define
class Report:
    """The coverage of one definition."""

    type: str
    name: str
    file: str
    branches: list[Branch]
    parameters: list[ParameterUse]

    @property
    def total(self) -> int:
        """Everything that could have been reached."""
        return sum(branch.outcomes for branch in self.branches) + len(self.parameters)

    @property
    def reached(self) -> int:
        """What was."""
        return sum(branch.reached for branch in self.branches) + sum(one.given for one in self.parameters)

    @property
    def percent(self) -> float:
        """From 0 to 100; a definition with nothing to reach is covered."""
        return 100.0 * self.reached / self.total if self.total else 100.0


class Coverage:
    """Collects what the suites of one definition reach: give :meth:`tell` and :meth:`give` to its runs."""

    def __init__(self, suite: Suite) -> None:
        definition = suite.definition
        self._branches: dict[tuple[str, int], Branch] = {}
        self._parameters: dict[tuple[str, ...], ParameterUse] = {}
        template = definition.template
        source = template.source if template is not None else None
        file = source.name if isinstance(source, Source) else suite.name
        if template is not None and isinstance(source, Source):
            for node in walk(template):
                if isinstance(node, ast.IfClause | ast.ForClause):
                    position = Position(source, token.offset(node.pos))
                    self._branches[position.key()] = Branch(_text(node), position)
            for path, pos in parameter_fields(template).items():
                offset = token.offset(pos)
                place = Position(source, offset) if offset >= 0 else None
                self._parameters[path] = ParameterUse(_join(path), place)
        branches = sorted(self._branches.values(), key=lambda branch: branch.position.offset)
        self.report = Report(suite.type, definition.name, file, branches, list(self._parameters.values()))

    def tell(self, position: Position, held: bool) -> None:
        """A condition was decided."""
        branch = self._branches.get(position.key())
        if branch is not None:
            if held:
                branch.held = True
            else:
                branch.failed = True

    def give(self, parameter: Any) -> None:
        """A case gives these parameters."""
        self._give(parameter, ())

    def _give(self, data: Any, path: tuple[str, ...]) -> None:
        if isinstance(data, list):
            for item in data:
                self._give(item, (*path, "[]"))
        elif isinstance(data, dict):
            for key, value in data.items():
                known = self._parameters.get((*path, key))
                if known is not None:
                    known.given = True
                self._give(value, (*path, key if known is not None else "*"))


def _text(node: ast.IfClause | ast.ForClause) -> str:
    if isinstance(node, ast.IfClause):
        return " ".join(f"if {format_node(node.condition)}".split())
    names = ", ".join(name.name for name in (node.key, node.value) if name is not None)
    return " ".join(f"for {names} in {format_node(node.source)}".split())


def _join(path: tuple[str, ...]) -> str:
    out = ""
    for step in path:
        out += step if step == "[]" or not out else f".{step}"
    return out
