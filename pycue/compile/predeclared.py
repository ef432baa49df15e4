"""Predeclared identifiers, resolved after everything else.

Source: internal/core/compile/predeclared.go of the official tool.
"""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.bounds import sized_type
from pycue.evaluator.builtins import BUILTINS, TEST_EXPERIMENT
from pycue.evaluator.values import BasicType, NoSharing

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.values import Src, Value

__all__ = ["predeclared"]

_TYPES = {
    "bool": k.BOOL,
    "bytes": k.BYTES,
    "float": k.FLOAT,
    "int": k.INT,
    "number": k.NUMBER,
    "string": k.STRING,
}


def predeclared(name: str, src: Src, testing: bool = False) -> Value | None:
    """Value of a predeclared identifier such as ``int``, ``uint8``, ``len`` or ``__string``; None if it is not one.

    ``testing``: the file has the experiment of that name.
    """
    if name.startswith("__"):
        if name == "__test_experiment":
            return TEST_EXPERIMENT[testing]
        if name == "__no_sharing":
            return NoSharing(src)
        name = name[2:]
    mask = _TYPES.get(name)
    if mask is not None:
        return BasicType(mask, src)
    return sized_type(name) or BUILTINS.get(name)
