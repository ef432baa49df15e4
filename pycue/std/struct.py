"""CUE package struct. Source: pkg/struct/struct.go."""

from __future__ import annotations

from pycue.evaluator.values import EVAL, INCOMPLETE
from pycue.evaluator.vertex import MEMBER
from pycue.std._data import takes_fields
from pycue.std._declare import Package, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.calls import CallContext

__all__ = ["PACKAGE"]


def _min_fields(call: CallContext) -> bool:
    """At least so many regular fields; an open struct may still get them, one with optional fields these."""
    struct, want = call.struct(0), call.int64(1)
    have = len(call.ctx.fields(struct))
    if have < want:
        if call.env is not None:
            return False
        possible = have + sum(type(label) is str and arc.arc_type > MEMBER for label, arc in struct.arcs.items())
        code = INCOMPLETE if possible >= want or takes_fields(call.ctx, struct) else EVAL
        raise call.pathless_error(code, "len(fields) < MinFields(%s) (%s < %s)", want, have, want)
    return True


def _max_fields(call: CallContext) -> bool:
    have, want = len(call.ctx.fields(call.struct(0))), call.int64(1)
    if have > want and call.env is None:
        raise call.pathless_error(EVAL, "len(fields) > MaxFields(%s) (%s > %s)", want, have, want)
    return have <= want


PACKAGE = Package(
    "struct", [raw_function("MinFields", "t i", "b", _min_fields), raw_function("MaxFields", "t i", "b", _max_fields)]
)
