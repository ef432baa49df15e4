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


SHARED = 'x0: {v: "leaf"}\n' + "".join(f"x{i}: {{a: x{i - 1}, b: x{i - 1}}}\n" for i in range(1, 60))
OUTPUTS = {
    "JSON": lambda value: value.to_json(),
    "YAML": lambda value: value.to_yaml(),
    "Python": lambda value: value.decode(),
    "CUE": lambda value: value.format(),
    "final CUE": lambda value: value.format(final=True),
    "json.Marshal": lambda value: (
        value.unify(Context().compile('import "encoding/json"\nx59: _\nm: json.Marshal(x59)')).lookup("m").decode()
    ),
}


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


@pytest.mark.parametrize(
    "expression",
    [
        "list.Repeat([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1_000_000)",
        "list.UniqueItems(list.Range(0, 20_000, 1))",
        "[for i in list.Range(0, 3_000, 1) for j in list.Range(0, 3_000, 1) if j < 0 {i}]",
        'template.Execute("{{range .}}{{range $}}x{{end}}{{end}}", list.Range(0, 20_000, 1))',
        "list.Sort(list.Range(0, 300_000, 1), {x: _, y: _, less: x - y < 0})",
    ],
)
def test_seconds_count_within_one_call(expression: str) -> None:
    text = f'import "list"\nimport "text/template"\nx: {expression}'
    start = time.monotonic()
    with pytest.raises(LimitError, match="limit of time"):
        Context(limits=Limits(seconds=0.3), allow_unused_imports=True).compile(text).to_json()
    assert time.monotonic() - start < 5


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(st.integers(0, 200), st.sampled_from([1, 10, 100]))
def test_any_program_with_few_steps(seed: int, steps: int) -> None:
    text = Generator(seed).program()
    with contextlib.suppress(CueError):
        Context(limits=Limits(steps=steps), allow_unused_imports=True).compile(text).to_json()


@pytest.mark.parametrize("output", OUTPUTS)
def test_what_is_shared_is_counted_as_often_as_it_is_written(output: str) -> None:
    """A few bytes of source may stand for 2**60 values; whatever writes them out ends within the budget."""
    value = Context(limits=Limits(output=1 << 16)).compile(SHARED)
    assert value.error() is None
    with pytest.raises(CueError, match="limit of output"):
        OUTPUTS[output](value)


@pytest.mark.parametrize("use", ["==", "!=", "| *"])
def test_what_is_shared_is_compared_within_the_budget(use: str) -> None:
    source = SHARED + SHARED.replace("x", "y") + f"z: x59 {use} y59\n"
    with pytest.raises(LimitError, match="limit of steps"):
        Context(limits=Limits(steps=20_000)).compile(source).lookup("z").error()


def test_disjunctions_that_come_out_of_one_another() -> None:
    """A disjunct that leads back to its own disjunction is the top value, found without thousands of copies."""
    value = Context().compile("d: {d: d | float}\nd: d.d")
    assert value.format() == "d: d: _ | float\n"
    assert value._context().disjuncts < 1_000


def test_a_list_that_is_sorted_by_itself_has_no_end() -> None:
    with pytest.raises(LimitError, match="limit of depth"):
        Context().compile('import "list"\ne: [list.Sort(e, list.Ascending), {a: 1}]').lookup("e").decode()
