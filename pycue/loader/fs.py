"""The file system that loading reads through: an object handed in.

Paths are absolute, with ``/`` between their elements. Failures are ``OSError``.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class FileSystem(Protocol):
        """What the loader asks of a file system."""

        def cwd(self) -> str:
            """Absolute path of the working directory."""

        def read(self, path: str) -> bytes:
            """Content of a file."""

        def kind(self, path: str) -> str:
            """``"file"``, ``"dir"`` or ``""`` where nothing is."""

        def names(self, path: str) -> list[str]:
            """Names of the entries of a directory, sorted."""


__all__ = ["FileSystem", "MemoryFileSystem", "OsFileSystem", "base", "extension", "join", "normalise", "parent"]


class OsFileSystem:
    """The operating system's files, seen from its working directory (or from ``directory``)."""

    __slots__ = ("_cwd",)

    def __init__(self, directory: str = "") -> None:
        import os

        self._cwd = os.path.abspath(directory) if directory else os.getcwd()

    def cwd(self) -> str:
        return self._cwd

    def read(self, path: str) -> bytes:
        with open(path, "rb") as file:
            return file.read()

    def kind(self, path: str) -> str:
        import os
        import stat

        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError):
            return ""
        return "dir" if stat.S_ISDIR(mode) else "file"

    def names(self, path: str) -> list[str]:
        import os

        return sorted(os.listdir(path))


class MemoryFileSystem:
    """Files in a mapping from absolute path to content; directories are implied.

    >>> fs = MemoryFileSystem({"/m/a.cue": "a: 1"}, cwd="/m")
    >>> fs.names("/m"), fs.kind("/m"), fs.kind("/x")
    (['a.cue'], 'dir', '')
    """

    __slots__ = ("_cwd", "_files")

    def __init__(self, files: Mapping[str, str | bytes], cwd: str = "/") -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        self._cwd = cwd

    def cwd(self) -> str:
        return self._cwd

    def read(self, path: str) -> bytes:
        try:
            return self._files[path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None

    def kind(self, path: str) -> str:
        if path in self._files:
            return "file"
        prefix = path.rstrip("/") + "/"
        return "dir" if any(name.startswith(prefix) for name in self._files) else ""

    def names(self, path: str) -> list[str]:
        prefix = path.rstrip("/") + "/"
        return sorted({name[len(prefix) :].split("/", 1)[0] for name in self._files if name.startswith(prefix)})


def normalise(path: str) -> str:
    """Path without ``.``, ``..`` and doubled slashes; ``""`` becomes ``"."``."""
    absolute = path.startswith("/")
    out: list[str] = []
    for part in path.split("/"):
        if part == ".." and (out and out[-1] != ".."):
            out.pop()
        elif part == ".." and absolute:
            continue
        elif part not in ("", "."):
            out.append(part)
    return ("/" if absolute else "") + "/".join(out) or "."


def join(directory: str, name: str) -> str:
    """``name`` seen from ``directory``, normalised; an absolute name stays itself."""
    return normalise(name if name.startswith("/") else f"{directory}/{name}")


def parent(path: str) -> str:
    """The directory that holds ``path``; ``/`` is its own parent."""
    return path.rpartition("/")[0] or "/"


def base(path: str) -> str:
    """Last element of a path."""
    return path.rpartition("/")[2]


def extension(path: str) -> str:
    """Extension of a path's last element with its dot, or ``""``."""
    name = base(path)
    at = name.rfind(".")
    return name[at:] if at >= 0 else ""
