"""A collection of definitions and the rules of looking one up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.builtin import builtin_definition, builtin_names
from oam.definition.cue_reader import read_cue
from oam.definition.profile import STANDARD, Profile
from oam.definition.yaml_reader import read_object
from oam.diagnostics import did_you_mean
from oam.errors import DefinitionError
from oam.model.yaml_reader import load_documents
from pycue.errors import CueError
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oam.definition.definition import Definition

__all__ = ["SYSTEM_NAMESPACE", "Library", "read_definitions"]

SYSTEM_NAMESPACE = "vela-system"

_PLURALS = {
    "ComponentDefinition": "componentdefinitions",
    "TraitDefinition": "traitdefinitions",
    "PolicyDefinition": "policydefinitions",
    "WorkflowStepDefinition": "workflowstepdefinitions",
    "WorkloadDefinition": "workloaddefinitions",
}


def read_definitions(name: str, text: str, profile: Profile = STANDARD) -> list[Definition]:
    """The definitions in a file, by its name's ending: ``.cue`` holds one, YAML (or JSON) any number.

    Raises:
        DefinitionError: the file cannot be read as definitions.
    """
    source = Source(name, text)
    if not name.endswith(".cue"):
        return [read_object(document, profile) for document in load_documents(source)]
    try:
        return [read_cue(source, profile)]
    except CueError as error:
        place = error.diagnostics[0].position if error.diagnostics else None
        text = f"failed to parse CUE for definition: {error}"
        raise DefinitionError(text, code="oam.definition.cue", position=place) from None


class Library:
    """Definitions by kind, namespace and name. Later ones replace earlier ones of the same identity.

    The well-known definitions stand behind those that were added: they are found where no other one is.
    """

    def __init__(self, definitions: Iterable[Definition] = ()) -> None:
        self._table: dict[tuple[str, str, str], Definition] = {}
        for definition in definitions:
            self.add(definition)

    def add(self, definition: Definition) -> None:
        self._table[definition.kind, definition.name, definition.namespace] = definition

    def add_file(self, name: str, text: str, profile: Profile = STANDARD) -> list[Definition]:
        """Add the definitions of a file; gives what was added.

        Raises:
            DefinitionError: the file cannot be read as definitions.
        """
        found = read_definitions(name, text, profile)
        for definition in found:
            self.add(definition)
        return found

    def __iter__(self) -> Iterator[Definition]:
        return iter(self._table.values())

    def __len__(self) -> int:
        return len(self._table)

    def known(self, kind: str) -> list[Definition]:
        """All definitions of a kind by name, the well-known ones among them where no other one has their name."""
        own = {definition.name: definition for definition in self if definition.kind == kind}
        names = sorted({*own, *builtin_names(kind)})
        return [found for name in names if (found := own.get(name) or builtin_definition(kind, name)) is not None]

    def get(self, kind: str, name: str, namespace: str = "") -> Definition | None:
        """Look in the application's namespace, then in the system's, then among those without one, then anywhere.

        ``name`` may carry a revision (``web@v2``): a definition of that very name (``web-v2``) is preferred.
        """
        base, _, revision = name.partition("@v")
        candidates = [f"{base}-v{revision}", base] if revision else [name]
        for candidate in candidates:
            for space in (namespace, SYSTEM_NAMESPACE, ""):
                found = self._table.get((kind, candidate, space))
                if found is not None:
                    return found
            for (other, its_name, _), definition in self._table.items():
                if other == kind and its_name == candidate:
                    return definition
        return builtin_definition(kind, base)

    def find(self, kind: str, name: str, namespace: str = "") -> Definition:
        """Like :meth:`get`.

        Raises:
            DefinitionError: there is none.
        """
        found = self.get(kind, name, namespace)
        if found is None:
            text = f'{_PLURALS[kind]}.core.oam.dev "{name}" not found'
            raise DefinitionError(text, code="oam.definition.missing", help=self._suggest(kind, name))
        return found

    def _suggest(self, kind: str, name: str) -> str:
        own = {its_name for other, its_name, _ in self._table if other == kind}
        known = sorted(own.union(builtin_names(kind)))
        return did_you_mean(name, known) or ("known: " + ", ".join(known[:10]) if known else "")
