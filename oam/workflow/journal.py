"""What the actions of a step have done already, so that neither its next turn nor another process does it again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.workflow.model import Run

__all__ = ["Journal"]


class Journal:
    """The journal of one step, which is a part of its run.

    An entry with ``params`` (a digest) and ``attempt`` is an intent; with ``result`` it is done. An intent without
    result, found by a later turn, is unknown: it may or may not have had its effect.

    Args:
        run: keeps the entries, by step id and the path of the action, until the step is over.
        step: id of the step.
        commit: makes durable what was done so far.
    """

    def __init__(self, run: Run, step: str, commit: Callable[[], None]) -> None:
        self._run = run
        self._step = step
        self.commit = commit

    def entry(self, path: str, params: dict[str, Any]) -> dict[str, Any] | None:
        """The entry of an action with just these parameters."""
        found: dict[str, Any] | None = self._run.journal.get(self._step, {}).get(path)
        return found if found and found["params"] == self._digest(params) else None

    def intend(self, path: str, params: dict[str, Any]) -> str:
        """Note what is to be done; gives a key that is the same each time until there is a result."""
        entries = self._run.journal.setdefault(self._step, {})
        last = entries.get(path)
        digest = self._digest(params)
        if not last or last["params"] != digest or "result" in last:
            entries[path] = {"params": digest, "attempt": last["attempt"] + 1 if last else 1}
        text = f"{self._step} {path} {entries[path]['attempt']} {digest}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def done(self, path: str, result: Any) -> None:
        """Note the result of what was intended."""
        self._run.journal[self._step][path]["result"] = result

    def forget(self, path: str) -> None:
        """What was intended did not happen."""
        del self._run.journal[self._step][path]

    def _digest(self, params: dict[str, Any]) -> str:
        """Keyed, as parameters may hold secrets that are easily guessed."""
        text = json.dumps(params, sort_keys=True, default=str)
        return hashlib.blake2b(text.encode(), key=self._step.encode()[:64], digest_size=16).hexdigest()
