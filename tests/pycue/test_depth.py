"""Deep, long and wide input: a result or one clean error, within seconds, and never a crash of the interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pycue import Context
from pycue.errors import CueError, LimitError
from pycue.evaluator import closedness
from pycue.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

DEEP = 10_000
SHAPES = {
    "chain": ("a0: 1\n" + "".join(f"a{i}: a{i - 1}\n" for i in range(1, DEEP)), "a9999", 1),
    "chain ahead": ("".join(f"a{i}: a{i + 1}\n" for i in range(DEEP)) + f"a{DEEP}: 1\n", "a0", 1),
    "sums ahead": ("".join(f"a{i}: a{i + 1} + 1\n" for i in range(DEEP)) + f"a{DEEP}: 0\n", "a0", DEEP),
    "definitions": ("#a: " * 2_000 + "1\nx: " + ".".join(["#a"] * 2_000) + " + 1", "x", 2),
    "selectors": ("b: " + "a: " * 2_000 + "1\nx: b" + ".a" * 2_000, "x", 1),
    "indices": ("b: " + "[" * 2_000 + "1" + "]" * 2_000 + "\nx: b" + "[0]" * 2_000, "x", 1),
    "sum": ("x: " + "+".join(["1"] * 5_000), "x", 5_000),
    "disjunction": ("x: *0|" + "|".join(map(str, range(1, 5_000))), "x", 0),
    "conjunction": ("x: " + "&".join(f">={i}" for i in range(5_000)) + "&5000", "x", 5_000),
    "interpolation": ('b: 1\nx: "' + r"\(b)" * 5_000 + '"', "x", "1" * 5_000),
    "nested interpolation": ("x: " + r'"\(' * 1_000 + "1" + ')"' * 1_000, "x", "1"),
    "calls": ("x: " + "len([1," * 1_000 + "1" + "])" * 1_000, "x", 2),
    "conditions": ("x: {" + "if true {" * 500 + "y: 1" + "}" * 500 + "}", "x.y", 1),
    "string": (f'x: "{"s" * 1_000_000}"', "x", "s" * 1_000_000),
    "list": ("x: [" + ",".join(["1"] * 30_000) + "]", "x[29999]", 1),
    "fields": ("".join(f"f{i}: {i}\n" for i in range(20_000)), "f19999", 19_999),
}
REFUSED = {
    "structs": "a: " + "{a: " * DEEP + "1" + "}" * DEEP,
    "parentheses": "a: " + "(" * DEEP + "1" + ")" * DEEP,
    "signs": "a: " + "-" * DEEP + "1",
    "lists": "a: " + "[" * (DEEP + 1) + "]" * (DEEP + 1),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_values(shape: str) -> None:
    text, path, expected = SHAPES[shape]
    limit = sys.getrecursionlimit()
    assert Context().compile(text).lookup(path).decode() == expected
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize("shape", REFUSED)
def test_refused(shape: str) -> None:
    limit = sys.getrecursionlimit()
    with pytest.raises(CueError) as caught:
        Context().compile(REFUSED[shape]).to_json()
    assert 0 < len(str(caught.value)) < 200
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("#D: {deep}int\nx: #D & {{{deep}1}}", 2),
        ("#L: {{a?: #L}}\nx: #L & {{{deep}{{}}}}", 2),
        ('x: {deep}y\n#y: {{a?: int, b: string}}\ny: #y & {{b: "z"}}', 1),
    ],
    ids=["definition", "recursive definition", "definition at the end"],
)
def test_what_closes_a_field_is_worked_out_once_a_level(monkeypatch: pytest.MonkeyPatch, text: str, calls: int) -> None:
    """Not by a walk to the root from every level, which made deep values under a definition quadratic."""
    count = 0
    work_out = closedness._own_sets

    def counted(*args: Any) -> Any:
        nonlocal count
        count += 1
        return work_out(*args)

    monkeypatch.setattr(closedness, "_own_sets", counted)
    Context().compile(text.format(deep="a: " * 300)).validate()
    assert count <= 300 * calls + 10


@pytest.mark.parametrize("depth", [1_000, 3_000])
def test_nested_structs_come_out(depth: int) -> None:
    value = Context().compile("a: " * depth + "1")
    assert value.to_json() == '{"a":' * depth + "1" + "}" * depth
    assert value.error() is None
    found = value.decode()
    for _ in range(depth):
        found = found["a"]
    assert found == 1
    assert Context().compile(value.to_json()).to_json() == value.to_json()


def test_nested_lists_come_out() -> None:
    value = Context().compile("a: " + "[" * 2_000 + "]" * 2_000)
    assert value.to_json() == '{"a":' + "[" * 2_000 + "]" * 2_000 + "}"


def test_python_data_goes_in_and_out() -> None:
    data: object = 1
    for _ in range(5_000):
        data = [data]
    found = Context().encode({"x": data}).decode()["x"]
    for _ in range(5_000):
        (found,) = found
    assert found == 1


def test_deep_values_compare_and_unify() -> None:
    context = Context()
    one, two = context.compile("a: " * 1_000 + "1"), context.compile("a: " * 1_000 + "int")
    assert two.subsumes(one)
    assert not one.subsumes(two)
    assert one.unify(two).to_json() == one.to_json()


@pytest.mark.parametrize("out", ["json", "yaml", "cue"])
def test_command_line(tmp_path: Path, out: str) -> None:
    file = tmp_path / "in.cue"
    file.write_text("a: " * 500 + "1\n" + "".join(f"b{i}: b{i + 1}\n" for i in range(3_000)) + "b3000: 2\n")
    run = subprocess.run(
        [sys.executable, "-m", "pycue", "export", "--out", out, str(file)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert len(run.stdout) > 20_000
    if out == "json":
        assert json.loads(run.stdout)["b0"] == 2


def test_command_line_refuses(tmp_path: Path) -> None:
    for name, text in REFUSED.items():
        file = tmp_path / "in.cue"
        file.write_text(text)
        run = subprocess.run(
            [sys.executable, "-m", "pycue", "export", str(file)], capture_output=True, text=True, check=False
        )
        assert run.returncode == 1, name
        assert run.stdout == "", name
        assert "Traceback" not in run.stderr, name
        assert 1 <= len(run.stderr.splitlines()) <= 2, name


def test_depth_is_a_budget() -> None:
    context = Context(limits=Limits(depth=50))
    assert context.compile("a: " * 20 + "1").error() is None
    with pytest.raises(LimitError, match="limit of depth"):
        context.compile("a: " * 100 + "1").error()
