"""Diagnostics as JSON.

``{"version": 1, "summary": {"errors", "warnings"}, "diagnostics": […]}``; each has ``code``, ``severity``, ``message``,
``path`` (list of printed elements) and ``positions`` (list of ``file``, ``line``, ``column``; the first is the one to
look at), and where there is something to say ``subject`` (what was being rendered), ``args`` (the values that the
message names) and ``help`` (a hint).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.errors import Diagnostic

__all__ = ["report"]


def report(diagnostics: Sequence[Diagnostic]) -> str:
    """The report, with a line end."""
    count = {
        word: sum(item.severity == severity for item in diagnostics)
        for word, severity in (("errors", "error"), ("warnings", "warning"))
    }
    data = {"version": 1, "summary": count, "diagnostics": [item.to_dict() for item in diagnostics]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
