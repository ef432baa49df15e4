"""Modules: ``cue.mod/module.cue`` and the directory it stands for. Source: ``cue help modules``."""

from __future__ import annotations

from pycue.errors import CueSyntaxError, Diagnostic, LoadError
from pycue.loader.fs import base, parent

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.loader.fs import FileSystem
    from pycue.source import Position, Source
    from pycue.syntax import ast

__all__ = ["LANGUAGE_VERSION", "Module", "find_root", "read_module", "version_key"]

LANGUAGE_VERSION = "v0.17.1"
_FIELDS = frozenset(("module", "language", "source", "deps", "description", "custom", "cue"))


class Module:
    """``path`` has no major version (``""`` without a module file), ``major`` is e.g. ``v0``, ``root`` a directory."""

    __slots__ = ("language_version", "major", "path", "root")

    def __init__(self, root: str, path: str, major: str, language_version: str) -> None:
        self.root = root
        self.path = path
        self.major = major
        self.language_version = language_version


def find_root(fs: FileSystem, directory: str) -> str:
    """The nearest directory upwards from ``directory`` that has a ``cue.mod``, or ``""``."""
    while True:
        if fs.kind(f"{directory.rstrip('/')}/cue.mod"):
            return directory
        above = parent(directory)
        if above == directory:
            return ""
        directory = above


def version_key(version: str) -> tuple[int, ...]:
    """Comparable form of ``v1.2.3`` (a pre-release counts as the release).

    >>> version_key("v0.10.0") > version_key("v0.9.3")
    True
    """
    return tuple(int(part) for part in version[1:].partition("-")[0].split("."))


def read_module(fs: FileSystem, root: str) -> Module:
    """Read ``cue.mod/module.cue`` below ``root``; a ``cue.mod`` without that file gives a module without path.

    Raises:
        LoadError: the file is not a module file, or asks for a newer language.
    """
    folder = f"{root.rstrip('/')}/cue.mod"
    if fs.kind(folder) == "file":
        raise LoadError("cue.mod files are no longer supported; use cue.mod/module.cue")
    name = f"{folder}/module.cue"
    if fs.kind(name) != "file":
        return Module(root, "", "", LANGUAGE_VERSION)
    path, version = _fields(name, fs.read(name).decode("utf-8", "replace"))
    if not version:
        raise LoadError("no language version declared in module.cue; run 'cue mod fix'")
    if not _is_canonical(version):
        raise LoadError(f"invalid module file {name}: language version {version} is not canonical")
    if version_key(version) > version_key(LANGUAGE_VERSION):
        why = f'is too new for current language version "{LANGUAGE_VERSION}"'
        raise LoadError(f'language version "{version}" declared in module.cue {why}')
    path, major = _check_path(name, path)
    return Module(root, path, major, version)


def _fields(name: str, text: str) -> tuple[str, str]:
    """(module path, language version) as written in a module file."""
    from pycue.source import Source
    from pycue.syntax import ast
    from pycue.syntax.parser import parse_file

    source = Source(name, text)
    try:
        file = parse_file(source, comments=False)
    except CueSyntaxError as error:
        raise LoadError([_prefixed(d, "invalid module file syntax: ") for d in error.diagnostics]) from None
    found = {"module": "", "language.version": ""}
    unknown = []
    for path, field in _walk(file.decls):
        if "." not in path and path not in _FIELDS:
            unknown.append(Diagnostic("field not allowed", path=(path,), inputs=[_position(source, field)]))
        if path in found and isinstance(field.value, ast.BasicLit) and field.value.kind == "STRING":
            from pycue.syntax.literal import unquote

            found[path] = str(unquote(field.value.value))
    if unknown:
        raise LoadError(unknown)
    return found["module"], found["language.version"]


def _prefixed(diagnostic: Diagnostic, prefix: str) -> Diagnostic:
    return Diagnostic(prefix + diagnostic.message, position=diagnostic.position, inputs=diagnostic.inputs)


def _position(source: Source, node: ast.Node) -> Position:
    from pycue.source import Position

    return Position(source, (node.pos >> 4) - 1)


def _walk(decls: list[ast.Decl]) -> list[tuple[str, ast.Field]]:
    """Fields with plain labels, two levels deep, by dotted path."""
    from pycue.syntax import ast

    out = []
    for decl in decls:
        if not isinstance(decl, ast.Field):
            continue
        label = decl.label
        name = (
            label.name
            if isinstance(label, ast.Ident)
            else label.value.strip('"')
            if isinstance(label, ast.BasicLit)
            else ""
        )
        out.append((name, decl))
        if name == "language" and isinstance(decl.value, ast.StructLit):
            out += [(f"{name}.{inner}", field) for inner, field in _walk(decl.value.elts)]
    return out


def _is_canonical(version: str) -> bool:
    parts = version[1:].partition("-")[0].split(".")
    return version[:1] == "v" and len(parts) == 3 and all(p.isdigit() for p in parts)


def _check_path(name: str, path: str) -> tuple[str, str]:
    invalid = f"invalid module file {name}: "
    if not path:
        raise LoadError(invalid + "empty module path")
    path, at, major = path.partition("@")
    if at and not (major[:1] == "v" and major[1:].isdigit()):
        raise LoadError(invalid + f"module path {path}@{major} should contain the major version only")
    if path.endswith("/"):
        raise LoadError(invalid + f'module path "{path}" is not valid: trailing slash')
    if "." not in path.split("/", 1)[0]:
        raise LoadError(invalid + f'module path "{path}" is not valid: missing dot in first path element')
    return path, major or "v0"


def inside_cue_mod(fs: FileSystem, directory: str) -> bool:
    """Whether a directory is a module's ``cue.mod`` or below it (vendored packages apart): nothing loads from there."""
    below = ""
    while directory != "/":
        if base(directory) == "cue.mod" and fs.kind(f"{directory}/module.cue"):
            return below not in ("gen", "pkg", "usr")
        below = base(directory)
        directory = parent(directory)
    return False
