r"""Suites of tests of one definition: ``<definition>.test.yaml``, or the same in CUE in ``<definition>.test.cue``.

::

    definition: ./gateway.cue            # the file beside the suite unless given; or {type: trait, name: gateway}
    definitions: [../web.cue]            # further ones that cases use
    given: {context: {name: web}}        # for all cases; what a case gives is laid over it
    cases:
    - name: default path
      given: {parameter: {domain: a.example, http: {"/": 80}}}
      base: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {}}
      expect:
        outputs.ingress.spec.rules[0].host: a.example
        outputs.service: {cue: 'spec: ports: [{port: >0}]'}
    - name: port ${port}
      each: [{port: 80}, {port: 8080}]
      given: {parameter: {http: {"/": "${port}"}}}
      expect: {...}
"""

from __future__ import annotations

import re
from itertools import product
from posixpath import dirname, normpath
from posixpath import join as posix_join
from typing import TYPE_CHECKING, Any

import attrs

from oam.definition.builtin import builtin_definition
from oam.definition.library import read_definitions
from oam.definition.profile import PROFILES, STANDARD
from oam.definition.spec import TYPES
from oam.errors import OamError
from oam.model import load_documents
from oam.model.shape import ListOf, Shape, faults
from oam.testing.cue_suite import read_cue_data
from oam.testing.expect import Expectation, check_value, make_expectation
from oam.testing.matching import MatcherError, Setting
from oam.timestamps import parse_duration
from pycue import Context
from pycue.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oam.definition.definition import Definition
    from oam.definition.profile import Profile
    from oam.testing.datapath import Path
    from pycue.source import Position, Source

__all__ = ["SUFFIXES", "Case", "Suite", "SuiteError", "read_suite"]

SUFFIXES = (".test.yaml", ".test.yml", ".test.cue")
"""How the names of suites end."""
_BESIDE = (".cue", ".yaml", ".yml")
_CODE = "oam.test.suite"

_LIVE = Shape({"output": "object", "outputs": "object"})
_REPLY = Shape({"status": "number", "headers": "object", "body": "any", "error": "text"})
_HTTP = Shape({"match": Shape(dict.fromkeys(("method", "host", "path"), "text")), "reply": _REPLY, "times": "number"})
_GIVEN = Shape(
    {
        "parameter": "object",
        "context": "object",
        "base": "object",
        "outputs": "object",
        "component": Shape({"type": "text", "properties": "object"}, required=("type",)),
        "live": _LIVE,
        "objects": ListOf("object"),
        "components": ListOf("object"),
        "policies": ListOf("object"),
        "step": "object",
        "http": ListOf(_HTTP),
        "readiness": "object",
    }
)
_CASE = Shape(
    {
        "name": "text",
        "skip": "text",
        "each": "any",
        "given": _GIVEN,
        "base": "object",
        "live": _LIVE,
        "expect": "object",
    },
    required=("name", "expect"),
)
_SUITE = Shape(
    {
        "definition": "any",
        "definitions": ListOf("text"),
        "profile": "text",
        "given": _GIVEN,
        "cases": ListOf(_CASE),
    },
    required=("cases",),
)
_REFERENCE = Shape({"file": "text", "type": "text", "name": "text"})
_ONLY_FOR = {
    "base": ("trait",),
    "component": ("trait",),
    "outputs": ("trait",),
    "live": ("component", "trait"),
    "objects": ("workflow-step",),
    "components": ("workflow-step",),
    "step": ("workflow-step",),
    "policies": ("workflow-step",),
    "http": ("workflow-step",),
    "readiness": ("workflow-step",),
}
"""What can be given to some types of definitions only."""

_STEP_CONTEXT = ("name", "appName", "stepName", "namespace", "appLabels", "appAnnotations")
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_.-]*)\}")


class SuiteError(OamError):
    """A suite is not what it should be; each diagnostic has its place."""


