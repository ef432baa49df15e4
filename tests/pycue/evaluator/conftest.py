"""What the tests of the evaluator share: a text to values and errors, without the public API above."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pycue.compile import compile_files
from pycue.evaluator.context import OpContext
from pycue.evaluator.debug import debug_string
from pycue.evaluator.diagnose import diagnostics
from pycue.source import Source
from pycue.syntax.parser import parse_file


class Evaluated:
    """Fields as compact text; errors as ``path: message`` lines and their positions as ``line:column``."""

    def __init__(self, text: str) -> None:
        file = parse_file(Source("t.cue", text))
        context = OpContext()
        self.context = context
        self.root = context.new_root(compile_files([file]).conjuncts)
        context.unify(self.root)
        error = context.error_of(self.root)
        self.diagnostics = diagnostics(error) if error is not None else []
        self.errors = [item.summary() for item in self.diagnostics]

    def __getitem__(self, label: str) -> str:
        return debug_string(self.root.arcs[label])

    def incomplete(self, label: str) -> str:
        """The error that keeps a field incomplete."""
        return str(diagnostics(self.root.arcs[label].base)[0].summary())

    def positions(self, index: int = 0) -> list[str]:
        """Positions of one error as they print."""
        return [f"{p.line}:{p.column}" for p in self.diagnostics[index].positions()]


@pytest.fixture
def evaluate() -> Callable[[str], Evaluated]:
    return Evaluated
