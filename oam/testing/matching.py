"""Matchers: what a value is expected to be, and what it is instead.

A scalar or list stands for itself, a mapping for what must at least be there. A mapping whose keys are all names of
matchers is one: ``equals``, ``subset``, ``regex`` (or ``matches``), ``cue``, ``absent``, ``length``, ``contains``,
``snapshot``, and beside one of these ``path``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from oam.errors import OamError
from oam.testing.datapath import MISSING, Missing, find, nearest, parse_path
from pycue.errors import CueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oam.testing.datapath import Path
    from pycue import Context, Value

__all__ = ["MATCHERS", "Constraint", "Matcher", "MatcherError", "Mismatch", "Setting", "make_matcher", "same"]

MATCHERS = ("equals", "subset", "regex", "matches", "cue", "absent", "length", "contains", "snapshot")


class MatcherError(OamError):
    """An expectation is not what it should be; ``where`` leads to it from the one that was to be made."""

    def __init__(self, text: str, where: Path, help: str = "") -> None:
        super().__init__(text, code="oam.test.suite", help=help)
        self.where = where


@attrs.frozen
class Mismatch:
    """One difference.

    Attributes:
        path: of the value, from where the matcher was asked.
        where: of the expectation, likewise.
        text: what is wrong, where the two sides do not say it.
        expected: what should be there; :data:`MISSING` for nothing.
        found: what is there.
        help: a hint.
        snapshot: whether the expectation is a snapshot, which could be taken again.
    """

    path: Path
    where: Path
    text: str = ""
    expected: Any = MISSING
    found: Any = MISSING
    help: str = ""
    snapshot: bool = False


class Constraint:
    """A CUE value that others are to be instances of."""

    __slots__ = ("text", "value")

    def __init__(self, value: Value, text: str) -> None:
        self.value = value
        self.text = text

    def faults(self, cue: Context, found: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        """Paths and texts of what keeps the value from being an instance."""
        both = self.value.unify(cue.encode(found))
        try:
            both.validate(concrete=True, final=True)
            made = both.decode()
        except CueError as error:
            for item in error.diagnostics:
                yield item.path, item.message
            return
        for path in _added(made, found, ()):
            yield path, "is missing"


def _added(made: Any, found: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of what the constraint has and the value has not."""
    if isinstance(made, dict) and isinstance(found, dict):
        for key, value in made.items():
            if key not in found:
                yield (*path, key)
            else:
                yield from _added(value, found[key], (*path, key))
    elif isinstance(made, list) and isinstance(found, list):
        for index, (one, other) in enumerate(zip(made, found, strict=False)):
            yield from _added(one, other, (*path, str(index)))


@attrs.frozen
class Setting:
    """What matchers are made with: the context of constraints, and the row of a parametrised case."""

    cue: Context
    row: str = ""


class Matcher:
    """Something that a value is held against."""

    def check(self, found: Any) -> Iterator[Mismatch]:
        """Every difference; none where all is as it should be. ``found`` may be :data:`MISSING`."""
        raise NotImplementedError


def make_matcher(data: Any, setting: Setting) -> Matcher:
    """The matcher that an expectation describes.

    Raises:
        MatcherError: it describes none.
    """
    if isinstance(data, Constraint):
        return _Cue(data, setting.cue)
    if isinstance(data, list):
        return _Items([_below(index, item, setting) for index, item in enumerate(data)])
    if isinstance(data, dict):
        names = set(data)
        if names & set(MATCHERS) and names <= {*MATCHERS, "path"}:
            return _operators(data, setting)
        return _Subset({key: _below(key, item, setting) for key, item in data.items()})
    return _Equals(data)


