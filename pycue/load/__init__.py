"""Loading: command-line arguments, or a path, to parsed packages. The module itself may be called: see :func:`load`.

``pycue.load`` names both this package and the function of the public API; so the module is callable, and
``pycue.load("config.cue")`` works whether or not the package has been imported already.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pycue.load.fs import FileSystem

__all__ = ["load"]


def load(path: str = ".", *, tags: Sequence[str] = (), fs: FileSystem | None = None) -> Any:
    """Python data of a CUE file or package.

    Args:
        path: a file, a directory, or an import path inside the module of the working directory.
        tags: values for ``@tag`` attributes, as ``key=value``.
        fs: where files come from; the operating system's files if None.

    Raises:
        CueError: it cannot be read, is malformed, in error, or not concrete.

    >>> from pycue.load.fs import MemoryFileSystem
    >>> load("app.cue", fs=MemoryFileSystem({"/app.cue": "replicas: 2 + 1"}))
    {'replicas': 3}
    """
    from pycue.context import Context
    from pycue.errors import LoadError
    from pycue.load.fs import OsFileSystem, join
    from pycue.load.loader import Loader

    if fs is None:
        fs = OsFileSystem()
    if fs.kind(join(fs.cwd(), path)) == "dir" and not path.startswith((".", "/")):
        path = f"./{path}"
    instances, _ = Loader(fs, tags=tags).load([path])
    if not instances:
        raise LoadError(f"{path}: not a CUE file or package")
    return Context().build(instances[0]).decode()


class _Callable(type(sys)):  # type: ignore[misc]
    """A module that is called like its function :func:`load`."""

    def __call__(self, path: str = ".", *, tags: Sequence[str] = (), fs: FileSystem | None = None) -> Any:
        """Python data of a CUE file or package; see :func:`load`."""
        return load(path, tags=tags, fs=fs)


sys.modules[__name__].__class__ = _Callable
