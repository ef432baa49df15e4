"""CUE package html."""

from __future__ import annotations

import html

from pycue._go.template.functions import html_escape
from pycue.std._declare import Package, function

__all__ = ["PACKAGE"]

PACKAGE = Package("html", [function("Escape", "s", "s", html_escape), function("Unescape", "s", "s", html.unescape)])
