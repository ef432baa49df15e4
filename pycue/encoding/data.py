"""Finished values as plain Python data, which every writer of a data format starts from.

A struct becomes a dict in output order, a list a list; scalars become None, bool, int, Decimal, str and bytes. Numbers
keep their digits: ``1.50`` stays ``Decimal("1.50")``.
"""

from __future__ import annotations

from pycue.errors import EncodeError
from pycue.evaluator.diagnose import diagnostics
from pycue.evaluator.values import Bool, Bottom, Bytes, Null, Num, String
from pycue.export.data import DataReader

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["Encoder", "Spelled", "to_data"]


class Spelled:
    """A number of which the ``text`` in the source is to be written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def to_data(ctx: OpContext, value: Value, *, spelled: bool = False) -> Any:
    """Plain data of a concrete value, defaults taken; what several references share may be one object.

    Definitions, hidden and optional fields are left out. With ``spelled`` elements of lists, and the value itself, that
    are written as a number without a multiplier become :class:`Spelled`.

    Raises:
        EncodeError: the value, or something in it, is an error or not concrete.
        LimitError: as text it is larger than ``limits.output``.
    """
    if spelled:
        from pycue.encoding.spelling import SpellingEncoder

        return SpellingEncoder(ctx, alike=True).read(value)
    return Encoder(ctx, alike=True).read(value)


class Encoder(DataReader):
    """The reader behind :func:`to_data`."""

    __slots__ = ()

    def scalar(self, value: Value) -> Any:
        kind = type(value)
        if kind is String or kind is Num or kind is Bool or kind is Bytes:
            return value.value  # type: ignore[attr-defined]
        if kind is Null:
            return None
        if isinstance(value, Bottom):
            raise EncodeError(diagnostics(value))
        from pycue.evaluator.debug import debug_string

        raise EncodeError(f'cannot convert incomplete value "{debug_string(value, self.ctx)}" to JSON')
