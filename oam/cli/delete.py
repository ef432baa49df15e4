"""``oam delete``: take an application and its objects out of the cluster."""

from __future__ import annotations

import argparse

from oam.cli.state import add_namespace, add_state, open_runtime, open_store
from oam.definition import STANDARD

__all__ = ["run"]


def run(argv: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="oam delete", description="Delete an application and its objects.")
    parser.add_argument("app", metavar="APP")
    add_state(parser)
    add_namespace(parser)
    options = parser.parse_args(argv)
    with open_store(options.state, must_exist=True) as store, open_runtime(store, STANDARD) as runtime:
        record = runtime.find(options.app, options.namespace or "default")
        for ref in runtime.delete(record):
            print(f"deleted {ref}")
    print(f"deleted application {options.app}")
    return 0
