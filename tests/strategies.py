"""What hypothesis makes up: JSON data, and CUE programs and expressions of the project's own generator."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from conformance.generate import Generator

__all__ = ["FAST", "data", "expressions", "programs", "scalars"]

# The same examples in every run, so that a failure is the fault of the change that meets it.
FAST = settings(
    derandomize=True, deadline=None, max_examples=60, database=None, suppress_health_check=list(HealthCheck)
)

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_SCOPE = ["a", "b", "#A"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False).map(float)
    | _TEXT
)
data = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4), max_leaves=12
)
programs = st.integers(0, 1 << 20).map(lambda seed: Generator(seed, plain=True).program())


def _expression(seed: int) -> str:
    generator = Generator(seed, plain=True)
    generator.scope = _SCOPE
    return generator.expression(2)


expressions = st.integers(0, 1 << 20).map(_expression)
