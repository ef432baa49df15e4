"""What the templates of steps came to, kept for applications with a policy of type ``debug``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.ports import Object, StateStore

__all__ = ["evidence", "forget_evidence", "is_wanted", "keep_evidence"]

_EVIDENCE = "evidence"
_LONGEST = 1_000_000
"""Characters kept of one step; what is longer ends there."""


def is_wanted(application: Object) -> bool:
    """Whether the application asks for it."""
    return any(policy.get("type") == "debug" for policy in application["spec"].get("policies") or ())


def keep_evidence(store: StateStore, key: str, step: str, text: str) -> None:
    """Keep the last value of a step's template, as CUE; in a transaction."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n// cut after {_LONGEST} characters\n"
    store.write(_EVIDENCE, f"{key}/{step}", cut)


def evidence(store: StateStore, key: str) -> Iterator[tuple[str, str]]:
    """Step and text, by the names of the steps."""
    for found, text in store.scan(_EVIDENCE, f"{key}/"):
        yield found.removeprefix(f"{key}/"), text


def forget_evidence(store: StateStore, key: str) -> None:
    """Drop that of an application that is gone; in a transaction."""
    for found, _ in list(store.scan(_EVIDENCE, f"{key}/")):
        store.remove(_EVIDENCE, found)
