"""``pycue vet``: validation, silent on success."""

from __future__ import annotations

from pycue.cli.build import Plan, faults

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run

__all__ = ["run"]

_HINT = "some instances are incomplete; use the -c flag to show errors or -c=false to allow incomplete instances\n"


def run(run: Run) -> int:
    """Check instances, or data files against an instance; report everything found."""
    plan = Plan(run, checking=True, comments=False)
    status = 0
    if plan.data:
        for item in plan.items():
            found = faults(plan.ctx, item.vertex, concrete=True)
            if found:
                run.report(found, goes_on=True)
                status = 1
        return status
    hinted = False
    concrete = run.flag("concrete") or not run.given("concrete")
    for item in plan.items():
        found = faults(plan.ctx, item.vertex)
        if not found and concrete:
            found = faults(plan.ctx, item.vertex, concrete=True)
            if found and not run.given("concrete"):
                status = 1
                if not hinted:
                    run.console.error(_HINT)
                hinted = True
                continue
        if found:
            run.report(found, goes_on=True)
            status = 1
    return status
