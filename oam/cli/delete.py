"""``oam delete``: take an application and its objects out of the cluster."""

from __future__ import annotations

from oam.cli.state import NAMESPACE, STATE, arguments, open_runtime, open_store
from oam.definition import STANDARD
from oam.errors import UsageError

__all__ = ["run"]

_USAGE = """Usage: oam delete APP --state FILE [-n NAMESPACE]

Deletes an application and its objects."""


def run(argv: list[str]) -> int:
    """The command."""
    parsed = arguments((STATE, NAMESPACE), argv, _USAGE)
    if parsed is None:
        return 0
    if len(parsed.rest) != 1:
        raise UsageError("oam delete needs the name of one application", code="oam.usage")
    state, namespace = parsed.strings["state"], parsed.strings["namespace"] or "default"
    with open_store(state, must_exist=True) as store, open_runtime(store, STANDARD) as runtime:
        record = runtime.find(parsed.rest[0], namespace)
        for ref in runtime.delete(record):
            print(f"deleted {ref}")
    print(f"deleted application {record.name}")
    return 0
