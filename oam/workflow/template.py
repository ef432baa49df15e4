"""Step templates: the CUE text of a step type, ready to be filled."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from oam.errors import DefinitionError
from oam.providers import package_source
from oam.render.template import TemplateCompiler
from pycue.source import Source
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from oam.definition import Definition, Library
    from oam.render.template import Template
    from pycue.syntax import ast

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
        self.compiler = TemplateCompiler(packages=package_source, allow_unused_imports=True)
        self._library = library
        self._namespace = namespace
        self._shipped: dict[str, ast.File] = {}

    def definition(self, type_: str) -> Definition | None:
        """The user's definition of a step type; None for built-in types."""
        if type_ in BUILT_IN:
            return None
        found = self._library.get("WorkflowStepDefinition", type_, self._namespace)
        if found is None and _shipped_text(type_) is None:
            return self._library.find("WorkflowStepDefinition", type_, self._namespace)
        return found

    def has(self, type_: str) -> bool:
        """Whether there is such a step type."""
        if type_ in BUILT_IN or _shipped_text(type_) is not None:
            return True
        return self._library.get("WorkflowStepDefinition", type_, self._namespace) is not None

    def tree(self, type_: str) -> ast.File:
        """The syntax tree of a step type's template.

        Raises:
            DefinitionError: there is no such type, or its schematic is not CUE.
        """
        definition = self.definition(type_)
        if definition is not None:
            return definition.require_template()
        tree = self._shipped.get(type_)
        if tree is None:
            text = _shipped_text(type_)
            if text is None:
                raise DefinitionError(f'step type "{type_}" has no template', code="oam.workflow.type")
            tree = self._shipped[type_] = parse_file(Source(f"{type_}.cue", text))
        return tree

    def template(self, type_: str) -> Template:
        """The compiled template, with ``context`` and ``parameter`` open.

        Raises:
            DefinitionError: see :meth:`tree`.
            CueError: the template does not compile.
        """
        return self.compiler.compile(self.tree(type_), ("context", "parameter"))


@cache
def _shipped_text(type_: str) -> str | None:
    name = _SHIPPED.get(type_, type_)
    if not name.replace("-", "").isalnum():
        return None
    path = files("oam.workflow").joinpath("steps", f"{name}.cue")
    return path.read_text(encoding="utf-8") if path.is_file() else None
