"""``oam workflow``: look at workflows and change their course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.app.evidence import evidence
from oam.app.history import history, outlook, until
from oam.app.record import list_records
from oam.cli.flags import Flag
from oam.cli.state import NAMESPACE, NETWORK, OUTPUT, WORLD, arguments, open_world, print_data
from oam.cli.table import format_rows, format_timeline, step_rows
from oam.definition import STANDARD
from oam.errors import OamError, UsageError
from oam.timestamps import format_time
from oam.workflow.model import RunPhase

if TYPE_CHECKING:
    from oam.app.history import Entry
    from oam.app.runtime import Runtime
    from oam.cli.flags import Parsed
    from oam.ports import StateStore

__all__ = ["run"]

_VERBS = ("suspend", "resume", "terminate", "restart", "rollback")
_LOOKS = ("list", "logs", "replay", "debug")
_FLAGS = (*WORLD, NAMESPACE, OUTPUT, Flag("step"), Flag("until"), *NETWORK)
_USAGE = """Usage: oam workflow VERB [APP] --state FILE|--cluster [KUBECONFIG] [-n NAMESPACE]
                    [--step NAME] [-o json|yaml]
                    [--allow-http HOST[:PORT][/PREFIX]]... [--config FILE]

suspend    stop the workflow, or one of its steps
resume     let it go on, and run it to its end
terminate  end it
restart    begin again, or again from a failed step
rollback   go back to the last revision whose workflow succeeded; nothing is run again
list       all workflows
logs       what happened, line by line
replay     what happened, on one clock and up to the end of the step --until, and how everything stood then
debug      what the templates of steps came to, of an application with a policy of type debug"""


def run(argv: list[str]) -> int:
    """The command."""
    parsed = arguments(_FLAGS, argv, _USAGE)
    if parsed is None:
        return 0
    verb, *names = parsed.rest or [""]
    if verb not in (*_VERBS, *_LOOKS):
        raise UsageError(f'unknown verb "{verb}"; one of {", ".join((*_VERBS, *_LOOKS))}', code="oam.usage")
    if len(names) != (verb != "list"):
        raise UsageError(f"oam workflow {verb} needs {'no' if verb == 'list' else 'one'} application", code="oam.usage")
    with open_world(parsed, STANDARD, must_exist=True) as runtime:
        if verb == "list":
            return _list(runtime.store, parsed)
        if verb == "debug":
            return _debug(runtime.store, runtime, names[0], parsed)
        if verb in _LOOKS:
            entries = _entries(runtime.store, runtime, names[0], parsed)
            return _logs(entries, parsed) if verb == "logs" else _replay(entries, parsed)
        return _operate(runtime, verb, names[0], parsed)


def _operate(runtime: Runtime, verb: str, name: str, parsed: Parsed) -> int:
    record = runtime.find(name, parsed.strings["namespace"] or "default")
    if verb == "rollback":
        record = runtime.rollback(record)
    else:
        record = runtime.operate(record, verb, parsed.strings["step"])
    if verb not in ("suspend", "rollback"):
        record = runtime.run(record)
    print("\n".join(format_rows(step_rows(record.run))))
    print(f"\n{record.name}: {record.phase}")
    return 1 if record.run.phase is RunPhase.FAILED else 0


def _list(store: StateStore, parsed: Parsed) -> int:
    namespace = parsed.strings["namespace"]
    found = [
        {
            "namespace": record.namespace,
            "name": record.name,
            "phase": record.phase,
            "workflow": str(record.run.phase),
            "revision": record.revision,
        }
        for record in list_records(store)
        if namespace in ("", record.namespace)
    ]
    if print_data(found, parsed.strings["output"]):
        return 0
    rows = [("NAMESPACE", "NAME", "PHASE", "WORKFLOW", "REVISION"), *(tuple(entry.values()) for entry in found)]
    widths = [max(len(row[at]) for row in rows) for at in range(5)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _entries(store: StateStore, runtime: Runtime, name: str, parsed: Parsed) -> list[Entry]:
    """The application's history, as far as it is asked for. Raises UsageError: there is no such step."""
    record = runtime.find(name, parsed.strings["namespace"] or "default")
    entries = history(store, record.namespace, record.name)
    step, last = parsed.strings["step"], parsed.strings["until"]
    try:
        entries = until(entries, last) if last else entries
    except KeyError:
        raise UsageError(f'nothing is known of a step "{last}"', code="oam.usage") from None
    return [entry for entry in entries if not step or entry.subject in (f"step {step}", f"log {step}")]


def _logs(entries: list[Entry], parsed: Parsed) -> int:
    data = [{"time": format_time(entry.time), "subject": entry.subject, "text": entry.text} for entry in entries]
    if print_data(data, parsed.strings["output"]):
        return 0
    for line in data:
        print(f"{line['time']}  {line['subject']}: {line['text']}")
    return 0


def _replay(entries: list[Entry], parsed: Parsed) -> int:
    start = entries[0].time if entries else 0.0
    stood = outlook(entries)
    moments = [(entry.time - start, entry.subject, entry.text) for entry in entries]
    timeline = [{"time": seconds, "subject": subject, "text": text} for seconds, subject, text in moments]
    if print_data({"timeline": timeline, "stood": stood}, parsed.strings["output"]):
        return 0
    print("\n".join(format_timeline(moments)))
    print("\nHow everything stood then:")
    for subject, text in stood.items():
        print(f"  {text}" if subject.startswith("var ") else f"  {subject}: {text}")
    return 0


def _debug(store: StateStore, runtime: Runtime, name: str, parsed: Parsed) -> int:
    record = runtime.find(name, parsed.strings["namespace"] or "default")
    kept, step = dict(evidence(store, record.key)), parsed.strings["step"]
    if not kept:
        text, hint = f'nothing is kept of the templates of "{name}"', "add {type: debug} to its policies"
        raise OamError(text, code="oam.workflow.debug", help=hint)
    if step and step not in kept:
        raise UsageError(f'nothing is kept of a step "{step}"; one of {", ".join(kept)}', code="oam.usage")
    chosen = {step: kept[step]} if step else kept
    if print_data(chosen, parsed.strings["output"]):
        return 0
    order = [entry.name for entry in record.run.all_statuses()]
    for found in sorted(chosen, key=lambda one: order.index(one) if one in order else len(order)):
        print(f"// step {found}\n{chosen[found]}")
    return 0
