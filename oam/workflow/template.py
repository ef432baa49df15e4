"""Step templates: the CUE text of a step type, ready to be filled."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from oam.definition.builtin import builtin_definition
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


class Templates:
    """The templates of step types, each compiled once.

    Args:
        library: the user's definitions.
        namespace: of the application, where its definitions are looked for first.
        compiler: shared with others; one of its own unless given.
    """

    def __init__(self, library: Library, namespace: str, compiler: TemplateCompiler | None = None) -> None:
        self.compiler = compiler or TemplateCompiler(packages=package_source, allow_unused_imports=True)
        self._library = library
        self._namespace = namespace

    def definition(self, type_: str) -> Definition | None:
        """The definition of a step type; None for built-in types.

        Raises:
            DefinitionError: there is no such type.
        """
        return None if type_ in BUILT_IN else self._library.find("WorkflowStepDefinition", type_, self._namespace)

    def has(self, type_: str) -> bool:
        """Whether there is such a step type."""
        return type_ in BUILT_IN or self._library.get("WorkflowStepDefinition", type_, self._namespace) is not None

    def tree(self, type_: str) -> ast.File:
        """The syntax tree of a step type's template.

        Raises:
            DefinitionError: there is no such type, or its schematic is not CUE.
        """
        if type_ in ("apply-component", "builtin-apply-component"):
            return _apply_component()
        definition = self.definition(type_) or builtin_definition("WorkflowStepDefinition", type_)
        if definition is None:
            raise DefinitionError(f'step type "{type_}" has no template', code="oam.workflow.type")
        return definition.require_template()

    def template(self, type_: str) -> Template:
        """The compiled template, with ``context`` and ``parameter`` open.

        Raises:
            DefinitionError: see :meth:`tree`.
            CueError: the template does not compile.
        """
        return self.compiler.compile(self.tree(type_), ("context", "parameter"))


@cache
def _apply_component() -> ast.File:
    text = files("oam.workflow").joinpath("steps", "apply-component.cue").read_text(encoding="utf-8")
    return parse_file(Source("apply-component.cue", text))
