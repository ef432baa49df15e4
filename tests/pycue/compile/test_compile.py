from __future__ import annotations

import sys

import pytest

from pycue.compile import compile_expr, compile_files, scope_environment
from pycue.errors import CompileError
from pycue.evaluator import ir
from pycue.evaluator.context import OpContext
from pycue.evaluator.debug import debug_string
from pycue.evaluator.values import Expr
from pycue.source import Source
from pycue.syntax.parser import parse_expr, parse_file

_STD = {"strings", "list", "math", "encoding/json"}


def compiled(*texts: str, version: str = "") -> list[ir.StructLit]:
    files = [parse_file(Source(f"{index}.cue", text)) for index, text in enumerate(texts)]
    resolve = {path: path for path in _STD}.get
    return compile_files(files, resolve_import=resolve, language_version=version).conjuncts


def faults(*texts: str, version: str = "") -> list[str]:
    with pytest.raises(CompileError) as info:
        compiled(*texts, version=version)
    return [f"{d.summary()} @{d.position.line}:{d.position.column}" for d in info.value.diagnostics if d.position]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b", ['a: reference "b" not found @1:4']),
        ('"a": 1\nb: a', ['b: reference "a" not found @2:4']),
        ('b: "x"\na: {(b): c: d}', ['a.<unknown>.c: reference "d" not found @2:13']),
        ("a: [string]: c: d", ['a.[].c: reference "d" not found @1:17']),
        ("for x in c {a: x}", ['reference "c" not found @1:10']),
        ("for x in [1] {a: e}", ['for[].a: reference "e" not found @1:18']),
        ("a: {let b = b, c: b}", ['a.let[]: reference "b" not found @1:13']),
        ("let a = b\nlet b = a\nc: a", ["let[]: cyclic references in let clause or alias @1:9"]),
        ("let a = 1", ["unreferenced alias or let clause a @1:1"]),
        ("a: X=b: 1", ["a: unreferenced alias or let clause X @1:4"]),
        ("let a = 1\nlet a = 2\nb: a", ['alias "a" redeclared in same scope @2:1']),
        ("a: 1\nb: {let a = 2, c: a}", ['cannot have both alias and field with name "a" in same scope @2:5']),
        ("X=a: 1\nX: 2\nc: X", ['cannot have both alias and field with name "X" in same scope @2:4']),
        ("let _ = 1", ["cannot use _ as alias or let clause @1:5"]),
        ('a: "_": _: 1', ['a."_": cannot use _ as label @1:9']),
        ("a: *1", ["a: preference mark not allowed at this position @1:4"]),
        ("a: 1 + int", ["a: invalid operand int ('+' requires concrete value) @1:8"]),
        ("a: (>1) == 2", ["a: invalid operand (>1) ('==' requires concrete value) @1:4"]),
        ('import "strings"', ['imported and not used: "strings" @1:8']),
        ('import m "math"', ['imported and not used: "math" as m @1:8']),
        ('import "foo/bar"\na: bar', ['builtin package "foo/bar" undefined @1:8']),
        ("a: self", ['a: predeclared identifier "self" requires @experiment(aliasv2) @1:4']),
        ('a: "\\ud800"', ["a: invalid string: unmatched surrogate pair @1:4"]),
        (
            "{a: string, [a]: int}",
            ['reference "a" in label expression refers to field against which it would be matched @1:14'],
        ),
    ],
)
def test_faults(text: str, expected: list[str]) -> None:
    assert faults(text) == expected


def test_binding_faults_hide_others() -> None:
    assert faults("let a = 1\nlet a = 2\nb: missing") == ['alias "a" redeclared in same scope @2:1']


def test_all_faults_are_reported() -> None:
    assert len(faults("a: x\nb: y\nc: *1\n")) == 3


def test_redeclared_import() -> None:
    (fault,) = faults('import "strings"\nstrings: 1')
    assert fault.startswith("strings redeclared as imported package name\n\tprevious declaration at ./0.cue:2:1")


def reference(lit: ir.StructLit, *labels: str) -> Expr:
    """Value of a field, by labels."""
    node: object = lit
    for label in labels:
        assert isinstance(node, ir.StructLit)
        node = next(d.value for d in node.decls if isinstance(d, ir.Field) and d.label == label)
    assert isinstance(node, Expr)
    return node


def test_up_counts() -> None:
    (file,) = compiled("a: 1\nb: {c: d: a, l: [a], e: c}\nx: a")
    direct = reference(file, "x")
    assert isinstance(direct, ir.FieldReference)
    assert direct.up_count == 0
    nested = reference(file, "b", "c", "d")
    assert isinstance(nested, ir.FieldReference)
    assert nested.up_count == 2
    in_list = reference(file, "b", "l")
    assert isinstance(in_list, ir.ListLit)
    element = in_list.elems[0]
    assert isinstance(element, ir.FieldReference)
    assert element.up_count == 2


