"""What holds for all programs: laws of unification and subsumption, and independence of order."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pycue import Context
from pycue.errors import CompileError, CueError

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.strategies import FAST, data, expressions, programs

SCOPE = 'a: 1\nb: {a: int, b: string | *"x"}\n#A: {a?: int, c: number}\n'


def outcome(text: str) -> tuple[str, object]:
    """``("data", what it is)`` or the kind of failure; messages depend on order by nature."""
    try:
        value = Context(allow_unused_imports=True).compile(text)
    except CompileError:
        return "invalid", None
    if value.error() is not None:
        return "error", None
    try:
        return "data", value.decode()
    except CueError:
        return "incomplete", None


def of_x(expression: str) -> tuple[str, object]:
    value = Context().compile(f"{SCOPE}x: {expression}\n").lookup("x")
    if value.error() is not None:
        return "error", None
    try:
        return "data", value.decode()
    except CueError:
        return "incomplete", None


@FAST
@given(expressions, expressions)
def test_unification_commutes(p: str, q: str) -> None:
    assert of_x(f"({p}) & ({q})") == of_x(f"({q}) & ({p})")


@FAST
@given(expressions, expressions, expressions)
def test_unification_associates(p: str, q: str, r: str) -> None:
    assert of_x(f"(({p}) & ({q})) & ({r})") == of_x(f"({p}) & (({q}) & ({r}))")


@FAST
@given(expressions)
def test_unification_is_idempotent(p: str) -> None:
    assert of_x(f"({p}) & ({p})") == of_x(p)


@FAST
@given(expressions)
def test_top_is_neutral(p: str) -> None:
    assert of_x(f"_ & ({p})") == of_x(p)


@FAST
@given(expressions)
def test_bottom_absorbs(p: str) -> None:
    assert of_x(f"({p}) & _|_")[0] == "error"


@FAST
@given(expressions)
def test_disjunction_with_itself(p: str) -> None:
    assert of_x(f"({p}) | ({p})") == of_x(p)


@FAST
@given(expressions)
def test_two_fields_are_a_conjunction(p: str) -> None:
    kind, found = outcome(f"{SCOPE}x: {p}\nx: {p}\n")
    once, expected = outcome(f"{SCOPE}x: {p}\n")
    assert (kind, found) == (once, expected)


@FAST
@given(programs, st.randoms(use_true_random=False))
def test_order_of_declarations(program: str, random: object) -> None:
    """Fields that wait for each other in a circle may be wrong in one order and undecided in another, as officially."""
    lines = program.splitlines()
    kind, expected = outcome(program)
    random.shuffle(lines)  # type: ignore[attr-defined]
    other, found = outcome("\n".join(lines) + "\n")
    assert ((kind == "data"), expected) == ((other == "data"), found)


@FAST
@given(programs)
def test_evaluated_text_stands_for_itself(program: str) -> None:
    kind, found = outcome(program)
    if kind == "data":
        text = Context(allow_unused_imports=True).compile(program).format()
        assert outcome(text) == ("data", found)


@FAST
@given(data)
def test_data_subsumes_itself_and_json_is_cue(found: object) -> None:
    context = Context()
    value = context.encode(found)
    again = context.compile(json.dumps(found))
    assert value.subsumes(again)
    assert again.subsumes(value)
    assert json.loads(again.to_json()) == json.loads(json.dumps(found)) == found
    assert value.decode() == found


@FAST
@given(data)
def test_every_output_reads_back(found: object) -> None:
    value = Context().encode({"x": found})
    context = Context()
    assert context.compile(value.format()).decode() == {"x": found}
    assert context.compile(value.to_json(indent=2)).decode() == {"x": found}


@FAST
@given(data)
def test_kinds_subsume_their_values(found: object) -> None:
    context = Context()
    value = context.encode(found)
    kind = {"struct": "{...}", "list": "[...]"}.get(value.kind, value.kind)
    others = {"null", "bool", "int", "float", "string", "{...}", "[...]"} - {kind}
    assert context.compile_expression("_").subsumes(value)
    assert context.compile_expression(kind).subsumes(value)
    assert not any(context.compile_expression(other).subsumes(value) for other in others)


@FAST
@given(st.dictionaries(st.sampled_from("abc"), data, max_size=3), st.dictionaries(st.sampled_from("cde"), data))
def test_a_struct_subsumes_what_it_unifies_into(one: dict[str, object], two: dict[str, object]) -> None:
    context = Context()
    first, second = context.encode(one), context.encode(two)
    both = first.unify(second)
    agree = all(one[name] == two[name] for name in one.keys() & two.keys())
    if agree:
        assert both.decode() == {**one, **two}
        assert first.subsumes(both)
        assert second.subsumes(both)
    elif both.error() is None:  # structs and lists below may agree as well
        assert first.subsumes(both)


def test_order_of_files() -> None:
    texts = ("a: b + 1\n#D: {x: int}", "b: 2\nc: #D & {x: a}", "c: x: >0\nd: [for k, v in c {v}]")
    found = [outcome("\n".join(order)) for order in itertools.permutations(texts)]
    assert found == [("data", {"a": 3, "b": 2, "c": {"x": 3}, "d": [3]})] * 6
