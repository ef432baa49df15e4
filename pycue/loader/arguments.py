"""Command-line inputs sorted into packages and files. Source: ``cue help inputs``."""

from __future__ import annotations

from pycue.errors import LoadError
from pycue.loader import filetypes
from pycue.loader.fs import base, extension

__all__ = ["FileArgument", "is_package", "split"]


class FileArgument:
    """A file named on the command line, ``-`` for stdin."""

    __slots__ = ("path", "type")

    def __init__(self, path: str, type: filetypes.FileType) -> None:
        self.path = path
        self.type = type


def is_package(arg: str) -> bool:
    """Whether an argument without qualifier names a package rather than a file.

    >>> [is_package(a) for a in (".", "./d", "m.com/x:p", "x@v1", "./...", "a.cue", "m.com", "-")]
    [True, True, True, True, True, False, False, False]
    """
    if arg == "-":
        return False
    path, colon, name = arg.rpartition(":")
    if colon and "/" not in name and (name.replace("_", "a").isalnum() or name[:1] == "#"):
        return True
    path = path if colon else arg
    last = base(path)
    if last in ("", ".", "..") or "..." in path:
        return True
    stem, at, version = last.partition("@")
    if at and (version == "latest" or (version[:1] == "v" and version[1:2].isdigit())):
        return bool(stem)
    return not extension(path) and "@" not in path


def split(args: list[str]) -> tuple[list[str], list[FileArgument]]:
    """Package arguments and file arguments, in order.

    Raises:
        LoadError: empty name, unknown type or extension, or a qualifier without a file.
    """
    packages: list[str] = []
    files: list[FileArgument] = []
    scope: filetypes.FileType | None = None
    pending = ""  # a qualifier that no file has followed yet
    for arg in args:
        if arg == "":
            raise LoadError("empty file name")
        if arg.endswith(":") and len(arg) > 1:
            scope = filetypes.parse(arg[:-1])
            if pending:
                raise LoadError(f'scoped qualifier "{pending}" without file')
            pending = arg
            continue
        if not pending and is_package(arg) and not _qualified(arg):
            packages.append(arg)
            continue
        if _qualified(arg):
            kind, _, path = arg.partition(":")
            raise LoadError(f'cannot combine file type and file name; did you mean "{kind}: {path}"?')
        files.append(FileArgument(arg, filetypes.for_file(arg, scope)))
        pending = ""
    if pending:
        raise LoadError(f'scoped qualifier "{pending}" without file')
    return packages, files


def _qualified(arg: str) -> bool:
    head, colon, _ = arg.partition(":")
    return bool(colon) and all(filetypes.is_known(tag.partition("=")[0]) for tag in head.split("+"))
