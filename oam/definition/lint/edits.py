"""Changes of a text that leave everything else as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Edit", "apply_edits"]


@attrs.frozen(order=True)
class Edit:
    """Put ``text`` in the place of what stands between two offsets (code points)."""

    start: int
    end: int
    text: str


def apply_edits(text: str, changes: Iterable[tuple[Edit, ...]]) -> tuple[str, int]:
    """The changed text and how many of the changes were made.

    A change is several edits that belong together: it is made as a whole or, where it overlaps with an earlier one,
    left for the next time. Equal edits of several changes are made once.
    """
    chosen: dict[Edit, None] = {}
    made = 0
    for change in changes:
        if change and not any(_overlap(edit, other) for edit in change for other in chosen):
            chosen.update(dict.fromkeys(change))
            made += 1
    for edit in sorted(chosen, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text, made


def _overlap(a: Edit, b: Edit) -> bool:
    return a != b and a.start < max(b.end, b.start + 1) and b.start < max(a.end, a.start + 1)
