"""``python -m oam``, and the script ``oam``."""

from __future__ import annotations

from pycue.process import run_command

__all__ = ["run"]


def run() -> None:
    """Run the command and end the process."""
    run_command("oam.cli")


if __name__ == "__main__":
    run()
