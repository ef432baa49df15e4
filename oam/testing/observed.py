"""What came of a case: the data that expectations look at, and where in the template each part of it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.testing.datapath import MISSING, find
from pycue import Selector

if TYPE_CHECKING:
    from oam.testing.datapath import Path
    from pycue import Value
    from pycue.errors import Diagnostic
    from pycue.source import Position

__all__ = ["Observed"]


@attrs.define
class Observed:
    """What came of a case.

    Attributes:
        data: by subject: ``output``, ``outputs``, ``patch``, ``health``, ``phase`` …
        errors: why there is no result, or no complete one.
        warnings: what looks wrong though there is a result.
        values: the values that data was made from, by the beginning of the path.
        contract: labels that an object must carry, by the object's path.
    """

    data: dict[str, Any] = attrs.field(factory=dict)
    errors: list[Diagnostic] = attrs.field(factory=list)
    warnings: list[Diagnostic] = attrs.field(factory=list)
    values: dict[Path, Value] = attrs.field(factory=dict)
    contract: dict[Path, dict[str, str]] = attrs.field(factory=dict)

    def summary(self) -> dict[str, Any]:
        """All data, and the texts of the errors."""
        found = {key: value for key, value in self.data.items() if key not in ("patchResult", "seconds")}
        if self.errors:
            found["errors"] = [item.summary() for item in self.errors]
        return found

    def origin(self, path: Path, file: str) -> Position | None:
        """Where in a file the value at a path was made, or the nearest one above it.

        What a patch has changed was made where the patch says the same.
        """
        for length in range(len(path), 0, -1):
            value = self.values.get(path[:length])
            if value is not None and (place := _place(value, path[length:], file)) is not None:
                return place
        if path[:1] in (("output",), ("patchResult",)) and "patch" in self.data:
            part = find(self.data["patch"], path[1:])
            if part is not MISSING and part == find(self.data.get("output"), path[1:]):
                return _place(self.values["patch",], path[1:], file)
        return None


def _place(value: Value, path: Path, file: str) -> Position | None:
    found = None
    for step in (None, *path):
        if step is not None:
            value = value.lookup(step if isinstance(step, int) else Selector.field(step))
        if not value.exists():
            break
        place = value.position
        if place is not None and place.filename == file:
            found = place
    return found
