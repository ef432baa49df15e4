"""Plans as text for people, and as plain data for programs. Values of secrets are shown as hashes in both."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from oam.plan.difference import path_text

if TYPE_CHECKING:
    from oam.plan.difference import Change
    from oam.plan.plan import Action, Plan

__all__ = ["plan_data", "plan_text"]

_MAX_VALUE = 100
_MARKS = {"create": "+", "update": "~", "delete": "-", "keep": "="}
_COLOURS = {"+": 32, "~": 33, "-": 31, "=": 90, "!": 35}
_KINDS = {"add": "+", "remove": "-", "change": "~", "order": "~"}
_SECRET = ("data", "stringData")


def plan_text(plan: Plan, *, colour: bool = False) -> str:
    """The actions in order, each with its changes, then how many there are."""
    lines = []
    placement = ""
    for action in plan.actions:
        if action.verb == "unchanged":
            continue
        if action.placement != placement:
            placement = action.placement
            lines.append(f"# {placement or 'without topology'}")
        lines.append(_painted(_MARKS[action.verb], _headline(action), colour))
        lines += [f"    {_painted(_KINDS[change.kind], _change(action, change), colour)}" for change in action.changes]
        if action.restart:
            lines.append(f"    {_painted('!', f'pods restart: {action.restart}', colour)}")
    lines += [f"note: {note}" for note in plan.notes]
    return "\n".join([*lines, "", _summary(plan)] if lines else [_summary(plan)]) + "\n"


def _painted(mark: str, text: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS[mark]}m{mark}\x1b[0m {text}" if colour else f"{mark} {text}"


def _headline(action: Action) -> str:
    ref = action.ref
    name = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
    return ", ".join(part for part in (f"{ref.kind} {name}", action.owner, action.note) if part)


def _change(action: Action, change: Change) -> str:
    path = path_text(change.path)
    old, new = (_value(action, change, item) for item in (change.old, change.new))
    if change.kind == "add":
        return f"{path}: {new}"
    if change.kind == "remove":
        return f"{path}: {old}"
    if change.kind == "order":
        return f"{path}: in the order {', '.join(map(str, change.new))}"
    return f"{path}: {old} -> {new}"


def _value(action: Action, change: Change, value: Any) -> str:
    text = json.dumps(_shown(action, change, value), ensure_ascii=False)
    return text if len(text) <= _MAX_VALUE else f"{text[: _MAX_VALUE - 1]}…"


def _shown(action: Action, change: Change, value: Any) -> Any:
    secret = action.ref.kind == "Secret" and change.path[:1] in (("data",), ("stringData",))
    return _hidden(value) if secret else value


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    return None if value is None else f"***({hashlib.sha256(str(value).encode()).hexdigest()[:8]})"


def _summary(plan: Plan) -> str:
    if not plan.changes_anything:
        return f"No changes, {_count(plan.count('unchanged'), 'object')}."
    restarts = sum(bool(action.restart) for action in plan.actions)
    parts = [
        f"{plan.count('create')} to create",
        f"{plan.count('update')} to update" + (f" ({restarts} with a restart of pods)" if restarts else ""),
        f"{plan.count('delete')} to delete",
        f"{plan.count('unchanged')} unchanged",
    ]
    if plan.count("keep"):
        parts.append(f"{plan.count('keep')} kept")
    return f"Plan: {', '.join(parts)}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan, ready for JSON."""
    verbs = ("create", "update", "delete", "keep", "unchanged")
    return {
        "summary": {verb: plan.count(verb) for verb in verbs},
        "actions": [_action_data(action) for action in plan.actions],
        "notes": list(plan.notes),
    }


def _action_data(action: Action) -> dict[str, Any]:
    ref = action.ref
    data = action.data
    if ref.kind == "Secret":
        data = {key: _hidden(value) if key in _SECRET else value for key, value in data.items()}
    return {
        "verb": action.verb,
        "apiVersion": ref.api_version,
        "kind": ref.kind,
        "namespace": ref.namespace,
        "name": ref.name,
        "placement": action.placement,
        "owner": action.owner,
        "restart": action.restart,
        "note": action.note,
        "changes": [
            {
                "path": path_text(change.path),
                "kind": change.kind,
                "old": _shown(action, change, change.old),
                "new": _shown(action, change, change.new),
            }
            for change in action.changes
        ],
        **({"object": data} if action.verb in ("create", "delete") else {}),
    }
