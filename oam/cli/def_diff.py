"""``oam def diff``: whether a new version of a definition breaks those who use the old one."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from oam.cli.files import find, read
from oam.cli.flags import Flag, parse
from oam.definition.compatibility import compare_all
from oam.definition.library import read_definitions
from oam.definition.profile import PROFILES
from oam.definition.spec import KINDS
from oam.errors import UsageError

if TYPE_CHECKING:
    from oam.definition.compatibility import Change, Comparison
    from oam.definition.definition import Definition

__all__ = ["run"]

_ENDINGS = (".cue", ".yaml", ".yml")


def run(argv: list[str]) -> int:
    """Compare two files or folders; 0 where the versions admit what changed, 2 where not."""
    parsed = parse((Flag("format", default="text"), Flag("profile", default="standard")), argv)
    form = parsed.strings["format"]
    if len(parsed.rest) != 2:
        raise UsageError(f"accepts 2 arg(s), OLD and NEW, received {len(parsed.rest)}", code="oam.usage")
    if form not in ("text", "json"):
        raise UsageError(f'unknown format "{form}"; one of text, json', code="oam.usage")
    if parsed.strings["profile"] not in PROFILES:
        raise UsageError(f"unknown profile; one of {', '.join(PROFILES)}", code="oam.usage")
    old, new = (_read(path, parsed.strings["profile"]) for path in parsed.rest)
    comparisons = compare_all(old, new)
    if form == "json":
        print(json.dumps([_data(item) for item in comparisons], indent=2, ensure_ascii=False))
    else:
        sys.stdout.write("\n".join(_text(item) for item in comparisons))
    return 0 if all(item.acceptable for item in comparisons) else 2


def _read(path: str, profile: str) -> list[Definition]:
    out: list[Definition] = []
    for file in [path] if path == "-" else find(path, _ENDINGS, "definition"):
        text = read(file)
        name = file
        if not file.endswith((*_ENDINGS, ".json")):  # as from a pipe
            name += ".yaml" if re.search(r"^(apiVersion|kind):|^\{", text, re.M) else ".cue"
        out += read_definitions(name, text, PROFILES[profile])
    if not out:
        raise UsageError(f"{path}: no definition in it", code="oam.usage")
    return out


def _text(item: Comparison) -> str:
    definition = item.new or item.old
    assert definition is not None
    versions = (
        f" {item.old_version or '-'} -> {item.new_version or '-'}" if item.old_version or item.new_version else ""
    )
    lines = [f"{KINDS.get(definition.kind, definition.kind)} {definition.name}{versions}: {_verdict(item)}"]
    rows = [(change.path, _what(change), change) for change in item.changes]
    width = max((len(path) for path, _, _ in rows), default=0)
    for path, what, change in rows:
        place = f"  [{change.position!r}]" if change.position else ""
        lines.append(f"  {'!' if change.breaking else ' '} {path.ljust(width)}  {what} ({change.note}){place}")
    return "\n".join(lines) + "\n"


def _what(change: Change) -> str:
    sides = " -> ".join(text for text in (change.old, change.new) if text)
    if change.kind in ("required", "optional") and change.old == change.new:
        sides = change.new
    return f"{change.kind}: {sides}" if sides else change.kind


def _verdict(item: Comparison) -> str:
    breaking = sum(change.breaking for change in item.changes)
    count = f"{len(item.changes)} change{'s' if len(item.changes) != 1 else ''}"
    text = {
        "none": "no change",
        "patch": "same parameters, other content",
        "minor": f"{count}, none breaks callers",
        "major": f"{count}, {breaking} of them break{'s' if breaking == 1 else ''} callers",
    }[item.step]
    if item.step == "none":
        return text
    text += f"; {item.step} step"
    if item.next_version and item.new is not None:
        enough = item.declared_step is not None and item.acceptable
        text += f", {item.new_version} is enough" if enough else f", to {item.next_version} or later"
    return text


def _data(item: Comparison) -> dict[str, Any]:
    definition = item.new or item.old
    assert definition is not None
    return {
        "kind": definition.kind,
        "name": definition.name,
        "oldVersion": item.old_version,
        "newVersion": item.new_version,
        "step": item.step,
        "nextVersion": item.next_version,
        "breaking": item.breaking,
        "acceptable": item.acceptable,
        "changes": [
            {
                "path": change.path,
                "kind": change.kind,
                "breaking": change.breaking,
                "old": change.old,
                "new": change.new,
                "note": change.note,
                "position": repr(change.position) if change.position else "",
            }
            for change in item.changes
        ],
    }
