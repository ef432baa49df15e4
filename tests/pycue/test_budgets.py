"""Whatever a program does, a budget ends its evaluation with a result or a LimitError."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.generate import Generator
from pycue import Context
from pycue.errors import CueError, LimitError
from pycue.limits import Limits

CROSS = "".join(f"x: {{a{i}: 1}} | {{a{i}: 2}}\n" for i in range(30))


def doubling(step: str) -> str:
    return 'a0: "xx"\n' + "".join(f"a{i}: {step.format(i - 1)}\n" for i in range(1, 40))


@pytest.mark.parametrize("step", [r'"\(a{0})\(a{0})"', "a{0} + a{0}"])
def test_output(step: str) -> None:
    with pytest.raises(LimitError, match="limit of output"):
        Context(limits=Limits(output=1 << 16)).compile(doubling(step)).to_json()


def test_steps() -> None:
    with pytest.raises(LimitError, match="limit of steps"):
        Context(limits=Limits(steps=2_000)).compile(CROSS).to_json()


def test_seconds() -> None:
    start = time.monotonic()
    with pytest.raises(LimitError, match="limit of time"):
        Context(limits=Limits(seconds=0.3)).compile(CROSS).to_json()
    assert time.monotonic() - start < 5


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(st.integers(0, 200), st.sampled_from([1, 10, 100]))
def test_any_program_with_few_steps(seed: int, steps: int) -> None:
    text = Generator(seed).program()
    with contextlib.suppress(CueError):
        Context(limits=Limits(steps=steps), allow_unused_imports=True).compile(text).to_json()
