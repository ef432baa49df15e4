"""One definition, whatever format it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.errors import DefinitionError
from oam.model.application import API_VERSION

if TYPE_CHECKING:
    from pycue.errors import Diagnostic
    from pycue.source import Position
    from pycue.syntax.ast import File

__all__ = ["ALIAS", "CUSTOM_PREFIX", "DESCRIPTION", "Definition"]

ALIAS = "definition.oam.dev/alias"
DESCRIPTION = "definition.oam.dev/description"
CUSTOM_PREFIX = "custom.definition.oam.dev/"


@attrs.define
class Definition:
    """An X-Definition.

    Attributes:
        kind: ``ComponentDefinition`` and so on; ``""`` where the CUE format names no type.
        name: ``metadata.name``.
        namespace: ``metadata.namespace`` or ``""``.
        annotations: annotations of the object, description and alias included.
        labels: labels of the object.
        spec: the whole spec; ``schematic.cue.template`` holds the template's text.
        template: the template's syntax tree with positions in the user's file; None where the schematic is no CUE.
        position: where the definition starts.
        warnings: what was accepted but looks wrong.
    """

    kind: str
    name: str
    namespace: str = ""
    annotations: dict[str, str] = attrs.field(factory=dict)
    labels: dict[str, str] = attrs.field(factory=dict)
    spec: dict[str, Any] = attrs.field(factory=dict)
    template: File | None = attrs.field(default=None, eq=False, repr=False)
    position: Position | None = attrs.field(default=None, eq=False)
    warnings: list[Diagnostic] = attrs.field(factory=list, eq=False, repr=False)

    @property
    def template_text(self) -> str:
        """The text of the CUE template, or ``""``."""
        text = ((self.spec.get("schematic") or {}).get("cue") or {}).get("template")
        if not isinstance(text, str):
            text = (self.spec.get("extension") or {}).get("template")
        return text if isinstance(text, str) else ""

    @property
    def description(self) -> str:
        return self.annotations.get(DESCRIPTION, "")

    @property
    def alias(self) -> str:
        return self.annotations.get(ALIAS, "")

    def require_template(self) -> File:
        """The template.

        Raises:
            DefinitionError: the schematic is of another kind, or there is none.
        """
        if self.template is None:
            kinds = [kind for kind in (self.spec.get("schematic") or {}) if kind != "cue"]
            message = f'{self.kind} "{self.name}" has no CUE template'
            if kinds:
                message += f" but a schematic of kind {kinds[0]}"
            raise DefinitionError(message, code="OAM110", position=self.position)
        return self.template

    def to_object(self) -> dict[str, Any]:
        """The Kubernetes object."""
        metadata: dict[str, Any] = {"name": self.name, "annotations": dict(self.annotations)}
        if self.namespace:
            metadata["namespace"] = self.namespace
        if self.labels:
            metadata["labels"] = dict(self.labels)
        head = {"apiVersion": API_VERSION, "kind": self.kind} if self.kind else {}
        return {**head, "metadata": metadata, "spec": self.spec}
