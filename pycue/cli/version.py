"""``pycue version``."""

from __future__ import annotations

import sys

from pycue.loader.module import LANGUAGE_VERSION

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run

__all__ = ["run"]

VERSION = "0.1.0"


def run(run: Run) -> int:
    """Print the versions of the command, the language and Python."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    run.console.write(
        f"pycue version {VERSION}\n\n"
        f"CUE language version {LANGUAGE_VERSION}\n\n"
        f"Python version {python}\n"
        f"  implementation {sys.implementation.name}\n"
        f"        platform {sys.platform}\n"
    )
    return 0
