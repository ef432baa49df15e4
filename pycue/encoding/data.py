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

__all__ = ["to_data"]


def to_data(ctx: OpContext, value: Value) -> Any:
    """Plain data of a concrete value, defaults taken; what several references share may be one object.

    Definitions, hidden and optional fields are left out.

    Raises:
        EncodeError: the value, or something in it, is an error or not concrete.
        LimitError: as text it is larger than ``limits.output``.
    """
    return _Encoder(ctx, alike=True).read(value)


class _Encoder(DataReader):
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
