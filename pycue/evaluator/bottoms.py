"""Comparison with ``_|_``: whether a value is an error, and whether that stayed so."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator import lookup
from pycue.evaluator.insert import state_of
from pycue.evaluator.ir import Resolver
from pycue.evaluator.node import ANCESTORS
from pycue.evaluator.report import make_error
from pycue.evaluator.unify import error_of, unify
from pycue.evaluator.values import CYCLE, Bool, Bottom, Disjunction, Value
from pycue.evaluator.vertex import FINALIZED, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.node import NodeState
    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import Environment

# Answers; all but the first count as errors.
EXISTS = 0
MISSING = 1
NOT_CONCRETE = 2

__all__ = ["compare_bottom", "run_post_checks"]


def compare_bottom(ctx: OpContext, env: Environment, expr: Expr, operand: Expr, negate: bool) -> Value:
    """``operand == _|_``, or ``!=``; the answer is checked again when the node is complete."""
    if type(operand) is Bottom:
        return Bool(not negate, expr.src)
    result = _is_error(ctx, env, operand)
    if type(result) is Bottom:
        return result
    task = ctx.task
    if task is not None and result is not NOT_CONCRETE:
        n = task.node
        if n.post_checks is None:
            n.post_checks = []
        n.post_checks.append((env, operand, result))
    return Bool(bool(result) is not negate, expr.src)


def _is_error(ctx: OpContext, env: Environment, x: Expr) -> int | Bottom:
    """EXISTS, MISSING or NOT_CONCRETE; an error of its own where that cannot be told for a cycle."""
    if isinstance(x, Resolver):
        saved = ctx.comparing
        ctx.comparing = True
        try:
            found = ctx.resolve(env, x)
        finally:
            ctx.comparing = saved
        if type(found) is Bottom:
            return found if found.code == CYCLE or found.permanent else MISSING
        return _is_error_vertex(ctx, found, x)  # type: ignore[arg-type]
    value = ctx.evaluate(env, x)
    if isinstance(value, Vertex):
        return _is_error_vertex(ctx, value, x)
    return value if type(value) is Bottom and value.code == CYCLE else _is_error_value(value)


def _is_error_vertex(ctx: OpContext, v: Vertex, x: Expr) -> int | Bottom:
    v = v.deref()
    n = state_of(ctx, v) if v.status != FINALIZED else None
    if n is not None:
        n.compared = True
    try:
        value = ctx.read(v, x)
    finally:
        if n is not None:
            n.compared = False
    if v.status != FINALIZED:
        n = v.state
        if n is None or (not n.active and n.met(ANCESTORS)):
            saved = ctx.may_yield
            ctx.may_yield = False
            try:
                unify(ctx, v)
            finally:
                ctx.may_yield = saved
            value = lookup.unwrap(v)
    end = v.deref()
    error = error_of(end)
    if type(value) is Bottom and value.code == CYCLE:
        return value  # whether there is a value depends on that value
    if error is not None and not (error.incomplete and error.value is not None and error is end.base):
        return MISSING if not error.incomplete or end.base is error else EXISTS
    return _is_error_value(value)


def _is_error_value(value: Value) -> int:
    if type(value) is Bottom:
        return MISSING
    value = lookup.default_of(value)
    if type(value) is Disjunction:
        return EXISTS
    if isinstance(value, Vertex):
        error = error_of(value)
        return EXISTS if error is None or error.incomplete else MISSING
    if type(value) is Bottom:
        return MISSING
    # What may still become a struct or list is there: the top value, and constraints of those.
    return EXISTS if value.concrete or value.kind & (k.STRUCT | k.LIST) else NOT_CONCRETE


def run_post_checks(ctx: OpContext, n: NodeState) -> None:
    """Ask again; a changed answer is an error."""
    checks = n.post_checks or ()
    n.post_checks = None
    for env, x, result in checks:
        saved = ctx.task, ctx.may_yield
        ctx.task, ctx.may_yield = None, False
        try:
            now = _is_error(ctx, env, x)
        finally:
            ctx.task, ctx.may_yield = saved
        if type(now) is int and bool(now) is not bool(result):
            message = "circular dependency in evaluation of conditionals: %s changed after evaluation"
            ctx.add_error(n, make_error(ctx, CYCLE, x, message, (x,)))
