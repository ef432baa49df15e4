"""The text of failed renderings: entries grouped by whose fault they are, each with the places that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.errors import RenderError
from pycue.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pycue.errors import DiagnosticError
    from pycue.source import Position

    Locate = Callable[[Sequence[str]], Position | None]

__all__ = ["brief", "grouped", "locator", "package_faults"]

_PARAMETER = "parameter"


def brief(error: DiagnosticError) -> str:
    """The first message with its path, and how many more there are."""
    return str(error)


def grouped(
    heading: str,
    diagnostics: Iterable[Diagnostic],
    *,
    user: Sequence[str] = (),
    locate: Locate | None = None,
    code: str = "oam.render",
) -> RenderError:
    """An error with up to three groups: what the template itself complains about, parameters, and the template.

    Args:
        heading: first line, without colon.
        diagnostics: those whose path starts with ``parameter`` are the user's to mend.
        user: messages of the template's ``errs`` list, kept in order.
        locate: where a path below ``parameter`` stands in the application.
        code: of the whole error.
    """
    entries = list(diagnostics)
    parameters = [item for item in entries if item.path[:1] == (_PARAMETER,)]
    others = [item for item in entries if item.path[:1] != (_PARAMETER,)]
    parts = [heading + ":"]
    if user:
        parts.append("User Errors:\n" + "\n".join(f"  {line}" for line in user))
    if parameters:
        parts.append("Parameter errors:\n" + _lines(parameters, locate))
    if others:
        parts.append("Template errors:\n" + _lines(others, None))
    own = [Diagnostic(line, code="oam.render.errs") for line in user]
    return RenderError("\n\n".join(parts), code=code, diagnostics=[*own, *parameters, *others])


def _lines(diagnostics: Sequence[Diagnostic], locate: Locate | None) -> str:
    out: dict[str, list[str]] = {}
    for item in sorted(diagnostics, key=lambda d: d.summary()):
        places = out.setdefault(f"  {item.summary()}", [])
        found = [*item.positions()]
        property_ = locate(item.path) if locate else None
        if property_ is not None:
            found.insert(0, property_)
        for position in found:
            line = f"      {position!r}"
            if line not in places:
                places.append(line)
        if item.help:
            places.append(f"      hint: {item.help}")
    return "\n".join(line for entry, places in out.items() for line in (entry, *places))


def locator(position: Callable[[tuple[str | int, ...]], Position | None] | None, base: tuple[str | int, ...]) -> Locate:
    """Find the property that a path below ``parameter`` came from."""

    def locate(path: Sequence[str]) -> Position | None:
        if position is None or path[:1] != (_PARAMETER,) or not base:
            return None
        steps = [_step(step) for step in path[1:]]
        return position((*base, "properties", *steps))

    return locate


def _step(text: str) -> str | int:
    if text.isdigit():
        return int(text)
    if text.startswith('"'):
        from pycue.syntax.literal import unquote

        value = unquote(text)
        return value if isinstance(value, str) else text
    return text


def package_faults(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Missing packages are told twice, as the reference does: by the language and by the lookup of its own packages."""
    out: list[Diagnostic] = []
    for item in diagnostics:
        out.append(item)
        quoted = item.message.split('"')
        if item.message.startswith("builtin package ") and len(quoted) > 1:
            out.append(Diagnostic(f'package "{quoted[1]}" not found', code=item.code, position=item.position))
    return out
