"""``python -m benchmarks [PYTEST ARGUMENTS]``; ``--benchmark-compare`` sets a run beside a saved one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    here = str(Path(__file__).parent / "test_benchmarks.py")
    sys.exit(pytest.main(["-q", here, "--benchmark-columns=min,median,ops", *sys.argv[1:]]))
