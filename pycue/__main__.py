"""``python -m pycue``, and the script ``pycue``."""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["run"]


def run() -> None:
    """Run the command and end the process, without taking its data structures apart one by one first."""
    gc.disable()  # imports make no garbage; the command itself sets thresholds of its own
    from pycue.cli import main

    gc.enable()
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
