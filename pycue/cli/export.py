"""``pycue export``: concrete values as data."""

from __future__ import annotations

from pycue.cli.build import Plan, faults, has_error
from pycue.cli.output import Output
from pycue.evaluator.diagnose import diagnostics

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run

__all__ = ["run"]


def run(run: Run) -> int:
    """Write every value asked for; stop at the first that is not concrete."""
    output = Output(run, "json")
    plan = Plan(run, comments=output.encoding == "cue" or output.is_schema)
    for item in plan.items():
        data = not output.is_schema
        found = faults(plan.ctx, item.vertex, concrete=data, final=data, name=item.name)
        error = plan.ctx.error_of(item.vertex) if not found and data and has_error(plan.ctx, item.vertex) else None
        if error is not None:
            found = diagnostics(error)  # in a required field of a definition
        if found:
            run.report(found)
            return 1
        labels = plan.labels(item)
        if output.is_schema:
            output.add_schema(plan.ctx, item)
        elif output.encoding == "cue":
            from pycue.cli.cue_text import final_text

            output.add_cue(final_text(plan.ctx, item, run, labels))
        else:
            output.add(plan.ctx, item.vertex, tuple(item.expression.split(".")) if item.expression else (), labels)
    output.close()
    return 0
