"""What a user hands in: files with definitions, applications, policies, workflows and plain objects, in any mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oam.definition import STANDARD, Library
from oam.definition.cue_reader import read_cue
from oam.definition.yaml_reader import read_object
from oam.errors import DefinitionError, DocumentError
from oam.model import Application, load_documents
from pycue.errors import CueError
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oam.definition import Definition, Profile
    from oam.model import Document
    from pycue.errors import Diagnostic

__all__ = ["Bundle", "read_bundle"]

_DEFINITIONS = frozenset(
    {"ComponentDefinition", "TraitDefinition", "PolicyDefinition", "WorkflowStepDefinition", "WorkloadDefinition"}
)


@attrs.define
class Bundle:
    """The contents of some files, sorted.

    Attributes:
        objects: documents of all other kinds, in the order of the files; Policy and Workflow objects too.
    """

    definitions: list[Definition] = attrs.field(factory=list)
    applications: list[Application] = attrs.field(factory=list)
    objects: list[Document] = attrs.field(factory=list)
    warnings: list[Diagnostic] = attrs.field(factory=list)

    def library(self) -> Library:
        """The definitions as a library."""
        return Library(self.definitions)


def read_bundle(sources: Iterable[Source], profile: Profile = STANDARD) -> Bundle:
    """Read files: ``.cue`` holds one definition, everything else is YAML (or JSON) with any number of documents.

    Raises:
        DocumentError: a text is no YAML, or a document no object.
        DefinitionError: a definition cannot be read.
    """
    bundle = Bundle()
    for source in sources:
        if source.name.endswith(".cue"):
            bundle.definitions.append(_cue_definition(source, profile))
            continue
        for document in load_documents(source):
            _sort_in(bundle, document, profile)
    for definition in bundle.definitions:
        bundle.warnings += definition.warnings
    return bundle


def _cue_definition(source: Source, profile: Profile) -> Definition:
    try:
        return read_cue(source, profile)
    except CueError as error:
        place = error.diagnostics[0].position if error.diagnostics else None
        raise DefinitionError(
            f"failed to parse CUE for definition: {error}", code="oam.definition.cue", position=place
        ) from None


def _application(document: Document) -> Application:
    """The model reads what it needs; whether the rest is well-formed is looked at on admission."""
    metadata = document.data.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        text = "metadata.name: an application needs a name, which is text"
        raise DocumentError(text, code="oam.application.name", position=document.position(("metadata", "name")))
    return Application.parse(document.data, document)


def _sort_in(bundle: Bundle, document: Document, profile: Profile) -> None:
    data = document.data
    if (
        not isinstance(data, dict)
        or not isinstance(data.get("kind"), str)
        or not isinstance(data.get("apiVersion"), str)
    ):
        raise DocumentError(
            "a document is no object: it needs apiVersion and kind", code="oam.document", position=document.position()
        )
    core = data["apiVersion"].partition("/")[0] == "core.oam.dev"
    bundle.warnings += document.warnings
    if core and data["kind"] in _DEFINITIONS:
        bundle.definitions.append(read_object(document, profile))
    elif core and data["kind"] == "Application":
        bundle.applications.append(_application(document))
    else:
        metadata = data.get("metadata")
        if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
            raise DocumentError(
                f"{data['kind']}: metadata.name is missing",
                code="oam.document",
                position=document.position(("metadata",)),
            )
        bundle.objects.append(document)
