"""Hints for what commonly goes wrong in templates and parameters, beyond the language's own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oam.definition.declaration import Declaration
from oam.definition.trees import label_name, walk
from oam.diagnostics import closest, did_you_mean
from oam.model.scalars import resolve
from oam.render.given import steps_of
from pycue.syntax import ast, token

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pycue.errors import Diagnostic

__all__ = ["Hints"]

_PARAMETER = "parameter"
_MISSING = ("incomplete value ", "field is required but not present")
_REFERENCE = re.compile(r'reference "([^"]+)" not found')
_UNDEFINED = re.compile(r"undefined field: (\S+)$")
_OPTIONAL = re.compile(r"cannot reference optional field: (\S+)$")
_NUMBERS = ("int", "number", "float")


class Hints:
    """Hints about one template and the properties that it was given."""

    def __init__(self, template: ast.File | None, properties: Mapping[str, Any] | None) -> None:
        self._template = template
        self._properties = properties or {}

    def hint(self, item: Diagnostic, all_of_them: Sequence[Diagnostic]) -> str:
        """What may help against a fault, or ``""``; ``all_of_them`` are those found together."""
        if item.path[:1] == (_PARAMETER,):
            found = self._parameter(item, all_of_them)
            if found:
                return found
        return self._reference(item)

    # ---- parameters

    def _parameter(self, item: Diagnostic, all_of_them: Sequence[Diagnostic]) -> str:
        path = steps_of(item.path[1:])
        if item.message == "field not allowed" and path:
            known = self._declared(path[:-1])
            return did_you_mean(str(path[-1]), known) or (f"the parameters are {', '.join(known)}" if known else "")
        if item.message.startswith(_MISSING):
            return self._missing(path)
        given = _value_at(self._properties, path)
        if item.code == "cue.disjunction":
            return _choice(given, [other for other in all_of_them if other.path == item.path])
        same = [other for other in all_of_them if other.path == item.path]
        if any(other.code == "cue.disjunction" for other in same):
            return ""  # said there
        return _spelling(given, item.args[2:4])

    def _missing(self, path: tuple[str | int, ...]) -> str:
        if not path or _value_at(self._properties, path) is not None:
            return ""
        parent = _value_at(self._properties, path[:-1])
        declared = self._declared(path[:-1])
        strangers = [name for name in parent if name not in declared] if isinstance(parent, dict) else []
        meant = closest(str(path[-1]), strangers)
        return f'"{meant}" is given: is "{path[-1]}" meant?' if meant else f'give the required parameter "{path[-1]}"'

    def _declared(self, path: tuple[str | int, ...]) -> list[str]:
        return Declaration(self._template).names(path) if self._template is not None else []

    # ---- references

    def _reference(self, item: Diagnostic) -> str:
        if match := _OPTIONAL.search(item.message):
            where = self._selected(item, match[1]) or match[1]
            return f"it may be absent: use it within if {where} != _|_ {{…}}"
        if self._template is None:
            return ""
        if match := _REFERENCE.search(item.message):
            return did_you_mean(match[1], [*_names(self._template), "context", _PARAMETER])
        if match := _UNDEFINED.search(item.message):
            if self._selected(item, match[1]) == f"{_PARAMETER}.{match[1]}":
                known = self._declared(())
                return did_you_mean(match[1], known) or f'parameter declares no "{match[1]}"'
            return did_you_mean(match[1], _names(self._template))
        return ""

    def _selected(self, item: Diagnostic, name: str) -> str:
        """The reference at a fault's place that ends in a name, as far as it is made of names."""
        if self._template is None:
            return ""
        places = {position.offset for position in item.positions() if position.source is self._template.source}
        for node in walk(self._template):
            if isinstance(node, ast.SelectorExpr) and isinstance(node.sel, ast.Ident) and node.sel.name == name:
                text = _dotted(node)
                if text and (token.offset(node.pos) in places or token.offset(node.sel.pos) in places):
                    return text
        return ""


def _value_at(data: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _choice(given: Any, same: Sequence[Diagnostic]) -> str:
    """What a disjunction would take: its alternatives, the given value's own printed form left out."""
    import json

    mine = json.dumps(given, ensure_ascii=False)
    options: dict[str, None] = {}
    for item in same:
        if item.message.startswith("conflicting values"):
            options.update((text, None) for text in item.args[:2] if text != mine)
        elif item.message.startswith("invalid value") and len(item.args) > 1:
            options[item.args[1]] = None
    if not options:
        return ""
    texts = [text for text in options if text.startswith('"')]
    meant = closest(mine, texts) if isinstance(given, str) else ""
    kinds = [item.args[2:4] for item in same if len(item.args) >= 4]
    text = f"it may be {' or '.join(options)}"
    if meant:
        return f"{text}; did you mean {meant}?"
    spelling = next(filter(None, (_spelling(given, pair) for pair in kinds)), "")
    return f"{text}; {spelling}" if spelling else text


def _spelling(given: Any, kinds: Sequence[str]) -> str:
    """Quotes that are missing or too many."""
    if isinstance(given, str):
        meant = resolve(given)
        if isinstance(meant, bool) and "bool" in kinds:
            return f"write it without quotes: {given}"
        if isinstance(meant, int | float) and not isinstance(meant, bool) and any(kind in _NUMBERS for kind in kinds):
            return f"write it without quotes: {given}"
    elif isinstance(given, bool | int | float) and "string" in kinds:
        text = str(given).lower() if isinstance(given, bool) else str(given)
        return f'put it in quotes: "{text}"'
    return ""


def _names(template: ast.File) -> list[str]:
    """All names that a template's fields, lets and imports have."""
    found: dict[str, None] = {}
    for node in walk(template):
        if isinstance(node, ast.Field) and (name := label_name(node)):
            found[name] = None
        elif isinstance(node, ast.LetClause):
            found[node.ident.name] = None
        elif isinstance(node, ast.ImportSpec):
            found[node.name.name if node.name else node.path.value.strip('"').rpartition("/")[2]] = None
    return list(found)


def _dotted(node: ast.Expr) -> str:
    names: list[str] = []
    while isinstance(node, ast.SelectorExpr) and isinstance(node.sel, ast.Ident):
        names.append(node.sel.name)
        node = node.x
    return ".".join([node.name, *reversed(names)]) if isinstance(node, ast.Ident) else ""
