"""``oam simulate``: run a workflow in memory, with its time, cluster and web servers made up."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import attrs

from oam.cli.files import read
from oam.cli.flags import Flag
from oam.cli.report import place, print_warnings
from oam.cli.state import OUTPUT, arguments, print_data
from oam.cli.table import format_timeline
from oam.cli.up import read_sources
from oam.errors import UsageError
from oam.testing import read_scenario, simulate
from oam.timestamps import format_duration
from pycue.source import Source

if TYPE_CHECKING:
    from oam.testing import Outcome

__all__ = ["run"]

_FLAGS = (Flag("file", "f", "list"), Flag("seed"), Flag("profile"), OUTPUT)
_USAGE = """Usage: oam simulate SCENARIO | -f PATH... [--seed N] [--profile standard|upstream|seed]
                    [-o json|yaml]

Runs the workflow of an application in memory: time passes only where the workflow waits, workloads become ready by
themselves, web servers answer as the scenario says. Without a scenario the files are run as they are. Prints the
timeline and the expectations that are not met; gives 0 where there are none."""


def run(argv: list[str]) -> int:
    """The command; 1 where an expectation is not met."""
    parsed = arguments(_FLAGS, argv, _USAGE)
    if parsed is None:
        return 0
    files, scenarios = parsed.lists["file"], parsed.rest
    if len(scenarios) > 1 or bool(files) == bool(scenarios):
        raise UsageError("oam simulate needs one scenario, or files with -f", code="oam.usage")
    folder = os.path.dirname(scenarios[0]) if scenarios else ""
    source = (
        Source(scenarios[0], read(scenarios[0])) if scenarios else Source("command line", json.dumps({"app": files}))
    )
    scenario = read_scenario(source)
    if parsed.strings["profile"]:
        scenario = attrs.evolve(scenario, profile=parsed.strings["profile"])
    if parsed.strings["seed"]:
        if not parsed.strings["seed"].isdigit():
            raise UsageError("--seed takes a whole number", code="oam.usage")
        scenario = attrs.evolve(scenario, seed=int(parsed.strings["seed"]))
    sources = list(read_sources(os.path.join(folder, path) for path in scenario.files))
    outcome = simulate(scenario, sources)
    print_warnings(outcome.warnings)
    if not print_data(_document(outcome), parsed.strings["output"]):
        _print(outcome)
    _print_faults(outcome)
    return 1 if outcome.unmet else 0


def _print(outcome: Outcome) -> None:
    print("\n".join(format_timeline((moment.time, moment.subject, moment.text) for moment in outcome.timeline)))
    phase = outcome.record.phase if outcome.record else "deleted"
    print(f"\n{phase} after {format_duration(outcome.seconds)} of virtual time")


def _print_faults(outcome: Outcome) -> None:
    sys.stdout.flush()
    for line in dict.fromkeys(outcome.refused):
        print(f"warning: no answer for {line}: refused", file=sys.stderr)
    for fault in outcome.unmet:
        where = place(fault)
        print(f"Error: {where + ': ' if where else ''}{outcome.redactor.text(fault.message)}", file=sys.stderr)


def _document(outcome: Outcome) -> object:
    record = outcome.record
    document = {
        "phase": record.phase if record else "deleted",
        "seconds": outcome.seconds,
        "timeline": [{"time": m.time, "subject": m.subject, "text": m.text} for m in outcome.timeline],
        "variables": record.run.variables if record else {},
        "objects": outcome.objects,
        "requests": outcome.requests,
        "refused": outcome.refused,
        "unmet": [fault.message for fault in outcome.unmet],
    }
    return outcome.redactor.data(document)
