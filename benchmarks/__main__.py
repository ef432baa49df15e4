"""``python -m benchmarks [PYTEST ARGUMENTS]``; ``--benchmark-compare`` sets a run beside a saved one.

``python -m benchmarks many``: see :mod:`benchmarks.many`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import many

if __name__ == "__main__":
    if sys.argv[1:2] == ["many"]:
        sys.exit(many.main(sys.argv[2:]))
    here = str(Path(__file__).parent / "test_benchmarks.py")
    sys.exit(pytest.main(["-q", here, "--benchmark-columns=min,median,ops", *sys.argv[1:]]))
