"""Paths of fields in objects: ``spec.targets[0].ref``, ``metadata.annotations[a.b/c]``."""

from __future__ import annotations

import re
from typing import Any

from oam.errors import OamError

__all__ = ["parse_path", "set_path"]

_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\]]*)\]")


def parse_path(text: str) -> list[str | int]:
    """The steps of a path.

    Raises:
        OamError: unbalanced brackets, or nothing between dots.
    """
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if not match or (at == 0 and text[0] == ".") or match[2] == "":
            raise OamError(f'invalid field path "{text}"', code="oam.fieldpath")
        if match[2] is not None:
            steps.append(int(match[2]) if match[2].isdigit() else match[2])
        else:
            steps.append(match[1])
        at = match.end()
    if not steps:
        raise OamError("empty field path", code="oam.fieldpath")
    return steps


def set_path(obj: dict[str, Any], text: str, value: Any) -> None:
    """Set the field at a path; what is missing on the way is made, lists are filled up with null.

    Raises:
        OamError: the path leads into something that is neither object nor list.
    """
    steps = parse_path(text)
    at: Any = obj
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        fresh: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(step, int) and isinstance(at, list):
            at.extend([None] * (step + 1 - len(at)))
        elif not isinstance(step, str) or not isinstance(at, dict):
            raise OamError(f'field path "{text}" leads into something that is no object', code="oam.fieldpath")
        current = at[step] if isinstance(step, int) else at.get(step)
        if following is None or current is None:
            at[step] = fresh
        at = at[step]
