"""One definition, whatever format it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.errors import DefinitionError
from oam.model.application import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from pycue.errors import Diagnostic
    from pycue.source import Position
    from pycue.syntax.ast import File

__all__ = ["ALIAS", "CUSTOM_PREFIX", "DESCRIPTION", "Definition"]

ALIAS = "definition.oam.dev/alias"
DESCRIPTION = "definition.oam.dev/description"
CUSTOM_PREFIX = "custom.definition.oam.dev/"


class Definition:
    """An X-Definition.

    Attributes:
        kind: ``ComponentDefinition`` and so on; ``""`` where the CUE format names no type.
        name: ``metadata.name``.
        namespace: ``metadata.namespace`` or ``""``.
        annotations: annotations of the object, description and alias included.
        labels: labels of the object.
        template: the template's syntax tree with positions in the user's file; None where the schematic is no CUE.
        position: where the definition starts.
        warnings: what was accepted but looks wrong.
    """

    __slots__ = (
        "_print",
        "_spec",
        "annotations",
        "kind",
        "labels",
        "name",
        "namespace",
        "position",
        "template",
        "warnings",
    )
    __hash__ = None  # type: ignore[assignment]  # how Python says that there is none

    def __init__(
        self,
        kind: str,
        name: str,
        namespace: str = "",
        annotations: dict[str, str] | None = None,
        labels: dict[str, str] | None = None,
        spec: dict[str, Any] | None = None,
        template: File | None = None,
        position: Position | None = None,
        warnings: list[Diagnostic] | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.annotations = {} if annotations is None else annotations
        self.labels = {} if labels is None else labels
        self._spec = {} if spec is None else spec
        self._print: Callable[[], str] | None = None
        self.template = template
        self.position = position
        self.warnings = [] if warnings is None else warnings

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Definition):
            return NotImplemented
        mine, theirs = (
            (item.kind, item.name, item.namespace, item.annotations, item.labels, item.spec) for item in (self, other)
        )
        return mine == theirs

    def __repr__(self) -> str:
        return f"<Definition {self.kind} {self.name}>"

    @property
    def spec(self) -> dict[str, Any]:
        """The whole spec; ``schematic.cue.template`` holds the template's text."""
        if self._print is not None:
            self._spec["schematic"] = {"cue": {"template": self._print()}}
            self._print = None
        return self._spec

    def set_spec(self, attributes: dict[str, Any], print_template: Callable[[], str]) -> None:
        """Say what the spec is; the template's text is made when somebody wants it, as rendering does not."""
        self._spec = attributes
        self._print = print_template

    def attribute(self, name: str) -> Any:
        """A field of the spec besides the schematic; None where it is not given."""
        return self._spec.get(name)

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
