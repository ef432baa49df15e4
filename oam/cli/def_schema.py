"""``oam def schema``: the OpenAPI schema of a definition's parameters."""

from __future__ import annotations

import json

from oam.cli.definition import load
from oam.cli.files import read
from oam.cli.flags import parse
from oam.definition.library import read_definitions
from oam.definition.schema import parameter_schema
from oam.errors import UsageError

__all__ = ["run"]


def run(argv: list[str]) -> int:
    """Print the schema as JSON."""
    parsed = parse((), argv)
    if len(parsed.rest) != 1:
        raise UsageError(f"accepts 1 arg(s), received {len(parsed.rest)}", code="oam.usage")
    path = parsed.rest[0]
    definition = load(path) if path.endswith(".cue") else read_definitions(path, read(path))[0]
    print(json.dumps(parameter_schema(definition.require_template()), ensure_ascii=False))
    return 0
