"""``oam def init``: the skeleton of a new definition."""

from __future__ import annotations

import sys
from typing import Any

from oam.cli.files import read, write
from oam.cli.flags import Flag, parse
from oam.definition.cue_writer import data_tree
from oam.definition.spec import TYPES
from oam.errors import UsageError
from oam.model.yaml_reader import load_documents
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.literal import quote_string

__all__ = ["run"]

_FLAGS = (
    Flag("type", "t"),
    Flag("alias", "a"),
    Flag("desc", "d"),
    Flag("template-yaml", "y"),
    Flag("output", "o"),
)
_INDICATOR = {"definition": {"apiVersion": "<change me> apps/v1", "kind": "<change me> Deployment"}}
_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "component": {"workload": _INDICATOR},
    "trait": {
        "appliesToWorkloads": [],
        "conflictsWith": [],
        "definitionRef": {},
        "podDisruptive": False,
        "workloadRefPath": "",
    },
}
_TEMPLATES: dict[str, dict[str, Any]] = {
    "component": {"output": {}, "parameter": {}},
    "trait": {"patch": {}, "parameter": {}},
}


def run(argv: list[str]) -> int:
    """Print the skeleton, or write it with ``-o``."""
    parsed = parse(_FLAGS, argv)
    if len(parsed.rest) != 1:
        raise UsageError(f"accepts 1 arg(s), received {len(parsed.rest)}", code="oam.usage")
    type_ = parsed.strings["type"]
    if type_ not in TYPES:
        hint = "one of " + ", ".join(TYPES)
        raise UsageError(f'invalid definition type "{type_}"', code="oam.usage", help=hint)
    metadata = {
        "alias": parsed.strings["alias"],
        "annotations": {},
        "attributes": _ATTRIBUTES.get(type_, {}),
        "description": parsed.strings["desc"],
        "labels": {},
        "type": type_,
    }
    template = _TEMPLATES.get(type_, {})
    if parsed.strings["template-yaml"]:
        template = _from_objects(type_, parsed.strings["template-yaml"])
    label = ast.BasicLit(0, "STRING", quote_string(parsed.rest[0]))
    text = format_node([ast.Field(label, 0, data_tree(metadata))], simplify=True) + "\n"
    text += format_node([ast.Field(ast.Ident(0, "template"), 0, data_tree(template))], simplify=True) + "\n"
    if parsed.strings["output"]:
        write(parsed.strings["output"], text)
    else:
        sys.stdout.write(text + "\n")
    return 0


def _from_objects(type_: str, path: str) -> dict[str, Any]:
    """A template that renders the objects of a YAML file: the first one as output, the others by their names."""
    objects = [document.data for document in load_documents(Source(path, read(path)))]
    output: Any = {}
    if type_ != "trait" and objects:
        output = objects.pop(0)
    outputs = {str((obj.get("metadata") or {}).get("name") or f"object-{i}"): obj for i, obj in enumerate(objects)}
    return {"output": _sorted(output), "outputs": _sorted(outputs), "parameter": {}}


def _sorted(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _sorted(data[key]) for key in sorted(data)}
    return [_sorted(item) for item in data] if isinstance(data, list) else data
