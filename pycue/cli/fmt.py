"""``pycue fmt``: CUE files in the standard format."""

from __future__ import annotations

import os

from pycue.errors import CueError, LoadError
from pycue.loader.fs import OsFileSystem, base, extension, join, parent

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run

__all__ = ["run"]


def run(run: Run) -> int:
    """Format files, or with ``--check`` and ``--diff`` say which are not formatted."""
    status = 0
    for name in _files(run):
        try:
            status |= _one(run, name)
        except CueError as error:
            run.report(error.diagnostics)
            return 1
    return status


def _one(run: Run, name: str) -> int:
    """Format one file (``-`` for standard input); 1 where it is not formatted and only checked."""
    from pycue.syntax.format import format_source

    content = run.console.stdin() if name == "-" else OsFileSystem().read(name)
    text = content.decode("utf-8", "surrogateescape")
    formatted = format_source(text, name, simplify=run.flag("simplify"))
    check, diff = run.flag("check"), run.flag("diff")
    if formatted == text:
        if name == "-" and not check and not diff:
            run.console.write(formatted)
        return 0
    shown = name if name == "-" else os.path.relpath(name, run.cwd)
    if diff:
        from pycue.cli.diff import unified

        run.console.write(unified(text, formatted, shown))
        return 1 if check else 0
    if check:
        run.console.write(f"{shown}\n")
        return 1
    if name == "-":
        run.console.write(formatted)
    else:
        _replace(name, formatted)
    return 0


def _replace(name: str, text: str) -> None:
    """Write a file in one step, keeping its mode."""
    temporary = f"{name}.{os.getpid()}.tmp"
    mode = os.stat(name).st_mode & 0o777
    try:
        with open(temporary, "xb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text.encode("utf-8", "surrogateescape"))
        os.replace(temporary, name)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def _files(run: Run) -> list[str]:
    """Absolute names of the files that the arguments stand for, each once."""
    found: dict[str, None] = {}
    arguments = run.args or ["."]
    fs = OsFileSystem()
    from pycue.loader.arguments import is_package

    if not run.flag("files"):  # files given one by one are one instance, and stand in its order
        files = [a for a in arguments if a != "-" and not is_package(a)]
        files.sort(key=lambda name: (len(parent(join(run.cwd, name))), name))
        order = iter(files)
        arguments = [a if a == "-" or is_package(a) else next(order) for a in arguments]
    for argument in arguments:
        if argument == "-":
            found["-"] = None
        elif run.flag("files"):
            if "..." in argument:
                raise LoadError('cannot use "..." in --files mode')
            found.update(dict.fromkeys(_below(fs, join(run.cwd, argument))))
        else:
            found.update(dict.fromkeys(_of_package(fs, run.cwd, argument)))
    return list(found)


def _below(fs: OsFileSystem, path: str, *, top: bool = True) -> list[str]:
    """A file itself; the CUE files of a directory and those below it."""
    kind = fs.kind(path)
    if not kind:
        raise LoadError(f"stat {path}: no such file or directory")
    if kind == "file":
        return [path]
    out = []
    for name in fs.names(path):
        inner = f"{path.rstrip('/')}/{name}"
        if fs.kind(inner) == "dir":
            if name[0] not in "._" and name != "cue.mod":
                out += _below(fs, inner, top=False)
        elif extension(name) == ".cue":
            out.append(inner)
    return out


def _of_package(fs: OsFileSystem, cwd: str, argument: str) -> list[str]:
    """The CUE files of a directory or pattern, whatever their packages; a file itself."""
    from pycue.loader.arguments import is_package

    if not is_package(argument):
        path = join(cwd, argument)
        if not fs.kind(path):
            raise LoadError(f"stat {path}: no such file or directory")
        return [path]
    path, colon, package = argument.rpartition(":")
    path = path if colon else argument
    if "..." in path:
        head, _, tail = path.partition("...")
        directories = [d for d in _directories(fs, join(cwd, head or "."), top=True) if d.endswith(tail)]
    else:
        directories = [_directory(fs, cwd, path)]
    out = []
    for directory in directories:
        for name in fs.names(directory):
            inner = f"{directory.rstrip('/')}/{name}"
            if extension(name) == ".cue" and name[0] not in "._" and fs.kind(inner) == "file":
                out.append(inner)
    if colon:
        out = [name for name in out if _package_of(fs, name) == package]
    return out


def _directory(fs: OsFileSystem, cwd: str, path: str) -> str:
    """Directory of a relative path or of an import path inside the module."""
    first = path.split("/", 1)[0]
    if first not in (".", "..", "") and "." not in first:
        raise LoadError(f'standard library import path "{path.rstrip("/")}" cannot be imported as a CUE package')
    if first in (".", "..", ""):
        directory = join(cwd, path or ".")
    else:
        from pycue.loader.module import find_root, read_module

        root = find_root(fs, cwd)
        module = read_module(fs, root) if root else None
        plain = path.partition("@")[0]
        if module is None or not module.path or not (plain + "/").startswith(module.path + "/"):
            raise LoadError(f'cannot find package "{path}"')
        directory = join(root, "." + plain[len(module.path) :])
    if fs.kind(directory) != "dir":
        raise LoadError(f'cannot find package "{path}"')
    if not fs.names(directory):
        raise LoadError(f'cue: "{path}" matched no packages')
    return directory


def _package_of(fs: OsFileSystem, name: str) -> str:
    from pycue.loader.package import parse_text

    return parse_text(name, fs.read(name)).package_name()


def _directories(fs: OsFileSystem, directory: str, *, top: bool = False) -> list[str]:
    names = fs.names(directory) if fs.kind(directory) == "dir" else []
    if not top and "cue.mod" in names:
        return []
    out = [directory]
    for name in names:
        inner = f"{directory.rstrip('/')}/{name}"
        if fs.kind(inner) == "dir" and base(inner)[0] not in "._" and name != "cue.mod":
            out += _directories(fs, inner)
    return out
