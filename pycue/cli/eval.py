"""``pycue eval``: evaluated values as CUE, incomplete ones as expressions."""

from __future__ import annotations

from pycue.cli.build import Plan, faults, has_error
from pycue.cli.output import Output
from pycue.evaluator.values import CYCLE, STRUCTURAL_CYCLE, Bottom
from pycue.evaluator.vertex import MEMBER

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run
    from pycue.cli.build import Item
    from pycue.errors import Diagnostic
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import Vertex

__all__ = ["run"]


def run(run: Run) -> int:
    """Print every value asked for; errors end it, unless ``-i`` prints them as values."""
    output = Output(run, "cue")
    plan = Plan(run, failing=True)
    status = 0
    is_cue = output.encoding == "cue" or output.is_schema
    for item in plan.items():
        ctx, vertex = plan.ctx, item.vertex
        text = _failed(ctx, item, run) if is_cue else ""
        found, last = ([], False) if text else _faults(ctx, item, run, is_cue=is_cue)
        if found:
            if item.header and is_cue:
                run.console.error(f"// {item.header}\n")
            run.report(found, goes_on=not last)
            status = 1
            if last:
                return 1
        elif output.is_schema:
            output.add_schema(ctx, item)
        elif is_cue:
            from pycue.cli.cue_text import eval_text

            if item.header:
                output.header(item.header)
            output.add_cue(text or eval_text(ctx, item, run), separate=not item.header)
        else:
            output.add(ctx, vertex, tuple(item.expression.split(".")) if item.expression else ())
    output.close()
    return status


def _faults(ctx: OpContext, item: Item, run: Run, *, is_cue: bool) -> tuple[list[Diagnostic], bool]:
    """What is wrong with a value, and whether nothing after it is printed."""
    if item.fault is not None:
        return list(item.fault.diagnostics), is_cue
    vertex = item.vertex
    ctx.unify(vertex)
    if run.flag("ignore") and is_cue:
        return [], False
    if is_cue:
        found = faults(ctx, vertex, name=item.name) or _cycle(vertex)
        if found:
            return found, True
    if run.flag("concrete") or not is_cue:
        found = faults(ctx, vertex, concrete=True, final=not is_cue, name=item.name)
    if not found and has_error(ctx, vertex):
        found = faults(ctx, vertex, final=True, name=item.name) or faults(ctx, vertex, cycles=True, name=item.name)
    return found, False


def _failed(ctx: OpContext, item: Item, run: Run) -> str:
    """What stands for a value that cannot be printed, where that is not told as an error."""
    if run.flag("ignore"):
        first = item.fault.diagnostics[0] if item.fault is not None else None
        return f"_|_ // {first.position!r}: {first.message}\n" if first is not None else ""
    return _failed_alias(ctx, item) if item.fault is None and not run.flag("concrete") else ""


def _cycle(vertex: Vertex) -> list[Diagnostic]:
    """What is wrong with a value that depends on itself: nothing is to be had of it, whatever else may come."""
    from pycue.evaluator.diagnose import diagnostics

    base = vertex.base
    return diagnostics(base) if type(base) is Bottom and base.code == CYCLE else []


def _failed_alias(ctx: OpContext, item: Item) -> str:
    """What stands for a field named by an expression which only refers to an error, or has a cycle deep inside."""
    from pycue.evaluator.diagnose import summary

    vertex = item.vertex
    ctx.unify(vertex)
    error = ctx.error_of(vertex) if item.expression else None
    if error is None or error.incomplete:
        return ""
    if not vertex.shared:
        if not _deep_cycle(ctx, vertex, error):
            return ""
        error = Bottom(error.code, error.messages[:1])
    return f"_|_ // {summary(error)}\n"


def _deep_cycle(ctx: OpContext, vertex: Vertex, error: Bottom) -> bool:
    """Whether the error is a structural cycle further down in just one field, its own or of what it refers to."""
    if error.code != STRUCTURAL_CYCLE:
        return False
    if vertex.base is error and error.child is not None:
        return True
    failed = [arc.deref() for arc in vertex.deref().arcs.values() if arc.arc_type == MEMBER and ctx.error_of(arc)]
    return len(failed) == 1 and type(failed[0].base) is not Bottom
