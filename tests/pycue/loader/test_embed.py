from __future__ import annotations

import pytest

import pycue
from pycue.cli.report import format_diagnostics
from pycue.errors import CueError
from pycue.loader.fs import MemoryFileSystem

FILES = {
    "/m/cue.mod/module.cue": 'module: "acme.test/m"\nlanguage: version: "v0.11.0"\n',
    "/m/a.json": '{"x": 1}',
    "/m/d/b.yaml": "y: 2\n",
    "/m/d/c.yaml": "y: 3\n",
    "/m/d/.h.yaml": "y: 4\n",
    "/m/s.yaml": "1\n---\n2\n",
    "/m/t.txt": "text\n",
    "/m/other/cue.mod/module.cue": 'module: "acme.test/o"\n',
    "/m/other/o.json": "{}",
}


def load(body: str, *, clause: str = "@extern(embed)\n\n") -> object:
    files = {**FILES, "/m/e.cue": f"{clause}package m\n\n{body}\n"}
    return pycue.load("/m", fs=MemoryFileSystem(files, cwd="/m"))


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ("v: _ @embed(file=a.json)", {"v": {"x": 1}}),
        ("@embed(file=a.json)", {"x": 1}),
        ("v: x: int\nv: _ @embed(file=a.json)", {"v": {"x": 1}}),
        ('v: _ @embed(glob="d/*.yaml")', {"v": {"d/b.yaml": {"y": 2}, "d/c.yaml": {"y": 3}}}),
        ('v: _ @embed(glob="d/.*.yaml")', {"v": {"d/.h.yaml": {"y": 4}}}),
        ("v: _ @embed(file=t.txt)", {"v": "text\n"}),
        ("v: _ @embed(file=a.json, type=text)", {"v": '{"x": 1}'}),
        ('v: _ @embed(glob="no/*.json", allowEmptyGlob)', {"v": {}}),
        ('k: "f"\n(k): _ @embed(file=a.json)', {"k": "f", "f": {"x": 1}}),
        ("v: {\n\tx: *0 | int\n\t@embed(file=a.json)\n}.x", {"v": 1}),
    ],
)
def test_values(body: str, data: object) -> None:
    assert load(body) == data


def test_without_extern_the_attribute_means_nothing() -> None:
    assert load("v: 1 @embed(file=a.json)", clause="") == {"v": 1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("type=json", "attribute must have file or glob field"),
        ('file=a.json, glob="*.json"', "attribute cannot have both file and glob field"),
        ('file="../a.json"', "cannot refer to parent directory"),
        ("file=/m/a.json", "only relative files are allowed"),
        ("file=./a.json", 'path not normalized, use "a.json" instead'),
        ("file=no.json", "open no.json: no such file or directory"),
        ("file=s.yaml", "streaming not implemented: found more than one value in file"),
        ("file=e.cue", 'encoding "cue" not (yet) supported'),
        ("file=d, type=json", "cannot embed directories"),
        ("file=x.unknown", "unknown file extension .unknown"),
        ('glob="**/*.json"', "invalid glob pattern \"**/*.json\": '**' is not supported in patterns as of yet"),
        ("glob=d/*", "extension not fully specified; type argument required"),
        ('glob="x["', 'invalid glob pattern "x[": syntax error in pattern'),
        ('glob="no/*.json"', 'no matches for glob pattern "no/*.json"'),
        ('file="other/o.json"', 'cannot embed file "other/o.json": in different module'),
        ("file=a.json, allowEmptyGlob", "allowEmptyGlob must be specified with a glob field"),
    ],
)
def test_faults(arguments: str, message: str) -> None:
    with pytest.raises(CueError) as error:
        load(f"v: _ @embed({arguments})")
    assert format_diagnostics(error.value.diagnostics, "/m") == f"@embed: {message}:\n    ./e.cue:5:6\n"


def test_positions_are_those_of_the_embedded_file() -> None:
    with pytest.raises(CueError) as error:
        load("v: x: string\nv: _ @embed(file=a.json)")
    places = [position.filename for position in error.value.diagnostics[0].positions()]
    assert "a.json" in places  # as the attribute names it


@pytest.mark.parametrize(
    ("head", "messages"),
    [
        ("@extern(embed)\n", ["extern attribute without package clause"]),
        ("@extern()\npackage m\n", ["injection name must be non-empty"]),
        ("@extern(embed)\n@extern(embed)\npackage m\n", ['duplicate @extern attribute for kind "embed"']),
        ("@extern(other)\npackage m\n", ['no injection defined for "other"']),
        ("package m\n@extern(embed)\n", ["extern attribute must appear before package clause"]),
        (
            "@extern(other)\npackage m\n\nx: nowhere",
            ['no injection defined for "other"', 'reference "nowhere" not found'],
        ),
    ],
)
def test_what_is_wrong_with_extern(head: str, messages: list[str]) -> None:
    files = {**FILES, "/m/e.cue": head}
    with pytest.raises(CueError) as error:
        pycue.load("/m/e.cue", fs=MemoryFileSystem(files, cwd="/m"))
    assert [diagnostic.message for diagnostic in error.value.diagnostics] == messages


def test_outside_a_module_nothing_is_embedded() -> None:
    files = {"/d/e.cue": '@extern(embed)\npackage d\n\nx: _ @embed(file="a.json")\n', "/d/a.json": "{}"}
    with pytest.raises(CueError, match="cannot embed files when not in a module"):
        pycue.load("/d/e.cue", fs=MemoryFileSystem(files, cwd="/d"))
