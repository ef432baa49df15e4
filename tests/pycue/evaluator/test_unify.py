"""Unification of structs, lists, patterns and lets; work counted; depth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pycue.compile import compile_files
from pycue.errors import LimitError
from pycue.evaluator.context import OpContext
from pycue.evaluator.debug import debug_string
from pycue.evaluator.vertex import FINALIZED, UNPROCESSED
from pycue.limits import Limits
from pycue.source import Source
from pycue.syntax.parser import parse_file


def root_of(context: OpContext, text: str):
    return context.new_root(compile_files([parse_file(Source("t.cue", text))]).conjuncts)


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("x: {a: 1} & {b: 2}", "{a:1,b:2}"),
        ("x: {a?: int} & {a: 1}", "{a:1}"),
        ("x: [...int] & [1, 2]", "[1,2]"),
        ("x: [1, ...] & [_, 2]", "[1,2]"),
        ('x: {[=~"^a"]: int, ab: _, b: _}', "{ab:int,b:_}"),
        ("x: {[N=string]: {n: N}, k: {}}", '{k:{n:"k"}}'),
        ('x: {let L = 2, a: L + 1, "\\(L)": L}', '{let L#1=2,a:3,"2":2}'),
        ("x: {5, #d: 1}.#d", "1"),
    ],
)
def test_structs_and_lists(evaluate, source, printed):
    result = evaluate(source)
    assert result["x"] == printed
    assert result.errors == []


@pytest.mark.parametrize(
    ("source", "errors"),
    [
        ("x: 1 & 2", ["x: conflicting values 2 and 1"]),
        ("x: 1 & 1.0", ["x: conflicting values 1 and 1.0 (mismatched types int and float)"]),
        ("x: [1] & [1, 2]", ["x: incompatible list lengths (1 and 2)"]),
        ('x: 1\nx: "s"\nx: true', ['x: conflicting values 1 and "s" (mismatched types int and string)']),
        ("x: y.z\ny: {}", []),
        ('y: 1\nz: "s"\nx: y & z', ['x: conflicting values "s" and 1 (mismatched types string and int)']),
        ("y: [1]\nz: {}\nx: y & z", ["x: conflicting values [1] and {} (mismatched types list and struct)"]),
        ("x: y.z\ny: w\nw: 1", ["x: invalid operand y (found int, want list or struct)"]),
        ("x: -1 & 2", ["x: conflicting values -1 and 2"]),
        ("x: 1 & 2 & <0", ["x: conflicting values 2 and 1", "x: invalid value 1 (out of bound <0)"]),
        ("x: 1 & <0 & >3", ["x: incompatible integer bounds <0 and >3"]),
        ("x: [1][-1]", ["x: invalid index -1 (index must be non-negative)"]),
        (
            'x: {y: {} & {"s"}, w: {}, z: x.y & x.w}',
            [f'x.{name}: conflicting values {{}} and "s" (mismatched types struct and string)' for name in ("y", "z")],
        ),
        ("y: {z: 1 & 2}\nx: -y", ["y.z: conflicting values 2 and 1"]),
        ("y: {z: 1 & 2}\nx: [7][y]", ["y.z: conflicting values 2 and 1"]),
        ("y: {z: 1 & 2}\nx: len(y, 3)", ["y.z: conflicting values 2 and 1"]),
    ],
)
def test_errors(evaluate, source, errors):
    assert evaluate(source).errors == errors


def test_finishing_a_level_leaves_fields_alone() -> None:
    context = OpContext()
    root = root_of(context, "a: {b: 1 + 1}, c: a.b, if a.b == 2 {d: 1}")
    context.finish(root)
    assert list(root.arcs) == ["a", "c", "d"]
    assert root.arcs["c"].status == UNPROCESSED
    context.unify(root.arcs["c"])
    assert root.arcs["c"].status == FINALIZED


def test_a_chain_of_references_is_linear() -> None:
    context = OpContext()
    root = root_of(context, "a0: 1\n" + "\n".join(f"a{i}: a{i - 1}" for i in range(1, 1001)))
    context.unify(root)
    assert context.unifications == 1002
    assert context.conjuncts == 1002


def test_a_tree_of_references_is_shared() -> None:
    lines = [f"a{i}: {{l: a{i + 1}, r: a{i + 1}}}" for i in range(30)]
    context = OpContext()
    context.unify(root_of(context, "\n".join([*lines, "a30: {v: 1}"])))
    assert context.unifications < 200


@pytest.mark.parametrize("count", [5_000])
def test_deep_chains_do_not_exhaust_the_stack(count: int) -> None:
    context = OpContext()
    root = root_of(context, "\n".join(f"a{i}: a{i - 1} + 1" for i in range(count, 0, -1)) + "\na0: 0")
    context.unify(root)
    assert debug_string(root.arcs[f"a{count}"]) == str(count)


def test_budgets_end_an_evaluation() -> None:
    text = "x: [for a in l for b in l {a + b}]\nl: [1, 2, 3, 4, 5, 6, 7, 8]"
    context = OpContext(limits=Limits(steps=20))
    with pytest.raises(LimitError):
        context.unify(root_of(context, text))
    context = OpContext(limits=Limits(depth=20))
    with pytest.raises(LimitError):
        context.unify(root_of(context, "a: {" * 40 + "}" * 40))


scalars = st.one_of(st.integers(-9, 9).map(str), st.sampled_from(["int", "string", '"s"', ">0", "_", "*1 | 2"]))
structs = st.dictionaries(st.sampled_from("abc"), scalars, max_size=3).map(
    lambda fields: "{" + ", ".join(f"{label}: {value}" for label, value in fields.items()) + "}"
)


def summary(text: str) -> tuple[bool, set[str]]:
    context = OpContext()
    root = root_of(context, text)
    context.unify(root)
    x = root.arcs["x"].deref()
    return context.error_of(root) is None, {f"{label}: {kind_of(arc)}" for label, arc in x.arcs.items()}


def kind_of(arc) -> int:
    return arc.kind


@settings(max_examples=60, deadline=None)
@given(structs, structs, structs)
def test_unification_does_not_depend_on_the_order(a: str, b: str, c: str) -> None:
    first = summary(f"x: {a} & {b} & {c}")
    second = summary(f"x: {c}\nx: {a}\nx: {b}")
    assert first[0] == second[0]
    if first[0]:
        assert first[1] == second[1]


@settings(max_examples=40, deadline=None)
@given(structs)
def test_unification_is_idempotent(a: str) -> None:
    once, twice = summary(f"x: {a}"), summary(f"y: {a}\nx: y & y & {a}")
    assert once == twice


def test_selecting_from_a_finished_struct_meets_the_error_of_its_field(evaluate) -> None:
    result = evaluate("""
        early: (d.f + 1) | "none"
        d: {e: 1 & 2, f: 3, g: 4 & 5}
        l: [1, 2 & 3]
        late: (d.f + 1) | "none"
        elem: l[0] | "none"
    """)
    assert (result["early"], result["late"], result["elem"]) == ('4 | "none"', '"none"', '"none"')


def test_a_required_field_does_not_go_with_a_scalar_or_list(evaluate):
    result = evaluate('a: {3, "f-g"!: 2}\nb: {[], f!: 2}\nc: {int, f!: 2} | 5\nd: {_, f!: 2}\ne: {1, f!: x.y}\nx: {}')
    assert result.errors == [
        'a: cannot combine regular field "\\"f-g\\"" with 3',
        'b: cannot combine regular field "f" with []',
    ]
    assert (result["c"], result["d"], result["e"]) == ("5", "{f!:2}", "1")


def test_a_field_of_a_required_field_is_not_known(evaluate):
    text = "d: a!: {b: 1}\n"
    assert evaluate(text + "e: d.a.b\ne: 2").errors == []
    assert evaluate(text + "e: d.a\ne: 2").errors != []
    assert evaluate(text + "e: d.a + 1\nf: e.b\nf: 2").errors == []
