"""Step templates: the CUE text of a step type, ready to be filled."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from oam.errors import DefinitionError
from oam.providers import package_source
from pycue import Context
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from oam.definition import Definition, Library
    from pycue import Value

__all__ = ["BUILT_IN", "Templates"]

BUILT_IN = frozenset({"suspend", "apply-component", "builtin-apply-component", "step-group"})
"""Step types that no definition replaces."""

_SHIPPED = {"builtin-apply-component": "apply-component"}


class Templates:
    """The templates of step types, each compiled once.

    Args:
        library: the user's definitions.
        namespace: of the application, where its definitions are looked for first.
    """

    def __init__(self, library: Library, namespace: str) -> None:
        self.context = Context(packages=package_source, allow_unused_imports=True)
        self._library = library
        self._namespace = namespace
        self._compiled: dict[str, Value] = {}

    def definition(self, type_: str) -> Definition | None:
        """The user's definition of a step type; None for built-in types."""
        if type_ in BUILT_IN:
            return None
        found = self._library.get("WorkflowStepDefinition", type_, self._namespace)
        if found is None and _shipped_text(type_) is None:
            return self._library.find("WorkflowStepDefinition", type_, self._namespace)
        return found

    def tree(self, type_: str) -> ast.File:
        """The syntax tree of a step type's template.

        Raises:
            DefinitionError: there is no such type, or its schematic is not CUE.
        """
        definition = self.definition(type_)
        if definition is not None:
            return definition.require_template()
        text = _shipped_text(type_)
        if text is None:
            raise DefinitionError(f'step type "{type_}" has no template', code="oam.workflow.type")
        return parse_file(Source(f"{type_}.cue", text))

    def value(self, type_: str) -> Value:
        """The template with open ``context`` and ``parameter``.

        Raises:
            DefinitionError: see :meth:`tree`.
            CueError: the template does not compile.
        """
        found = self._compiled.get(type_)
        if found is None:
            tree = self.tree(type_)
            whole = ast.File(tree.filename, [*tree.decls, _open_field("context"), _open_field("parameter")], tree.source)
            whole.comments = tree.comments
            found = self._compiled[type_] = self.context.compile(whole)
        return found


def _open_field(name: str) -> ast.Field:
    return ast.Field(ast.Ident(0, name), 0, ast.Ident(0, "_"))


@cache
def _shipped_text(type_: str) -> str | None:
    name = _SHIPPED.get(type_, type_)
    if not name.replace("-", "").isalnum():
        return None
    path = files("oam.workflow").joinpath("steps", f"{name}.cue")
    return path.read_text(encoding="utf-8") if path.is_file() else None
