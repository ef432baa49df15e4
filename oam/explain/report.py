"""Explanations as text for people, and as plain data for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oam.explain.explanation import ExplainedObject, Field
    from oam.explain.provenance import Cause, Read
    from oam.render.trace import MergedList
    from pycue.source import Position

__all__ = ["fields_text", "lists_text", "object_data", "object_name"]

_MAX_VALUE = 72


def object_name(data: dict[str, Any]) -> str:
    """``Kind/name``."""
    return f"{data.get('kind', '')}/{(data.get('metadata') or {}).get('name', '')}"


def _heading(item: ExplainedObject) -> str:
    return f"{object_name(item.data)}, {item.owner}, from {item.made_by}"


# ---- fields


def fields_text(items: Iterable[tuple[ExplainedObject, list[Field]]]) -> str:
    """Each object with its fields, and under each field the lines that made it."""
    blocks = []
    placement = None
    for item, fields in items:
        lines = [f"# {item.placement}\n"] if item.placement != placement and " " in item.placement else []
        placement = item.placement
        lines.append(_heading(item))
        for field in fields:
            lines.append(f"  {field.path} = {_value(field.value)}")
            lines += [f"    {line}" for cause in field.causes for line in _cause(cause)]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _value(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= _MAX_VALUE else f"{text[: _MAX_VALUE - 1]}…"


def _cause(cause: Cause) -> list[str]:
    who = f"{cause.kind} {cause.name}" if cause.name and not cause.note else cause.kind
    target = f" {cause.target}" if cause.target not in ("", "output") else ""
    first = f"<- {who}{target}"
    first += f": {cause.note}" if cause.note else ""
    if cause.position is not None:
        first += f", {cause.position!r}"
    if cause.element:
        first += f", {cause.element}"
    line = _line(cause.position) if not cause.note else ""
    lines = [first + (f"  | {line}" if line else "")]
    if cause.via:
        lines.append(f"   through {_through(cause)}")
    lines += [f"   if {item.text}, {item.position!r}" for item in cause.conditions]
    return lines + [f"   <- {_read(item)}" for item in cause.reads]


def _through(cause: Cause) -> str:
    """The further lines of the template; those of the same file without its name."""
    file = cause.position.filename if cause.position else ""
    own = [f"{place.line}:{place.column}" if place.filename == file else repr(place) for place in cause.via]
    return ", ".join(own)


def _read(item: Read) -> str:
    text = item.path
    if item.origin == "default":
        text += " by default"
    if item.position is not None:
        text += f", {item.position!r}"
    return text + (f", {item.origin}" if item.origin.startswith("policy") else "")


def _line(position: Position | None) -> str:
    """The text of the line that a place is in."""
    if position is None:
        return ""
    text, offset = position.source.text, position.offset
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else None].strip()


# ---- lists


def lists_text(items: Iterable[ExplainedObject]) -> str:
    """Of each object that patches have changed: the lists that they met, and what became of each element."""
    blocks = []
    for item in items:
        if not item.lists:
            continue
        lines = [_heading(item)]
        for trait, merged in item.lists:
            lines.append(f"  {merged.path or '.'}: trait {trait}, {_how(merged)}")
            rows = [
                (f"[{index}]", _key(found.key, found.text), found.how) for index, found in enumerate(merged.elements)
            ]
            width = max((len(key) for _, key, _ in rows), default=0)
            lines += [f"    {at} {key.ljust(width)}{'  ' if width else ''}{how}" for at, key, how in rows]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _how(merged: MergedList) -> str:
    strategy = f"patchStrategy={merged.strategy}" if merged.strategy else ""
    if merged.strategy == "replace":
        return strategy
    key = f"patchKey={merged.key}" if merged.key else "by position: there is no patchKey"
    return f"{key}, {strategy}" if strategy else key


def _key(key: str, text: str) -> str:
    return f"{key}={text}" if key else ""


# ---- data


def object_data(item: ExplainedObject, fields: Iterable[Field]) -> dict[str, Any]:
    """An explained object, ready for JSON."""
    metadata = item.data.get("metadata") or {}
    return {
        "apiVersion": item.data.get("apiVersion", ""),
        "kind": item.data.get("kind", ""),
        "namespace": metadata.get("namespace", ""),
        "name": metadata.get("name", ""),
        "placement": item.placement,
        "owner": item.owner,
        "madeBy": item.made_by,
        "fields": [
            {"path": str(field.path), "value": field.value, "causes": [_cause_data(cause) for cause in field.causes]}
            for field in fields
        ],
        "lists": [
            {
                "path": str(merged.path),
                "trait": trait,
                "patchKey": merged.key,
                "patchStrategy": merged.strategy,
                "elements": [{"how": one.how, "key": one.key, "value": one.text} for one in merged.elements],
            }
            for trait, merged in item.lists
        ],
    }


def _cause_data(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind,
        "name": cause.name,
        "target": cause.target,
        "position": _place(cause.position),
        "via": [_place(place) for place in cause.via],
        "reads": [
            {"path": item.path, "origin": item.origin, "position": _place(item.position)} for item in cause.reads
        ],
        "conditions": [{"text": item.text, "position": _place(item.position)} for item in cause.conditions],
        "element": cause.element,
        "note": cause.note,
    }


def _place(position: Position | None) -> dict[str, Any] | None:
    if position is None:
        return None
    return {"file": position.filename, "line": position.line, "column": position.column}
