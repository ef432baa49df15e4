"""Many applications of two steps each, on one SQLite file: how long they take, and how that grows with their number.

``python -m benchmarks many [COUNT COUNT]``, 100 and 1,000 unless given. The growth is that of processor time, as the
time of day depends on what else the machine does.
"""

from __future__ import annotations

import gc
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from oam.app import Record, Runtime, read_bundle
from oam.store import SqliteStore
from oam.workflow.clock import SeededRandom, VirtualClock
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Figures", "main", "measure"]

MOST = 1.15
"""How much more an application may cost among many than among few."""

_APPLICATION = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: app-{n:05}}}
spec:
  components: [{{name: web-{n:05}, type: worker, properties: {{image: "web:{n}"}}}}]
  workflow:
    steps:
    - {{name: web, type: apply-component, properties: {{component: web-{n:05}}}}}
    - {{name: note, type: export2config, properties: {{configName: note-{n:05}, data: {{number: "{n}"}}}}}}
---
"""


class _Timed(Runtime):
    """Notes how long each pass takes."""

    seconds: list[float]

    def _turn(self, key: str, due: float | None = None) -> Record:
        begun = time.perf_counter()
        try:
            return super()._turn(key, due)
        finally:
            self.seconds.append(time.perf_counter() - begun)


@attrs.frozen
class Figures:
    """What a number of applications took; ``p95`` is of passes; all times are in seconds."""

    count: int
    wall: float
    processor: float
    passes: int
    p95: float

    def line(self) -> str:
        """The figures as printed."""
        return (
            f"{self.count:>6} applications: {self.wall:7.1f} s, {self.count / self.wall:6.1f} a second, "
            f"{self.processor / self.count * 1000:6.1f} ms of processor time each, "
            f"{self.passes} passes, p95 of a pass {self.p95 * 1000:.1f} ms"
        )


def measure(count: int) -> Figures:
    """Submit applications and run their workflows to the end."""
    text = "".join(_APPLICATION.format(n=number) for number in range(count))
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "state.db")
        try:
            runtime = _Timed(SqliteStore(connection), VirtualClock(1_700_000_000), SeededRandom())
            runtime.seconds = []
            begun, used = time.perf_counter(), time.process_time()
            records, _ = runtime.submit(read_bundle([Source("applications.yaml", text)]))
            ends = [runtime.run(record).phase for record in records]
            wall, processor = time.perf_counter() - begun, time.process_time() - used
        finally:
            connection.close()
    if ends.count("running") != count:
        raise RuntimeError(f"{count - ends.count('running')} of {count} applications did not come to a good end")
    slowest = sorted(runtime.seconds)
    return Figures(count, wall, processor, len(slowest), slowest[int(len(slowest) * 0.95)])


def main(argv: Sequence[str]) -> int:
    """The command; 1 where the growth is more than linear."""
    few, many = [int(word) for word in argv] or (100, 1000)
    gc.set_threshold(100_000)  # as the command does
    measure(5)  # what happens once only
    small = measure(few)
    print(small.line(), flush=True)
    large = measure(many)
    print(large.line())
    growth = (large.processor / large.count) / (small.processor / small.count)
    print(f"growth from {few} to {many}: {growth:.2f} of linear")
    return 0 if growth <= MOST else 1
