"""Deep recursion without crashes: Python-to-Python calls need no C stack, so their number may be raised for a while."""

from __future__ import annotations

import sys

from pycue.errors import Diagnostic, LimitError

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["deep"]

_FRAMES = 200_000  # enough for 10 000 levels of nesting


def deep(function: Callable[[], T]) -> T:
    """Call with room for deep recursion; the interpreter's limit is restored afterwards.

    Raises:
        LimitError: even that room is used up.
    """
    limit = sys.getrecursionlimit()
    if limit >= _FRAMES:
        return _call(function)
    sys.setrecursionlimit(_FRAMES)
    try:
        return _call(function)
    finally:
        sys.setrecursionlimit(limit)


def _call(function: Callable[[], T]) -> T:
    try:
        return function()
    except RecursionError:
        raise LimitError(Diagnostic("value is nested too deeply", code="limit.depth")) from None
