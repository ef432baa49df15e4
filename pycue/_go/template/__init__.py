"""Go's package text/template over plain Python data (dict, list, str, int, float, bool, None)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pycue._go.template.execute import Executor, TemplateError
from pycue._go.template.parse import Parser

__all__ = ["TemplateError", "execute"]


def execute(
    text: str,
    data: Any,
    *,
    name: str = "",
    check_size: Callable[[int], None] | None = None,
    charge: Callable[[int], None] | None = None,
) -> str:
    """Run the template ``text`` on ``data``; ``check_size`` gets the size of the output from time to time.

    ``charge`` is told how much was done, sixteen for each node of the template that is run.

    Raises:
        TemplateError: the text does not parse, or running it fails; the message is Go's.
    """
    parser = Parser(text, name)
    root = parser.parse()
    return Executor(text, parser.templates, name, check_size, charge).run(root, data)
