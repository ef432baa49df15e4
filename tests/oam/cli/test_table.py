"""The table of steps, on a terminal and elsewhere."""

from __future__ import annotations

import io

from oam.cli.table import LiveTable, format_rows, step_rows
from oam.workflow.model import Phase, Reason, Run, Step, StepStatus


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run() -> Run:
    run = Run([Step("first", "a"), Step("group", "step-group", sub_steps=[Step("inner", "b")]), Step("last", "c")])
    run.statuses = [
        StepStatus("1", "first", "a", Phase.SUCCEEDED, first=100.0, last=175.0),
        StepStatus("2", "group", "step-group", Phase.RUNNING, first=175.0, last=175.0),
    ]
    run.statuses[1].sub_steps = [
        StepStatus("3", "inner", "b", Phase.RUNNING, Reason.WAIT, "for Jo\nand more", 175.0, 176.0)
    ]
    return run


def test_rows_are_aligned_and_untouched_steps_are_shown() -> None:
    assert format_rows(step_rows(run())) == [
        "  STEP     TYPE        PHASE           TIME   MESSAGE",
        "✓ first    a           succeeded       1m15s",
        "… group    step-group  running         0s",
        "…   inner  b           running (Wait)  1s     for Jo",
        "  last     c           -",
    ]


def test_elsewhere_each_change_is_a_line() -> None:
    stream = io.StringIO()
    table = LiveTable(stream)
    state = run()
    table.update("app", state)
    table.update("app", state)
    state.statuses[1].phase = Phase.SUCCEEDED
    table.update("app", state)
    assert stream.getvalue().splitlines() == [
        "app/first: succeeded",
        "app/group: running",
        "app/inner: running (Wait): for Jo",
        "app/group: succeeded",
    ]


def test_a_terminal_is_redrawn_in_place() -> None:
    stream = Terminal()
    table = LiveTable(stream)
    table.update("app", run())
    assert "\x1b[5A" not in stream.getvalue()
    table.finish("app", run())
    assert stream.getvalue().count("\x1b[5A\x1b[J") == 1
    assert "\x1b[32msucceeded" in stream.getvalue()
