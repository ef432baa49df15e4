"""Comparing what became of an application with what was recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

__all__ = ["Comparison", "Events", "identity", "overlaid", "without_empty"]

_MESSAGE_HEAD = re.compile(r"(function call error for [^:]*:|pre check error:)")

_ORDERED = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "ConfigMap", "Secret"})


class Events(list[tuple[str, str]]):
    """Which objects were created and deleted: the component they belong to, and a line."""

    def note(self, verb: str, obj: dict[str, Any]) -> None:
        """Add one, if cases speak of such a change of such a kind."""
        if verb in ("create", "delete") and obj["kind"] in _ORDERED:
            component = (obj["metadata"].get("labels") or {}).get("app.oam.dev/component", "")
            self.append((component, f"{verb} {obj['kind']}/{obj['metadata']['name']}"))


class Comparison:
    """Collects what differs, a sentence each, in ``faults``."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def equal(self, what: str, wanted: Any, got: Any) -> None:
        """Note a difference."""
        if wanted != got:
            self.faults.append(f"{what}: wanted {wanted!r}, got {got!r}")

    def steps(self, where: str, wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
        """Compare names, types, phases, reasons and messages of steps and of what they hold."""
        self.equal(f"{where} names", [step["name"] for step in wanted], [step["name"] for step in got])
        for left, right in zip(wanted, got, strict=False):
            for field in ("type", "phase", "reason"):
                self.equal(f"{where} {left['name']} {field}", left.get(field) or None, right.get(field) or None)
            if not same_message(left.get("message", ""), right.get("message", "")):
                self.equal(f"{where} {left['name']} message", left.get("message", ""), right.get("message", ""))
            self.steps(f"{where} {left['name']}", left.get("subSteps") or [], right.get("subSteps") or [])

    def services(self, wanted: list[dict[str, Any]], got: list[dict[str, Any]], where: str = "") -> None:
        """Compare how components stand, in any order."""
        self.equal(f"{where} services".lstrip(), _services(wanted), _services(got))

    def objects(self, wanted: dict[str, dict[str, Any]], got: dict[str, dict[str, Any]]) -> None:
        """Compare objects by their identity."""
        self.equal("object names", sorted(wanted), sorted(got))
        for key in sorted(wanted.keys() & got.keys()):
            for path, left, right in _differences(wanted[key], got[key], ""):
                self.equal(f"object {key}{path}", left, right)


def _differences(left: Any, right: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """The innermost places where two documents differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            yield from _differences(left.get(key), right.get(key), f"{path}.{key}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for at, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _differences(one, other, f"{path}[{at}]")
    elif left != right:
        yield path, left, right


def same_message(wanted: str, got: str) -> bool:
    """Whether the parts of two messages that are the platform's own words are equal."""
    if wanted == got:
        return True
    left, right = _MESSAGE_HEAD.match(wanted), _MESSAGE_HEAD.match(got)
    if left is None or right is None:
        return False
    return left[0] == right[0] or left[0] == "function call error for :"


def identity(obj: dict[str, Any]) -> str:
    """Version, kind, namespace and name of an object."""
    metadata = obj["metadata"]
    return f"{obj['apiVersion']} {obj['kind']} {metadata.get('namespace', '')}/{metadata['name']}"


def overlaid(live: Any, fields: Any) -> Any:
    """A document with the fields of another one put over its own."""
    if not isinstance(live, dict) or not isinstance(fields, dict):
        return deepcopy(fields)
    return {**live, **{key: overlaid(live.get(key), value) for key, value in fields.items()}}


def without_empty(value: Any) -> Any:
    """The value without empty maps."""
    if isinstance(value, dict):
        items = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item != {}}
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    return value


def _services(services: list[dict[str, Any]]) -> list[dict[str, Any]]:
    fields = ("name", "healthy", "message", "traits")
    kept = [{key: service[key] for key in fields if service.get(key)} for service in services]
    for service in kept:
        service["traits"] = sorted(service.get("traits", []), key=lambda trait: str(trait["type"]))
    return sorted(kept, key=lambda service: str(service["name"]))
