"""The CUE packages that step templates import."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["PACKAGES", "package_source"]

PACKAGES = frozenset(
    f"vela/{name}"
    for name in (
        "builtin",
        "config",
        "email",
        "http",
        "kube",
        "metrics",
        "multicluster",
        "oam",
        "op",
        "ql",
        "query",
        "terraform",
        "time",
        "util",
    )
)
"""Import paths."""


def package_source(path: str) -> str | None:
    """CUE text of the package with the import path, or None where there is no such package."""
    return _read(path.removeprefix("vela/")) if path in PACKAGES else None


@cache
def _read(name: str) -> str:
    return files("oam.providers").joinpath("cue", f"{name}.cue").read_text(encoding="utf-8")
