"""What changed between two versions of a definition, and whether that breaks those who use it.

Parameters are compared by subsumption: a value that the old version took must be one that the new version takes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from oam.definition.declared import declared_parameters, is_conditional
from pycue import Context, CueError, Selector
from pycue.syntax import ast
from pycue.syntax.literal import quote_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oam.definition.definition import Definition
    from pycue import Value
    from pycue.source import Position

__all__ = ["Change", "Comparison", "compare_all", "compare_definitions", "version_step"]

_MAX_DEPTH = 16
_STEPS = ("none", "patch", "minor", "major")
_ALIGNED = re.compile(r'((?:"[^"]*"|[\w#$-]+)[?!]?:)\s+')
_PROBE = "\N{MIDDLE DOT}"  # a field name that no parameter has


@attrs.frozen
class Change:
    """One difference.

    Attributes:
        path: of the parameter, e.g. ``ports[].port``; ``[name]`` stands for fields of any name. Of what is no
            parameter, where it stands in the definition, e.g. ``attributes.workload``.
        kind: ``added``, ``removed``, ``narrowed``, ``widened``, ``changed``, ``default``, ``required``, ``optional``,
            ``immutable`` or ``mutable``.
        breaking: whether what the old version took may fail, or lose its meaning, with the new one.
        old: CUE text of what was, ``""`` for nothing.
        new: CUE text of what is.
        note: what it means, one line.
        position: where the new version says so, or the old one where the new one says nothing.
    """

    path: str
    kind: str
    breaking: bool
    old: str = ""
    new: str = ""
    note: str = ""
    position: Position | None = None


@attrs.frozen
class Comparison:
    """All differences of two definitions; one of them is None where there is no such definition.

    ``step`` is the smallest honest version step: none, patch, minor, major.
    """

    old: Definition | None
    new: Definition | None
    changes: tuple[Change, ...]
    step: str

    @property
    def breaking(self) -> bool:
        """Whether anything breaks callers."""
        return any(change.breaking for change in self.changes)

    @property
    def declared_step(self) -> str | None:
        """The step that the versions of both say is made; None where one has no version."""
        return version_step(self.old_version, self.new_version)

    @property
    def old_version(self) -> str:
        """``spec.version`` of the old definition, or ``""``."""
        return str(self.old.spec.get("version") or "") if self.old else ""

    @property
    def new_version(self) -> str:
        """``spec.version`` of the new definition, or ``""``."""
        return str(self.new.spec.get("version") or "") if self.new else ""

    @property
    def acceptable(self) -> bool:
        """Whether the versions admit what changed; without versions, whether nothing breaks."""
        declared = self.declared_step
        if declared is None:
            return not self.breaking
        return _STEPS.index(declared) >= _STEPS.index(self.step)

    @property
    def next_version(self) -> str:
        """The version that the new definition should have at least; ``""`` where the old one has none."""
        parts = _version(self.old_version)
        if parts is None:
            return ""
        at = {"major": 0, "minor": 1, "patch": 2}.get(self.step)
        if at is not None:
            parts = [*parts[:at], parts[at] + 1, *[0] * (2 - at)]
        return ".".join(map(str, parts))


def _version(text: str) -> list[int] | None:
    parts = text.removeprefix("v").split(".")
    return [int(part) for part in parts] if len(parts) == 3 and all(part.isdecimal() for part in parts) else None


def version_step(old: str, new: str) -> str | None:
    """The step from one version to another; ``none`` also for a step back, None where one is no version.

    >>> version_step("1.2.3", "1.3.0"), version_step("1.2.3", "1.2.3"), version_step("", "1.0.0")
    ('minor', 'none', None)
    """
    a, b = _version(old), _version(new)
    if a is None or b is None:
        return None
    if b <= a:
        return "none"
    return next(step for step, x, y in zip(("major", "minor", "patch"), a, b, strict=True) if x != y)


def compare_definitions(old: Definition, new: Definition) -> Comparison:
    """Compare two versions of a definition.

    Raises:
        DefinitionError: the parameters of one of them cannot be compiled.
    """
    changes = [*_identity(old, new)]
    if old.template_text != new.template_text:
        comparer = _Comparer()
        comparer.top(_parameters(old), _parameters(new))
        changes += comparer.changes
    step = "none"
    if any(change.breaking for change in changes):
        step = "major"
    elif changes:
        step = "minor"
    elif not _same_content(old, new):
        step = "patch"
    return Comparison(old, new, tuple(changes), step)


def compare_all(old: Sequence[Definition], new: Sequence[Definition]) -> list[Comparison]:
    """Compare definitions of the same kind and name; one against one is compared whatever they are called.

    Raises:
        DefinitionError: the parameters of one of them cannot be compiled.
    """
    if len(old) == len(new) == 1:
        return [compare_definitions(old[0], new[0])]
    before, after = ({(item.kind, item.name): item for item in group} for group in (old, new))
    out = []
    for key in sorted({*before, *after}):
        was, now = before.get(key), after.get(key)
        if was is not None and now is not None:
            out.append(compare_definitions(was, now))
        elif was is not None:
            change = Change("name", "removed", True, was.name, "", "who uses it finds nothing", was.position)
            out.append(Comparison(was, None, (change,), "major"))
        elif now is not None:
            change = Change("name", "added", False, "", now.name, "a new definition", now.position)
            out.append(Comparison(None, now, (change,), "minor"))
    return out


def _parameters(definition: Definition) -> Value | None:
    return declared_parameters(definition.template) if definition.template is not None else None


def _same_content(old: Definition, new: Definition) -> bool:
    pairs = [({**item.to_object()["spec"], "version": ""}, item.labels, item.annotations) for item in (old, new)]
    return pairs[0] == pairs[1]


def _identity(old: Definition, new: Definition) -> Iterable[Change]:
    """What callers rely on besides parameters: type and name, and which workloads a trait is for."""
    place = new.position
    if old.kind != new.kind:
        yield Change("type", "changed", True, old.kind, new.kind, "nothing refers to the new kind", place)
    if old.name != new.name:
        yield Change("name", "changed", True, old.name, new.name, "who uses the old name finds nothing", place)
    a, b = (((item.spec.get("workload") or {}).get("definition") or {}) for item in (old, new))
    if a and b and a != b:
        was, now = (f"{item.get('apiVersion', '')} {item.get('kind', '')}" for item in (a, b))
        note = "the object is made anew, and traits may not fit it"
        yield Change("attributes.workload", "changed", True, was, now, note, place)
    before, after = (item.spec.get("appliesToWorkloads") or ["*"] for item in (old, new))
    if before != after and "*" not in after:
        gone = ["*"] if "*" in before else [item for item in before if item not in after]
        if gone:
            note = "the trait no longer applies to " + ("all workloads" if gone == ["*"] else ", ".join(gone))
            yield Change(
                "attributes.appliesToWorkloads", "narrowed", True, ", ".join(before), ", ".join(after), note, place
            )
    for item in new.spec.get("conflictsWith") or []:
        if item not in (old.spec.get("conflictsWith") or []):
            yield Change("attributes.conflictsWith", "added", True, "", item, f"excludes the trait {item}", place)


class _Comparer:
    """Collects the changes of parameters."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.place: Position | None = None  # of the struct whose fields are compared

    def top(self, old: Value | None, new: Value | None) -> None:
        """Compare all parameters; None stands for a template that declares none, which takes anything."""
        if old is not None and new is not None:
            self.value("", old, new, 0)
        elif new is not None:
            for selector, value in new.fields(optional=True):
                self.added(_join("", selector.name), value)
        elif old is not None:
            for selector, value in old.fields(optional=True):
                self.removed(_join("", selector.name), value)

    # ---- fields

    def fields(self, path: str, old: Value, new: Value, depth: int) -> None:
        before = {selector.name: value for selector, value in old.fields(optional=True)}
        after = {selector.name: value for selector, value in new.fields(optional=True)}
        for name, value in before.items():
            where = _join(path, name)
            if name not in after:
                self.removed(where, value)
            else:
                self.presence(where, value, after[name])
                self.value(where, value, after[name], depth + 1)
        for name, value in after.items():
            if name not in before:
                self.added(_join(path, name), value)
        self.place = new.position
        self.others(path, old, new, depth)

    def others(self, path: str, old: Value, new: Value, depth: int) -> None:
        """Fields that are not named: ``[string]: T``, and whether a struct is closed."""
        was, now = _other(old), _other(new)
        if was is None and now is None:
            return
        where = f"{path}[name]"
        if now is None:
            self.add(where, "narrowed", True, "...", "", "fields of other names are refused", new)
        elif was is None:
            self.add(where, "widened", False, "", "...", "fields of other names are taken", new)
        else:
            self.value(where, was, now, depth + 1)

    def added(self, path: str, value: Value) -> None:
        if not _needed(value):
            self.add(path, "added", False, "", _text(value), "may be left out", value)
        elif is_conditional(value):
            self.add(path, "added", True, "", _text(value), "must be given under a condition", value)
        else:
            self.add(path, "added", True, "", _text(value), "must be given", value)

    def removed(self, path: str, value: Value) -> None:
        self.add(path, "removed", True, _text(value), "", "what is given has no effect any more", value)

    def presence(self, path: str, old: Value, new: Value) -> None:
        """Whether a parameter must be given, and whether it may be changed later."""
        was, now = _needed(old), _needed(new)
        if was and is_conditional(old) and not is_conditional(new) and now:
            self.add(path, "required", True, _text(old), _text(new), "must be given whatever the condition", new)
        elif now and not was and (old.constraint != new.constraint or not _is_struct(old)):
            self.add(path, "required", True, _text(old), _text(new), "must be given", new)
        elif was and not now and (old.constraint != new.constraint or not _is_struct(new)):
            self.add(path, "optional", False, _text(old), _text(new), "may be left out", new)
        before, after = _is_immutable(old), _is_immutable(new)
        if after and not before:
            self.add(path, "immutable", True, "", "", "cannot be changed once it is set", new)
        elif before and not after:
            self.add(path, "mutable", False, "", "", "may be changed later", new)

    # ---- values

    def value(self, path: str, old: Value, new: Value, depth: int) -> None:
        """Compare what two declarations of one parameter take."""
        if depth > _MAX_DEPTH:
            return
        if _is_struct(old) and _is_struct(new):
            self.fields(path, old, new, depth)
            return
        elements = _element(old), _element(new)
        if elements[0] is not None and elements[1] is not None:
            self.value(f"{path}[]", elements[0], elements[1], depth + 1)
        else:
            self.type(path, old, new)
        self.default(path, old, new)

    def type(self, path: str, old: Value, new: Value) -> None:
        takes_old, takes_new = new.subsumes(old), old.subsumes(new)
        texts = _text(old), _text(new)
        if (takes_old and takes_new) or (not takes_old and not takes_new and texts[0] == texts[1]):
            return
        if takes_old:
            self.add(path, "widened", False, *texts, "takes more than before", new)
        elif takes_new:
            self.add(path, "narrowed", True, *texts, "takes less than before", new)
        else:
            self.add(path, "changed", True, *texts, "refuses some of what it took", new)

    def default(self, path: str, old: Value, new: Value) -> None:
        if old.constraint or new.constraint:
            return
        was, now = _default(old), _default(new)
        if was is not None and now is not None and was != now:
            self.add(path, "default", False, was, now, "what leaves it out is rendered differently", new)

    def add(self, path: str, kind: str, breaking: bool, old: str, new: str, note: str, where: Value) -> None:
        if kind == "optional" and any(item.path == path and item.kind == "optional" for item in self.changes):
            return
        place = where.position
        if place is None or place.filename == _PROBE:
            place = self.place
        self.changes.append(Change(path or "parameter", kind, breaking, old, new, note, place))


