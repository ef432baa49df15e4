"""Checks of a definition's text beyond what evaluation tells: what it will do is probably not what was meant."""

from __future__ import annotations

from oam.definition.lint.edits import Edit, apply_edits
from oam.definition.lint.linter import Lint, lint
from oam.definition.lint.sheet import Sheet, read_sheets

__all__ = ["Edit", "Lint", "Sheet", "apply_edits", "lint", "read_sheets"]