@attrs.frozen
class Case:
    """One case; of a parametrised one, one row.

    Attributes:
        name: with what the row gives it.
        given: what the template and the world around it get: ``parameter``, ``context``, ``base`` …
        expect: what is to come of it.
        path: where the case stands in the suite.
        row: identifies the row of a parametrised case, else ``""``.
        skip: why it is not run, else ``""``.
    """

    name: str
    given: dict[str, Any]
    expect: list[Expectation]
    path: Path
    row: str = ""
    skip: str = ""


@attrs.frozen
class Suite:
    """All cases of one definition.

    Attributes:
        type: ``component``, ``trait``, ``policy`` or ``workflow-step``.
        definitions: further ones that cases use.
        locate: where the part at a path of the suite stands.
        cue: the context of the constraints.
        built_in: whether the definition is one of the well-known ones.
        data: the suite as written.
        warnings: about what YAML reads in a surprising way.
    """

    source: Source
    definition: Definition
    type: str
    cases: list[Case]
    locate: Callable[[Path], Position | None] = attrs.field(repr=False)
    cue: Context = attrs.field(repr=False)
    definitions: list[Definition] = attrs.field(factory=list)
    profile: Profile = STANDARD
    built_in: bool = False
    data: Any = attrs.field(default=None, repr=False)
    warnings: list[Diagnostic] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        return self.source.name


def read_suite(source: Source, read: Callable[[str], str]) -> Suite:
    """Read a suite and the definitions that it is about.

    Args:
        source: the suite; its name is its path.
        read: gives the text of a file by its path, which is put together from the suite's and what the suite says.

    Raises:
        SuiteError: with the places of all mistakes.
        DiagnosticError: the suite is no YAML or CUE, or a definition cannot be read.
        OSError: a file that the suite names cannot be read.
    """
    cue = Context()
    data: Any
    warnings: list[Diagnostic] = []
    locate: Callable[[Path], Position | None]
    if source.name.endswith(".cue"):
        data, locate = read_cue_data(source, cue)
    else:
        documents = load_documents(source)
        if len(documents) != 1:
            raise SuiteError("a suite is one YAML document", code=_CODE)
        data, locate, warnings = documents[0].data, documents[0].position, documents[0].warnings
    found = [
        Diagnostic(text, code=_CODE, position=locate(path), path=tuple(map(str, path)), help=hint)
        for path, text, hint in faults(data, _SUITE)
    ]
    if found:
        raise SuiteError(found)
    return _Reader(source, data, locate, cue, read, warnings).suite()


