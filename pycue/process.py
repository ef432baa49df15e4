"""The process of a command: begun, and ended without delay."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["run_command"]


def run_command(module: str) -> NoReturn:
    """Call ``main()`` of a module and end the process with the status it returns.

    The process's data structures are not taken apart one by one first; what was written is flushed.
    """
    gc.disable()  # imports make no garbage; the command itself sets thresholds of its own
    try:
        __import__(module)
        gc.enable()
        status = sys.modules[module].main()
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
