"""The CUE file of a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.cli.files import read
from oam.definition.cue_reader import read_cue
from oam.definition.profile import STANDARD
from oam.errors import OamError
from pycue.errors import CueError
from pycue.source import Source

if TYPE_CHECKING:
    from oam.definition.definition import Definition
    from oam.definition.profile import Profile

__all__ = ["load"]


def load(path: str, profile: Profile = STANDARD) -> Definition:
    """The definition in a CUE file.

    Raises:
        OamError: with the heading ``failed to parse CUE: <path>:``.
    """
    try:
        return read_cue(Source(path, read(path)), profile)
    except (CueError, OamError) as error:
        text = error.text if isinstance(error, OamError) else str(error)
        first = error.diagnostics[0] if error.diagnostics else None
        raise OamError(
            f"failed to parse CUE: {path}: {text}",
            code=first.code if first else "oam.definition",
            position=first.position if first else None,
            help=first.help if first else "",
        ) from None
