"""``oam up``: apply files and run the workflows of their applications to the end."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from oam.app.bundle import read_bundle
from oam.cli.files import find, read
from oam.cli.flags import Flag
from oam.cli.report import print_warnings
from oam.cli.state import INSTALL, NAMESPACE, NETWORK, WORLD, arguments, open_world
from oam.cli.table import LiveTable
from oam.definition.profile import PROFILES
from oam.errors import UsageError
from oam.workflow.model import RunPhase
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oam.app.record import Record
    from oam.app.runtime import Runtime
    from oam.cli.flags import Parsed
    from oam.plan.saved import SavedPlan

__all__ = ["read_sources", "run"]

_ENDINGS = (".yaml", ".yml", ".json", ".cue")
_FLAGS = (
    Flag("file", "f", "list"),
    Flag("profile", default="standard"),
    *WORLD,
    INSTALL,
    NAMESPACE,
    Flag("plan"),
    *NETWORK,
)
_USAGE = """Usage: oam up -f PATH... [--state FILE] [-n NAMESPACE] [--profile standard|upstream|seed]
              [--cluster [KUBECONFIG]] [--install-crds]
              [--allow-http HOST[:PORT][/PREFIX]]... [--config FILE]
       oam up --plan FILE --state FILE ...

Applies definitions (YAML or CUE), objects and applications from files and folders, and runs the applications' workflows
to the end. With --state the cluster and the workflows are kept in a file. With --cluster objects go to a real
cluster, that of KUBECONFIG or ~/.kube/config unless another is named, and so does the state unless --state is given;
--install-crds defines KubeVela's kinds there first. Steps reach no server but those that --allow-http or allowHttp of
the YAML file given with --config names. With --plan the files are those of the plan (see oam plan --out), and nothing
is done if the state is no longer the one that was planned for."""


def run(argv: list[str]) -> int:
    """The command; gives 0 where every workflow came to a good end, or waits for somebody."""
    parsed = arguments(_FLAGS, argv, _USAGE)
    if parsed is None:
        return 0
    paths = parsed.lists["file"] + parsed.rest
    planned = _planned(parsed.strings["plan"], parsed, paths)
    profile = PROFILES.get(planned.profile if planned else parsed.strings["profile"])
    if not paths and not planned:
        raise UsageError("oam up needs at least one -f PATH", code="oam.usage")
    if planned and parsed.strings["cluster"]:
        raise UsageError("a plan is one for a state file, not for --cluster", code="oam.usage")
    if profile is None:
        raise UsageError(f"unknown profile; one of {', '.join(PROFILES)}", code="oam.usage")
    bundle = read_bundle(planned.sources if planned else read_sources(paths), profile)
    namespace = planned.namespace if planned else parsed.strings["namespace"]
    table = LiveTable()
    good = True
    with open_world(parsed, profile, table.update) as runtime:
        if planned:
            from oam.plan.rehearsal import cluster_objects

            planned.check(cluster_objects(runtime))
        records, warnings = runtime.submit(bundle, namespace)
        print_warnings(warnings)
        if not records:
            _print_counts(len(bundle.definitions), len(bundle.objects))
        for record in records:
            finished = runtime.run(record)
            table.finish(record.name, finished.run)
            _print_end(runtime, finished)
            good = good and _is_good(finished)
    return 0 if good else 1


def _planned(path: str, parsed: Parsed, paths: list[str]) -> SavedPlan | None:
    """The plan that is to be carried out, if there is one."""
    if not path:
        return None
    from oam.plan.saved import SavedPlan

    if paths or not parsed.strings["state"]:
        raise UsageError("--plan goes with --state, and takes the place of -f", code="oam.usage")
    return SavedPlan.parse(path, read(path))


def read_sources(paths: Iterable[str]) -> Iterator[Source]:
    """The texts of files, and of all files in folders, in the order of their names."""
    for path in paths:
        if not os.path.exists(path) and path != "-":
            raise UsageError(f"{path}: no such file or directory", code="oam.file")
        for file in [path] if path == "-" else find(path, _ENDINGS):
            yield Source(file, read(file))


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
        for name, value in runtime.redactor().data(record.run.variables).items():
            print(f"  {name} = {json.dumps(value)}")
    print(f"\n{record.name}: {record.phase}")
    if not _is_good(record):
        _print_trouble(record)


def _is_good(record: Record) -> bool:
    return record.run.phase in (RunPhase.SUCCEEDED, RunPhase.SUSPENDING)


def _print_trouble(record: Record) -> None:
    sys.stdout.flush()
    if not record.run.finished:
        print("Error: the workflow is not over, and nothing changes any more", file=sys.stderr)
    for status in record.run.all_statuses():
        if status.phase in ("failed", "pending", "running"):
            reason = f" ({status.reason})" if status.reason else ""
            message = f": {status.message}" if status.message else ""
            print(f"Error: step {status.name} {status.phase}{reason}{message}", file=sys.stderr)
