"""``oam dry-run``: render an application and print its objects."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from oam import records
from oam.cli.files import find, read
from oam.cli.flags import CLUSTER, FORMAT, Flag, format_of, parse
from oam.cli.report import Report
from oam.definition.library import Library
from oam.definition.profile import PROFILES
from oam.errors import DefinitionError, DocumentError, Failures, OamError, UsageError, warning
from oam.model.application import Application, Policy, Workflow
from oam.model.shape import APPLICATION, faults
from oam.model.yaml_reader import load_documents
from pycue.errors import DiagnosticError
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.cli.flags import Parsed
    from oam.definition.profile import Profile
    from oam.model.document import Document
    from pycue.errors import Diagnostic

__all__ = ["Inputs", "read_definitions", "read_inputs", "run"]

_FLAGS = (
    Flag("file", "f", "list"),
    Flag("definition", "d", "list"),
    Flag("namespace", "n"),
    Flag("profile", default="standard"),
    Flag("offline", kind="bool"),
    Flag("merge", kind="bool"),
    Flag("strict", kind="bool"),
    Flag("output", "o"),
    FORMAT,
    CLUSTER,
)


@records.define
class Inputs:
    """What the files hold."""

    app: Application | None = None
    policies: dict[str, Policy] = records.field(factory=dict)
    workflows: dict[str, Workflow] = records.field(factory=dict)
    documents: list[Document] = records.field(factory=list)


def run(argv: list[str]) -> int:
    """Run the command; warnings go to standard error, nothing is printed on standard output before all is rendered."""
    parsed = parse(_FLAGS, argv)
    report = Report(format_of(parsed), strict=parsed.bools["strict"])
    text = ""
    try:
        text = _rendered(parsed, report)
    except UsageError:
        raise
    except DiagnosticError as error:
        report.fail(error)
    return report.close(text)


def _rendered(parsed: Parsed, report: Report) -> str:
    """The objects; what looks wrong is told to the report, also where rendering fails."""
    profile = PROFILES.get(parsed.strings["profile"])
    if profile is None:
        raise UsageError(f"unknown profile; one of {', '.join(PROFILES)}", code="oam.usage")
    files = parsed.lists["file"] + parsed.rest
    if not files:
        raise UsageError("no application: give its file with -f", code="oam.usage")
    library = read_definitions(parsed.lists["definition"], profile.name, _stored(parsed, profile))
    inputs = read_inputs(files)
    if inputs.app is None:
        raise UsageError(f"read application files: [{' '.join(files)}]: no application provided", code="oam.usage")
    app = inputs.app
    namespace = parsed.strings["namespace"] or app.namespace or "default"
    app = records.evolve(app, namespace=namespace)
    if parsed.bools["merge"]:
        app = _merged(app, inputs)
    for source in (*inputs.documents, *library):
        report.warn(source.warnings)

    from oam.render import Renderer
    from oam.render.context import Surroundings
    from oam.render.dry_run import dry_run_text

    report.warn(_shape(app))
    if app.workflow is not None and app.workflow.steps:
        from oam.app.admission import review_steps

        report.warn(review_steps(app, library, namespace, profile))
    renderer = Renderer(library, profile=profile)
    around = Surroundings(namespace=namespace)
    warnings: list[Diagnostic] = []
    try:
        rendered = renderer.application(
            app, around, policies=inputs.policies, workflows=inputs.workflows, warnings=warnings
        )
    finally:
        report.warn(warnings)
    return _unused(app, inputs) + dry_run_text(rendered)


def _stored(parsed: Parsed, profile: Profile) -> Library:
    """The definitions of the cluster that ``--cluster`` names."""
    if not parsed.strings["cluster"]:
        return Library()
    from oam.app.library import load_library
    from oam.cli.cluster import open_cluster

    return load_library(open_cluster(parsed), None, profile)


def _shape(app: Application) -> Iterator[Diagnostic]:
    """Fields that applications do not have, as warnings."""
    for path, text, hint in faults(app.raw, APPLICATION):
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        yield warning("oam.application.shape", f"{dotted}: {text}", position=app.position(path), help=hint)


def read_definitions(paths: list[str], profile: str, library: Library | None = None) -> Library:
    """The definitions in files and folders; objects of other kinds are passed over with a warning.

    Args:
        paths: of the files and folders.
        profile: whose rules hold.
        library: to add them to.

    Raises:
        OamError: files that hold no definitions, all of them.
    """
    library = Library() if library is None else library
    failures: list[OamError] = []
    for path in paths:
        for file in find(path, (".cue", ".yaml", ".yml"), "definition"):
            try:
                library.add_file(file, read(file), PROFILES[profile])
            except (DefinitionError, DocumentError) as error:
                if error.diagnostics[0].code == "oam.definition.kind":
                    print(f"warning: {file}: {error.text}", file=sys.stderr)
                else:
                    failures.append(error)
    Failures.raise_any(failures)
    return library


def read_inputs(files: list[str]) -> Inputs:
    """The Application, and the Policies and Workflows, in files.

    Raises:
        DocumentError: there is something else, or more than one Application.
    """
    inputs = Inputs()
    for file in files:
        for document in _first_document(file):
            data = document.data
            kind = data.get("kind") if isinstance(data, dict) else None
            inputs.documents.append(document)
            if kind == "Application":
                if inputs.app is not None:
                    raise DocumentError("more than one Application", code="oam.usage", position=document.position())
                inputs.app = Application.parse(data, document)
            elif kind == "Policy":
                name = (data.get("metadata") or {}).get("name") or ""
                properties = data.get("properties")
                inputs.policies[name] = Policy(name, str(data.get("type") or ""), properties, document=document)
            elif kind == "Workflow":
                name = (data.get("metadata") or {}).get("name") or ""
                spec = {"components": [], "workflow": {key: data.get(key) for key in ("steps", "mode") if key in data}}
                workflow = Application.parse({"metadata": {"name": name}, "spec": spec}).workflow
                inputs.workflows[name] = workflow or Workflow()
            else:
                text = f'a file may hold an Application, Policies and a Workflow, not kind "{kind}"'
                raise DocumentError(text, code="oam.usage", position=document.position(("kind",)))
    return inputs


def _first_document(file: str) -> list[Document]:
    """The first document of a file, which is all that counts."""
    try:
        return load_documents(Source(file, read(file)))[:1]
    except DocumentError as error:
        place = error.diagnostics[0].position
        text = f"read application files: [{file}]: {error.text}"
        raise DocumentError(text, code="oam.yaml", position=place) from None


def _merged(app: Application, inputs: Inputs) -> Application:
    """Policies and a workflow that nothing refers to become part of the application."""
    own = {policy.name for policy in app.policies}
    policies = (*app.policies, *(policy for name, policy in inputs.policies.items() if name not in own))
    workflow = app.workflow
    if inputs.workflows and (workflow is None or not (workflow.ref or workflow.steps)):
        workflow = next(iter(inputs.workflows.values()))
    return records.evolve(app, policies=policies, workflow=workflow)


def _unused(app: Application, inputs: Inputs) -> str:
    """Remarks about policies and workflows that have no effect, each followed by an empty line."""
    used = {policy.name for policy in app.policies}
    for step in app.workflow.steps if app.workflow else ():
        used.update((step.properties or {}).get("policies") or [])
    reference = app.workflow.ref if app.workflow else ""
    written = app.workflow is not None and bool(app.workflow.steps)
    names = [f"workflow {name}" for name in inputs.workflows if name != reference and not written]
    names += [f"policy {name}" for name in inputs.policies if name not in used]
    return "".join(f"WARNING: {name} not referenced by application\n\n" for name in names)
