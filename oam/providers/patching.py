"""Patches of plain data by CUE values, whose comments say how lists are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition import STANDARD
from oam.errors import OamError
from oam.render.objects import plain
from oam.render.strategic import apply_patch
from pycue import Context
from pycue.errors import CueError

if TYPE_CHECKING:
    from pycue import Value

__all__ = ["merge_patch"]


def merge_patch(base: dict[str, Any], patch: Value) -> dict[str, Any]:
    """A copy of ``base`` with the patch merged into it. Raises :class:`OamError` where they conflict."""
    cue = Context()
    try:
        merged: dict[str, Any] = plain(apply_patch(cue, cue.encode(base), patch, STANDARD).decode())
    except CueError as error:
        raise OamError(f"failed to patch: {error}", code="oam.patch") from error
    return merged
