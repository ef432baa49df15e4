"""Saved plans: what is to be applied, and the state that it was planned for."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import attrs

from oam.errors import OamError
from oam.plan.plan import steady
from oam.ports import ObjectRef
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.plan.plan import PlannedObject

__all__ = ["SavedPlan", "fingerprint"]

_FORMAT = 1


@attrs.frozen
class SavedPlan:
    """A plan in a file.

    Attributes:
        sources: the texts that are to be applied.
        namespace: for what names none.
        profile: its name.
        state: a hash for each object that was there, by kind, namespace and name.
        plan: the plan itself, as :func:`oam.plan.report.plan_data` has it.
    """

    sources: tuple[Source, ...]
    namespace: str
    profile: str
    state: dict[str, str]
    plan: dict[str, Any]

    def to_text(self) -> str:
        """The file."""
        document = {
            "oamPlan": _FORMAT,
            "namespace": self.namespace,
            "profile": self.profile,
            "sources": [{"name": source.name, "text": source.text} for source in self.sources],
            "state": self.state,
            "plan": self.plan,
        }
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def parse(cls, name: str, text: str) -> SavedPlan:
        """Read a file.

        Raises:
            OamError: it is no plan of this format.
        """
        try:
            found = json.loads(text)
            if found["oamPlan"] != _FORMAT:
                raise ValueError
            sources = tuple(Source(item["name"], item["text"]) for item in found["sources"])
            return cls(sources, found["namespace"], found["profile"], found["state"], found["plan"])
        except (ValueError, KeyError, TypeError):
            raise OamError(f"{name}: not a plan of format {_FORMAT}", code="oam.plan.format") from None

    def check(self, objects: Sequence[PlannedObject]) -> None:
        """Refuse a state that is not the one that was planned for.

        Raises:
            OamError: objects have come, gone or changed since.
        """
        now = fingerprint(objects)
        drifted = [f"{key} has gone" for key in self.state if key not in now]
        drifted += [f"{key} has come" for key in now if key not in self.state]
        drifted += [f"{key} has changed" for key, value in self.state.items() if now.get(key, value) != value]
        if drifted:
            text = "the state is no longer the one that was planned for: " + "; ".join(sorted(drifted))
            raise OamError(text, code="oam.plan.drift", help="plan again")


def fingerprint(objects: Sequence[PlannedObject]) -> dict[str, str]:
    """A hash for each object, without what a server writes into it."""
    out = {}
    for item in objects:
        ref = ObjectRef.of(item.data)
        text = json.dumps(steady(item.data), sort_keys=True)
        out[f"{ref.kind} {ref.namespace}/{ref.name}"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return dict(sorted(out.items()))
