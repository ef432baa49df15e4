"""``oam explain``: which line made each field of an application's objects."""

from __future__ import annotations

import json
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from oam.cli.flags import Flag, parse
from oam.cli.inputs import APPLICATION, read_application
from oam.cli.report import print_warnings
from oam.errors import OamError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.explain import ExplainedObject, Field

__all__ = ["run"]

_FLAGS = (*APPLICATION, Flag("object"), Flag("path"), Flag("format", default="text"))


def run(argv: list[str]) -> int:
    """``oam explain [patch] -f APP [COMPONENT]``."""
    from oam.explain import explain
    from oam.explain.report import fields_text, lists_text, object_data
    from oam.render import Renderer
    from oam.render.context import Surroundings
    from oam.render.trace import Trace

    lists = argv[:1] == ["patch"]
    parsed = parse(_FLAGS, argv[1:] if lists else argv)
    form = parsed.strings["format"]
    if form not in ("text", "json"):
        raise UsageError(f'unknown format "{form}"; one of text, json', code="oam.usage")
    if len(parsed.rest) > 1:
        raise UsageError(f"accepts at most one component, received {len(parsed.rest)}", code="oam.usage")
    inputs = read_application(parsed.lists["file"], parsed.lists["definition"], parsed)
    renderer = Renderer(inputs.library, profile=inputs.profile, trace=Trace())
    around = Surroundings(namespace=inputs.app.namespace)
    items, warnings = explain(renderer, inputs.app, around, policies=inputs.policies, workflows=inputs.workflows)
    chosen = _objects(items, parsed.rest[0] if parsed.rest else "", parsed.strings["object"])
    with_fields = _fields(chosen, parsed.strings["path"])
    print_warnings(warnings)
    if form == "json":
        print(json.dumps([object_data(*pair) for pair in with_fields], indent=2, ensure_ascii=False))
    elif lists:
        sys.stdout.write(lists_text(item for item, _ in with_fields) or "No patch meets a list.\n")
    else:
        sys.stdout.write(fields_text(with_fields) or "No objects.\n")
    return 0


def _objects(items: Sequence[ExplainedObject], component: str, object_: str) -> list[ExplainedObject]:
    """Those of a component (or policy), and of ``KIND[/NAME]``."""
    chosen = [item for item in items if not component or item.owner.partition(" ")[2] == component]
    if not chosen and component:
        names = sorted({item.owner.partition(" ")[2] for item in items})
        raise OamError(f'no component or policy "{component}"; there are {", ".join(names)}', code="oam.explain")
    kind, _, name = object_.partition("/")
    found = [item for item in chosen if not kind or _is(item, kind, name)]
    if not found and kind:
        known = ", ".join(f"{item.data['kind']}/{item.data['metadata']['name']}" for item in chosen)
        raise OamError(f"no object {object_}; there are {known}", code="oam.explain")
    return found


def _is(item: ExplainedObject, kind: str, name: str) -> bool:
    own = str(item.data["kind"]).lower()
    return kind.lower() in (own, f"{own}s") and name in ("", item.data["metadata"]["name"])


def _fields(items: Sequence[ExplainedObject], path: str) -> list[tuple[ExplainedObject, list[Field]]]:
    """The objects that have fields at or below a path, with these fields."""
    from pycue import Path

    prefix = Path(path).selectors
    out = []
    for item in items:
        fields = [field for field in item.fields if field.path.selectors[: len(prefix)] == prefix]
        if fields:
            out.append((item, fields))
    if not out and path:
        known = {str(Path(f.path.selectors[:n])) for i in items for f in i.fields for n in range(1, len(f.path) + 1)}
        close = get_close_matches(path, sorted(known), 1)
        hint = f'did you mean "{close[0]}"?' if close else ""
        raise OamError(f"no object has a field {path}", code="oam.explain", help=hint)
    return out
