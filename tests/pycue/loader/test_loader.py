from __future__ import annotations

import pytest

from pycue.cli.report import format_diagnostics
from pycue.errors import CueError
from pycue.loader.fs import MemoryFileSystem
from pycue.loader.instance import DataFile, Instance
from pycue.loader.loader import Loader

MODULE = 'module: "acme.test/shop@v0"\nlanguage: version: "v0.9.0"\n'


def load(files: dict[str, str], *args: str, cwd: str = "/m", tags: tuple[str, ...] = ()) -> list[Instance]:
    return load_all(files, *args, cwd=cwd, tags=tags)[0]


def load_all(
    files: dict[str, str], *args: str, cwd: str = "/m", tags: tuple[str, ...] = ()
) -> tuple[list[Instance], list[DataFile]]:
    fs = MemoryFileSystem({f"/m/{name}": text for name, text in files.items()}, cwd=cwd)
    return Loader(fs, tags=tags, stdin=lambda: b"s: 1").load(args)


def failure(files: dict[str, str], *args: str, cwd: str = "/m", tags: tuple[str, ...] = ()) -> str:
    with pytest.raises(CueError) as error:
        load(files, *args, cwd=cwd, tags=tags)
    return format_diagnostics(error.value.diagnostics, cwd)


def names(instance: Instance) -> list[str]:
    return [file.filename.removeprefix("/m/") for file in instance.files]


class TestFiles:
    def test_files_are_one_instance(self) -> None:
        (instance,) = load({"a.cue": "package a\nx: 1", "b.cue": "y: 2"}, "a.cue", "b.cue")
        assert names(instance) == ["a.cue", "b.cue"]
        assert (instance.package, instance.package_id) == ("a", ":a")

    def test_standard_input(self) -> None:
        (instance,) = load({}, "-")
        assert names(instance) == ["-"]

    def test_data_files_stay_apart(self) -> None:
        instances, data = load_all({"a.cue": "x: 1", "v.yml": "x: 1"}, "v.yml", "a.cue")
        assert len(instances) == 1
        assert [(d.name, d.type.encoding) for d in data] == [("/m/v.yml", "yaml")]

    def test_two_packages(self) -> None:
        text = failure({"a.cue": "package a", "b.cue": "package b"}, "a.cue", "b.cue")
        assert text == 'found packages "a" (a.cue) and "b" (b.cue) in "."\n'

    def test_missing(self) -> None:
        assert failure({}, "no.cue") == "stat /m/no.cue: no such file or directory\n"

    def test_all_excluded(self) -> None:
        assert failure({"a.cue": "@if(dev)\nx: 1"}, "a.cue") == (
            "build constraints exclude all CUE files in command-line-arguments:\n    ./a.cue: @if(dev) did not match\n"
        )


class TestPackages:
    def test_ancestors_of_the_same_name_belong_to_it(self) -> None:
        files = {"cue.mod/module.cue": MODULE, "u.cue": "package api", "x.cue": "package x", "api/a.cue": "package api"}
        (instance,) = load(files, "./api")
        assert names(instance) == ["api/a.cue", "u.cue"]
        assert instance.import_path == "acme.test/shop/api@v0"
        assert instance.language_version == "v0.9.0"

    def test_outside_modules_ancestors_do_not_count(self) -> None:
        (instance,) = load({"u.cue": "package api", "api/a.cue": "package api"}, "./api")
        assert names(instance) == ["api/a.cue"]

    def test_qualifier_chooses(self) -> None:
        (instance,) = load({"a.cue": "package a", "b.cue": "package b"}, ".:b")
        assert names(instance) == ["b.cue"]

    def test_no_argument_is_the_working_directory(self) -> None:
        (instance,) = load({"d/a.cue": "package a"}, cwd="/m/d")
        assert names(instance) == ["d/a.cue"]

    def test_excluded_files_are_explained(self) -> None:
        files = {"_a.cue": "package x", "b.cue": "y: 1", "c_tool.cue": "package x", "d.cue": "@ignore()\npackage x"}
        assert failure(files, ".:x") == (
            "build constraints exclude all CUE files in .:\n"
            "    ./_a.cue: filename starts with a '_'\n"
            "    ./b.cue: no package name\n"
            "    ./c_tool.cue: _tool.cue files excluded in non-cmd mode\n"
            "    ./d.cue: @ignore() attribute found\n"
        )

    def test_everything_below(self) -> None:
        files = {
            "cue.mod/module.cue": MODULE,
            "a/a.cue": "package a",
            "a/b/c.cue": "package c",
            "_h/h.cue": "package h",
            "other/cue.mod/module.cue": MODULE,
            "other/o.cue": "package o",
        }
        assert [i.import_path for i in load(files, "./...")] == ["acme.test/shop/a@v0", "acme.test/shop/a/b@v0:c"]

    def test_import_path_of_the_module(self) -> None:
        files = {"cue.mod/module.cue": MODULE, "lib/l.cue": "package lib"}
        assert names(load(files, "acme.test/shop/lib")[0]) == ["lib/l.cue"]
        assert failure(files, "acme.test/shop/no") == (
            'cannot find package "acme.test/shop/no": cannot find module providing package acme.test/shop/no\n'
        )

    def test_standard_packages_are_no_instances(self) -> None:
        assert failure({}, "strings") == (
            'standard library import path "strings" cannot be imported as a CUE package\n'
        )


