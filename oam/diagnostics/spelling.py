"""What somebody may have meant by a name that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["closest", "did_you_mean"]


def closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known name that is most like a name, whatever its case, or ``""``."""
    from difflib import get_close_matches

    by_lower = {item.lower(): item for item in sorted(known, reverse=True)}
    found = get_close_matches(name.lower(), by_lower, 1, cutoff)
    return by_lower[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The hint ``did you mean "…"?``, or ``""`` where nothing known is like the name."""
    found = closest(name, known)
    return f'did you mean "{found}"?' if found else ""
