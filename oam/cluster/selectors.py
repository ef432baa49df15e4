"""Label selectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["matches", "matches_selector"]


def matches(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether every wanted label is there with its value."""
    return all(labels.get(key) == value for key, value in wanted.items())


def matches_selector(labels: Mapping[str, str], selector: Mapping[str, Any]) -> bool:
    """Whether labels fulfil ``{matchLabels, matchExpressions: [{key, operator, values}]}``."""
    if not matches(labels, selector.get("matchLabels") or {}):
        return False
    return all(_fulfils(labels, term) for term in selector.get("matchExpressions") or [])


def _fulfils(labels: Mapping[str, str], term: Mapping[str, Any]) -> bool:
    key, values = term["key"], term.get("values") or []
    match term["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    raise ValueError(f'"{term["operator"]}" is not a valid label selector operator')