def _join(path: str, name: str) -> str:
    return f"{path}.{quote_label(name)}" if path else quote_label(name)


def _other(value: Value) -> Value | None:
    """What a field of any other name must be; None where there may be none."""
    probed = value.unify(Context().compile(f'"{_PROBE}": _', filename=_PROBE))
    error = probed.error()
    if error is not None and any(_PROBE in step for item in error.diagnostics for step in item.path):
        return None
    return probed.lookup(Selector.field(_PROBE))


def _is_struct(value: Value) -> bool:
    """Whether a value is one struct, not one of several."""
    return (
        value.incomplete_kind == "struct"
        and isinstance(value.syntax(), ast.StructLit | ast.File)
        and not _either(value)
    )


def _either(value: Value) -> bool:
    tree = value.syntax()
    decls = tree.decls if isinstance(tree, ast.File) else tree.elts if isinstance(tree, ast.StructLit) else []
    return any(isinstance(decl, ast.EmbedDecl) for decl in decls)


def _element(value: Value) -> Value | None:
    """What the elements of an open list must be; None for what is no such list."""
    tree = value.syntax()
    decls = tree.decls if isinstance(tree, ast.File) else []
    expr = decls[0].expr if len(decls) == 1 and isinstance(decls[0], ast.EmbedDecl) else tree
    if not isinstance(expr, ast.ListLit) or len(expr.elts) != 1 or not isinstance(expr.elts[0], ast.Ellipsis):
        return None
    found = value.unify(Context().compile("[_]", filename=_PROBE)).lookup(0)
    return found if found.exists() else None


def _needed(value: Value) -> bool:
    """Whether a parameter must be given (under its condition, if it has one)."""
    if value.constraint == "?" and not is_conditional(value):
        return False
    if _is_struct(value):
        return any(_needed(field) for _, field in value.fields(optional=True))
    return value.constraint == "!" or not value.is_concrete()


def _is_immutable(value: Value) -> bool:
    return any(line.strip() == "+immutable" for text in value.doc() for line in text.splitlines())


def _default(value: Value) -> str | None:
    if not value.is_concrete():
        return None
    try:
        return value.to_json()
    except CueError:
        return None


def _text(value: Value) -> str:
    """CUE text on one line."""
    text = ""
    for raw in value.format(optional=True).strip().splitlines():
        line = _ALIGNED.sub(r"\1 ", raw.strip())
        joined = not text or text[-1] in "{[(" or line[:1] in ("}", "]", ")")
        text += line if joined else f", {line}"
    return f"{{{text}}}" if _is_struct(value) and text[:1] != "{" else text
