"""What the language version of a module changes in the syntax."""

from __future__ import annotations

__all__ = ["needs_list_commas"]


def needs_list_commas(language_version: str) -> bool:
    """Do line ends not separate list elements? They do from v0.17 on; ``""`` is the newest version."""
    if not language_version:
        return False
    major, _, rest = language_version.removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    return (int(major) if major.isdecimal() else 0, int(minor) if minor.isdecimal() else 0) < (0, 17)
