from __future__ import annotations

import pytest

from pycue import Context, CueError, CycleError, EvalError, IncompleteError, Path, Selector, ValidationError, Value


def compiled(text: str) -> Value:
    return Context().compile(text)


class TestLookup:
    VALUE = 'a: {b: [1, {c: 2}], "x-y": 3, #d: 4, _h: 5}\ne: *{f: 1} | {f: 2}\ng?: int'

    @pytest.mark.parametrize(
        ("path", "result"),
        [("a.b[1].c", 2), ('a."x-y"', 3), ("a.#d", 4), ("a._h", 5), ("e.f", 1), ("", None), (Path("a.b") + 0, 1)],
    )
    def test_there(self, path: Path | str, result: object) -> None:
        value = compiled(self.VALUE).lookup(path)
        assert value.exists()
        if result is not None:
            assert value.decode() == result

    @pytest.mark.parametrize("path", ["z", "a.z", "a.b[2]", "a.b.c", "a.b[1].c.d", "g", "#d"])
    def test_not_there(self, path: str) -> None:
        value = compiled(self.VALUE).lookup(path)
        assert not value.exists()
        assert not value.lookup("deeper").exists()
        with pytest.raises(CueError):
            value.decode()

    def test_nothing_else_is_evaluated(self) -> None:
        assert compiled("a: b + 1, b: 2, c: 1 & 2").lookup("a").decode() == 3

    def test_path_and_position(self) -> None:
        value = Context().compile("a:\n  b: 1", filename="f.cue").lookup("a.b")
        assert str(value.path) == "a.b"
        position = value.position
        assert position is not None
        assert (position.line, position.column) == (2, 6)


class TestFill:
    def test_data_comes_after_what_is_written(self) -> None:
        value = Context().compile("a: {z: int, b: int}").fill("a", {"b": 1, "c": 2, "z": 3})
        assert value.lookup("a").to_json() == '{"z":3,"b":1,"c":2}'

    def test_order_does_not_matter_and_the_original_stays(self) -> None:
        template = compiled('name: string\nport: int\nurl: "\\(name):\\(port)"')
        one = template.fill("name", "a").fill("port", 1)
        two = template.fill("port", 2).fill("name", "b")
        assert (one.lookup("url").decode(), two.lookup("url").decode()) == ("a:1", "b:2")
        with pytest.raises(IncompleteError):
            template.lookup("url").decode()

    def test_nested_paths_definitions_and_values(self) -> None:
        context = Context()
        value = context.compile("a: {b: int, #d: string}\nc: a.b, e: a.#d")
        filled = value.fill("a.b", context.encode(3)).fill("a.#d", "x")
        assert filled.decode() == {"a": {"b": 3}, "c": 3, "e": "x"}

    def test_a_struct_into_a_reference(self) -> None:
        out = "out: {n: context.name, if parameter.p != _|_ {p: parameter.p}}"
        value = compiled(f"context: {{name: string}}\n{out}\nparameter: {{p?: int}}")
        assert value.fill("context", {"name": "x"}).fill("parameter", {"p": 1}).lookup("out").decode() == {
            "n": "x",
            "p": 1,
        }
        assert value.fill("context", {"name": "x"}).lookup("out").decode() == {"n": "x"}

    def test_conflicts_show_later(self) -> None:
        value = compiled("a: int").fill("a", "x")
        error = value.error()
        assert isinstance(error, EvalError)
        assert "conflicting values" in str(error)

    def test_closed_structs_stay_closed(self) -> None:
        error = compiled("#P: {a: int}\np: #P").fill("p", {"a": 1, "b": 2}).error()
        assert error is not None
        assert str(error) == "p.b: field not allowed"

    def test_at_a_part(self) -> None:
        value = compiled("a: {b: int, c: b + 1}").lookup("a").fill("b", 1)
        assert value.decode() == {"b": 1, "c": 2}


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "kind", "incomplete"),
        [
            ("1", "int", "int"),
            ("{}", "struct", "struct"),
            ("[]", "list", "list"),
            ("int", "_|_", "int"),
            ("int | string", "_|_", "(int|string)"),
            ("*1 | string", "int", "(int|string)"),
            ("_", "_|_", "_"),
            ("1 & 2", "_|_", "_|_"),
        ],
    )
    def test_kinds(self, text: str, kind: str, incomplete: str) -> None:
        value = compiled(f"x: {text}").lookup("x")
        assert (value.kind, value.incomplete_kind) == (kind, incomplete)
        assert value.is_concrete() is (kind != "_|_")


