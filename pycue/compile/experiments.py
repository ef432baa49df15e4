"""Experiments of a file: ``@experiment(a,b)`` before the package clause, and what the language version brings.

Source: internal/cueexperiment of the official tool.
"""

from __future__ import annotations

from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LANGUAGE_VERSION", "Experiments", "parse_version"]

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


def parse_version(version: str) -> tuple[int, int, int]:
    """``(major, minor, patch)`` of ``v1.2.3``, pre-release suffix dropped; the tool's own where there is none."""
    parts = (version or LANGUAGE_VERSION).lstrip("v").split("-")[0].split(".")
    numbers = [int(part) if part.isdecimal() else 0 for part in parts[:3]]
    major, minor, patch = (*numbers, 0, 0, 0)[:3]
    return major, minor, patch


class Experiments:
    """The set of experiments that are on in one file."""

    __slots__ = ("fault", "on", "version")

    def __init__(self, file: ast.File, version: str) -> None:
        self.version = parse_version(version)
        self.on = {name for name, (_, stable) in _KNOWN.items() if stable and self.version >= parse_version(stable)}
        faults = []
        for name in _asked_for(file):
            if name not in _KNOWN:
                faults.append(f'unknown experiment "{name}"')
            elif self.version < parse_version(_KNOWN[name][0]):
                faults.append(f'experiment "{name}" requires language version {_KNOWN[name][0]} or later')
            else:
                self.on.add(name)
        prefix = f'parsing experiments for version "{version or LANGUAGE_VERSION}": '
        self.fault = prefix + "\n".join(faults) if faults else ""


def _asked_for(file: ast.File) -> Iterator[str]:
    for decl in file.decls:
        if not isinstance(decl, ast.Attribute):
            return
        name, body = decl.split()
        if name == "experiment":
            for part in body.split(","):
                if part.strip():
                    yield part.strip().split("=")[0]