class TestImports:
    def test_inside_the_module(self) -> None:
        files = {
            "cue.mod/module.cue": MODULE,
            "a.cue": 'package a\nimport "acme.test/shop/lib"\nx: lib.y',
            "lib/l.cue": "package lib\ny: 1",
        }
        (instance,) = load(files, ".")
        assert list(instance.imports) == ["acme.test/shop/lib"]
        assert names(instance.imports["acme.test/shop/lib"]) == ["lib/l.cue"]

    def test_vendored_folders_are_joined(self) -> None:
        files = {
            "cue.mod/module.cue": MODULE,
            "a.cue": 'package a\nimport "far.test/e"\nx: e',
            "cue.mod/gen/far.test/e/g.cue": "package e",
            "cue.mod/pkg/far.test/e/p.cue": "package e",
        }
        (instance,) = load(files, ".")
        assert len(instance.imports["far.test/e"].files) == 2

    def test_cycle(self) -> None:
        files = {
            "cue.mod/module.cue": MODULE,
            "a/a.cue": 'package a\nimport "acme.test/shop/b"\nx: b',
            "b/b.cue": 'package b\nimport "acme.test/shop/a"\nx: a',
        }
        assert failure(files, "./a") == (
            "import failed: import failed: import failed: package import cycle not allowed:\n"
            "    ./a/a.cue:2:8\n    ./b/b.cue:2:8\n"
        )

    def test_without_module(self) -> None:
        assert failure({"a.cue": 'import "far.test/e"\nx: e'}, "a.cue") == (
            "import failed: imports are unavailable because there is no cue.mod/module.cue file:\n    ./a.cue:1:8\n"
        )

    def test_relative_path(self) -> None:
        assert failure({"a.cue": 'import "./b"\nx: b'}, "a.cue") == (
            'import failed: relative import paths not allowed ("./b"):\n    ./a.cue:1:8\n'
        )

    def test_only_the_first_failure_by_path(self) -> None:
        files = {
            "cue.mod/module.cue": MODULE,
            "a.cue": 'package a\nimport "far.test/z"\nimport "far.test/b"\nx: z\ny: b',
        }
        assert failure(files, ".") == (
            'acme.test/shop@v0: import failed: cannot find package "far.test/b": '
            "cannot find module providing package far.test/b:\n"
            "    ./a.cue:3:8\n"
        )


class TestModules:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "no language version declared in module.cue; run 'cue mod fix'"),
            (
                'module: "a.b"\nlanguage: version: "v9.0.0"',
                'language version "v9.0.0" declared in module.cue is too new for current language version "v0.17.1"',
            ),
            (
                'language: version: "v0.9.0"',
                "invalid module file /m/cue.mod/module.cue: empty module path",
            ),
            (
                'module: "ab"\nlanguage: version: "v0.9.0"',
                (
                    'invalid module file /m/cue.mod/module.cue: module path "ab" is not valid: '
                    "missing dot in first path element"
                ),
            ),
            (
                'module: "a.b"\nlanguage: version: "v0.9.0"\nfoo: 1',
                "foo: field not allowed:\n    ./cue.mod/module.cue:3:1",
            ),
        ],
    )
    def test_faulty_files(self, text: str, message: str) -> None:
        assert failure({"cue.mod/module.cue": text, "a.cue": "x: 1"}, "a.cue") == message + "\n"

    def test_nothing_loads_from_inside(self) -> None:
        assert failure({"cue.mod/module.cue": MODULE}, cwd="/m/cue.mod") == (
            "cannot load packages inside the cue.mod directory\n"
        )


class TestForms:
    def test_references_belong_to_graphs_only(self) -> None:
        (instance,) = load({"a.cue": "b: c: a\na: 1"}, "graph:", "a.cue")
        assert names(instance) == ["a.cue"]

    def test_data_is_not_an_instance(self) -> None:
        instances, data = load_all({"a.cue": "a: 1"}, "data:", "a.cue")
        assert instances == []
        assert [d.name for d in data] == ["/m/a.cue"]
