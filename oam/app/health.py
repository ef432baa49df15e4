"""How components stand: the health policies and status messages of their definitions, judged on live objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.errors import OamError
from pycue.errors import CueError

if TYPE_CHECKING:
    from oam.definition import Definition
    from oam.render.template import TemplateCompiler
    from pycue import Value

__all__ = ["Health", "judge"]


@attrs.frozen
class Health:
    """Whether something is healthy, what its definition says about it, and why it cannot be judged."""

    healthy: bool = True
    message: str = ""
    trouble: str = ""


def judge(compiler: TemplateCompiler, definition: Definition, context: dict[str, Any], parameter: Any) -> Health:
    """Judge live objects; a definition without health policy takes everything for healthy.

    Args:
        compiler: compiles the snippets, once each.
        definition: of the component or trait.
        context: ``name``, ``appName``, ``namespace``, ``output``, ``outputs``, ``parameter``.
        parameter: properties of the component or trait.
    """
    status = definition.spec.get("status") or {}
    healthy, trouble = True, ""
    if policy := status.get("healthPolicy"):
        try:
            healthy = _evaluate(compiler, definition, policy, context, parameter).lookup("isHealth").decode() is True
        except (CueError, OamError) as error:
            healthy, trouble = False, f"health policy of {definition.name}: {error}"
    message = ""
    if text := status.get("customStatus"):
        try:
            message = str(_evaluate(compiler, definition, text, context, parameter).lookup("message").decode())
        except (CueError, OamError):
            message = ""
    return Health(healthy, message, trouble)


def _evaluate(
    compiler: TemplateCompiler, definition: Definition, text: str, context: dict[str, Any], parameter: Any
) -> Value:
    template = compiler.compile_text(f"{definition.name}.cue", text, ("context", "parameter"))
    return template.fill(context=context, parameter=parameter or {})
