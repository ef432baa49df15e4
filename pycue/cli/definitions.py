"""``pycue def``: the schema of a configuration as one file."""

from __future__ import annotations

from pycue.cli.build import Plan, faults
from pycue.cli.output import Output

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run

__all__ = ["run"]


def run(run: Run) -> int:
    """Print every value asked for with its constraints; errors end it."""
    output = Output(run, "cue")
    plan = Plan(run)
    is_cue = output.encoding == "cue" or output.is_schema
    for item in plan.items():
        found = faults(plan.ctx, item.vertex, concrete=not is_cue, final=not is_cue, name=item.name)
        if found:
            run.report(found)
            return 1
        if output.is_schema:
            output.add_schema(plan.ctx, item)
        elif is_cue:
            from pycue.cli.cue_text import def_text

            output.add_cue(def_text(plan.ctx, item, run, package_clause=not plan.data))
        else:
            output.add(plan.ctx, item.vertex, tuple(item.expression.split(".")) if item.expression else ())
    output.close()
    return 0
