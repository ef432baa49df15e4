"""Paths into plain data: ``outputs.ingress.spec.rules[0].host``, ``metadata.labels."app.oam.dev/name"``."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import Any, Final

__all__ = ["MISSING", "Missing", "Path", "find", "format_path", "nearest", "parse_path"]

Path = tuple[str | int, ...]

_STEP = re.compile(r'\.?(?:"((?:[^"\\]|\\.)*)"|([^.\[\]"]+))|\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\]')
_PLAIN = re.compile(r"[^.\[\]\"\s]+")


class Missing:
    """Stands for a value that is not there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = Missing()


def parse_path(text: str) -> Path:
    """The steps of a path; numbers in brackets are indices.

    Raises:
        ValueError: the text is no path.

    >>> parse_path('spec.rules[0]."x.y/z"')
    ('spec', 'rules', 0, 'x.y/z')
    """
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or (at == 0 and text[0] == "."):
            raise ValueError(f"not a path: {text}")
        quoted, plain, index, key = match.groups()
        if index is not None:
            steps.append(int(index))
        elif plain is not None:
            steps.append(plain)
        else:
            steps.append(json.loads(f'"{quoted if quoted is not None else key}"'))
        at = match.end()
    if not steps:
        raise ValueError("a path is empty")
    return tuple(steps)


def format_path(path: Path) -> str:
    """The text of a path, as :func:`parse_path` reads it.

    >>> format_path(("spec", "rules", 0, "x.y/z"))
    'spec.rules[0]."x.y/z"'
    """
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        else:
            text = step if _PLAIN.fullmatch(step) else json.dumps(step, ensure_ascii=False)
            out += f".{text}" if out else text
    return out


def find(data: Any, path: Path) -> Any:
    """The value at a path, or :data:`MISSING`."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(data, list) or step >= len(data):
                return MISSING
        elif not isinstance(data, dict) or step not in data:
            return MISSING
        data = data[step]
    return data


def nearest(data: Any, path: Path) -> str:
    """What is there where a path leads nowhere: the field meant, or the fields at the last place that there is."""
    for at, step in enumerate(path):
        below = find(data, (step,))
        if isinstance(below, Missing):
            return _instead(data, path[:at], step)
        data = below
    return ""


def _instead(data: Any, above: Path, step: str | int) -> str:
    where = format_path(above) or "there"
    if isinstance(data, dict) and isinstance(step, str):
        close = get_close_matches(step, data, 1)
        if close:
            return f"did you mean {format_path((*above, close[0]))}?"
        if not data and not above:
            return ""
        names = ", ".join(list(map(str, data))[:8]) + (", …" if len(data) > 8 else "")
        return f"{where} has {names}" if names else f"{where} is empty"
    if isinstance(data, list):
        return f"{where} has {len(data)} element{'' if len(data) == 1 else 's'}"
    return f"{where} is {json.dumps(data, ensure_ascii=False)}"
