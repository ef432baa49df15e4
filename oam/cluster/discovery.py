"""What kinds an API server serves, asked for by group and version as they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.cluster.errors import NoSuchKind, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Discovery", "Resource"]


@attrs.frozen
class Resource:
    """How a kind is addressed.

    Attributes:
        root: ``/api/v1`` or ``/apis/GROUP/VERSION``.
        plural: the resource's name.
        namespaced: whether its objects live in namespaces.
        has_status: whether the status is written apart from the rest.
    """

    root: str
    plural: str
    namespaced: bool
    has_status: bool

    def path(self, namespace: str = "", name: str = "") -> str:
        """Of the collection, or of one object in it."""
        inside = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.root}{inside}/{self.plural}" + (f"/{name}" if name else "")


class Discovery:
    """The kinds of a server, remembered; an unknown one is asked for again each time, as it may have come since.

    Args:
        get: the document at a path; raises :class:`oam.cluster.errors.NotFound`.
    """

    def __init__(self, get: Callable[[str], dict[str, Any]]) -> None:
        self._get = get
        self._known: dict[str, dict[str, Resource]] = {}

    def find(self, api_version: str, kind: str) -> Resource | None:
        """How a kind is addressed, or None where it is not served."""
        known = self._known.get(api_version, {}).get(kind)
        if known is None and api_version and kind:
            self._known[api_version] = self._read(api_version)
            known = self._known[api_version].get(kind)
        return known

    def require(self, api_version: str, kind: str) -> Resource:
        """The same. Raises :class:`NoSuchKind`."""
        found = self.find(api_version, kind)
        if found is None:
            raise NoSuchKind(f'no matches for kind "{kind}" in version "{api_version}"', code="oam.cluster.kind")
        return found

    def forget(self) -> None:
        """Ask anew, as a kind turned out to be gone."""
        self._known.clear()

    def _read(self, api_version: str) -> dict[str, Resource]:
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            entries = self._get(root).get("resources") or []
        except (NotFound, NoSuchKind):
            return {}
        names = {entry["name"] for entry in entries}
        return {
            entry["kind"]: Resource(root, entry["name"], entry["namespaced"], f"{entry['name']}/status" in names)
            for entry in entries
            if "/" not in entry["name"]
        }
