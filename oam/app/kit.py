"""Definitions together with what was compiled of them, shared by all applications that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.providers import package_source
from oam.render import Renderer
from oam.render.template import TemplateCompiler
from oam.workflow.template import Templates
from pycue.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.definition import Library, Profile
    from pycue.source import Position

__all__ = ["LIMITS", "Kit"]

LIMITS = Limits(depth=2_000, steps=1_000_000, seconds=10.0, output=20 << 20)
"""What one evaluation of a template may use up: a template of use takes a thousandth of it."""


class Kit:
    """See the module.

    Args:
        library: the definitions.
        profile: whose rules hold.
        limits: budgets of each evaluation.
        decided: told of each condition in a template that is decided; see :class:`pycue.Context`.
        like: a kit with other definitions, whose limits and compiled templates are used again.

    Attributes:
        library: the definitions.
        profile: whose rules hold.
        renderer: of components, traits and policies.
    """

    def __init__(
        self,
        library: Library,
        profile: Profile,
        *,
        limits: Limits | None = None,
        decided: Callable[[Position, bool], None] | None = None,
        like: Kit | None = None,
    ) -> None:
        self.library = library
        self.profile = profile
        limits = limits or LIMITS
        packages = None if profile.name == "upstream" else package_source
        self.renderer: Renderer = Renderer(
            library,
            profile=profile,
            packages=packages,
            limits=limits,
            decided=decided,
            compiler=like.renderer.compiler if like else None,
        )
        unused = profile.name != "upstream"
        self._compiler: TemplateCompiler = (
            like._compiler
            if like
            else TemplateCompiler(packages=package_source, allow_unused_imports=unused, limits=limits, decided=decided)
        )

    def templates(self, namespace: str) -> Templates:
        """The templates of step types, as applications of a namespace see them."""
        return Templates(self.library, namespace, self._compiler)

    def has_own_environments(self, namespace: str) -> bool:
        """Whether env-binding policies make objects, as in the historic vocabulary, where a definition is there."""
        return self.profile.historic and self.library.get("PolicyDefinition", "env-binding", namespace) is not None
