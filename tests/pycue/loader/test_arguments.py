from __future__ import annotations

import pytest

from pycue.errors import LoadError
from pycue.loader import filetypes
from pycue.loader.arguments import split


def test_packages_and_files_in_order() -> None:
    packages, files = split(["./d", "a.cue", "m.com/x:p", "b.yml", "-"])
    assert packages == ["./d", "m.com/x:p"]
    assert [(f.path, f.type.encoding) for f in files] == [("a.cue", "cue"), ("b.yml", "yaml"), ("-", "cue")]


def test_a_qualifier_makes_the_next_argument_a_file() -> None:
    packages, files = split(["json:", "noext", "other", "x.yaml"])
    assert packages == ["other"]
    assert [(f.path, f.type.encoding) for f in files] == [("noext", "json"), ("x.yaml", "json")]


def test_interpretation_without_encoding_takes_the_extension() -> None:
    _, files = split(["openapi:", "x.yaml"])
    assert (files[0].type.encoding, files[0].type.interpretation) == ("yaml", "openapi")
    assert not files[0].type.is_cue


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([""], "empty file name"),
        (["foo.xyz"], "unknown file extension .xyz"),
        (["yaml:"], 'scoped qualifier "yaml:" without file'),
        (["json:a.json"], 'cannot combine file type and file name; did you mean "json: a.json"?'),
        (["cue+date:", "a.cue"], "unknown filetype date"),
        (["m.test/x@v0/sub"], 'no encoding specified for file "m.test/x@v0/sub"'),
    ],
)
def test_faults(args: list[str], message: str) -> None:
    with pytest.raises(LoadError) as error:
        split(args)
    assert error.value.diagnostics[0].message == message


def test_output_types() -> None:
    assert filetypes.for_file("x.txt", None, output=True).encoding == "text"
    assert filetypes.for_file("-", None, output=True, default="json").encoding == "json"
    assert filetypes.for_file("x.foo", filetypes.parse("yaml")).encoding == "yaml"
