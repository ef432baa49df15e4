"""Entry points for measuring in one process: each takes (source text, file name) and gives a JSON-ready value."""

from __future__ import annotations

import itertools
from typing import Any

from pycue import Context, Value

__all__ = ["export", "render"]


def export(source: str, filename: str) -> Any:
    """Parse, compile, evaluate and decode a file; nothing is kept from one call to the next."""
    return Context().compile(source, filename=filename).decode()


_templates: dict[str, tuple[Value, dict[str, Any]]] = {}
_count = itertools.count()


def render(source: str, filename: str) -> Any:
    """``output`` and ``outputs`` of a component template whose file ends in fields ``context`` and ``parameter``.

    The template is compiled once per text; every call fills it with a context of its own.
    """
    found = _templates.get(source)
    if found is None:
        template, separator, values = source.rpartition("\ncontext: {")
        if not separator:
            raise ValueError(f"{filename}: no context at the end of the template")
        data = Context().compile("context: {" + values).decode()
        found = _templates[source] = (Context().compile(template + "\ncontext: _\n", filename=filename), data)
    value, data = found
    context = {**data["context"], "revision": f"v{next(_count)}"}
    filled = value.fill("context", context).fill("parameter", data["parameter"])
    result = {"output": filled.lookup("output").decode()}
    outputs = filled.lookup("outputs")
    if outputs.exists():
        result["outputs"] = outputs.decode()
    return result
