"""``pycue fmt``: CUE files in the standard format."""

from __future__ import annotations

import os

from pycue.errors import CueError, CueSyntaxError, LoadError
from pycue.loader.fs import OsFileSystem, base, extension, join, parent
from pycue.source import Source

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.cli.app import Run
    from pycue.errors import Diagnostic
    from pycue.syntax import ast

__all__ = ["run"]


def run(run: Run) -> int:
    """Format files, or with ``--check`` and ``--diff`` say which are not formatted.

    Files of one instance are formatted when none of them has faults.
    """
    status = 0
    try:
        for names in _instances(run):
            for document in _documents(run, names):
                status |= _one(run, document)
    except CueError as error:
        run.report(error.diagnostics)
        return 1
    return status


class _Document:
    """A file: its absolute name (``-`` for standard input), text and tree."""

    __slots__ = ("name", "text", "tree")

    def __init__(self, name: str, text: str, tree: ast.File) -> None:
        self.name = name
        self.text = text
        self.tree = tree


def _documents(run: Run, names: list[str]) -> list[_Document]:
    """Files read and parsed, their names bound.

    Raises:
        CueError: with the faults of all of them.
    """
    from pycue.compile import check_bindings
    from pycue.loader.tags import Tags
    from pycue.syntax.parser import parse_file

    documents: list[_Document] = []
    faults: list[Diagnostic] = []
    for name in names:
        content = run.console.stdin() if name == "-" else OsFileSystem().read(name)
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
        try:
            tree = parse_file(Source(_shown(run, name) if run.flag("files") else name, text))
            check_bindings(tree)
            if not run.flag("files"):
                Tags(()).collect(tree)
        except CueError as error:
            faults += error.diagnostics
        else:
            documents.append(_Document(name, text, tree))
    if faults:
        raise CueError(faults)
    return documents


def _shown(run: Run, name: str) -> str:
    return name if name == "-" else os.path.relpath(name, run.cwd)


def _one(run: Run, document: _Document) -> int:
    """Format one file; 1 where it is not formatted and only checked."""
    from pycue.syntax.format import format_node

    name, text = document.name, document.text
    formatted = format_node(document.tree, simplify=run.flag("simplify"))
    check, diff = run.flag("check"), run.flag("diff")
    if formatted == text:
        if name == "-" and not check and not diff:
            run.console.write(formatted)
        return 0
    if diff:
        from pycue.cli.diff import unified

        run.console.write(unified(text, formatted, _shown(run, name)))
        return 1 if check else 0
    if check:
        run.console.write(f"{_shown(run, name)}\n")
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


def _instances(run: Run) -> list[list[str]]:
    """Absolute names of the files that the arguments stand for, each once, in groups that are read together."""
    arguments = run.args or ["."]
    fs = OsFileSystem()
    from pycue.loader.arguments import is_package

    if run.flag("files"):
        if any("..." in argument for argument in arguments):
            raise LoadError('cannot use "..." in --files mode')
        below = dict.fromkeys(n for a in arguments for n in (["-"] if a == "-" else _below(fs, join(run.cwd, a))))
        return [[name] for name in below]
    # Files given one by one are one instance, in its order, behind the packages.
    files = [a for a in arguments if a == "-" or not is_package(a)]
    files.sort(key=lambda name: (len(parent(join(run.cwd, name))), name))
    groups = [names for a in arguments if a not in files for names in _of_packages(fs, run.cwd, a)]
    groups.append(["-" if a == "-" else _file(fs, join(run.cwd, a)) for a in files])
    seen: set[str] = set()
    instances = []
    for group in groups:
        instances.append([name for name in dict.fromkeys(group) if name not in seen])
        seen.update(group)
    return instances


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


def _file(fs: OsFileSystem, path: str) -> str:
    if not fs.kind(path):
        raise LoadError(f"stat {path}: no such file or directory")
    return path


def _of_packages(fs: OsFileSystem, cwd: str, argument: str) -> list[list[str]]:
    """The CUE files of a directory, or of each directory of a pattern, whatever their packages."""
    path, colon, package = argument.rpartition(":")
    path = path if colon else argument
    if "..." in path:
        head, _, tail = path.partition("...")
        directories = [d for d in _directories(fs, join(cwd, head or "."), top=True) if d.endswith(tail)]
    else:
        directories = [_directory(fs, cwd, path)]
    out = []
    for directory in directories:
        names = [
            inner
            for name in fs.names(directory)
            if extension(name) == ".cue" and name[0] not in "._"
            if fs.kind(inner := f"{directory.rstrip('/')}/{name}") == "file"
        ]
        out.append([name for name in names if not colon or _package_of(fs, name) in (package, None)])
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


def _package_of(fs: OsFileSystem, name: str) -> str | None:
    """Name of a file's package; None where the file cannot be parsed."""
    from pycue.loader.package import parse_text

    try:
        return parse_text(name, fs.read(name)).package_name()
    except CueSyntaxError:
        return None


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
