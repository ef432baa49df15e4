"""Finished values as plain Python data: the walk that encoders and the conversion to Python share."""

from __future__ import annotations

from operator import itemgetter

from pycue.evaluator.values import ListMarker, StructMarker
from pycue.evaluator.vertex import MEMBER, Vertex
from pycue.export.toposort import regular_fields
from pycue.export.view import final_value

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["DataReader"]

_CONTAINER = 64  # least bytes of a Python container


class DataReader:
    """Makes dicts and lists of concrete values, defaults taken; definitions, hidden and optional fields are left out.

    ``alike``: values that share one vertex are one object, which is for readers that do not change the data. A value
    may be far larger than what it is made of, so its size as text is counted, and held against ``limits.output``.
    ``sort``: fields are in the order of their names, not in output order, which takes time to find.
    """

    __slots__ = ("_known", "_size", "_sort", "ctx")

    def __init__(self, ctx: OpContext, *, alike: bool, sort: bool = False) -> None:
        self.ctx = ctx
        self._sort = sort
        self._size = 0
        self._known: dict[Vertex, tuple[Any, int]] | None = {} if alike else None

    def scalar(self, value: Value) -> Any:
        """The Python form of what is no struct or list; raises if it has none."""
        raise NotImplementedError

    def check(self, vertex: Vertex) -> None:
        """Called before a struct or list is read; may raise."""

    def read(self, value: Value) -> Any:
        """Data of a value.

        Raises:
            LimitError: it is larger than ``limits.output``.
        """
        end = final_value(self.ctx, value)
        if not isinstance(end, Vertex):
            return self._counted(self.scalar(end))
        self.check(end)
        base = end.base
        if type(base) is not StructMarker and type(base) is not ListMarker:
            return self._counted(self.scalar(base if base is not None else end))
        known = self._known
        if known is None or end is value:
            return self._composite(end)
        found = known.get(end)
        if found is None:
            before = self._size
            data = self._composite(end)
            known[end] = data, self._size - before
            return data
        self._size += found[1]
        self.ctx.check_size(self._size)
        return found[0]

    def _counted(self, data: Any) -> Any:
        self._size += len(data) + 2 if type(data) is str else 2
        return data

    def _composite(self, vertex: Vertex) -> Any:
        ctx = self.ctx
        ctx.step()
        if self._known is None:
            self._size += _CONTAINER
        ctx.check_size(self._size)
        read = self.read
        if type(vertex.base) is StructMarker:
            fields = {}
            for label, arc in _by_name(vertex) if self._sort else regular_fields(ctx, vertex):
                self._size += len(label) + 3
                fields[label] = read(arc)
            return fields
        return [read(arc) for label, arc in vertex.arcs.items() if type(label) is int and arc.arc_type == MEMBER]


def _by_name(vertex: Vertex) -> list[tuple[str, Vertex]]:
    """The regular fields that are present, in the order of their names."""
    found = [(label, arc) for label, arc in vertex.arcs.items() if type(label) is str and arc.arc_type == MEMBER]
    return sorted(found, key=itemgetter(0))
