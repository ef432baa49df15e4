from __future__ import annotations

import pytest

from pycue.errors import LoadError
from pycue.loader.fs import MemoryFileSystem
from pycue.loader.importpath import implied_name, malformed
from pycue.loader.loader import Loader

MODULE = 'module: "acme.test/shop"\nlanguage: version: "v0.9.0"\n'


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("far.test/x", "x"),
        ("far.test/x@v1", "x"),
        ("far.test/x@v1:y", "x"),
        ("far.test/_x", "_x"),
        ("far.test/if", "if"),
        ("far.test/to-day", ""),
        ("far.test/_", ""),
        ("far.test/9", ""),
        ("far.test", ""),
        ("far.test/x/", ""),
        ("far.test@v0/x", ""),
    ],
)
def test_implied_name(path: str, name: str) -> None:
    assert implied_name(path) == name


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("far.test/a+b/c@v0:d", ""),
        ("-far.test/x", "leading dash"),
        ("far.test//x", "double slash"),
        ("far.test/x/", "trailing slash"),
        ("/x", "empty path element"),
        ("far.test/../x", 'invalid path element ".."'),
        ("far.test/y./x", "trailing dot in path element"),
        ("far.test/é", "invalid char 'é'"),
        ("far.test/x@", "invalid char '@'"),
        ("far.test/y:z/x", "invalid char ':'"),
        ("far.test/Nul.x", '"Nul" disallowed as path element component on Windows'),
        ("far.test/x~1", "trailing tilde and digits in path element"),
        ("far.test/x@v1.2", "import paths can only contain a major version specifier"),
        ("far.test@v0/x", "import paths can only contain a major version specifier"),
    ],
)
def test_malformed(path: str, fault: str) -> None:
    assert malformed(path) == fault


UNKNOWN = "import failed: cannot determine package name for \"%s\"; set it explicitly with ':'"


@pytest.mark.parametrize(
    ("path", "messages"),
    [
        ("acme.test/shop/on-sale", [UNKNOWN % "acme.test/shop/on-sale"]),
        (
            "far.test/on-sale",
            [
                UNKNOWN % "far.test/on-sale",
                'import failed: cannot find package "far.test/on-sale": cannot find module providing package %s'
                % "far.test/on-sale",
            ],
        ),
        (
            "far.test/x:y",
            ['import failed: cannot find package "far.test/x": cannot find module providing package far.test/x:y'],
        ),
        (
            "far.test//x",
            ['import failed: cannot find package "far.test//x": malformed import path "far.test//x": double slash'],
        ),
        ("/x", ['import failed: no location found for package "/x"']),
    ],
)
def test_what_is_said_of_an_import(path: str, messages: list[str]) -> None:
    files = {"/m/cue.mod/module.cue": MODULE, "/m/on-sale/a.cue": "package sale", "/m/a.cue": f'import "{path}"\n'}
    with pytest.raises(LoadError) as error:
        Loader(MemoryFileSystem(files, cwd="/m")).load(["a.cue"])
    assert [diagnostic.message for diagnostic in error.value.diagnostics] == messages