class _Reader:
    def __init__(
        self,
        source: Source,
        data: dict[str, Any],
        locate: Callable[[Path], Position | None],
        cue: Context,
        read: Callable[[str], str],
        warnings: list[Diagnostic],
    ) -> None:
        self.source = source
        self.data = data
        self.locate = locate
        self.cue = cue
        self.read = read
        self.warnings = warnings
        self.faults: list[Diagnostic] = []

    def suite(self) -> Suite:
        data = self.data
        profile = PROFILES.get(data.get("profile") or "standard")
        if profile is None:
            raise self._error(f"unknown profile; one of {', '.join(PROFILES)}", ("profile",))
        definition, built_in = self._definition(profile)
        type_ = _type(definition)
        more = [
            entry
            for at, file in enumerate(data.get("definitions") or [])
            for entry in self._read(file, ("definitions", at), profile)
        ]
        cases: list[Case] = []
        names: dict[str, Path] = {}
        for at, entry in enumerate(data["cases"]):
            for case in self._cases(entry, ("cases", at), type_):
                if case.name in names:
                    self._fault(f'there is another case "{case.name}"', ("cases", at, "name"))
                names[case.name] = case.path
                cases.append(case)
        if self.faults:
            raise SuiteError(self.faults)
        return Suite(
            self.source, definition, type_, cases, self.locate, self.cue, more, profile, built_in, data, self.warnings
        )

    def _error(self, text: str, path: Path, help: str = "") -> SuiteError:
        return SuiteError(text, code=_CODE, position=self.locate(path), path=tuple(map(str, path)), help=help)

    def _fault(self, text: str, path: Path, help: str = "") -> None:
        self.faults += self._error(text, path, help).diagnostics

    # ---- the definition

    def _definition(self, profile: Profile) -> tuple[Definition, bool]:
        wanted = self.data.get("definition")
        if wanted is None:
            return self._beside(profile), False
        if isinstance(wanted, str):
            wanted = {"file": wanted}
        for path, text, hint in faults(wanted, _REFERENCE):
            raise self._error(text, ("definition", *path), hint)
        kind, name = wanted.get("type"), wanted.get("name")
        if kind is not None and kind not in TYPES:
            raise self._error(f'there is no type "{kind}"', ("definition", "type"), f"one of {', '.join(TYPES)}")
        if "file" in wanted:
            found = self._read(wanted["file"], ("definition",), profile)
            return self._only(found, TYPES.get(kind or ""), name), False
        if not (kind and name):
            raise self._error("a well-known definition has a type and a name", ("definition",))
        definition = builtin_definition(TYPES[kind], name)
        if definition is None:
            raise self._error(f'there is no well-known {kind} "{name}"', ("definition",))
        return definition, True

    def _beside(self, profile: Profile) -> Definition:
        stem = next(self.source.name.removesuffix(end) for end in SUFFIXES if self.source.name.endswith(end))
        for ending in _BESIDE:
            try:
                text = self.read(stem + ending)
            except OSError:
                continue
            return self._only(read_definitions(stem + ending, text, profile), None, None)
        hint = 'name it: "definition: FILE", or {type: TYPE, name: NAME} for a well-known one'
        raise self._error(f"there is no definition {stem}.cue beside the suite", (), hint)

    def _only(self, found: list[Definition], kind: str | None, name: str | None) -> Definition:
        chosen = [
            entry for entry in found if kind in (None, entry.kind) and name in (None, entry.name) and _type(entry)
        ]
        if len(chosen) == 1:
            return chosen[0]
        names = ", ".join(f"{_type(entry)} {entry.name}" for entry in found)
        if not chosen:
            raise self._error("the file holds no such definition", ("definition",), names and f"it holds {names}")
        raise self._error("the file holds several definitions", ("definition",), f"choose by type and name: {names}")

    def _read(self, file: str, where: Path, profile: Profile) -> list[Definition]:
        path = join(self.source.name, file)
        try:
            return read_definitions(path, self.read(path), profile)
        except OSError as error:
            raise self._error(f"{path}: {(error.strerror or str(error)).lower()}", where) from None

    # ---- cases

    def _cases(self, entry: dict[str, Any], path: Path, type_: str) -> Iterator[Case]:
        given = laid_over(self.data.get("given") or {}, entry.get("given") or {})
        for key in ("base", "live"):
            if key in entry:
                given[key] = laid_over(given.get(key) or {}, entry[key] or {}) if key == "live" else entry[key]
        self._check_given(given, path, type_)
        if not entry["expect"]:
            hint = "write {errors: []} if it is enough that there is no error"
            self._fault("nothing is expected", (*path, "expect"), hint)
        for row, values in self._rows(entry.get("each"), (*path, "each")):
            name = entry["name"]
            if row and _filled(name, values) == name:
                name = f"{name} [{row}]"
            wanted = _filled(entry["expect"], values, ("snapshot",)) if row else entry["expect"]
            expectations: list[Expectation] = []
            for key, value in wanted.items():
                filled = str(_filled(key, values))
                try:
                    expectations.append(make_expectation(filled, value, type_, Setting(self.cue, row)))
                except MatcherError as error:
                    self._fault(error.text, (*path, "expect", key, *error.where[1:]), error.diagnostics[0].help)
                    continue
                if filled != key:
                    expectations[-1].where = ("expect", key)
            yield Case(
                str(_filled(name, values)), _filled(given, values), expectations, path, row, entry.get("skip") or ""
            )

    def _check_given(self, given: dict[str, Any], path: Path, type_: str) -> None:
        for key in given:
            if type_ not in _ONLY_FOR.get(key, (type_,)):
                where = next(
                    (place for place in ((*path, key), (*path, "given", key)) if self._has(place)), ("given", key)
                )
                self._fault(f"{key} cannot be given to a {type_}", where, f"only to a {' or '.join(_ONLY_FOR[key])}")
        for key in (given.get("context") or {}) if type_ == "workflow-step" else ():
            if key not in _STEP_CONTEXT:
                hint = f"only {', '.join(_STEP_CONTEXT)}; the rest is made by running the step"
                where = (*path, "given", "context", key)
                self._fault(f"a step cannot be given context.{key}", where if self._has(where) else where[2:], hint)
        if "base" in given and "component" in given:
            self._fault("a trait has either a base or a component", path)
        for key, delay in (given.get("readiness") or {}).items():
            if delay != "never" and not isinstance(delay, int | float):
                try:
                    parse_duration(str(delay))
                except ValueError as error:
                    self._fault(f"readiness of {key}: {error}", (*path, "given", "readiness", key))
        for fault_path, text in check_value(given):
            self._fault(text, (*path, "given", *fault_path))

    def _has(self, path: Path) -> bool:
        at: Any = self.data
        for step in path:
            try:
                at = at[step]
            except (KeyError, IndexError, TypeError):
                return False
        return True

    def _rows(self, each: Any, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
        """Rows of a parametrised case: a list of them, or values by name for all combinations."""
        if each is None:
            yield "", {}
            return
        rows: list[dict[str, Any]] = []
        if isinstance(each, dict) and each and all(isinstance(values, list) for values in each.values()):
            rows = [dict(zip(each, values, strict=True)) for values in product(*each.values())]
        elif isinstance(each, list) and all(isinstance(row, dict) and row for row in each):
            rows = each
        if not rows:
            hint = "write [{size: 1}, {size: 2}], or {size: [1, 2], tone: [low]} for all combinations"
            self._fault("each must be a list of rows, or lists of values by name", path, hint)
        for row in rows:
            yield ", ".join(f"{key}={_short(value)}" for key, value in row.items()), row


def _type(definition: Definition) -> str:
    kind = "ComponentDefinition" if definition.kind == "WorkloadDefinition" else definition.kind
    return next((name for name, of in TYPES.items() if of == kind), "")


def join(beside: str, path: str) -> str:
    """The path of a file that another one names."""
    return normpath(posix_join(dirname(beside), path))


def laid_over(below: Any, above: Any) -> Any:
    """Mappings are merged, null takes away what is below, all else replaces it."""
    if isinstance(below, dict) and isinstance(above, dict):
        merged = dict(below)
        for key, value in above.items():
            if key in below and value is None:
                del merged[key]
            else:
                merged[key] = laid_over(below[key], value) if key in below else value
        return merged
    return above


def _filled(data: Any, values: dict[str, Any], keep: tuple[str, ...] = ()) -> Any:
    """The data with ``${name}`` replaced: by the value itself where it is the whole text, by its text elsewhere.

    Fields named in ``keep`` stay as they are.
    """
    if not values:
        return data
    if isinstance(data, dict):
        return {key: item if key in keep else _filled(item, values, keep) for key, item in data.items()}
    if isinstance(data, list):
        return [_filled(item, values, keep) for item in data]
    if not isinstance(data, str):
        return data
    whole = _PLACEHOLDER.fullmatch(data)
    if whole and whole[1] in values:
        return values[whole[1]]
    return _PLACEHOLDER.sub(lambda match: _short(values[match[1]]) if match[1] in values else match[0], data)


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False)
