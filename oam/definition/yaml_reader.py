"""Definitions as Kubernetes objects."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from oam.definition.definition import Definition
from oam.definition.profile import STANDARD, Profile
from oam.definition.spec import HISTORIC, KINDS, SPECS
from oam.definition.yaml_source import BlockSource
from oam.errors import DefinitionError, DocumentError, warning
from oam.model.strict import check
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from oam.model.document import Document
    from oam.model.strict import Struct
    from pycue.syntax.ast import File

__all__ = ["is_definition", "read_object"]

_TEMPLATE_PATHS: tuple[tuple[str, ...], ...] = (
    ("spec", "schematic", "cue", "template"),
    ("spec", "extension", "template"),
)


def is_definition(data: Any) -> bool:
    """Whether plain data is a definition of one of the known kinds."""
    return isinstance(data, dict) and data.get("kind") in KINDS


def read_object(document: Document, profile: Profile = STANDARD) -> Definition:
    """The definition in a document.

    Fields that the kind does not have are accepted with a warning, as the API server prunes them.

    Raises:
        DefinitionError: no definition, no name, or the template is no CUE.
    """
    data = document.data
    if not is_definition(data):
        kind = data.get("kind") if isinstance(data, dict) else None
        hint = "the kinds are " + ", ".join(KINDS)
        text = f'not a definition: kind "{kind}"' if kind else "not a definition: no kind"
        raise DefinitionError(text, code="oam.definition.kind", position=document.position(("kind",)), help=hint)
    metadata = _mapping(document, ("metadata",))
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        raise DefinitionError("the definition has no name", code="oam.definition.name", position=document.position())
    definition = Definition(
        data["kind"],
        name,
        str(metadata.get("namespace") or ""),
        {key: str(value) for key, value in _mapping(document, ("metadata", "annotations")).items()},
        {key: str(value) for key, value in _mapping(document, ("metadata", "labels")).items()},
        dict(_mapping(document, ("spec",))),
        position=document.position(("metadata", "name")),
        warnings=list(document.warnings),
    )
    _check_spec(document, definition)
    definition.template = _template(document, definition)
    return definition


def _mapping(document: Document, path: tuple[str, ...]) -> dict[str, Any]:
    value: Any = document.data
    for step in path:
        value = value.get(step)
        if value is None:
            return {}
        if not isinstance(value, dict):
            text = f"{'.'.join(path)} is not a mapping"
            raise DefinitionError(text, code="oam.definition.form", position=document.position(path))
    found: dict[str, Any] = value
    return found


def _check_spec(document: Document, definition: Definition) -> None:
    """Warn about each field that the kind does not have; refuse values of the wrong type."""
    spec = deepcopy(definition.spec)
    while (error := _first_fault(spec, SPECS[definition.kind])) is not None:
        parent: Any = spec
        path: list[str | int] = []
        for step in error.diagnostics[0].path:
            path.append(int(step) if isinstance(parent, list) else step)
            parent, above = parent[path[-1]], parent
        place = document.position(("spec", *path))
        text = f"invalid definition spec: {error.text}"
        if "unknown field" not in error.text:
            raise DefinitionError(text, code="oam.definition.spec", position=place)
        if path[0] in HISTORIC.get(definition.kind, {}):
            text = f'field "{path[0]}" belongs to an earlier release'
        definition.warnings.append(warning("oam.definition.spec", text, position=place))
        del above[path[-1]]


def _first_fault(spec: dict[str, Any], type_: Struct) -> DocumentError | None:
    try:
        check(spec, type_)
    except DocumentError as error:
        return error
    return None


def _template(document: Document, definition: Definition) -> File | None:
    for path in _TEMPLATE_PATHS:
        node = document.node(path)
        if node is not None and isinstance(node.data, str):
            break
    else:
        return None
    if node.block:
        source: Source = BlockSource(document.source, node.offset, node.data)
    else:
        source = Source(f"{document.source.name}#{'.'.join(path)}", node.data)
    try:
        return parse_file(source)
    except CueSyntaxError as error:
        text = f'the template of {definition.kind} "{definition.name}" is not CUE: {error}'
        place = error.diagnostics[0].position
        raise DefinitionError(text, code="oam.definition.syntax", position=place) from None
