"""``oam graph``: draw the workflow of an application."""

from __future__ import annotations

from oam.app.bundle import read_bundle
from oam.app.record import load_record
from oam.app.stages import plan
from oam.cli.flags import Flag
from oam.cli.state import NAMESPACE, STATE, arguments, open_store
from oam.cli.up import read_sources
from oam.definition import STANDARD
from oam.errors import OamError, UsageError
from oam.workflow.drawing import to_mermaid, to_svg
from oam.workflow.graph import draw
from oam.workflow.model import Run

__all__ = ["run"]

_FLAGS = (Flag("file", "f", "list"), Flag("format", default="mermaid"), STATE, NAMESPACE)
_USAGE = """Usage: oam graph -f PATH... [--format mermaid|svg]
       oam graph APPLICATION --state FILE [-n NAMESPACE] [--format mermaid|svg]

Draws the workflow of an application: steps, what each waits for, and the variables that they give each other; with
--state also how far it has come."""
_FORMATS = {"mermaid": to_mermaid, "svg": to_svg}


def run(argv: list[str]) -> int:
    """The command."""
    parsed = arguments(_FLAGS, argv, _USAGE)
    if parsed is None:
        return 0
    write = _FORMATS.get(parsed.strings["format"])
    if write is None:
        raise UsageError(f"unknown format; one of {', '.join(_FORMATS)}", code="oam.usage")
    files, names = parsed.lists["file"], parsed.rest
    if bool(files) == bool(names) or len(names) > 1:
        raise UsageError("oam graph needs files with -f, or one application of --state FILE", code="oam.usage")
    if files:
        found = _planned(files)
    else:
        found = _kept(parsed.strings["state"], parsed.strings["namespace"] or "default", names[0])
    print(write(draw(found)), end="")
    return 0


def _planned(files: list[str]) -> Run:
    """The workflow of the only application in the files, before it has begun."""
    bundle = read_bundle(read_sources(files), STANDARD)
    if len(bundle.applications) != 1:
        raise UsageError(f"one application is drawn, and there are {len(bundle.applications)}", code="oam.usage")
    application = bundle.applications[0]
    name = application.workflow.ref if application.workflow else ""
    referred = [entry.data for entry in bundle.objects if entry.data.get("kind") == "Workflow"]
    workflow = next((data for data in referred if name and data["metadata"].get("name") == name), None)
    if name and workflow is None:
        raise OamError(f'workflow "{name}" is not in the files', code="oam.workflow.missing")
    steps, mode, sub_mode = plan(application, workflow)
    return Run(steps, mode, sub_mode)


def _kept(state: str, namespace: str, name: str) -> Run:
    with open_store(state, must_exist=True) as store:
        record = load_record(store, namespace, name)
    if record is None:
        raise OamError(f'application "{name}" not found in namespace "{namespace}"', code="oam.application.missing")
    return record.run
