"""Finished values as plain data in which numbers may keep the spelling of the source."""

from __future__ import annotations

from pycue.encoding.data import Encoder, Spelled
from pycue.evaluator.values import Num
from pycue.evaluator.vertex import Vertex
from pycue.export.values import written_literal

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.values import Value

__all__ = ["SpellingEncoder"]

_MULTIPLIERS = "KMGTPi"


class SpellingEncoder(Encoder):
    """Gives :class:`Spelled` for numbers written in place: elements of lists, and the value itself."""

    __slots__ = ()

    def read(self, value: Value) -> Any:
        data = super().read(value)
        if data is None or isinstance(data, (bool, str, bytes, list, dict, Spelled)):
            return data
        if not isinstance(value, (Num, Vertex)):
            return data
        node = written_literal(value)
        if node is None or node.kind not in ("INT", "FLOAT") or node.value[-1] in _MULTIPLIERS:
            return data
        return Spelled(node.value)
