"""Finding, reading and writing the files that commands are given."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from oam.errors import OamError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SUITES", "find", "read", "read_exactly", "write"]

SUITES = (".test.yaml", ".test.yml", ".test.cue")
"""How the names of tests of definitions end."""


def find(path: str, suffixes: Sequence[str], what: str = "file") -> list[str]:
    """The file, or below a directory all files with one of the suffixes, sorted.

    Tests of definitions, which stand beside these, are found by their own suffixes only.

    Raises:
        OamError: there is no such file.
    """
    if os.path.isdir(path):
        found = []
        tests = any(suffix in SUITES for suffix in suffixes)
        for folder, folders, files in os.walk(path):
            folders.sort()
            found += [
                os.path.join(folder, name)
                for name in sorted(files)
                if name.endswith(tuple(suffixes)) and (tests or not name.endswith(SUITES))
            ]
        return found
    if not os.path.exists(path):
        reason = f"stat {path}: no such file or directory"
        raise OamError(
            f"failed to get {what} from {path}: failed to get file info for {path}: {reason}", code="oam.file"
        )
    return [path]


def read(path: str) -> str:
    """Text of a file; ``-`` is standard input.

    Raises:
        UsageError: it cannot be read or is not UTF-8.
    """
    return sys.stdin.read() if path == "-" else read_exactly(path).replace("\r\n", "\n")


def read_exactly(path: str) -> str:
    """Text of a file, line ends as they are.

    Raises:
        UsageError: it cannot be read or is not UTF-8.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"open {path}: {(error.strerror or str(error)).lower()}", code="oam.file") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}", code="oam.file") from None


def write(path: str, text: str) -> None:
    """Write a whole file, or nothing: a file that is there keeps its mode, and its content if writing fails."""
    folder = os.path.dirname(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    temporary = f"{path}.part"
    try:
        with open(temporary, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if os.path.exists(path):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
