"""The files that commands on applications read: an Application, and the definitions for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam import records
from oam.cli.dry_run import read_definitions, read_inputs
from oam.cli.flags import Flag
from oam.definition.profile import PROFILES
from oam.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oam.cli.flags import Parsed
    from oam.definition.library import Library
    from oam.definition.profile import Profile
    from oam.model.application import Application, Policy, Workflow

__all__ = ["APPLICATION", "Inputs", "read_application"]

APPLICATION = (
    Flag("file", "f", "list"),
    Flag("definition", "d", "list"),
    Flag("namespace", "n"),
    Flag("profile", default="standard"),
)


@records.frozen
class Inputs:
    """An application in its namespace, and what belongs to it."""

    app: Application
    policies: Mapping[str, Policy]
    workflows: Mapping[str, Workflow]
    library: Library
    profile: Profile


def read_application(files: list[str], definitions: list[str], parsed: Parsed) -> Inputs:
    """Read the files of an application.

    Raises:
        UsageError: there is no application, or no such profile.
    """
    profile = PROFILES.get(parsed.strings["profile"])
    if profile is None:
        raise UsageError(f"unknown profile; one of {', '.join(PROFILES)}", code="oam.usage")
    if not files:
        raise UsageError("no application: give its file with -f", code="oam.usage")
    library = read_definitions(definitions, profile.name)
    found = read_inputs(files)
    if found.app is None:
        raise UsageError(f"read application files: [{' '.join(files)}]: no application provided", code="oam.usage")
    namespace = parsed.strings["namespace"] or found.app.namespace or "default"
    app = records.evolve(found.app, namespace=namespace)
    return Inputs(app, found.policies, found.workflows, library, profile)
