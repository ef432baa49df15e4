"""Revisions of an application: numbered snapshots of what it was and of the definitions it used."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oam.definition import Definition
    from oam.model import Application
    from oam.ports import StateStore

__all__ = ["Revision", "ensure_revision", "forget_revisions", "latest_revision"]

_REVISIONS = "revisions"
PUBLISH_VERSION = "app.oam.dev/publishVersion"


@attrs.frozen
class Revision:
    """One revision; ``fresh`` tells that it was made just now."""

    name: str
    number: int
    digest: str
    publish_version: str
    application: dict[str, Any]
    fresh: bool = False


def latest_revision(store: StateStore, namespace: str, name: str) -> Revision | None:
    """The newest revision of an application, if it has any."""
    entries = _entries(store, namespace, name)
    return Revision(**{**entries[-1], "fresh": False}) if entries else None


def ensure_revision(
    store: StateStore, application: Application, namespace: str, definitions: Iterable[Definition], current: str = ""
) -> Revision:
    """The revision of this application: the current or the latest one if nothing changed, otherwise a new one.

    The current one is not the latest after somebody went back to it.

    With a publishVersion only that counts, and an application changed without it keeps what was published. Must be
    called in a transaction.
    """
    entries = _entries(store, namespace, application.name)
    latest = Revision(**entries[-1]) if entries else None
    publish = application.annotations.get(PUBLISH_VERSION, "")
    digest = _digest(application, definitions)
    present = [Revision(**entry) for entry in entries if entry["name"] == current]
    for known in (*present, *([latest] if latest else [])):
        if known.publish_version == publish if publish else known.digest == digest and not known.publish_version:
            return known
    number = latest.number + 1 if latest else 1
    made = Revision(f"{application.name}-v{number}", number, digest, publish, application.raw)
    entry = attrs.asdict(made)
    store.write(_REVISIONS, f"{namespace}/{application.name}", [*entries, entry][-11:])
    return attrs.evolve(made, fresh=True)


def forget_revisions(store: StateStore, namespace: str, name: str) -> None:
    """Drop all revisions of an application that is gone."""
    store.remove(_REVISIONS, f"{namespace}/{name}")


def _entries(store: StateStore, namespace: str, name: str) -> list[dict[str, Any]]:
    return list(store.read(_REVISIONS, f"{namespace}/{name}") or [])


def _digest(application: Application, definitions: Iterable[Definition]) -> str:
    """The first 16 hexadecimal digits of SHA-256 over the application's spec and the definitions in use.

    Traits whose definition says ``skipRevisionAffect`` are left out.
    """
    used = list(definitions)
    skipped = {d.name for d in used if d.kind == "TraitDefinition" and d.spec.get("skipRevisionAffect")}
    parts: list[Any] = [_without_traits(application.raw.get("spec") or {}, skipped)]
    parts += sorted(
        ([d.kind, d.name, d.spec] for d in used if d.name not in skipped), key=lambda part: (part[0], part[1])
    )
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _without_traits(spec: dict[str, Any], skipped: set[str]) -> dict[str, Any]:
    """A component's traits of these types leave no trace; nor does an empty list of traits."""
    if not skipped:
        return spec
    components = []
    for component in spec.get("components") or []:
        traits = [trait for trait in component.get("traits") or [] if trait.get("type") not in skipped]
        rest = {key: value for key, value in component.items() if key != "traits"}
        components.append({**rest, "traits": traits} if traits else rest)
    return {**spec, "components": components}
