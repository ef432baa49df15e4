"""``python -m pycue``."""

from __future__ import annotations

import sys

from pycue.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