def same(one: Any, other: Any) -> bool:
    """Equality of JSON data: ``1`` is ``1.0`` but not ``true``."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _below(step: str | int, data: Any, setting: Setting) -> Matcher:
    try:
        return make_matcher(data, setting)
    except MatcherError as error:
        raise MatcherError(error.text, (step, *error.where), error.diagnostics[0].help) from None


def _inside(step: str | int, mismatches: Iterator[Mismatch]) -> Iterator[Mismatch]:
    for item in mismatches:
        yield attrs.evolve(item, path=(step, *item.path), where=(step, *item.where))


class _Equals(Matcher):
    def __init__(self, wanted: Any, where: Path = ()) -> None:
        self.wanted = wanted
        self.where = where

    def check(self, found: Any) -> Iterator[Mismatch]:
        if isinstance(found, Missing) or not same(self.wanted, found):
            yield Mismatch((), self.where, expected=self.wanted, found=found)


class _Subset(Matcher):
    def __init__(self, fields: dict[str, Matcher]) -> None:
        self.fields = fields

    def check(self, found: Any) -> Iterator[Mismatch]:
        if not isinstance(found, dict):
            yield Mismatch((), (), _instead_of("a mapping", found), found=found)
            return
        for key, matcher in self.fields.items():
            value = found.get(key, MISSING)
            for item in _inside(key, matcher.check(value)):
                hint = nearest(found, (key,)) if isinstance(value, Missing) and not item.help else item.help
                yield attrs.evolve(item, help=hint)


class _Items(Matcher):
    def __init__(self, items: list[Matcher]) -> None:
        self.items = items

    def check(self, found: Any) -> Iterator[Mismatch]:
        if not isinstance(found, list):
            yield Mismatch((), (), _instead_of("a list", found), found=found)
            return
        if len(found) != len(self.items):
            yield Mismatch((), (), f"has {_count(len(found))}, not {len(self.items)}", found=found)
        for index, (matcher, value) in enumerate(zip(self.items, found, strict=False)):
            yield from _inside(index, matcher.check(value))


class _All(Matcher):
    """Several matchers on one value, each under its name, perhaps further down."""

    def __init__(self, path: Path, matchers: dict[str, Matcher]) -> None:
        self.path = path
        self.matchers = matchers

    def check(self, found: Any) -> Iterator[Mismatch]:
        value = find(found, self.path) if not isinstance(found, Missing) else found
        hint = nearest(found, self.path) if isinstance(value, Missing) and not isinstance(found, Missing) else ""
        for name, matcher in self.matchers.items():
            for item in matcher.check(value):
                said = item.help or ("" if isinstance(matcher, _Absent) else hint)
                yield attrs.evolve(item, path=(*self.path, *item.path), where=(name, *item.where), help=said)


class _Regex(Matcher):
    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern

    def check(self, found: Any) -> Iterator[Mismatch]:
        if not isinstance(found, str) or not self.pattern.search(found):
            yield Mismatch((), (), f"does not match /{self.pattern.pattern}/", found=found)


class _Cue(Matcher):
    def __init__(self, constraint: Constraint, cue: Context) -> None:
        self.constraint = constraint
        self.cue = cue

    def check(self, found: Any) -> Iterator[Mismatch]:
        if isinstance(found, Missing):
            yield Mismatch((), (), f"is not there to be {self.constraint.text}")
            return
        for texts, message in sorted(set(self.constraint.faults(self.cue, found))):
            steps = _steps(found, texts)
            value = find(found, steps)
            text = "is missing" if value is MISSING else message
            yield Mismatch(steps, (), f"{text} (cue: {self.constraint.text})", found=value)


def _steps(data: Any, texts: tuple[str, ...]) -> Path:
    """The printed steps of a path as those of the data."""
    steps: list[str | int] = []
    for text in texts:
        step: str | int = int(text) if isinstance(data, list) and text.isdigit() else text
        if isinstance(data, dict) and text not in data and text.startswith('"'):
            step = parse_path(text)[0]
        steps.append(step)
        data = find(data, (step,))
    return tuple(steps)


class _Absent(Matcher):
    def __init__(self, absent: bool) -> None:
        self.absent = absent

    def check(self, found: Any) -> Iterator[Mismatch]:
        if isinstance(found, Missing) is not self.absent:
            yield Mismatch((), (), "must not be there" if self.absent else "must be there", found=found)


class _Length(Matcher):
    def __init__(self, length: int) -> None:
        self.length = length

    def check(self, found: Any) -> Iterator[Mismatch]:
        if not isinstance(found, list | dict | str):
            yield Mismatch((), (), "has no length", found=found)
        elif len(found) != self.length:
            yield Mismatch((), (), f"has {_count(len(found))}, not {self.length}", found=found)


class _Contains(Matcher):
    def __init__(self, item: Matcher, text: Any) -> None:
        self.item = item
        self.text = text

    def check(self, found: Any) -> Iterator[Mismatch]:
        if isinstance(found, str) and isinstance(self.text, str):
            if self.text not in found:
                yield Mismatch((), (), f"does not contain {self.text!r}", found=found)
        elif not isinstance(found, list):
            yield Mismatch((), (), "is no list", found=found)
        elif not any(next(self.item.check(value), None) is None for value in found):
            yield Mismatch((), (), "has no such element", expected=[self.text], found=found)


class _Snapshot(_Equals):
    def check(self, found: Any) -> Iterator[Mismatch]:
        if isinstance(found, Missing):
            yield Mismatch((), (), "there is nothing to take a snapshot of")
            return
        for item in super().check(found):
            text = "has no snapshot yet" if self.wanted is None else ""
            item = attrs.evolve(item, expected=MISSING if self.wanted is None else self.wanted)
            hint = "take it with --update" if self.wanted is None else "if this is right, take it with --update"
            yield attrs.evolve(item, text=text, help=hint, snapshot=True)


def _instead_of(wanted: str, found: Any) -> str:
    return "is not there" if isinstance(found, Missing) else f"must be {wanted}"


def _count(number: int) -> str:
    return f"{number} element{'' if number == 1 else 's'}"


# ---- making them


def _operators(data: dict[str, Any], setting: Setting) -> Matcher:
    path: Path = ()
    if "path" in data:
        if not isinstance(data["path"], str):
            raise MatcherError("path must be text", ("path",))
        try:
            path = parse_path(data["path"])
        except ValueError as error:
            raise MatcherError(str(error), ("path",)) from None
    matchers = {}
    for name, value in data.items():
        if name != "path":
            matchers[name] = _made(name, value, setting)
    return _All(path, matchers)


def _made(name: str, value: Any, setting: Setting) -> Matcher:
    try:
        return _MAKERS[name](value, setting)
    except MatcherError as error:
        raise MatcherError(error.text, (name, *error.where), error.diagnostics[0].help) from None


def _subset(value: Any, setting: Setting) -> Matcher:
    if not isinstance(value, dict):
        raise MatcherError("subset takes a mapping", ())
    return _Subset({key: _below(key, item, setting) for key, item in value.items()})


def _regex(value: Any, setting: Setting) -> Matcher:
    if not isinstance(value, str):
        raise MatcherError("a regular expression is text", ())
    try:
        return _Regex(re.compile(value))
    except re.error as error:
        raise MatcherError(f"not a regular expression: {error}", ()) from None


def _cue(value: Any, setting: Setting) -> Matcher:
    if isinstance(value, Constraint):
        return _Cue(value, setting.cue)
    if not isinstance(value, str):
        raise MatcherError("a constraint is CUE text", (), "put it in quotes")
    try:
        return _Cue(Constraint(_compiled(value, setting.cue), value.strip()), setting.cue)
    except CueError as error:
        raise MatcherError(f"not a CUE constraint: {error}", ()) from None


def _compiled(text: str, cue: Context) -> Value:
    """An expression, or else the fields of a struct."""
    try:
        return cue.compile_expression(text, filename="constraint")
    except CueError as error:
        try:
            return cue.compile(text, filename="constraint")
        except CueError:
            raise error from None


def _absent(value: Any, setting: Setting) -> Matcher:
    if not isinstance(value, bool):
        raise MatcherError("absent is true or false", ())
    return _Absent(value)


def _length(value: Any, setting: Setting) -> Matcher:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MatcherError("length is a whole number", ())
    return _Length(value)


def _snapshot(value: Any, setting: Setting) -> Matcher:
    """Rows of a parametrised case have one each, by the row."""
    if not setting.row:
        return _Snapshot(value)
    return _Snapshot(value.get(setting.row) if isinstance(value, dict) else None, (setting.row,))


_MAKERS: dict[str, Callable[[Any, Setting], Matcher]] = {
    "equals": lambda value, _: _Equals(value),
    "subset": _subset,
    "regex": _regex,
    "matches": _regex,
    "cue": _cue,
    "absent": _absent,
    "length": _length,
    "contains": lambda value, setting: _Contains(make_matcher(value, setting), value),
    "snapshot": _snapshot,
}
