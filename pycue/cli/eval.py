"""``pycue eval``: evaluated values as CUE, incomplete ones as expressions."""

from __future__ import annotations

from pycue.cli.build import Plan, faults
from pycue.cli.output import Output

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run

__all__ = ["run"]


def run(run: Run) -> int:
    """Print every value asked for; errors end it, unless ``-i`` prints them as values."""
    output = Output(run, "cue")
    plan = Plan(run)
    status = 0
    is_cue = output.encoding == "cue"
    for item in plan.items():
        if item.header and is_cue:
            output.header(item.header)
        ignore = run.flag("ignore") and is_cue
        found = [] if ignore else faults(plan.ctx, item.vertex)
        if found:
            run.report(found)
            return 1
        if not ignore and (run.flag("concrete") or not is_cue):
            found = faults(plan.ctx, item.vertex, concrete=True, final=not is_cue)
            if found:
                run.report(found)
                status = 1
                continue
        if is_cue:
            from pycue.cli.cue_text import eval_text

            output.add_cue(eval_text(plan.ctx, item, run), separate=not item.header)
        else:
            output.add(plan.ctx, item.vertex, tuple(item.expression.split(".")) if item.expression else ())
    output.close()
    return status
