"""``oam def list`` and ``oam def get``: the definitions at hand, those of files before the well-known ones."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from oam.cli.files import find, read
from oam.cli.flags import Flag, Parsed, parse
from oam.definition.builtin import KINDS as WELL_KNOWN
from oam.definition.cue_writer import to_cue
from oam.definition.library import Library
from oam.definition.spec import KINDS, TYPES
from oam.errors import OamError, UsageError
from oam.model.yaml_writer import to_yaml

if TYPE_CHECKING:
    from oam.definition.definition import Definition

__all__ = ["get", "list_"]

_FLAGS = (Flag("type", "t"), Flag("definition", "d", "list"))


def list_(argv: list[str]) -> int:
    """Print a table of all definitions, or of those of one type."""
    parsed = parse(_FLAGS, argv)
    if parsed.rest:
        raise UsageError(f"accepts no arguments, received {len(parsed.rest)}", code="oam.usage")
    library = _library(parsed)
    own = {(definition.kind, definition.name) for definition in library}
    rows = [("NAME", "TYPE", "SOURCE", "DESCRIPTION")]
    for kind in _kinds(parsed):
        for definition in library.known(kind):
            source = "files" if (kind, definition.name) in own else "well-known"
            rows.append((definition.name, KINDS[kind], source, definition.description))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)]
        print("  ".join(cells).rstrip())
    return 0


def get(argv: list[str]) -> int:
    """Print one definition in CUE or YAML."""
    parsed = parse((*_FLAGS, Flag("output", "o", default="cue")), argv)
    if len(parsed.rest) != 1:
        raise UsageError(f"accepts 1 arg(s), received {len(parsed.rest)}", code="oam.usage")
    writers = {"cue": to_cue, "yaml": _yaml}
    writer = writers.get(parsed.strings["output"])
    if writer is None:
        raise UsageError("unknown output form; one of cue, yaml", code="oam.usage")
    name = parsed.rest[0]
    library = _library(parsed)
    found = [definition for kind in _kinds(parsed) if (definition := library.get(kind, name)) is not None]
    if len(found) > 1:
        types = ", ".join(KINDS[definition.kind] for definition in found)
        raise UsageError(f"there are several definitions {name}: choose with -t one of {types}", code="oam.usage")
    if not found:
        raise OamError(f"definition {name} not found", code="oam.definition.missing")
    sys.stdout.write(writer(found[0]))
    return 0


def _yaml(definition: Definition) -> str:
    return to_yaml(definition.to_object(), indent_lists=True) + "\n"


def _kinds(parsed: Parsed) -> tuple[str, ...]:
    type_ = parsed.strings["type"]
    if not type_:
        return WELL_KNOWN
    if type_ not in TYPES:
        raise UsageError(f'unknown type "{type_}"; one of {", ".join(TYPES)}', code="oam.usage")
    return (TYPES[type_],)


def _library(parsed: Parsed) -> Library:
    library = Library()
    for path in parsed.lists["definition"]:
        for file in find(path, (".cue", ".yaml", ".yml"), "definition"):
            library.add_file(file, read(file))
    return library
