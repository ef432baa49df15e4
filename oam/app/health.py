"""How components stand: the health policies and status messages of their definitions, judged on live objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oam.errors import OamError
from oam.render.objects import plain
from pycue.errors import CueError

if TYPE_CHECKING:
    from oam.definition import Definition
    from oam.render.template import TemplateCompiler
    from pycue import Value

__all__ = ["Health", "judge"]


@attrs.frozen
class Health:
    """How something stands.

    Attributes:
        healthy: what the health policy says.
        message: what the definition says about it.
        trouble: why it cannot be judged.
        details: single facts as text; ``_|_`` stands for what is not known.
    """

    healthy: bool = True
    message: str = ""
    trouble: str = ""
    details: dict[str, str] = attrs.field(factory=dict)


def judge(compiler: TemplateCompiler, definition: Definition, context: dict[str, Any], parameter: Any) -> Health:
    """Judge live objects; a definition without health policy takes everything for healthy.

    First come the details, which the health policy sees in ``context.status.details``, then whether all is well, which
    the message sees in ``context.status.healthy``.

    Args:
        compiler: compiles the snippets, once each.
        definition: of the component or trait.
        context: ``name``, ``appName``, ``namespace``, ``output``, ``outputs``, ``parameter``.
        parameter: properties of the component or trait.
    """
    status = definition.spec.get("status") or {}
    healthy, trouble, message = True, "", ""
    details: dict[str, str] = {}
    known: dict[str, Any] = {}
    seen: dict[str, Any] = {"details": known}
    if text := status.get("details"):
        try:
            details, found = _details(_evaluate(compiler, definition, text, context, parameter))
            known.update(found)
        except (CueError, OamError) as error:
            trouble = f"details of {definition.name}: {error}"
    context = {**context, "status": seen}
    if text := status.get("healthPolicy"):
        try:
            healthy = _evaluate(compiler, definition, text, context, parameter).lookup("isHealth").decode() is True
        except (CueError, OamError) as error:
            healthy, trouble = False, f"health policy of {definition.name}: {error}"
    seen["healthy"] = healthy
    if text := status.get("customStatus"):
        try:
            said = _evaluate(compiler, definition, text, context, parameter).lookup("message").decode()
            message = said if isinstance(said, str) else ""
        except (CueError, OamError):
            message = ""
    return Health(healthy, message, trouble, details)


def _details(root: Value) -> tuple[dict[str, str], dict[str, Any]]:
    """Details as text, and the data of those that are known; names with ``$`` are for the other snippets only.

    Raises:
        CueError: the snippet contradicts itself.
    """
    error = root.error()
    if error is not None:
        raise error
    texts: dict[str, str] = {}
    known: dict[str, Any] = {}
    for selector, value in root.fields():
        name = selector.name
        if name in ("context", "parameter") or len(name) > _LONGEST or _HIDDEN & {key for key, _ in value.attributes()}:
            continue
        try:
            known[name] = plain(value.decode())
        except CueError:
            texts[name] = "_|_"
            continue
        texts[name] = known[name] if isinstance(known[name], str) else _text(value)
    return {name: text for name, text in texts.items() if not name.startswith("$")}, known


def _text(value: Value) -> str:
    """A value in CUE; structs with braces."""
    value = value.default()
    text = value.format(simplify=False).strip("\n")
    if value.kind == "struct":
        lines = "".join(f"\t{line}\n" for line in text.splitlines())
        text = f"{{\n{lines}}}" if lines else "{}"
    return text


_LONGEST = 31
"""Length of the names of details."""
_HIDDEN = {"local", "private"}
"""Attributes of details that are not told."""


def _evaluate(
    compiler: TemplateCompiler, definition: Definition, text: str, context: dict[str, Any], parameter: Any
) -> Value:
    """The value of a snippet.

    Raises:
        CueError: it does not compile, or a condition in it cannot be decided.
    """
    template = compiler.compile_text(f"{definition.name}.cue", text, ("context", "parameter"))
    value = template.fill(context=context, parameter=parameter or {})
    if value.kind == "_|_":
        value.validate(concrete=True)
    return value
