"""Checks of a finished vertex: errors, concreteness, required fields. Source: internal/core/validate."""

from __future__ import annotations

from pycue.evaluator import lookup, report
from pycue.evaluator.values import (
    CYCLE,
    INCOMPLETE,
    Bottom,
    Conjunction,
    Disjunction,
    ListMarker,
    StructMarker,
    Value,
)
from pycue.evaluator.vertex import MEMBER, REQUIRED, Vertex
from pycue.labels import LET, Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.source import Position

__all__ = ["validate"]


def validate(
    ctx: OpContext,
    v: Vertex,
    *,
    concrete: bool = False,
    final: bool = False,
    disallow_cycles: bool = False,
    report_incomplete: bool = False,
    only_first: bool = False,
) -> Bottom | None:
    """All errors in ``v`` and below.

    Args:
        ctx: of the evaluation that ``v`` belongs to.
        v: need not be finalised.
        concrete: values must be concrete, except in definitions and optional fields.
        final: required fields must be present, incomplete errors count.
        disallow_cycles: unresolved reference cycles are errors.
        report_incomplete: incomplete errors count, without asking for concrete values.
        only_first: stop at the first error.
    """
    run = _Validator(ctx, concrete, final, disallow_cycles, report_incomplete)
    run.only_first = only_first
    ctx.guarded(run.visit, v, v.path())
    return run.error


class _Validator:
    __slots__ = (
        "concrete",
        "ctx",
        "cycles",
        "error",
        "final",
        "in_definition",
        "incomplete",
        "only_first",
        "seen",
        "shared",
        "told",
        "via",
    )

    def __init__(self, ctx: OpContext, concrete: bool, final: bool, cycles: bool, incomplete: bool) -> None:
        self.ctx = ctx
        self.concrete = concrete
        self.final = final
        self.cycles = cycles
        self.incomplete = incomplete
        self.only_first = False
        self.error: Bottom | None = None
        self.in_definition = 0
        self.seen: set[Vertex] = set()
        self.shared: set[Vertex] = set()
        self.told: set[Vertex] = set()  # whose own error is among those found
        self.via: list[Position] = []  # references through which the vertex being checked was reached

    def add(self, bottom: Bottom) -> None:
        self.error = bottom if self.error is None else report.together(self.error, bottom)

    def visit(self, v: Vertex, path: list[object]) -> None:
        """Check a vertex; what several share, a chosen disjunct too, is checked once, and told by the first."""
        ctx = self.ctx
        ctx.unify(v)
        target = v.deref()
        if target is v or self.in_definition:
            self._visit(target, path)
            return
        if target in self.shared:
            return
        self.shared.add(target)
        position = report.position_of(getattr(v.conjuncts[-1].x, "value", v.conjuncts[-1].x)) if v.shared else None
        before = self.via
        if position is not None:
            self.via = [*before, position]
        self._visit(target, path)
        self.via = before

    def _visit(self, v: Vertex, path: list[object]) -> None:
        ctx = self.ctx
        ctx.unify(v)
        if self.in_definition:
            if v in self.seen:
                return
            self.seen.add(v)
        base = v.base
        if type(base) is Bottom:
            self._bottom(v, base)
            if not base.incomplete or (self.concrete and not self.in_definition and v.child_error is None):
                return
            base = base.value
        elif type(base) is Disjunction and self.concrete and not self.in_definition:
            chosen = lookup.default_of(base)
            if isinstance(chosen, Vertex):
                self.visit(chosen, path)
                return
            base = chosen
        if self.concrete and not self.in_definition:
            self._check_concrete(v, base, path)
        if type(base) is Disjunction:
            return  # its fields are those of the disjuncts
        for label, arc in list(v.arcs.items()):
            self._visit_arc(v, label, arc, path)
            if self.only_first and self.error is not None:
                return

    def _bottom(self, v: Vertex, base: Bottom) -> None:
        if v in self.told:
            return
        if base.incomplete:
            wanted = self.concrete or self.incomplete or (base.code == CYCLE and self.cycles)
            if not wanted or self.in_definition:
                return
        self.told.add(v)
        self.add(base)

    def _visit_arc(self, v: Vertex, label: object, arc: Vertex, path: list[object]) -> None:
        if type(label) is Label and label.kind == LET:
            return
        if arc.arc_type == REQUIRED:
            if (self.concrete or self.final) and not self.in_definition:
                self._required(arc, path)
            return
        if arc.arc_type != MEMBER:
            return
        hidden = type(label) is Label
        definition = hidden and (label.is_definition or label.is_hidden)  # type: ignore[attr-defined]
        if definition:
            self.in_definition += 1
        path.append(label)
        self.visit(arc, path)
        path.pop()
        if definition:
            self.in_definition -= 1

    def _required(self, arc: Vertex, path: list[object]) -> None:
        ctx = self.ctx
        saved = ctx.vertex
        ctx.vertex = arc
        bottom = report.make_error(ctx, INCOMPLETE, None, "field is required but not present", (), "cue.required")
        ctx.vertex = saved
        required = [c.x for c in arc.conjuncts if getattr(c.x, "arc_type", REQUIRED) == REQUIRED]
        positions = [report.position_of(x) for x in required]
        bottom.messages[0].positions = [*(p for p in positions if p is not None), *self.via]
        bottom.messages[0].path = [*path, arc.label]  # type: ignore[list-item]
        self.add(bottom)

    def _check_concrete(self, v: Vertex, base: Value | None, path: list[object]) -> None:
        if base is None or isinstance(base, (StructMarker, ListMarker, Bottom)):
            return
        if base.concrete and type(base) is not Conjunction:
            return
        ctx = self.ctx
        if type(base) is Disjunction:
            for value in base.values:
                lookup.settle_lets(ctx, value)
        saved = ctx.vertex
        ctx.vertex = v
        bottom = report.make_error(ctx, INCOMPLETE, None, "incomplete value %s", (base,), "cue.incomplete")
        ctx.vertex = saved
        own = report.position_of(base)
        bottom.messages[0].positions = [*([own] if own is not None else []), *self.via]
        bottom.messages[0].path = list(path)  # type: ignore[arg-type]
        self.add(bottom)
