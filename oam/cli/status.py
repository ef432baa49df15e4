"""``oam status``: how an application stands."""

from __future__ import annotations

import argparse
import json

from oam.app.status import application_status
from oam.cli.state import add_namespace, add_state, open_runtime, open_store
from oam.cli.table import format_rows, step_rows
from oam.definition import STANDARD

__all__ = ["run"]


def run(argv: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="oam status", description="Show an application's workflow and services.")
    parser.add_argument("app", metavar="APP")
    parser.add_argument("-o", "--output", choices=("json", "yaml"), help="the whole status as data")
    add_state(parser)
    add_namespace(parser)
    options = parser.parse_args(argv)
    with open_store(options.state, must_exist=True) as store, open_runtime(store, STANDARD) as runtime:
        record = runtime.find(options.app, options.namespace or "default")
        status = application_status(record, runtime.managed(record))
    if options.output == "json":
        print(json.dumps(status, indent=2))
        return 0
    if options.output == "yaml":
        from oam.model import to_yaml

        print(to_yaml(status), end="")
        return 0
    print(f"{record.name} ({record.namespace}): {record.phase}, revision {record.revision}")
    print("\n" + "\n".join(format_rows(step_rows(record.run))))
    if record.services:
        print("\nServices:")
    for service in record.services.values():
        message = f": {service['message']}" if service.get("message") else ""
        print(f"  {service['name']}  {'healthy' if service['healthy'] else 'unhealthy'}{message}")
    if record.run.variables:
        print("\nVariables:")
    for name, value in record.run.variables.items():
        print(f"  {name} = {json.dumps(value)}")
    return 0
