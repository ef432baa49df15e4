"""Every declared operation exists, and every shipped step type can be used."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest

from oam.definition import Library
from oam.providers import PACKAGES, Effect, find_operation, package_source
from oam.workflow.template import Templates
from pycue import Context, Value
from pycue.syntax.format import format_source

STEPS = ("apply-component",)


def declarations() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGES):
        root = Context(packages=package_source).compile(package_source(path) or "")
        for selector, value in root.fields(definitions=True):
            if value.lookup("#do").exists():
                yield path, str(selector)


def declared(path: str, name: str) -> Value:
    return Context(packages=package_source).compile(package_source(path) or "").lookup(name)


@pytest.mark.parametrize(("path", "name"), list(declarations()))
def test_every_declaration_has_an_operation(path: str, name: str) -> None:
    value = declared(path, name)
    provider, function = value.lookup("#provider").decode(), value.lookup("#do").decode()
    assert provider == path.removeprefix("vela/")
    assert find_operation(provider, function).effect in Effect


def test_older_and_newer_names_stand_for_the_same() -> None:
    assert find_operation("op", "apply") is find_operation("kube", "apply")
    assert find_operation("op", "read-config") is find_operation("config", "read")


def test_unknown_packages_have_no_source() -> None:
    assert package_source("vela/nothing") is None
    assert package_source("strings") is None


@pytest.mark.parametrize("name", STEPS)
def test_shipped_steps_compile_and_say_what_they_take(name: str) -> None:
    template = Templates(Library(), "default").template(name)
    assert template.value.lookup("parameter").exists()


@pytest.mark.parametrize(
    ("package", "name"),
    [
        *(("oam.providers", f"cue/{path.removeprefix('vela/')}") for path in PACKAGES),
        *(("oam.workflow", f"steps/{n}") for n in STEPS),
    ],
)
def test_texts_are_formatted(package: str, name: str) -> None:
    text = files(package).joinpath(f"{name}.cue").read_text(encoding="utf-8")
    assert format_source(text, name) == text
