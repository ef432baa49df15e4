"""The table of a workflow's steps: redrawn in place on a terminal, one line a change elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from oam.timestamps import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from oam.workflow.model import Run, StepStatus

__all__ = ["LiveTable", "format_rows", "format_timeline", "step_rows"]

_MARKS = {"succeeded": "✓", "failed": "✗", "skipped": "-", "running": "…", "suspending": "‖", "pending": "·"}
_COLOURS = {"succeeded": 32, "failed": 31, "skipped": 90, "running": 33, "suspending": 35, "pending": 90}
_HEAD = ("STEP", "TYPE", "PHASE", "TIME", "MESSAGE")

Row = tuple[str, str, str, str, str]


def step_rows(run: Run) -> list[Row]:
    """One row a step: all of the workflow, touched or not."""
    rows = []
    for step in run.steps:
        rows.append(_row(step.name, step.type, run.status(step.name), ""))
        rows += [_row(sub.name, sub.type, run.status(sub.name), "  ") for sub in step.sub_steps]
    return rows


def _row(name: str, type_: str, status: StepStatus | None, indent: str) -> Row:
    if status is None:
        return f"{indent}{name}", type_, "-", "", ""
    phase = str(status.phase) + (f" ({status.reason})" if status.reason and status.reason != "Skip" else "")
    lasted = format_duration(status.last - status.first)
    return f"{indent}{name}", type_, phase, lasted, status.message.split("\n")[0]


def format_rows(rows: list[Row], *, colour: bool = False) -> list[str]:
    """Aligned lines with a head."""
    widths = [max(len(row[at]) for row in (_HEAD, *rows)) for at in range(4)]
    lines = []
    for row in (_HEAD, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)]
        word = row[2].split(" ")[0]
        mark = _MARKS.get(word, " ")
        if colour and word in _COLOURS:
            cells[2] = f"\x1b[{_COLOURS[word]}m{cells[2]}\x1b[0m"
        lines.append(f"{mark} {'  '.join(cells)}".rstrip())
    return lines


def format_timeline(moments: Iterable[tuple[float, str, str]]) -> list[str]:
    """Aligned lines with a head; of each moment its seconds, what it is about, and what happened."""
    rows = [("TIME", "WHAT", "HAPPENED")]
    rows += [(format_duration(seconds), subject, text) for seconds, subject, text in moments]
    widths = [max(len(row[at]) for row in rows) for at in (0, 1)]
    return [f"{time.rjust(widths[0])}  {subject.ljust(widths[1])}  {text}" for time, subject, text in rows]


class LiveTable:
    """Shows how steps stand while they run.

    On a terminal the whole table is drawn again at each change; elsewhere each change of a step is one line, and
    :meth:`finish` prints the table once.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._terminal = self._stream.isatty()
        self._drawn = 0
        self._name = ""
        self._seen: dict[str, tuple[str, str, str]] = {}

    def update(self, name: str, run: Run) -> None:
        """Show the present state of a run; ``name`` is the application's."""
        if self._terminal:
            self._name = self._name or name
            if name == self._name:
                self._redraw(run)
            return
        for status in run.all_statuses():
            state = (str(status.phase), str(status.reason), status.message)
            if self._seen.get(status.id) == state or state == ("pending", "", ""):
                continue
            self._seen[status.id] = state
            reason = f" ({status.reason})" if status.reason and status.reason != "Skip" else ""
            message = f": {status.message.split(chr(10))[0]}" if status.message else ""
            print(f"{name}/{status.name}: {status.phase}{reason}{message}", file=self._stream)

    def finish(self, name: str, run: Run) -> None:
        """The last state, and an end to redrawing."""
        if name != self._name:
            self._name, self._drawn = name, 0
        self.update(name, run)
        if not self._terminal:
            print("\n" + "\n".join(format_rows(step_rows(run))), file=self._stream)
        self._name, self._drawn = "", 0

    def _redraw(self, run: Run) -> None:
        lines = format_rows(step_rows(run), colour=True)
        up = f"\x1b[{self._drawn}A\x1b[J" if self._drawn else ""
        print(up + "\n".join(lines), file=self._stream, flush=True)
        self._drawn = len(lines)
