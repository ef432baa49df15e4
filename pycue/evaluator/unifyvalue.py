"""Unification of scalars, types, bounds and validators on one node, and its final check."""

from __future__ import annotations

from pycue.evaluator import bounds
from pycue.evaluator import kind as k
from pycue.evaluator.calls import check_arguments
from pycue.evaluator.ir import Field
from pycue.evaluator.report import add_positions, conflict, position_of, positions_of
from pycue.evaluator.values import (
    BasicType,
    Bottom,
    BoundValue,
    Builtin,
    BuiltinValidator,
    Conjunction,
    Null,
    Top,
    Value,
)
from pycue.evaluator.vertex import Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.node import NodeState
    from pycue.evaluator.vertex import CloseInfo

__all__ = ["constraint_value", "insert_scalar_like", "narrow", "same_scalar", "validate_scalar"]


def narrow(n: NodeState, x: Any, kind: int, close: CloseInfo) -> bool:
    """Intersect the node's kind; a conflict is reported once, later values are skipped."""
    old = n.kind
    both = old & kind
    if not both:
        if old:
            n.kind = 0
            recorded = n.kind_value
            if recorded is None:
                recorded = BasicType(old)
            n.ctx.add_error(n, conflict(n.ctx, recorded, x, old, kind, (n.kind_close, close)))
        return False
    if both != old or n.kind_value is None:
        n.kind = both
        n.kind_value = x
    n.kind_close = close
    return True


def same_scalar(a: Value, b: Value) -> bool:
    """Whether two scalars are the same value of the same kind."""
    if a is b:
        return True
    if a.kind != b.kind:
        return False
    if type(a) is Null:
        return True
    if type(a) is Builtin:
        return False
    return bool(a.value == b.value)  # type: ignore[attr-defined]


def insert_scalar_like(n: NodeState, x: Value, close: CloseInfo) -> None:
    """Enter a scalar, basic type, bound or validator."""
    cls = type(x)
    if cls is Builtin:
        x = _bare_validator(x)  # type: ignore[arg-type]
        cls = type(x)
    if not narrow(n, x, x.kind, close):
        return
    if not n.no_share:
        n.ctx.unshare(n)
    if cls is BasicType:
        return
    if cls is BoundValue:
        _insert_bound(n, x, close)  # type: ignore[arg-type]
    elif cls is BuiltinValidator:
        _insert_check(n, x, close)
    elif n.scalar is None:
        n.scalar = x
        n.scalar_close = close
        n.ctx.progress += 1
        n.update_base()
    elif not same_scalar(n.scalar, x):
        n.ctx.add_error(n, conflict(n.ctx, x, n.scalar, x.kind, n.scalar.kind, (close, n.scalar_close)))


def _bare_validator(x: Builtin) -> Value:
    """A builtin with one parameter and a bool result is a validator of its own."""
    if len(x.params) == 1 and x.result in (k.BOOL, k.BOTTOM):
        return BuiltinValidator(x, (), x.params[0].kind, x.src)
    return x


def _insert_bound(n: NodeState, x: BoundValue, close: CloseInfo) -> None:
    op = x.op
    if op in (">", ">="):
        x = _tighter(n, n.lower, x, close)
        n.lower = x
    elif op in ("<", "<="):
        x = _tighter(n, n.upper, x, close)
        n.upper = x
    else:
        _insert_check(n, x, close)
        return
    if n.lower is not None and n.upper is not None:
        recorded, new = (n.upper, n.lower) if x is n.lower else (n.lower, n.upper)
        result = bounds.simplify(n.ctx, n.kind, recorded, new)
        if type(result) is Bottom:
            n.lower = n.upper = None  # said once
            n.ctx.add_error(n, result)


def _tighter(n: NodeState, old: BoundValue | None, new: BoundValue, close: CloseInfo) -> BoundValue:
    if old is None:
        return new
    result = bounds.simplify(n.ctx, n.kind, old, new)
    if type(result) is Bottom:
        n.ctx.add_error(n, result)
        return old
    return result if type(result) is BoundValue else new


def _insert_check(n: NodeState, x: Value, close: CloseInfo) -> None:
    """Record a check unless a recorded one implies it."""
    checks = n.checks
    for i, old in enumerate(checks):
        result = bounds.simplify(n.ctx, n.kind, old, x)
        if result is None:
            continue
        if type(result) is Bottom:
            n.ctx.add_error(n, result)
        if result is not x:
            return
        del checks[i], n.check_closes[i]
        break
    checks.append(x)
    n.check_closes.append(close)


def validate_scalar(n: NodeState, value: Value, final: bool) -> None:
    """Run all recorded constraints on a concrete value; calls not where there is an error before the first of them."""
    ctx = n.ctx
    saved = ctx.close
    skipped: bool | None = None
    try:
        for check in (n.lower, n.upper):
            if check is not None:
                _run_check(n, check, value)
        for bound, close in zip(n.checks, n.check_closes, strict=True):
            ctx.close = close
            if type(bound) is BuiltinValidator:
                if skipped is None:
                    skipped = n.error is not None
                if skipped:
                    continue
            _run_check(n, bound, value, whole=True)
    finally:
        ctx.close = saved


def _run_check(n: NodeState, check: Value, value: Value, whole: bool = False) -> None:
    """Report a failing check; with ``whole`` where all conjuncts of the node were written, not the value alone."""
    error = bounds.validate(n.ctx, check, value)
    if error is not None:
        whole = whole and not (type(check) is BuiltinValidator and check_arguments(n.ctx, check))
        if whole and not isinstance(value, Vertex):
            first = error.messages[0]
            written = n.v if n.disjunct is None else n.disjunct.v  # a disjunct has its choice besides
            first.positions = [*first.positions, *positions_of(written)]
        if type(check) is BuiltinValidator and check.src is None:
            _add_origin(n, error)
        n.ctx.add_error(n, error)


def _add_origin(n: NodeState, error: Bottom) -> None:
    """A builtin that is a validator by itself has no place of its own: name that of the conjunct it came with."""
    for conjunct in n.v.conjuncts:
        x = conjunct.x.value if isinstance(conjunct.x, Field) else conjunct.x
        position = None if isinstance(x, Value) else position_of(x)
        if position is not None:
            add_positions(error, [position])
            return


def constraint_value(n: NodeState) -> Value:
    """What remains of a node without a concrete value: its constraints, or its type, or top."""
    checks: list[Value] = []
    if n.lower is not None:
        checks.append(n.lower)
    if n.upper is not None:
        checks.append(n.upper)
    if n.checks:
        checks.extend(bounds.needed(n.ctx, n.checks, n.lower, n.upper))
    kind = n.kind
    if checks:
        mask = k.TOP
        for check in checks:
            mask &= check.kind
        if mask != kind:
            value = n.kind_value if type(n.kind_value) is BasicType and n.kind_value.kind == kind else BasicType(kind)
            checks.append(value)
        return checks[0] if len(checks) == 1 else Conjunction(checks, kind)
    if kind == k.TOP:
        return Top()
    recorded = n.kind_value
    if type(recorded) is BasicType and recorded.kind == kind:
        return recorded
    return BasicType(kind)
