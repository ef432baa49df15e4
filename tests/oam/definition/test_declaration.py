"""Which properties a template does not know."""

from __future__ import annotations

from typing import Any

import pytest

from oam.definition.declaration import Declaration
from pycue.source import Source
from pycue.syntax.ast import File
from pycue.syntax.parser import parse_file


def tree(text: str) -> File:
    return parse_file(Source("t.cue", text))


@pytest.mark.parametrize(
    ("declaration", "properties", "unknown"),
    [
        ("parameter: image: string", {"image": "x"}, []),
        ("parameter: image: string", {"imgae": "x"}, [("imgae",)]),
        ("parameter: {image: string, port?: int}", {"port": 1, "prot": 1}, [("prot",)]),
        ("parameter: {a: {b: int}}", {"a": {"c": 1}}, [("a", "c")]),
        ("parameter: {env: [...{name: string}]}", {"env": [{"name": "x"}, {"nmae": "x"}]}, [("env", 1, "nmae")]),
        ("parameter: {http: [string]: int}", {"http": {"/": 1}}, []),
        ("parameter: {a: int, ...}", {"x": 1}, []),
        ("parameter: [string]: int", {"x": 1}, []),
        ("parameter: #P\n#P: {a: int}", {"b": 1}, [("b",)]),
        ("parameter: #P\n#P: {a: int, ...}", {"b": 1}, []),
        ("parameter: close({a: int})", {"b": 1}, [("b",)]),
        ("parameter: {a: int} | {b: int}", {"c": 1}, []),
        ("parameter: {a: int, if a > 1 {b: int}}", {"a": 1, "b": 2}, []),
        ("parameter: {value?: string}\nx: parameter.values", {"values": 1}, []),
        ("parameter: {a: int}\nfor k, v in parameter {(k): v}", {"b": 1}, []),
        ('parameter: {a: int}\nx: parameter["b-c"]', {"b-c": 1}, []),
        ("x: 1", {"anything": 1}, []),
    ],
)
def test_properties(declaration: str, properties: dict[str, Any], unknown: list[tuple[str, ...]]) -> None:
    assert [path for path, _ in Declaration(tree(declaration)).unknown(properties)] == unknown


def test_a_close_name_is_suggested() -> None:
    assert list(Declaration(tree("parameter: {image: string}")).unknown({"imgae": "x"})) == [
        (("imgae",), 'did you mean "image"?')
    ]


def test_references() -> None:
    found = list(
        Declaration(
            tree("parameter: {component: string}\napply: x: parameter.name\ny: parameter.component")
        ).undeclared()
    )
    assert [(name, close) for _, name, close in found] == [("name", "component")]
    assert list(Declaration(tree("parameter: {...}\napply: parameter.name")).undeclared()) == []


def test_names() -> None:
    declaration = Declaration(tree("parameter: {a: int, b: {c: int}, l: [...{d: int}], p: #P}\n#P: {e: int}"))
    assert declaration.names() == ["a", "b", "l", "p"]
    assert declaration.names(("b",)) == ["c"]
    assert declaration.names(("l", 3)) == ["d"]
    assert declaration.names(("p",)) == ["e"]
    assert declaration.names(("a",)) == declaration.names(("nope", "x")) == []
