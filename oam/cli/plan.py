"""``oam plan`` (or ``oam diff``): what would change."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from oam.cli.flags import Flag, parse
from oam.cli.inputs import APPLICATION, read_application
from oam.cli.report import print_warnings
from oam.errors import UsageError

if TYPE_CHECKING:
    from oam.cli.flags import Parsed
    from oam.cli.inputs import Inputs
    from oam.plan import Plan, PlannedObject

__all__ = ["run"]

_FLAGS = (
    *APPLICATION,
    Flag("from", kind="list"),
    Flag("from-d", kind="list"),
    Flag("state"),
    Flag("out"),
    Flag("exit-code", kind="bool"),
    Flag("format", default="text"),
)


def run(argv: list[str]) -> int:
    """Compare two versions of an application, or files with a state; with ``--exit-code`` 2 where anything changes."""
    parsed = parse(_FLAGS, argv)
    strings = parsed.strings
    if strings["format"] not in ("text", "json"):
        raise UsageError(f'unknown format "{strings["format"]}"; one of text, json', code="oam.usage")
    older = bool(parsed.lists["from"] or parsed.lists["from-d"])
    if older == bool(strings["state"]):
        text = "compare with what? give --from FILE or --from-d DEFINITIONS, or else --state FILE"
        raise UsageError(text, code="oam.usage")
    if strings["out"] and older:
        raise UsageError("--out needs --state: there is nothing to apply a plan to otherwise", code="oam.usage")
    plan = _between_versions(parsed) if older else _against_state(parsed)

    from oam.plan.report import plan_data, plan_text

    if strings["format"] == "json":
        print(json.dumps(plan_data(plan), indent=2, ensure_ascii=False))
    else:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        sys.stdout.write(plan_text(plan, colour=colour))
    return 2 if parsed.bools["exit-code"] and plan.changes_anything else 0


# ---- two versions


def _between_versions(parsed: Parsed) -> Plan:
    """Both sides as ``oam dry-run`` renders them."""
    from oam.plan import make_plan
    from oam.plan.plan import disruptive_traits

    files, definitions = parsed.lists["file"] + parsed.rest, parsed.lists["definition"]
    new = read_application(files, definitions, parsed)
    old = read_application(parsed.lists["from"] or files, parsed.lists["from-d"] or definitions, parsed)
    before, after = _rendered(old), _rendered(new, warn=True)
    libraries = [old.library, new.library]
    disruptive = disruptive_traits(old.app, new.app, libraries, new.app.namespace)
    return make_plan(before, after, disruptive=disruptive)


def _rendered(inputs: Inputs, *, warn: bool = False) -> list[PlannedObject]:
    """The objects of all placements, by the policies that make them one."""
    from oam.plan import PlannedObject
    from oam.render import Renderer
    from oam.render.context import Surroundings

    renderer = Renderer(inputs.library, profile=inputs.profile)
    around = Surroundings(namespace=inputs.app.namespace)
    made = renderer.application(inputs.app, around, policies=inputs.policies, workflows=inputs.workflows)
    if warn:
        print_warnings(made.warnings)
    out = []
    for placement in made.placements:
        title = placement.title.removeprefix(inputs.app.name).strip()
        for component in placement.components:
            out += [
                PlannedObject(data, title if title.startswith("with ") else "")
                for data in (component.workload, *(item.data for item in component.auxiliaries))
            ]
    return out + [PlannedObject(data) for data in made.policies]


# ---- a state


def _against_state(parsed: Parsed) -> Plan:
    """A rehearsal of ``oam up`` on a copy of the state."""
    import time

    from oam.app.bundle import read_bundle
    from oam.cli.files import write
    from oam.cli.state import copied_store
    from oam.cli.up import read_sources
    from oam.definition.profile import PROFILES
    from oam.plan.rehearsal import rehearse
    from oam.plan.report import plan_data
    from oam.plan.saved import SavedPlan

    profile = PROFILES.get(parsed.strings["profile"])
    if profile is None:
        raise UsageError(f"unknown profile; one of {', '.join(PROFILES)}", code="oam.usage")
    paths = [*parsed.lists["definition"], *parsed.lists["file"], *parsed.rest]
    if not paths:
        raise UsageError("oam plan needs at least one -f PATH", code="oam.usage")
    sources = tuple(read_sources(paths))
    namespace = parsed.strings["namespace"]
    with copied_store(parsed.strings["state"]) as copy:
        rehearsal = rehearse(copy, read_bundle(sources, profile), profile, namespace, time.time())
    print_warnings(rehearsal.warnings)
    if parsed.strings["out"]:
        data = plan_data(rehearsal.plan)
        saved = SavedPlan(sources, namespace, profile.name, rehearsal.before, data)
        write(parsed.strings["out"], saved.to_text())
    return rehearsal.plan
