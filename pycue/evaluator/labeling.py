"""How labels print in messages and paths."""

from __future__ import annotations

from pycue.syntax.literal import is_valid_ident, quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.labels import AnyLabel

__all__ = ["printed_label", "printed_path"]


def printed_label(label: AnyLabel) -> str:
    """Identifiers (keywords too), definitions, hidden labels and indices bare, all other labels quoted."""
    if isinstance(label, str):
        bare = label[:1] not in ("#", "_") and is_valid_ident(label)
        return label if bare else quote_string(label)
    return str(label)


def printed_path(path: Iterable[AnyLabel]) -> tuple[str, ...]:
    """All labels of a path."""
    return tuple(printed_label(label) for label in path)
