"""``oam up``: apply files and run the workflows of their applications to the end."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from oam.app.bundle import read_bundle
from oam.cli.report import print_warnings
from oam.cli.state import add_namespace, add_state, open_runtime, open_store
from oam.cli.table import LiveTable
from oam.definition.profile import PROFILES
from oam.errors import UsageError
from oam.workflow.model import RunPhase
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oam.app.record import Record
    from oam.app.runtime import Runtime

__all__ = ["read_sources", "run"]

_ENDINGS = (".yaml", ".yml", ".json", ".cue")


def run(argv: list[str]) -> int:
    """The command; gives 0 where every workflow came to a good end, or waits for somebody."""
    options = _parser().parse_args(argv)
    if not options.file:
        raise UsageError("oam up needs at least one -f PATH", code="oam.usage")
    profile = PROFILES[options.profile]
    bundle = read_bundle(read_sources(options.file), profile)
    table = LiveTable()
    good = True
    with open_store(options.state) as store, open_runtime(store, profile, table.update) as runtime:
        records, warnings = runtime.submit(bundle, options.namespace)
        print_warnings(warnings)
        if not records:
            _print_counts(len(bundle.definitions), len(bundle.objects))
        for record in records:
            finished = runtime.run(record)
            table.finish(record.name, finished.run)
            _print_end(runtime, finished)
            good = good and _is_good(finished)
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="oam up", description="Apply definitions, objects and applications.")
    parser.add_argument(
        "-f", "--file", action="append", metavar="PATH", help="a file or a folder with YAML or CUE; may be repeated"
    )
    parser.add_argument(
        "--profile", choices=sorted(PROFILES), default="standard", help="how to treat what KubeVela does oddly"
    )
    add_state(parser)
    add_namespace(parser)
    return parser


def read_sources(paths: Iterable[str]) -> Iterator[Source]:
    """The texts of files, and of all files in folders, in the order of their names."""
    for path in paths:
        if os.path.isdir(path):
            for folder, folders, names in os.walk(path):
                folders.sort()
                yield from (_read(os.path.join(folder, name)) for name in sorted(names) if name.endswith(_ENDINGS))
        else:
            yield _read(path)


def _read(path: str) -> Source:
    try:
        with open(path, encoding="utf-8") as file:
            return Source(path, file.read())
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}", code="oam.file") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text at byte {error.start}", code="oam.file") from error


def _print_counts(definitions: int, objects: int) -> None:
    print(f"{definitions} definitions and {objects} objects applied")


def _print_end(runtime: Runtime, record: Record) -> None:
    """What was applied, and the workflow's variables."""
    managed = runtime.managed(record)
    print(f"\nApplied by {record.revision}:")
    width = max((len(str(entry.ref)) for entry in managed), default=0)
    for entry in managed:
        made_by = f"{entry.component}" + (f" ({entry.trait})" if entry.trait else "")
        print(f"  {str(entry.ref).ljust(width)}  {entry.ref.namespace or '-'}  {made_by}".rstrip())
    if not managed:
        print("  nothing")
    if record.run.variables:
        print("\nVariables:")
        for name, value in record.run.variables.items():
            print(f"  {name} = {json.dumps(value)}")
    print(f"\n{record.name}: {record.phase}")
    if not _is_good(record):
        _print_trouble(record)


def _is_good(record: Record) -> bool:
    return record.run.phase in (RunPhase.SUCCEEDED, RunPhase.SUSPENDING)


def _print_trouble(record: Record) -> None:
    sys.stdout.flush()
    for status in record.run.all_statuses():
        if status.phase in ("failed", "pending", "running"):
            reason = f" ({status.reason})" if status.reason else ""
            message = f": {status.message}" if status.message else ""
            print(f"Error: step {status.name} {status.phase}{reason}{message}", file=sys.stderr)
