from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import pycue
from pycue import CueError, LoadError
from pycue.loader.fs import MemoryFileSystem

FILES = {
    "/m/cue.mod/module.cue": 'module: "acme.test/shop"\nlanguage: version: "v0.9.0"\n',
    "/m/app/app.cue": 'package app\nimport "acme.test/shop/lib"\nname: *"web" | string @tag(name)\nport: lib.port\n',
    "/m/lib/lib.cue": "package lib\nport: 8080\n",
}


@pytest.mark.parametrize("path", ["app", "./app", "/m/app", "app/app.cue", "acme.test/shop/app"])
def test_load(path: str) -> None:
    assert pycue.load(path, fs=MemoryFileSystem(FILES, cwd="/m")) == {"name": "web", "port": 8080}


def test_load_with_tags() -> None:
    assert pycue.load("app", tags=["name=db"], fs=MemoryFileSystem(FILES, cwd="/m"))["name"] == "db"


def test_load_from_the_file_system(tmp_path: Path) -> None:
    (tmp_path / "a.cue").write_text("a: 1 + 1\n")
    assert pycue.load(str(tmp_path / "a.cue")) == {"a": 2}


def test_load_failures() -> None:
    fs = MemoryFileSystem({"/a.json": "{}", "/b.cue": "b: )"})
    for path in ("a.json", "b.cue", "c.cue"):
        with pytest.raises(CueError):
            pycue.load(path, fs=fs)
    with pytest.raises(LoadError, match="not a CUE file or package"):
        pycue.load("a.json", fs=fs)


def test_every_public_name_is_there() -> None:
    for name in pycue.__all__:
        assert getattr(pycue, name) is not None
    assert set(pycue.__all__) <= set(dir(pycue))
    with pytest.raises(AttributeError):
        pycue.nonsense  # noqa: B018


@pytest.mark.parametrize(
    "name",
    [
        "pycue",
        "pycue.context",
        "pycue.value",
        "pycue.path",
        "pycue.cli.report",
        "pycue.loader.arguments",
        "pycue.loader.attributes",
        "pycue.loader.filetypes",
        "pycue.loader.fs",
        "pycue.loader.module",
    ],
)
def test_examples_in_docstrings(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failed == 0
