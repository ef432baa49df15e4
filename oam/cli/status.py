"""``oam status``: how an application stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oam.cli.state import NAMESPACE, OUTPUT, WORLD, arguments, open_world, print_data
from oam.cli.table import format_rows, step_rows
from oam.definition import STANDARD
from oam.errors import UsageError

if TYPE_CHECKING:
    from oam.app.record import Record

__all__ = ["run"]

_USAGE = """Usage: oam status APP --state FILE|--cluster [KUBECONFIG] [-n NAMESPACE] [-o json|yaml]

Shows an application's workflow, services and variables; with -o the whole status as data."""


def run(argv: list[str]) -> int:
    """The command."""
    parsed = arguments((*WORLD, NAMESPACE, OUTPUT), argv, _USAGE)
    if parsed is None:
        return 0
    if len(parsed.rest) != 1:
        raise UsageError("oam status needs the name of one application", code="oam.usage")
    with open_world(parsed, STANDARD, must_exist=True) as runtime:
        record = runtime.find(parsed.rest[0], parsed.strings["namespace"] or "default")
        status = runtime.status(record)
        variables = runtime.redactor().data(record.run.variables)
    if not print_data(status, parsed.strings["output"]):
        _print_tables(record, variables)
    return 0


def _print_tables(record: Record, variables: dict[str, Any]) -> None:
    print(f"{record.name} ({record.namespace}): {record.phase}, revision {record.revision}")
    print("\n" + "\n".join(format_rows(step_rows(record.run))))
    if record.services:
        print("\nServices:")
    for service in record.services.values():
        message = f": {service['message']}" if service.get("message") else ""
        print(f"  {service['name']}  {'healthy' if service['healthy'] else 'unhealthy'}{message}")
    if variables:
        print("\nVariables:")
    for name, value in variables.items():
        print(f"  {name} = {json.dumps(value)}")
