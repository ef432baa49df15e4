r"""The CUE language in pure Python.

>>> import pycue
>>> pycue.loads(r'greeting: "Hello \(who)", who: *"world" | string')
{'greeting': 'Hello world', 'who': 'world'}

Names are imported when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pycue.context import Context
    from pycue.errors import (
        CompileError,
        ConflictError,
        CueError,
        CueSyntaxError,
        CycleError,
        DecodeError,
        Diagnostic,
        DiagnosticError,
        EncodeError,
        EvalError,
        IncompleteError,
        InternalError,
        LimitError,
        LoadError,
        ValidationError,
    )
    from pycue.limits import Limits
    from pycue.loader.fs import FileSystem
    from pycue.origins import Origin
    from pycue.path import Path, Selector
    from pycue.value import Value

__all__ = [
    "CompileError",
    "ConflictError",
    "Context",
    "CueError",
    "CueSyntaxError",
    "CycleError",
    "DecodeError",
    "Diagnostic",
    "DiagnosticError",
    "EncodeError",
    "EvalError",
    "IncompleteError",
    "InternalError",
    "LimitError",
    "Limits",
    "LoadError",
    "Origin",
    "Path",
    "Selector",
    "ValidationError",
    "Value",
    "load",
    "loads",
]

_MODULES = {
    "Context": "pycue.context",
    "Limits": "pycue.limits",
    "Origin": "pycue.origins",
    "Path": "pycue.path",
    "Selector": "pycue.path",
    "Value": "pycue.value",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'pycue' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_MODULES.get(name, "pycue.errors")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


def loads(text: str, *, filename: str = "-") -> Any:
    """Python data of a CUE text.

    Raises:
        CueError: the text is malformed, in error, or not concrete.

    >>> loads("a: 1, b: a + 1")
    {'a': 1, 'b': 2}
    """
    from pycue.context import Context

    return Context().compile(text, filename=filename).decode()


def load(path: str = ".", *, tags: Sequence[str] = (), fs: FileSystem | None = None) -> Any:
    """Python data of a CUE file or package.

    Args:
        path: a file, a directory, or an import path inside the module of the working directory.
        tags: values for ``@tag`` attributes, as ``key=value``.
        fs: where files come from; the operating system's files if None.

    Raises:
        CueError: it cannot be read, is malformed, in error, or not concrete.

    >>> import pycue
    >>> from pycue.loader.fs import MemoryFileSystem
    >>> pycue.load("app.cue", fs=MemoryFileSystem({"/app.cue": "replicas: 2 + 1"}))
    {'replicas': 3}
    """
    from pycue.context import Context
    from pycue.errors import LoadError
    from pycue.loader.fs import OsFileSystem, join
    from pycue.loader.loader import Loader
    from pycue.stack import deep

    if fs is None:
        fs = OsFileSystem()
    if fs.kind(join(fs.cwd(), path)) == "dir" and not path.startswith((".", "/")):
        path = f"./{path}"
    loader = Loader(fs, tags=tags)
    instances, _ = deep(lambda: loader.load([path]))
    if not instances:
        raise LoadError(f"{path}: not a CUE file or package")
    return Context().build(instances[0]).decode()
