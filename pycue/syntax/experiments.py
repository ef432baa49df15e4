"""Experiments of a file: ``@experiment(a,b)`` before the package clause, and what the language version brings.

Source: internal/cueexperiment of the official tool.
"""

from __future__ import annotations

from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LANGUAGE_VERSION", "Experiments", "asked_by", "asked_in"]

LANGUAGE_VERSION = "v0.17.1"

# name -> (first version it may be asked for, version that has it on, "" for none)
_KNOWN = {
    "testing": ("v0.13.0", ""),
    "accepted_": ("v0.13.0", "v0.15.0"),
    "structcmp": ("v0.14.0", "v0.15.0"),
    "explicitopen": ("v0.15.0", ""),
    "aliasv2": ("v0.15.0", ""),
    "try": ("v0.16.0", ""),
    "shortcircuit": ("v0.17.0", ""),
}


def _parse_version(version: str) -> tuple[int, int, int]:
    """``(major, minor, patch)`` of ``v1.2.3``, pre-release suffix dropped; the tool's own where there is none."""
    parts = (version or LANGUAGE_VERSION).lstrip("v").split("-")[0].split(".")
    numbers = [int(part) if part.isdecimal() else 0 for part in parts[:3]]
    major, minor, patch = (*numbers, 0, 0, 0)[:3]
    return major, minor, patch


class Experiments:
    """The experiments that are ``on`` for a file of a language version; ``fault`` says which cannot be, if any."""

    __slots__ = ("fault", "on")

    def __init__(self, asked: Iterable[str], version: str) -> None:
        number = _parse_version(version)
        self.on = {name for name, (_, stable) in _KNOWN.items() if stable and number >= _parse_version(stable)}
        faults = []
        for name in asked:
            if name not in _KNOWN:
                faults.append(f'unknown experiment "{name}"')
            elif number < _parse_version(_KNOWN[name][0]):
                faults.append(f'experiment "{name}" requires language version {_KNOWN[name][0]} or later')
            else:
                self.on.add(name)
        prefix = f'parsing experiments for version "{version or LANGUAGE_VERSION}": '
        self.fault = prefix + "\n".join(faults) if faults else ""


def asked_by(file: ast.File) -> Iterator[str]:
    """The experiments that a file asks for."""
    for decl in file.decls:
        if not isinstance(decl, ast.Attribute):
            return
        name, body = decl.split()
        if name == "experiment":
            yield from asked_in(body)


def asked_in(body: str) -> Iterator[str]:
    """The experiments in the body of one attribute."""
    return filter(None, map(str.strip, body.split(",")))
