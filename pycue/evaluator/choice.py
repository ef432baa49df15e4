"""Disjunctions of plain values on a node that holds nothing else: settled without cloning the node.

``"TCP" | "UDP"``, ``*1 | int`` and the like are by far the most frequent disjunctions. No field, reference or
environment can depend on which alternative was taken, so filtering the alternatives by the node's constraints gives
what :mod:`pycue.evaluator.disjunction` would come to. Where nothing survives, that module explains why.
"""

from __future__ import annotations

from pycue.evaluator import bounds
from pycue.evaluator.unifyvalue import same_scalar
from pycue.evaluator.values import BasicType, Bool, Disjunction, Null, Num, String

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.node import NodeState

__all__ = ["choose", "defaults_first"]

_PLAIN = frozenset((BasicType, Bool, Null, Num, String))


def choose(ctx: OpContext, n: NodeState, alternatives: list[tuple[Any, bool]], marked: bool) -> bool:
    """Settle the node's only disjunction if it is plain; False where it has to be evaluated in full.

    ``alternatives`` are expressions with their default marks, ``marked`` says whether any has one.
    """
    if not _bare(n):
        return False
    for value, _ in alternatives:
        if type(value) not in _PLAIN:
            return False
    if n.scalar is not None:
        settled = _admits(ctx, n, alternatives)
    else:
        settled = _offer(ctx, n, alternatives, marked)
    if settled:
        ctx.disjuncts += len(alternatives)
        ctx.progress += 1
    return settled


def _bare(n: NodeState) -> bool:
    """Whether the node has nothing but scalars, types, bounds and checks, and no task but this one."""
    v = n.v
    return (
        n.tasks_left == 1
        and n.error is None
        and not v.arcs
        and not v.structs
        and not v.patterns
        and n.list_value is None
        and not n.has_struct
        and not n.cyclic
        and not n.cyclic_any
        and n.share is None
    )


def _admits(ctx: OpContext, n: NodeState, alternatives: list[tuple[Any, bool]]) -> bool:
    """Whether the scalar that the node has is one of the alternatives: it stays what it is."""
    scalar = n.scalar
    assert scalar is not None
    if type(scalar) not in _PLAIN or not _satisfies(ctx, n, scalar):
        return False
    for value, _ in alternatives:
        if value.kind & scalar.kind if type(value) is BasicType else same_scalar(value, scalar):
            return True
    return False


def _offer(ctx: OpContext, n: NodeState, alternatives: list[tuple[Any, bool]], marked: bool) -> bool:
    """Make the alternatives that satisfy the node's constraints its value, where there are several."""
    kind = n.kind
    constrained = n.lower is not None or n.upper is not None or bool(n.checks)
    kept: list[Any] = []
    defaults: list[bool] = []
    for value, default in alternatives:
        if type(value) is BasicType:
            if constrained or value.kind & kind != value.kind:
                return False
        elif not value.kind & kind or (constrained and not _satisfies(ctx, n, value)):
            continue
        for i, other in enumerate(kept):
            if _equal(other, value):
                defaults[i] = defaults[i] or default
                break
        else:
            kept.append(value)
            defaults.append(default)
    if len(kept) < 2:
        return False
    ordered, count = defaults_first(list(zip(kept, defaults, strict=True)))
    n.v.base = Disjunction(ordered, count, marked and count > 0)
    return True


def defaults_first(alternatives: list[tuple[Any, bool]]) -> tuple[list[Any], int]:
    """Alternatives with the defaults in front, each having changed places with what was there; how many there are."""
    ordered = [value for value, _ in alternatives]
    count = 0
    for i, (value, default) in enumerate(alternatives):
        if default:
            ordered[i] = ordered[count]
            ordered[count] = value
            count += 1
    return ordered, count


def _satisfies(ctx: OpContext, n: NodeState, value: Any) -> bool:
    """Whether bounds and checks of the node accept a scalar."""
    if not value.kind & n.kind:
        return False
    for check in (n.lower, n.upper, *n.checks):
        if check is not None and bounds.validate(ctx, check, value) is not None:
            return False
    return True


def _equal(a: Any, b: Any) -> bool:
    if type(a) is BasicType or type(b) is BasicType:
        return type(a) is type(b) and a.kind == b.kind
    return same_scalar(a, b)
