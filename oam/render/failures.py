"""The text of failed renderings: entries grouped by whose fault they are, each with the places that it concerns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oam.diagnostics.text import places
from oam.errors import Finding, RenderError
from oam.render.given import Given, steps_of
from pycue.errors import CueError, Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from oam.definition.declaration import Declaration
    from oam.definition.definition import Definition
    from oam.model.application import Application, Component, Policy, Trait
    from pycue import Value
    from pycue.errors import DiagnosticError
    from pycue.source import Position

__all__ = ["About", "brief", "faults", "grouped", "missing_parameters", "package_faults"]

_PARAMETER = "parameter"
_DISJUNCTION = re.compile(r"\d+ errors in empty disjunction:")
_PARTS = (_PARAMETER, "output", "outputs", "patch", "patchOutputs")
_MISSING = ("incomplete value ", "field is required but not present")


def brief(error: DiagnosticError) -> str:
    """The first message with its path, and how many more there are."""
    return str(error)


class About:
    """What is being rendered: a part of an application with its definition. Knows places and hints.

    Attributes:
        name: the part, as messages name it.
        given: where the part was written.
    """

    __slots__ = ("_definition", "_properties", "given", "name")

    def __init__(self, name: str, app: Application, part: Component | Trait | Policy, definition: Definition) -> None:
        self.name = name
        self.given = Given(app, part)
        self._definition = definition
        self._properties = part.properties

    @property
    def type_place(self) -> Position | None:
        """Where the part names its definition."""
        return self.given.at(("type",))

    def failure(self, text: str, diagnostics: Sequence[Diagnostic], *, code: str) -> RenderError:
        """An error of one line, with the places of its faults below; ``code`` is for those that are no parameters."""
        entries = self.findings(diagnostics)
        for entry in entries:
            if entry.path[:1] != (_PARAMETER,):
                entry.code = code
        if len(entries) == 1:
            lines = places(entries[0].positions(), "      ")
            lines += [f"      hint: {item.help}" for item in entries if item.help]
        else:
            lines = [_lines(entries)] if entries else []
        return RenderError("\n".join([text, *lines]), code=code, diagnostics=entries)

    def strangers(self, declaration: Declaration, properties: Mapping[str, Any] | None) -> Iterator[Finding]:
        """A warning for each property that the template neither declares nor looks at."""
        for path, hint in declaration.unknown(properties or {}):
            yield Finding(
                f"{self._definition.name} takes no such parameter",
                code="OAM202",
                subject=self.name,
                path=(_PARAMETER, *map(str, path)),
                position=self.given.property(path),
                severity="warning",
                help=hint,
            )

    def findings(self, diagnostics: Sequence[Diagnostic]) -> list[Finding]:
        """The faults with their places in the application first, codes and hints."""
        from oam.render.hints import Hints

        hints = Hints(self._definition.template, self._properties)
        return [self._finding(item, item.help or hints.hint(item, diagnostics)) for item in diagnostics]

    def _finding(self, item: Diagnostic, hint: str) -> Finding:
        found = item.positions()
        first = next((position for position in found if self.given.owns(position)), None)
        if first is None and item.path[:1] == (_PARAMETER,):
            first = self.given.property(steps_of(item.path[1:]))
        if first is None:
            first, more = item.position or self.type_place, self.type_place
            found += [more] if more is not None else []
        return Finding.of(
            item,
            subject=self.name,
            code=_code(item),
            position=first,
            inputs=[position for position in found if position != first],
            help=hint,
        )


def grouped(
    heading: str,
    diagnostics: Iterable[Diagnostic],
    *,
    user: Sequence[str] = (),
    about: About | None = None,
    code: str = "oam.render",
) -> RenderError:
    """An error with up to three groups: what the template itself complains about, parameters, and the template.

    Args:
        heading: first line, without colon.
        diagnostics: those whose path starts with ``parameter`` are the user's to mend.
        user: messages of the template's ``errs`` list, kept in order.
        about: what was rendered.
        code: of the whole error.
    """
    entries: Sequence[Diagnostic] = list(diagnostics)
    if about is not None:
        entries = about.findings(entries)
    parameters = [item for item in entries if item.path[:1] == (_PARAMETER,)]
    others = [item for item in entries if item.path[:1] != (_PARAMETER,)]
    parts = [heading + ":"]
    place = about.type_place if about is not None else None
    own: list[Diagnostic] = [
        Finding(line, subject=about.name if about else "", code="oam.render.errs", position=place) for line in user
    ]
    if user:
        parts.append("User Errors:\n" + "\n".join(f"  {line}" for line in user))
        parts[-1] += "".join(f"\n{line}" for line in places([place] if place else [], "      "))
    if parameters:
        parts.append("Parameter errors:\n" + _lines(parameters))
    if others:
        parts.append("Template errors:\n" + _lines(others))
    return RenderError("\n\n".join(parts), code=code, diagnostics=_joined([*own, *parameters, *others]))


def _joined(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The same faults, those of the alternatives of one disjunction as one."""
    heads = {item.path: item for item in diagnostics if _DISJUNCTION.fullmatch(item.message)}
    parts = {path: [d for d in diagnostics if d.path == path and d is not head] for path, head in heads.items()}
    out: list[Diagnostic] = []
    for item in diagnostics:
        below = parts.get(item.path)
        if not below:
            out.append(item)
        elif item is heads[item.path]:
            message = "; ".join(part.message for part in below)
            places = [position for part in (item, *below) for position in part.positions()]
            inputs = [position for position in places if position != item.position]
            one = Finding.of(item, subject=getattr(item, "subject", ""), inputs=inputs)
            one.message = message
            out.append(one)
    return out


