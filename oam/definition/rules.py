"""Which workloads a trait applies to, and which traits exclude each other.

Items of ``appliesToWorkloads`` and ``conflictsWith`` are names of definitions, resources such as ``deployments.apps``,
groups such as ``*.apps`` (with their subgroups), ``*``, or ``labelSelector:`` with a Kubernetes label selector.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oam import records
from oam.errors import warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from oam.definition.definition import Definition
    from pycue.errors import Diagnostic
    from pycue.source import Position

__all__ = ["Subject", "check_traits", "matches", "plural", "resource_names", "selector_matches"]

_LABEL_SELECTOR = "labelSelector:"
_SETS = re.compile(r"([^\s!=,]+)\s+(in|notin)\s+\(([^)]*)\)")


@records.frozen
class Subject:
    """What items are compared with: names (of a definition and of resources), API groups and labels."""

    names: frozenset[str]
    groups: frozenset[str] = frozenset()
    labels: Mapping[str, str] = records.field(factory=dict)


def plural(kind: str) -> str:
    """The resource name of a kind: lower case, plural."""
    lower = kind.lower()
    if lower in ("endpoints",):
        return lower
    if lower.endswith(("s", "x", "ch", "sh", "z")):
        return lower + "es"
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return lower[:-1] + "ies"
    return lower + "s"


def resource_names(objects: Iterable[Mapping[str, Any]]) -> tuple[frozenset[str], frozenset[str]]:
    """Resource names (``deployments.apps``; core ones also bare) and API groups of objects."""
    names: set[str] = set()
    groups: set[str] = set()
    for obj in objects:
        group, slash, _ = str(obj.get("apiVersion") or "").rpartition("/")
        resource = plural(str(obj.get("kind") or ""))
        if slash:
            names.add(f"{resource}.{group}")
            groups.add(group)
        else:
            names |= {resource, f"{resource}.core", f"{resource}.k8s.io"}
    return frozenset(names), frozenset(groups)


def matches(item: str, subject: Subject) -> bool:
    """Whether one item covers a subject."""
    if item == "*" or item in subject.names:
        return True
    if item.startswith("*."):
        group = item[2:]
        return any(other == group or other.endswith("." + group) for other in subject.groups)
    if item.startswith(_LABEL_SELECTOR):
        return selector_matches(item.removeprefix(_LABEL_SELECTOR), subject.labels)
    return False


def selector_matches(text: str, labels: Mapping[str, str]) -> bool:
    """A Kubernetes label selector: ``a=b, c!=d, e, !f, g in (x, y), h notin (z)``; all parts must hold."""
    for match in _SETS.finditer(text):
        values = {value.strip() for value in match[3].split(",")}
        if (labels.get(match[1]) in values) != (match[2] == "in"):
            return False
    for part in filter(None, (part.strip() for part in _SETS.sub("", text).split(","))):
        key, operator, value = _requirement(part)
        if operator == "!":
            holds = key not in labels
        elif operator == "!=":
            holds = labels.get(key) != value
        elif operator == "=":
            holds = labels.get(key) == value
        else:
            holds = key in labels
        if not holds:
            return False
    return True


def _requirement(part: str) -> tuple[str, str, str]:
    if part.startswith("!"):
        return part[1:].strip(), "!", ""
    for operator in ("!=", "==", "="):
        key, found, value = part.partition(operator)
        if found:
            return key.strip(), "!=" if operator == "!=" else "=", value.strip()
    return part, "", ""


def check_traits(
    component: Definition,
    workload: Mapping[str, Any],
    traits: Sequence[tuple[Definition, Sequence[Mapping[str, Any]], Position | None]],
) -> list[Diagnostic]:
    """Warnings about traits that do not apply to the workload or exclude each other.

    Args:
        component: definition of the component.
        workload: its rendered object.
        traits: definition, rendered objects and place of each trait, in the order of the application.
    """
    names, groups = resource_names([workload] if workload else [])
    subject = Subject(names | {component.name}, groups, component.labels)
    out = []
    for definition, _, place in traits:
        items = [item for item in definition.attribute("appliesToWorkloads") or [] if item]
        if items and not any(matches(item, subject) for item in items):
            text = f'trait "{definition.name}" does not apply to component type "{component.name}"'
            hint = f"it applies to {', '.join(items)}"
            out.append(warning("OAM301", text, position=place, help=hint))
    for index, (definition, _, _) in enumerate(traits):
        items = [item for item in definition.attribute("conflictsWith") or [] if item]
        for other_index, (other, objects, place) in enumerate(traits):
            same = other.name == definition.name
            if other_index == index or (same and definition.name not in items) or (same and other_index < index):
                continue
            their_names, their_groups = resource_names(objects)
            rule = next(
                (i for i in items if matches(i, Subject(their_names | {other.name}, their_groups, other.labels))), ""
            )
            if rule:
                text = f'trait "{definition.name}" conflicts with trait "{other.name}" (rule "{rule}")'
                out.append(warning("OAM302", text, position=place))
    return out
