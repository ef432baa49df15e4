"""Finished values as plain Python data, which every writer of a data format starts from.

A struct becomes a dict in output order, a list a list; scalars become None, bool, int, Decimal, str and bytes. Numbers
keep their digits: ``1.50`` stays ``Decimal("1.50")``.
"""

from __future__ import annotations

from pycue.errors import EncodeError
from pycue.evaluator.diagnose import diagnostics
from pycue.evaluator.values import Bool, Bottom, Bytes, ListMarker, Null, Num, String, StructMarker
from pycue.evaluator.vertex import MEMBER, Vertex
from pycue.export.toposort import regular_fields
from pycue.export.view import final_value

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["to_data"]


def to_data(ctx: OpContext, value: Value) -> Any:
    """Plain data of a concrete value, defaults taken.

    Definitions, hidden and optional fields are left out.

    Raises:
        EncodeError: the value, or something in it, is an error or not concrete.
    """
    value = final_value(ctx, value)
    if isinstance(value, Vertex):
        base = value.base
        if type(base) is StructMarker:
            return {label: to_data(ctx, arc) for label, arc in regular_fields(ctx, value)}
        if type(base) is ListMarker:
            arcs = value.arcs.items()
            return [to_data(ctx, arc) for label, arc in arcs if type(label) is int and arc.arc_type == MEMBER]
        return _scalar(ctx, base if base is not None else value)
    return _scalar(ctx, value)


def _scalar(ctx: OpContext, value: Value) -> Any:
    kind = type(value)
    if kind is String or kind is Num or kind is Bool or kind is Bytes:
        return value.value  # type: ignore[attr-defined]
    if kind is Null:
        return None
    if isinstance(value, Bottom):
        raise EncodeError(diagnostics(value))
    from pycue.evaluator.debug import debug_string

    raise EncodeError(f'cannot convert incomplete value "{debug_string(value, ctx)}" to JSON')
