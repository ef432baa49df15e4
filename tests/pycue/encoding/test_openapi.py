"""OpenAPI documents from definitions."""

from __future__ import annotations

from typing import Any

import pytest

from pycue.encoding import openapi
from pycue.errors import EncodeError
from pycue.evaluator.context import OpContext
from pycue.evaluator.vertex import Vertex


def compiled(text: str) -> tuple[OpContext, Vertex]:
    from pycue.compile import compile_files
    from pycue.source import Source
    from pycue.std import vertex
    from pycue.syntax.parser import parse_file

    ctx = OpContext()
    ctx.importer = lambda path: vertex(ctx, path)
    package = compile_files([parse_file(Source("x.cue", text))], resolve_import=lambda path, *_: path)
    return ctx, ctx.new_root(package.conjuncts)


def schema(text: str, **options: Any) -> dict[str, Any]:
    ctx, root = compiled(text)
    return openapi.schemas(ctx, root, **options)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#A: int32", {"type": "integer", "format": "int32"}),
        ("#A: int & >=0 & <9", {"type": "integer", "minimum": 0, "maximum": 9, "exclusiveMaximum": True}),
        ('#A: *"x" | "y"', {"type": "string", "enum": ["x", "y"], "default": "x"}),
        ("#A: null | bool", {"type": "boolean", "nullable": True}),
        ("#A: [...number]", {"type": "array", "items": {"type": "number"}}),
        ("#A: string | int", {"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        ('#A: !~"q"', {"type": "string", "not": {"pattern": "q"}}),
        ("#A: [string]: bytes", {"type": "object", "additionalProperties": {"type": "string", "format": "binary"}}),
        ("#A: {}", {"type": "object"}),
        ("#A: _", {}),
    ],
)
def test_constraints(text: str, expected: dict[str, Any]) -> None:
    assert schema(text) == {"A": expected}


def test_alternatives_exclude_their_instances() -> None:
    one = {"required": ["a"], "properties": {"a": {"type": "integer"}}}
    two = {"required": ["a", "b"], "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
    assert schema("#A: {a: int} | {a: int, b: string}")["A"] == {
        "type": "object",
        "oneOf": [{"allOf": [one, {"not": {"anyOf": [two]}}]}, two],
    }


REFERENCES = "#A: b?: #B\n#B: {c!: int, d: #C}\n#C: bool"


def test_references_are_kept() -> None:
    assert schema(REFERENCES)["A"]["properties"] == {"b": {"$ref": "#/components/schemas/B"}}


def test_references_are_expanded() -> None:
    inner = schema(REFERENCES, expand=True)["A"]["properties"]["b"]
    assert inner["properties"] == {"c": {"type": "integer"}, "d": {"type": "boolean"}}
    assert inner["required"] == ["c", "d"]


def test_cycles_cannot_be_expanded() -> None:
    with pytest.raises(EncodeError, match="cycle"):
        schema("#A: next?: #A", expand=True)


def test_newer_version_has_numeric_exclusive_bounds() -> None:
    assert schema("#A: >5", version="3.1.0") == {"A": {"type": "number", "exclusiveMinimum": 5}}


def test_document_describes_itself() -> None:
    ctx, root = compiled('$version: "v2"\ninfo: contact: name: "me"\n#A: int')
    document = openapi.document(ctx, root, title="mine")
    assert document["info"] == {"contact": {"name": "me"}, "title": "mine", "version": "v2"}
    assert document["components"] == {"schemas": {"A": {"type": "integer"}}}


def test_other_fields_are_refused() -> None:
    ctx, root = compiled("x: 1")
    with pytest.raises(EncodeError, match='unsupported top-level field "x"'):
        openapi.document(ctx, root)


def test_defaults_that_are_not_concrete_are_found() -> None:
    ctx, root = compiled("#A: [int, ...string]")
    document = openapi.document(ctx, root)
    assert openapi.unfinished(document) == [(("components", "schemas", "A", "default", "0"), "int")]
