"""Import paths: what may be one, and the name of the package that it means. Source: mod/module.CheckImportPath."""

from __future__ import annotations

import re

from pycue.syntax.literal import is_valid_ident

__all__ = ["implied_name", "malformed", "split"]

_MAJOR = re.compile(r"(v(0|[1-9][0-9]*))?$")
_CHARACTER = re.compile(r"[^-+._~0-9A-Za-z]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])$", re.IGNORECASE)
_SHORTENED = re.compile(r"~[0-9]+$")


def split(path: str) -> tuple[str, str, str]:
    """The path proper, its version (``v0``) and the package's name after a colon, where there are such."""
    rest, _, name = path.rpartition(":")
    if not rest or "/" in name:
        rest, name = path, ""
    plain, _, version = rest.partition("@")
    return (plain, version, name) if version else (rest, "", name)


def implied_name(path: str) -> str:
    """The package that a path without ``:name`` means, or ``""`` where that is no name."""
    last = split(path)[0].rpartition("/")[2]
    return last if is_valid_ident(last) and last[:1] != "#" and last != "_" else ""


def malformed(path: str) -> str:
    """What is wrong with a path as written, or ``""``."""
    plain, version, _ = split(path)
    if not _MAJOR.match(version):
        return "import paths can only contain a major version specifier"
    if plain.startswith("-"):
        return "leading dash"
    if "//" in plain:
        return "double slash"
    if plain.endswith("/"):
        return "trailing slash"
    return next(filter(None, map(_malformed_element, plain.split("/"))), "")


def _malformed_element(element: str) -> str:
    if not element:
        return "empty path element"
    if not element.strip("."):
        return f'invalid path element "{element}"'
    if element.endswith("."):
        return "trailing dot in path element"
    wrong = _CHARACTER.search(element)
    if wrong:
        return f"invalid char '{wrong[0]}'"
    short = element.partition(".")[0]
    if _RESERVED.match(short):
        return f'"{short}" disallowed as path element component on Windows'
    return "trailing tilde and digits in path element" if _SHORTENED.search(short) else ""
