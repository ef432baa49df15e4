"""CUE package text/template: Go's templates over concrete values."""

from __future__ import annotations

from pycue._go import template
from pycue._go.template.functions import html_escape, js_escape
from pycue.std._data import concrete_data
from pycue.std._declare import Package, function, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.calls import CallContext

__all__ = ["PACKAGE"]


def _execute(call: CallContext) -> str:
    data = concrete_data(call, 1, "cannot convert non-concrete value %s")
    return template.execute(call.string(0), data, check_size=call.ctx.check_size, charge=call.ctx.charge)


PACKAGE = Package(
    "text/template",
    [
        raw_function("Execute", "s _", "s", _execute),
        function("HTMLEscape", "s", "s", html_escape),
        function("JSEscape", "s", "s", js_escape),
    ],
)
