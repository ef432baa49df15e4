"""What is expected of a case."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import attrs

from oam.render.contract import AUXILIARY
from oam.testing.datapath import MISSING, find, nearest, parse_path
from oam.testing.matching import Constraint, MatcherError, Mismatch, Setting, make_matcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.testing.datapath import Path
    from oam.testing.matching import Matcher
    from oam.testing.observed import Observed
    from pycue.errors import Diagnostic

__all__ = ["STATUS", "Expectation", "check_value", "make_expectation"]

_RENDERED = ("output", "outputs", "errors", "labels", "warnings", "snapshot")
STATUS = ("health", "message", "details")
"""Subjects about a live object."""
SUBJECTS = {
    "component": (*_RENDERED, *STATUS),
    "trait": (*_RENDERED, *STATUS, "patch", "patchResult"),
    "policy": _RENDERED,
    "workflow-step": (
        *("phase", "reason", "message", "errors", "objects", "variables", "requests", "log", "seconds"),
        *("warnings", "snapshot"),
    ),
}
"""What a case may expect something of, by type of definition."""


class Expectation:
    """One entry of ``expect``.

    Attributes:
        subject: what it is about.
        where: its place in the case.
    """

    subject: str
    where: Path

    def check(self, observed: Observed) -> Iterator[Mismatch]:
        """Every difference, with its place in the case."""
        raise NotImplementedError


class _OfValue(Expectation):
    def __init__(self, key: str, path: Path, matcher: Matcher, where: Path = ()) -> None:
        self.subject = str(path[0]) if path else key
        self.where = where or ("expect", key)
        self.path = path
        self.matcher = matcher

    def check(self, observed: Observed) -> Iterator[Mismatch]:
        value = find(observed.data, self.path) if self.path else observed.summary()
        for item in self.matcher.check(value):
            hint = item.help or (nearest(observed.data, self.path) if value is MISSING else "")
            path, where = (*self.path, *item.path), (*self.where, *item.where)
            yield attrs.evolve(item, path=path, where=where, help=hint)


@attrs.frozen
class _Pattern:
    """What an error is like; ``written`` is for messages."""

    written: Any
    path: str | None = None
    text: str | None = None
    regex: re.Pattern[str] | None = None
    code: str | None = None

    def fits(self, item: Diagnostic) -> bool:
        if self.path is not None and ".".join(item.path) != self.path:
            return False
        if self.code is not None and item.code != self.code:
            return False
        if self.text is not None and self.text not in item.summary():
            return False
        return self.regex is None or self.regex.search(item.summary()) is not None


class _OfErrors(Expectation):
    """Each pattern fits an error; without patterns there is none."""

    def __init__(self, key: str, patterns: list[_Pattern]) -> None:
        self.subject = key
        self.where = ("expect", key)
        self.patterns = patterns

    def check(self, observed: Observed) -> Iterator[Mismatch]:
        there = observed.errors if self.subject == "errors" else observed.warnings
        what = self.subject.removesuffix("s")
        said = "; ".join(item.summary() for item in there)
        for at, pattern in enumerate(self.patterns):
            if not any(map(pattern.fits, there)):
                text = f"no {what} is like this" if there else f"there is no {what}"
                found: Any = [item.summary() for item in there] if there else MISSING
                yield Mismatch((self.subject,), (*self.where, at), text, expected=pattern.written, found=found)
        if not self.patterns and there:
            yield Mismatch((self.subject,), self.where, f"there should be none, but: {said}")


class _Contract(Expectation):
    """All labels that objects of an application carry (``labels: contract``)."""

    def __init__(self, key: str) -> None:
        self.subject = key
        self.where = ("expect", key)

    def check(self, observed: Observed) -> Iterator[Mismatch]:
        for path, wanted in observed.contract.items():
            labels = find(observed.data, (*path, "metadata", "labels"))
            for key, value in wanted.items():
                found = labels.get(key, MISSING) if isinstance(labels, dict) else MISSING
                if found != value:
                    yield Mismatch((*path, "metadata", "labels", key), self.where, expected=value, found=found)


def contract_labels(
    app: str, namespace: str, component: str, revision: str, *, workload: str = "", trait: str = "", resource: str = ""
) -> dict[str, str]:
    """The labels of a workload of a type, or of the object ``resource`` of a trait (or of a component itself)."""
    labels = {
        "app.oam.dev/name": app,
        "app.oam.dev/namespace": namespace,
        "app.oam.dev/component": component,
        "app.oam.dev/appRevision": revision,
    }
    if workload:
        return {**labels, "app.oam.dev/resourceType": "WORKLOAD", "workload.oam.dev/type": workload}
    return {
        **labels,
        "app.oam.dev/resourceType": "TRAIT",
        "trait.oam.dev/type": trait or AUXILIARY,
        "trait.oam.dev/resource": resource,
    }


def make_expectation(key: str, value: Any, type_: str, setting: Setting) -> Expectation:
    """One entry of what a case of a type of definition expects.

    Raises:
        MatcherError: it is none; its place is within ``expect``.
    """
    try:
        path = parse_path(key)
    except ValueError as error:
        raise MatcherError(str(error), (key,)) from None
    known = SUBJECTS[type_]
    subject = str(path[0])
    if subject not in known:
        close = get_close_matches(subject, known, 1)
        hint = f"did you mean {close[0]}?" if close else f"there is {', '.join(known)}"
        raise MatcherError(f"a {type_} has no {subject}", (key,), hint)
    try:
        if key in ("errors", "warnings"):
            return _OfErrors(key, _patterns(value))
        if key == "labels":
            if value == "contract":
                return _Contract(key)
            return _OfValue(key, ("output", "metadata", "labels"), make_matcher(value, setting))
        if key == "snapshot":
            return _OfValue(key, (), make_matcher({"snapshot": value}, setting), ("expect",))
        if key == "message" and isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == "/":
            value = {"regex": value[1:-1]}
        return _OfValue(key, path, make_matcher(value, setting))
    except MatcherError as error:
        raise MatcherError(error.text, (key, *error.where), error.diagnostics[0].help) from None


def _patterns(value: Any) -> list[_Pattern]:
    if not isinstance(value, list):
        raise MatcherError("write a list: of texts, or of {path, matches, code}", ())
    return [_pattern(item, at) for at, item in enumerate(value)]


def _pattern(item: Any, at: int) -> _Pattern:
    if isinstance(item, str):
        return _Pattern(item, text=item)
    known = ("path", "matches", "regex", "code")
    if not isinstance(item, dict) or not item:
        raise MatcherError("write a text, or {path, matches, code}", (at,))
    for key, value in item.items():
        if key not in known:
            close = get_close_matches(key, known, 1)
            raise MatcherError("there is no such field", (at, key), f"did you mean {close[0]}?" if close else "")
        if not isinstance(value, str):
            raise MatcherError(f"{key} must be text", (at, key))
    text = item.get("matches", item.get("regex"))
    try:
        regex = re.compile(text) if text is not None else None
    except re.error as error:
        raise MatcherError(f"not a regular expression: {error}", (at, "matches")) from None
    return _Pattern(item, item.get("path"), None, regex, item.get("code"))


def check_value(data: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Where data holds what is not concrete."""
    if isinstance(data, Constraint):
        yield path, f"must be concrete, not {data.text}"
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from check_value(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from check_value(value, (*path, index))
