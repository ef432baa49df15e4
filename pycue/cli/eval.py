"""``pycue eval``: evaluated values as CUE, incomplete ones as expressions."""

from __future__ import annotations

from pycue.cli.build import Plan, faults
from pycue.cli.output import Output

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run
    from pycue.errors import Diagnostic

__all__ = ["run"]


def run(run: Run) -> int:
    """Print every value asked for; errors end it, unless ``-i`` prints them as values."""
    output = Output(run, "cue")
    plan = Plan(run)
    status = 0
    is_cue = output.encoding == "cue"
    for item in plan.items():
        ignore = run.flag("ignore") and is_cue
        if ignore:
            plan.ctx.unify(item.vertex)
        found = [] if ignore else faults(plan.ctx, item.vertex)
        if found:
            _report(run, found, item.header)
            return 1
        if not ignore and (run.flag("concrete") or not is_cue):
            found = faults(plan.ctx, item.vertex, concrete=True, final=not is_cue)
            if found:
                _report(run, found, item.header, goes_on=True)
                status = 1
                continue
        if is_cue:
            from pycue.cli.cue_text import eval_text

            if item.header:
                output.header(item.header)
            output.add_cue(eval_text(plan.ctx, item, run), separate=not item.header)
        else:
            output.add(plan.ctx, item.vertex, tuple(item.expression.split(".")) if item.expression else ())
    output.close()
    return status


def _report(run: Run, found: list[Diagnostic], header: str, *, goes_on: bool = False) -> None:
    """Print faults, under the expression that they are of where there are several."""
    if header:
        run.console.error(f"// {header}\n")
    run.report(found, goes_on=goes_on)
