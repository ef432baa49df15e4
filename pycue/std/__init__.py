"""CUE's standard packages, one module each, imported when a program mentions them."""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import Vertex
    from pycue.std._declare import Package

__all__ = ["by_name", "find", "paths", "vertex"]

_MODULES = {
    "crypto/ed25519": "ed25519",
    "crypto/hmac": "hmac",
    "crypto/md5": "hashes",
    "crypto/sha1": "hashes",
    "crypto/sha256": "hashes",
    "crypto/sha512": "hashes",
    "encoding/base64": "base64",
    "encoding/csv": "csv",
    "encoding/hex": "hex",
    "encoding/json": "json",
    "encoding/openapi": "openapi",
    "encoding/toml": "toml",
    "encoding/yaml": "yaml",
    "html": "html",
    "list": "list",
    "math": "math",
    "math/bits": "bits",
    "net": "net",
    "path": "path",
    "regexp": "regexp",
    "strconv": "strconv",
    "strings": "strings",
    "struct": "struct",
    "text/tabwriter": "tabwriter",
    "text/template": "template",
    "time": "time",
    "tool/cli": "tool",
    "tool/exec": "tool",
    "tool/file": "tool",
    "tool/http": "tool",
    "tool/os": "tool",
    "uuid": "uuid",
}


def paths() -> list[str]:
    """Import paths of all standard packages, sorted."""
    return sorted(_MODULES)


def find(path: str) -> Package | None:
    """The package of an import path, None if there is none."""
    name = _MODULES.get(path)
    if name is None:
        return None
    from importlib import import_module

    module = import_module(f"pycue.std.{name}")
    package: Package = module.PACKAGES[path] if hasattr(module, "PACKAGES") else module.PACKAGE
    return package


def by_name(name: str) -> str | None:
    """Import path of the package that goes by a name, None if there is none or more than one."""
    found = [path for path in _MODULES if path.rpartition("/")[2] == name]
    return found[0] if len(found) == 1 else None


def vertex(ctx: OpContext, path: str) -> Vertex | None:
    """A new vertex of the package's members."""
    package = find(path)
    if package is None:
        return None
    return ctx.new_root(package.bodies())
