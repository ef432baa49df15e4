"""``oam cuex eval``: evaluate a CUE file as templates are evaluated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oam.cli.files import read
from oam.cli.flags import Flag, parse
from oam.errors import OamError, UsageError
from oam.model.scalars import json_text
from oam.model.yaml_writer import to_yaml
from oam.render.objects import plain
from oam.render.template import LANGUAGE_VERSION
from pycue import Context
from pycue.errors import CompileError, CueError, CueSyntaxError

if TYPE_CHECKING:
    from pycue import Value

__all__ = ["run"]

_FLAGS = (Flag("file", "f"), Flag("output", "o", default="cue"), Flag("path", "p"))
_INCOMPLETE = re.compile(r"incomplete value (.*?)(?= \(and \d+ more errors\)|$)")


def run(argv: list[str]) -> int:
    """Print the value as CUE (default), JSON or YAML."""
    if not argv or argv[0] != "eval":
        raise UsageError("use: oam cuex eval -f FILE [-o cue|json|yaml] [-p PATH]", code="oam.usage")
    parsed = parse(_FLAGS, argv[1:])
    file = parsed.strings["file"]
    if not file:
        raise UsageError("a file is needed: -f FILE", code="oam.usage")
    form = parsed.strings["output"]
    if form not in ("cue", "json", "yaml"):
        raise UsageError(f'unknown output format "{form}"; one of cue, json, yaml', code="oam.usage")
    value: Value | None = None
    fault: CueError | None = None
    try:
        value = Context(language_version=LANGUAGE_VERSION).compile(read(file), filename=file)
        if form == "cue":
            fault = value.error()
    except CueSyntaxError as error:
        place = error.diagnostics[0].position
        raise OamError(str(error), code="oam.cuex", position=place) from None
    except CompileError as error:
        fault = error
    path = parsed.strings["path"]
    if path and (value is None or fault is not None or not value.lookup(path).exists()):
        print(f"_|_ // field not found: {path}")
        return 0
    if form == "cue":
        print(_as_cue(value.lookup(path) if path and value is not None else value, fault))
        return 0
    try:
        if fault is not None:
            raise fault
        assert value is not None
        data = plain((value.lookup(path) if path else value).decode())
    except CueError as error:
        text = _INCOMPLETE.sub(r'cannot convert incomplete value "\1" to JSON', str(error))
        place = error.diagnostics[0].position if error.diagnostics else None
        raise OamError(f"cue: marshal error: {text}", code="oam.cuex", position=place) from None
    print(json_text(data) if form == "json" else to_yaml(data))
    return 0


def _as_cue(value: Value | None, fault: CueError | None) -> str:
    if fault is not None or value is None:
        return f"_|_ // {fault}"
    return value.format(final=True, definitions=True, hidden=True, optional=True).strip("\n")
