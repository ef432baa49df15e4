from __future__ import annotations

import pytest

from pycue.cli.report import format_diagnostics
from pycue.errors import LoadError
from pycue.loader.fs import MemoryFileSystem
from pycue.loader.loader import Loader
from pycue.syntax import ast
from pycue.syntax.format import format_node


def inject(text: str, *tags: str, variables: dict[str, str] | None = None) -> str:
    """The file's fields after injection, formatted one by one."""
    fs = MemoryFileSystem({"/a.cue": text})
    getters = None if variables is None else {name: (lambda value=value: value) for name, value in variables.items()}
    instances, _ = Loader(fs, tags=tags, variables=getters).load(["a.cue"])
    fields = [decl for decl in instances[0].files[0].decls if isinstance(decl, ast.Field)]
    return "; ".join(f"{format_node(field.label)}: {format_node(field.value)}" for field in fields)


def failure(text: str, *tags: str) -> str:
    with pytest.raises(LoadError) as error:
        inject(text, *tags)
    return format_diagnostics(error.value.diagnostics, "/")


@pytest.mark.parametrize(
    ("text", "tags", "result"),
    [
        ("x: string @tag(k)", ["k=v"], 'x: string & "v"'),
        ("x: int @tag(k,type=int)", ["k=-3"], "x: int & -3"),
        ("x: bool @tag(k,type=bool)", ["k=1"], "x: bool & true"),
        ("x: string @tag(env,short=a|b)", ["b"], 'x: string & "b"'),
        ("x: string @tag(k)\ny: string @tag(k)", ["k=="], 'x: string & "="; y: string & "="'),
        ("x: string @tag(k)", [], "x: string"),
    ],
)
def test_values(text: str, tags: list[str], result: str) -> None:
    assert inject(text, *tags) == result


def test_variables_yield_to_values() -> None:
    text = "x: string @tag(k,var=os)\ny: string @tag(l,var=os)"
    assert inject(text, "k=own", variables={"os": "plan9"}) == 'x: string & "own"; y: string & "plan9"'
    assert inject(text) == "x: string; y: string"


@pytest.mark.parametrize(
    ("text", "tags", "message"),
    [
        ("x: 1", ["k=1"], 'no tag for "k"'),
        ("x: 1", ["k"], 'tag "k" not used in any file'),
        ("x: int @tag(k,type=int)", ["k=x"], 'invalid number for injection tag "k": illegal number start "x"'),
        ("x: bool @tag(k,type=bool)", ["k=x"], 'invalid boolean "x" for injection tag "k"'),
        ("x?: int @tag(k)", [], "@tag not allowed within field constraint:\n    ./a.cue:1:9"),
        ("x: [{y: 1 @tag(k)}]", [], "@tag not allowed within lists:\n    ./a.cue:1:11"),
        ("if true {y: 1 @tag(k)}", [], "@tag not allowed within comprehension:\n    ./a.cue:1:15"),
        ("x: 1 @tag()", [], 'invalid identifier "":\n    ./a.cue:1:6'),
        ("x: 1 @tag(k,type=list)", [], 'invalid type "list":\n    ./a.cue:1:6'),
        ("@if(a + b)\nx: 1", [], "invalid operator + in build attribute"),
    ],
)
def test_faults(text: str, tags: list[str], message: str) -> None:
    assert failure(text, *tags) == message + "\n"


@pytest.mark.parametrize(
    ("condition", "tags", "included"),
    [("a", ["a"], True), ("a && !b", ["a"], True), ("!(a || b)", [], True), ("a && b", ["a"], False)],
)
def test_build_attributes(condition: str, tags: list[str], included: bool) -> None:
    fs = MemoryFileSystem({"/a.cue": f"@if({condition})\npackage p\nx: 1", "/b.cue": "@if(a || true_)\npackage p"})
    loader = Loader(fs, tags=tags)
    if included or tags:
        assert ("/a.cue" in [f.filename for f in loader.load(["."])[0][0].files]) is included
    else:
        with pytest.raises(LoadError):
            loader.load(["."])


def test_an_attribute_after_the_package_clause_means_nothing() -> None:
    assert inject("package p\n@if(never)\nx: 1") == "x: 1"