def faults(
    root: Value,
    error: DiagnosticError,
    properties: Mapping[str, Any] | None = None,
    refill: Callable[[dict[str, Any]], Value] | None = None,
) -> list[Diagnostic]:
    """All faults of a template, also those that the language keeps to itself while another field is in error.

    Args:
        root: the filled template.
        error: its error.
        properties: what it was filled with.
        refill: fills it with other properties: those that are at fault are left out to see what else there is.
    """
    found = list(error.diagnostics)
    seen = {item.summary() for item in found}
    paths = [steps_of(item.path[1:]) for item in found if item.path[:1] == (_PARAMETER,)]
    roots = [root]
    if refill is not None and paths and all(paths):
        roots.append(refill(_without(properties or {}, paths)))
    for value in roots:
        for name in _PARTS:
            part = value.lookup(name)
            failure = part.error() if part.exists() else None
            for item in failure.diagnostics if failure is not None else ():
                if item.path[:1] == (name,) and item.summary() not in seen:
                    seen.add(item.summary())
                    found.append(item)
    return found


def _without(data: Any, paths: Sequence[tuple[str | int, ...]]) -> Any:
    """A copy without what is at the paths; lists go as a whole."""
    out = dict(data)
    for key in data:
        below = [path[1:] for path in paths if path[0] == key]
        if any(not path or isinstance(path[0], int) for path in below) or (below and not isinstance(data[key], dict)):
            del out[key]
        elif below:
            out[key] = _without(data[key], below)
    return out


def missing_parameters(declaration: Declaration, root: Value) -> list[Diagnostic]:
    """Required parameters that are not given and that the template looks at."""
    used = declaration.used
    try:
        root.lookup(_PARAMETER).validate(concrete=True)
    except CueError as error:
        return [item for item in error.diagnostics if len(item.path) > 1 and (used is None or item.path[1] in used)]
    return []


def _lines(diagnostics: Sequence[Diagnostic]) -> str:
    """Each fault, below it its places with what stands there, below those its hint; the same text only once."""
    found: dict[str, tuple[list[Position], list[str]]] = {}
    for item in sorted(diagnostics, key=lambda d: d.summary()):
        where, hints = found.setdefault(f"  {item.summary()}", ([], []))
        where += item.positions()
        hints += [f"      hint: {item.help}"] if item.help else []
    out = []
    for entry, (where, hints) in found.items():
        out += [entry, *places(where, "      "), *dict.fromkeys(hints)]
    return "\n".join(out)


def _code(item: Diagnostic) -> str:
    """Stable codes of what the language tells in its own words."""
    if item.path[:1] == (_PARAMETER,):
        if item.message.startswith(_MISSING):
            return "OAM201"
        return "OAM202" if item.message == "field not allowed" else "oam.parameter"
    return "OAM230" if item.message.startswith(_MISSING) else item.code


def package_faults(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Missing packages are told twice, as the reference does: by the language and by the lookup of its own packages."""
    out: list[Diagnostic] = []
    for item in diagnostics:
        out.append(item)
        quoted = item.message.split('"')
        if item.message.startswith("builtin package ") and len(quoted) > 1:
            out.append(Diagnostic(f'package "{quoted[1]}" not found', code=item.code, position=item.position))
    return out