def test_comprehension_clauses_count_as_levels() -> None:
    (file,) = compiled("a: 1\nfor k, v in [a] let w = v if w > 0 {b: a, c: w, d: k}")
    comprehension = file.decls[1]
    assert isinstance(comprehension, ir.Comprehension)
    assert isinstance(comprehension.value, ir.StructLit)
    counts = {label: reference(comprehension.value, label) for label in ("b", "c", "d")}
    assert {label: x.up_count for label, x in counts.items()} == {"b": 3, "c": 1, "d": 2}  # type: ignore[attr-defined]


def test_fields_of_other_files_of_a_package() -> None:
    first, _ = compiled("package p\na: b\nc: d: b", "package p\nb: 1")
    direct = reference(first, "a")
    assert isinstance(direct, ir.FieldReference)
    assert direct.up_count == 0
    inner = reference(first, "c", "d")
    assert isinstance(inner, ir.FieldReference)
    assert inner.up_count == 1


def test_files_without_package_do_not_see_each_other() -> None:
    assert faults("a: b", "b: 1") == ['a: reference "b" not found @1:4']


def test_lets_are_file_scoped() -> None:
    assert faults("package p\nlet x = 1\na: x", "package p\nb: x") == ['b: reference "x" not found @2:4']


@pytest.mark.parametrize(
    ("text", "multi"),
    [
        ("for i in [1] {let s = i, v: s}", [True]),
        ("for i in [1] {let s = 2, v: s}", [False]),
        ("for i in [1] {let t = s, let s = i, v: t}", [True, True]),
    ],
)
def test_lets_that_depend_on_iteration(text: str, multi: list[bool]) -> None:
    (file,) = compiled(text)
    comprehension = file.decls[0]
    assert isinstance(comprehension, ir.Comprehension)
    assert isinstance(comprehension.value, ir.StructLit)
    assert [d.is_multi for d in comprehension.value.decls if isinstance(d, ir.LetField)] == multi


def test_disjunctions_are_flat_unless_parenthesised() -> None:
    (file,) = compiled("a: 1 | *2 | (3 | 4)")
    disjunction = reference(file, "a")
    assert isinstance(disjunction, ir.DisjunctionExpr)
    assert [default for _, default in disjunction.values] == [False, True, False]
    assert isinstance(disjunction.values[2][0], ir.DisjunctionExpr)


def test_aliases() -> None:
    (file,) = compiled('X="a-b": 1\nb: X\nc: Y={d: Y.e, e: 1}\n[Z=string]: {n: Z}\nW=(b): 1\nf: W')
    field = reference(file, "b")
    assert isinstance(field, ir.FieldReference)
    assert field.label == "a-b"
    value = reference(file, "c", "d")
    assert isinstance(value, ir.SelectorExpr)
    assert isinstance(value.x, ir.ValueReference)
    assert value.x.up_count == 1
    assert isinstance(reference(file, "f"), ir.DynamicReference)


def test_predeclared_names_come_last() -> None:
    (file,) = compiled("int: 5\na: int\nb: __int")
    assert isinstance(reference(file, "a"), ir.FieldReference)
    assert debug_string(reference(file, "b")) == "int"


def test_labels_are_in_normal_form() -> None:
    (file,) = compiled('"e\u0301": 1')
    assert debug_string(file) == "{é:1}"


def test_old_versions_compare_scalars_only() -> None:
    (old,) = compiled("a: 1 == 2", version="v0.14.0")
    (new,) = compiled("a: 1 == 2", version="v0.15.0")
    old_x, new_x = reference(old, "a"), reference(new, "a")
    assert isinstance(old_x, ir.BinaryExpr)
    assert isinstance(new_x, ir.BinaryExpr)
    assert old_x.flavour != new_x.flavour


def test_long_chains_do_not_nest() -> None:
    (file,) = compiled("a: " + " + ".join(["1"] * 3000))
    assert isinstance(reference(file, "a"), ir.BinaryExpr)


def test_expression_in_the_scope_of_a_value() -> None:
    ctx = OpContext()
    root = ctx.new_root(compiled("a: {b: 2, c: {d: 3}}"))
    ctx.unify(root)
    scope = root.arcs["a"].arcs["c"]
    source = Source("-", "d + b")
    x = compile_expr(parse_expr(source), source=source, scope=scope)
    environment = scope_environment(scope)
    assert environment is not None
    assert debug_string(ctx.evaluate(environment, x)) == "5"


def test_expression_may_name_packages() -> None:
    source = Source("-", "strings.ToUpper")
    x = compile_expr(parse_expr(source), source=source, find_package={"strings": "strings"}.get)
    assert isinstance(x, ir.SelectorExpr)
    assert isinstance(x.x, ir.ImportReference)


@pytest.mark.parametrize("depth", [1000, 4000])
def test_deep_nesting(depth: int) -> None:
    limit = sys.getrecursionlimit()
    (file,) = compiled("a: " + "{b: " * depth + "1" + "}" * depth)
    assert len(file.decls) == 1
    (file,) = compiled("a: " + "(" * depth + "1" + ")" * depth)
    assert debug_string(file) == "{a:1}"
    assert sys.getrecursionlimit() == limit
