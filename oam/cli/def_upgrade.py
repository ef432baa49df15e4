"""``oam def upgrade``: rewrite what belongs to earlier versions of CUE."""

from __future__ import annotations

import sys

from oam.cli.files import read, write
from oam.cli.flags import Flag, parse
from oam.definition.legacy import modernize, quote_labels
from oam.errors import OamError, UsageError
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file

__all__ = ["run"]


def run(argv: list[str]) -> int:
    """Print (or write with ``-o``) the upgraded file; with ``--validate`` only tell whether there is work to do."""
    parsed = parse((Flag("output", "o"), Flag("validate", kind="bool")), argv)
    if len(parsed.rest) != 1:
        raise UsageError(f"accepts 1 arg(s), received {len(parsed.rest)}", code="oam.usage")
    path = parsed.rest[0]
    try:
        file = parse_file(Source(path, read(path)))
    except CueSyntaxError as error:
        place = error.diagnostics[0].position
        text = f"failed to parse CUE: {path}: {error}"
        raise OamError(text, code="oam.definition.syntax", position=place) from None
    found = [(len(modernize(file)), "piece(s) of list arithmetic"), (quote_labels(file), 'label(s) "error" unquoted')]
    if parsed.bools["validate"]:
        work = ", ".join(f"{number} {what}" for number, what in found if number)
        if work:
            raise OamError(f"{path} requires an upgrade: {work}", code="oam.upgrade")
        print(f"{path} is up to date")
        return 0
    text = format_node(file)
    if parsed.strings["output"]:
        write(parsed.strings["output"], text)
    else:
        sys.stdout.write(text)
    return 0