class TestIteration:
    VALUE = "b: 1, #d: 2, _h: 3, _#hd: 4, o?: 5, r!: 6, a: 7"

    @pytest.mark.parametrize(
        ("options", "names"),
        [
            ({}, ["b", "a"]),
            ({"definitions": True}, ["b", "#d", "a"]),
            ({"hidden": True}, ["b", "_h", "a"]),
            ({"definitions": True, "hidden": True}, ["b", "#d", "_h", "_#hd", "a"]),
            ({"optional": True}, ["b", "o", "r", "a"]),
        ],
    )
    def test_fields(self, options: dict[str, bool], names: list[str]) -> None:
        assert [selector.name for selector, _ in compiled(self.VALUE).fields(**options)] == names

    def test_fields_of_broken_structs(self) -> None:
        fields = dict(compiled("a: 1, b: 1 & 2, c: int").fields())
        assert fields[Selector.field("a")].decode() == 1
        assert fields[Selector.field("b")].error() is not None
        assert fields[Selector.field("c")].error() is None

    def test_elements(self) -> None:
        assert [v.decode() for v in compiled("x: [1, for i in [2, 3] {i}]").lookup("x").elements()] == [1, 2, 3]
        assert list(compiled("x: 1").lookup("x").elements()) == []


class TestErrors:
    def test_validate_collects_everything(self) -> None:
        value = compiled("a: int, b: 1 & 2, c: string")
        with pytest.raises(ValidationError) as error:
            value.validate()
        assert [d.summary() for d in error.value.diagnostics] == ["b: conflicting values 2 and 1"]
        with pytest.raises(ValidationError) as error:
            compiled("a: int, c: string").validate(concrete=True)
        assert [d.path for d in error.value.diagnostics] == [("a",), ("c",)]

    def test_required_fields(self) -> None:
        value = compiled("a!: int")
        value.validate()
        with pytest.raises(ValidationError, match="field is required but not present"):
            value.validate(concrete=True, final=True)

    def test_cycles(self) -> None:
        with pytest.raises(CycleError):
            compiled("a: {b: a}").decode()

    def test_incomplete(self) -> None:
        with pytest.raises(IncompleteError, match="incomplete value int"):
            compiled("a: int").decode()


def test_unify_and_subsumes() -> None:
    context = Context()
    schema, data = context.compile("#S: {a: int, b?: string}").lookup("#S"), context.compile("{a: 1}")
    assert schema.unify(data).decode() == {"a": 1}
    assert schema.unify(context.compile("{c: 1}")).error() is not None
    assert context.compile("a: int").subsumes(context.compile("a: 3"))


def test_default() -> None:
    assert compiled("a: *1 | int").lookup("a").default().decode() == 1


def test_doc_and_attributes() -> None:
    value = compiled("// about a\na: 1 @x(y)\n").lookup("a")
    assert value.doc() == ["about a\n"]
    assert value.attributes() == [("x", "y")]


def test_texts() -> None:
    value = compiled('a: {b: [1, "x"]}')
    assert value.to_json() == '{"a":{"b":[1,"x"]}}'
    assert value.to_json(indent=2).startswith('{\n  "a": {')
    assert value.to_yaml() == "a:\n  b:\n    - 1\n    - x\n"


def test_deep_values_give_a_clean_error_or_a_result() -> None:
    text = "x: " + "{a: " * 3000 + "1" + "}" * 3000
    try:
        value = compiled(text)
        data = value.decode()
    except CueError:
        return
    depth = 0
    data = data["x"]
    while isinstance(data, dict):
        data, depth = data["a"], depth + 1
    assert depth == 3000


def test_deep_values_can_be_printed() -> None:
    value = compiled("x: " + "{a: " * 2000 + "1" + "}" * 2000)
    assert value.to_json().count("{") == 2001
    assert value.to_yaml().count("a:") == 2000
    assert value.format().count("a:") == 2000
