"""``oam delete``: take an application and its objects out of the cluster."""

from __future__ import annotations

from oam.cli.state import NAMESPACE, WORLD, arguments, open_world
from oam.definition import STANDARD
from oam.errors import UsageError

__all__ = ["run"]

_USAGE = """Usage: oam delete APP --state FILE|--cluster [KUBECONFIG] [-n NAMESPACE]

Deletes an application and its objects."""


def run(argv: list[str]) -> int:
    """The command."""
    parsed = arguments((*WORLD, NAMESPACE), argv, _USAGE)
    if parsed is None:
        return 0
    if len(parsed.rest) != 1:
        raise UsageError("oam delete needs the name of one application", code="oam.usage")
    with open_world(parsed, STANDARD, must_exist=True) as runtime:
        record = runtime.find(parsed.rest[0], parsed.strings["namespace"] or "default")
        for ref in runtime.delete(record):
            print(f"deleted {ref}")
    print(f"deleted application {record.name}")
    return 0
