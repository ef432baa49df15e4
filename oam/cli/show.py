"""``oam show``: the parameters of a definition, for people."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from oam.cli.files import read
from oam.cli.flags import Flag, parse
from oam.definition.builtin import KINDS, builtin_definition
from oam.definition.library import read_definitions
from oam.definition.pages import console_page, markdown_page
from oam.errors import OamError, UsageError

if TYPE_CHECKING:
    from oam.definition.definition import Definition

__all__ = ["run"]

_FORMATS = {"": console_page, "console": console_page, "markdown": markdown_page}


def run(argv: list[str]) -> int:
    """Print the tables of a definition in a file, or of a well-known one."""
    parsed = parse((Flag("format"),), argv)
    if len(parsed.rest) != 1:
        raise UsageError("a definition is needed: a file, or the name of a well-known one", code="oam.usage")
    page = _FORMATS.get(parsed.strings["format"])
    if page is None:
        raise UsageError("unknown format; one of console, markdown", code="oam.usage")
    name = parsed.rest[0]
    text = page(_find(name), all_packages=not os.path.exists(name))
    sys.stdout.write(text)
    return 0


def _find(name: str) -> Definition:
    if not os.path.exists(name):
        for kind in KINDS:
            found = builtin_definition(kind, name)
            if found is not None:
                return found
        if not name.endswith((".cue", ".yaml", ".yml")):
            raise OamError(f"{name}: no such file, and no well-known definition", code="oam.definition.missing")
    found_here = read_definitions(name, read(name))
    if not found_here:
        raise OamError(f"{name}: no definition in the file", code="oam.definition.missing")
    return found_here[0]
