"""CUE package html."""

from __future__ import annotations

import html
import re

from pycue._go.template.functions import html_escape
from pycue.std._declare import Package, function

__all__ = ["PACKAGE"]


def _unescape(text: str) -> str:
    """Go takes a number without digits for the character that stands for what is wrong."""
    return html.unescape(re.sub(r"&#[xX];", "\ufffd", text))


PACKAGE = Package("html", [function("Escape", "s", "s", html_escape), function("Unescape", "s", "s", _unescape)])
