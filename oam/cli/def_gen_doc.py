"""``oam def gen-doc``: Markdown pages about definitions, or about packages of operations."""

from __future__ import annotations

import sys

from oam.cli.definition import load
from oam.cli.files import read, write
from oam.cli.flags import Flag, parse
from oam.definition.library import read_definitions
from oam.definition.pages import markdown_page, package_page
from oam.errors import OamError, UsageError
from pycue.errors import CueError
from pycue.source import Source
from pycue.syntax.parser import parse_file

__all__ = ["run"]

_FLAGS = (Flag("type", "t"), Flag("output", "o"))


def run(argv: list[str]) -> int:
    """Print the pages of all files, or write them into one."""
    parsed = parse(_FLAGS, argv)
    if not parsed.rest:
        raise UsageError("a file is needed", code="oam.usage")
    page = _package if parsed.strings["type"] == "provider" else _definitions
    text = "".join(page(path) for path in parsed.rest)
    if parsed.strings["output"]:
        write(parsed.strings["output"], text)
    else:
        sys.stdout.write(text)
    return 0


def _package(path: str) -> str:
    try:
        return package_page(parse_file(Source(path, read(path))))
    except CueError as error:
        place = error.diagnostics[0].position if error.diagnostics else None
        text = f"failed to compile provider file: {error}"
        raise OamError(text, code="oam.package", position=place) from None


def _definitions(path: str) -> str:
    if path.endswith(".cue"):
        return markdown_page(load(path))
    return "".join(markdown_page(definition) for definition in read_definitions(path, read(path)))
