from __future__ import annotations

from decimal import Decimal

import pytest

import pycue
from pycue import CompileError, ConflictError, Context, CueSyntaxError, EncodeError, LimitError, Limits


def test_loads() -> None:
    assert pycue.loads("a: 1, b: [true, null, 'x'], c: {d: 1.5}") == {"a": 1, "b": [True, None, b"x"], "c": {"d": 1.5}}


def test_scalars_and_lists_at_the_top() -> None:
    assert pycue.loads("3") == 3
    assert pycue.loads("[1, {a: 2}]") == [1, {"a": 2}]


def test_syntax_errors_carry_positions() -> None:
    with pytest.raises(CueSyntaxError) as error:
        pycue.loads("a: )", filename="app.cue")
    position = error.value.diagnostics[0].position
    assert position is not None
    assert (position.filename, position.line, position.column) == ("app.cue", 1, 4)


def test_unknown_references_are_found_at_compile_time() -> None:
    with pytest.raises(CompileError, match='reference "b" not found'):
        Context().compile("a: b")


def test_conflicts() -> None:
    with pytest.raises(ConflictError, match="a: conflicting values 2 and 1"):
        pycue.loads("a: 1\na: 2")


def test_a_scope_lends_its_fields() -> None:
    context = Context()
    scope = context.compile("a: b: 2")
    assert context.compile("c: a.b + 1", scope=scope).decode() == {"c": 3}
    assert context.compile_expression("a.b * 2", scope=scope).decode() == 4


class TestPackages:
    PACKAGES = {"acme.test/one": 'import "acme.test/two"\nx: two.y + 1', "acme.test/two": "y: 1\n_hidden: 2"}

    @pytest.mark.parametrize("packages", [PACKAGES, PACKAGES.get])
    def test_mapping_or_function(self, packages: object) -> None:
        context = Context(packages=packages)  # type: ignore[arg-type]
        assert context.compile('import "acme.test/one"\na: one.x').decode() == {"a": 2}

    def test_missing(self) -> None:
        with pytest.raises(CompileError, match=r'builtin package "acme\.test/three" undefined'):
            Context(packages=self.PACKAGES).compile('import "acme.test/three"\na: three')

    def test_unused(self) -> None:
        text = 'import "acme.test/two"\na: 1'
        with pytest.raises(CompileError, match="imported and not used"):
            Context(packages=self.PACKAGES).compile(text)
        assert Context(packages=self.PACKAGES, allow_unused_imports=True).compile(text).decode() == {"a": 1}


class TestEncode:
    @pytest.mark.parametrize(
        "data",
        [None, True, 0, -(10**40), 1.5, "é\n", b"\xff", [], {}, [1, [2, {"a": None}]], {"x-y": {"": [1.25, "a"]}}],
    )
    def test_round_trip(self, data: object) -> None:
        assert Context().encode(data).decode() == data

    def test_decimals_keep_their_digits(self) -> None:
        value = Context().encode(Decimal("1.50"))
        assert value.decode(decimals=True) == Decimal("1.50")
        assert value.to_json() == "1.50"

    @pytest.mark.parametrize("data", [float("nan"), float("inf"), Decimal("Infinity"), {1: 2}, object(), {1, 2}])
    def test_what_has_no_form(self, data: object) -> None:
        with pytest.raises(EncodeError):
            Context().encode(data)

    def test_objects_may_say_how(self) -> None:
        class Money:
            def __cue__(self) -> object:
                return {"amount": 3}

        assert Context().encode([Money()]).decode() == [{"amount": 3}]

    def test_deep_data(self) -> None:
        data: list[object] = []
        for _ in range(20_000):
            data = [data]
        with pytest.raises(EncodeError, match="nested too deeply"):
            Context().encode(data)


def test_limits() -> None:
    text = 'import "list"\nx: [for i in list.Range(0, 100000, 1) {i}]'
    with pytest.raises(LimitError):
        Context(limits=Limits(steps=1000)).compile(text).decode()


def test_trace_tells_of_conditions_and_loops() -> None:
    told: list[tuple[str, bool]] = []
    context = Context(trace=lambda position, held: told.append((repr(position), held)))
    template = context.compile(
        "p: {n: int, e?: string}\n"
        "out: {\n"
        "\tif p.n > 3 {a: 1}\n"
        "\tif p.e != _|_ {b: p.e}\n"
        "\tl: [for x in [1, 2] if x > p.n {x}]\n"
        "\tm: [for x in [] {x}]\n"
        "}\n",
        filename="t.cue",
    )
    assert told == []
    assert template.fill("p.n", 1).lookup("out").decode() == {"l": [2], "m": []}
    assert sorted(set(told)) == [
        ("t.cue:3:2", False),
        ("t.cue:4:2", False),
        ("t.cue:5:22", False),
        ("t.cue:5:22", True),
        ("t.cue:5:6", True),
        ("t.cue:6:6", False),
    ]
    told.clear()
    assert template.fill("p", {"n": 4, "e": "x"}).lookup("out.b").decode() == "x"
    assert {("t.cue:3:2", True), ("t.cue:4:2", True)} <= set(told)
