"""``python -m oam``, and the script ``oam``."""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["run"]


def run() -> None:
    """Run the command and end the process, without taking its data structures apart one by one first."""
    gc.disable()  # imports make no garbage; the command itself sets thresholds of its own
    try:
        from oam.cli import main

        gc.enable()
        status = main()
    except KeyboardInterrupt:  # before or after the command's own guard
        os.write(2, b"interrupted\n")
        status = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            status = 1
    os._exit(status)


if __name__ == "__main__":
    run()
