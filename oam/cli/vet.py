"""``oam vet``: look for mistakes in definitions and applications, and mend what is safe to mend."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from oam.cli.files import find, read, read_exactly, write
from oam.cli.flags import FORMAT, Flag, format_of, parse
from oam.cli.report import Report
from oam.definition.lint import Sheet, apply_edits, lint, read_sheets
from oam.definition.profile import PROFILES, Profile
from oam.errors import Finding, UsageError
from pycue.errors import DiagnosticError
from pycue.source import Position, Source

if TYPE_CHECKING:
    from oam.definition.lint import Lint
    from pycue.errors import Diagnostic

__all__ = ["run"]

_FLAGS = (Flag("fix", kind="bool"), Flag("strict", kind="bool"), Flag("profile", default="standard"), FORMAT)
_SUFFIXES = (".cue", ".yaml", ".yml")
_ROUNDS = 20  # of mending; each may uncover the next


def run(argv: list[str]) -> int:
    """The command; 1 where there is an error, with ``--strict`` also where there is a warning."""
    parsed = parse(_FLAGS, argv)
    form = format_of(parsed)
    profile = PROFILES.get(parsed.strings["profile"])
    if profile is None:
        raise UsageError(f"unknown profile; one of {', '.join(PROFILES)}", code="oam.usage")
    if not parsed.rest:
        raise UsageError("requires at least 1 arg(s), only received 0", code="oam.usage")
    files = list(dict.fromkeys(os.path.normpath(file) for path in parsed.rest for file in find(path, _SUFFIXES)))
    report = Report(form, strict=parsed.bools["strict"])
    sheets: list[Sheet] = []
    mended = fixable = 0
    for file in files:
        text = ""
        if parsed.bools["fix"]:
            mended += _mend(file, profile)
        try:
            text = read(file)
            here = read_sheets(file, text, profile)
        except DiagnosticError as error:
            start = Position(Source(file, text), 0)
            report.tell(Finding.of(item, position=item.position or start) for item in error.diagnostics)
            continue
        sheets += here
        for sheet in here:
            found = lint(sheet)
            fixable += sum(bool(item.edits) for item in found)
            report.tell(item.finding for item in found)
    report.tell(_doubles(sheets))
    return report.summary(_counted(len(files), "file"), mended=mended, fixable=fixable)


def _mend(file: str, profile: Profile) -> int:
    """Mend a file; gives the number of findings mended. The file is written once, at the end, and as a whole."""
    raw = read_exactly(file)
    before = text = raw.replace("\r\n", "\n")
    total = 0
    for _ in range(_ROUNDS):
        try:
            found = [item for sheet in read_sheets(file, text, profile) for item in lint(sheet)]
        except DiagnosticError:
            break  # told when the file is looked at
        changed, made = apply_edits(text, (item.edits for item in found if item.edits))
        if not made or not _is_no_worse(file, changed, found, profile):
            break
        text, total = changed, total + made
    if text != before:
        write(file, text.replace("\n", "\r\n") if "\r\n" in raw else text)
    return total


def _is_no_worse(file: str, text: str, found: list[Lint], profile: Profile) -> bool:
    """Whether a changed file can be read and has fewer findings than before."""
    try:
        return sum(len(lint(sheet)) for sheet in read_sheets(file, text, profile)) < len(found)
    except DiagnosticError:
        return False


def _doubles(sheets: list[Sheet]) -> list[Diagnostic]:
    """Definitions of the same kind and name."""
    seen: dict[tuple[str, str, str], Sheet] = {}
    out: list[Diagnostic] = []
    for sheet in sheets:
        definition = sheet.definition
        key = (definition.kind, definition.name, definition.namespace)
        first = seen.setdefault(key, sheet)
        if first is not sheet:
            where = repr(first.definition.position) if first.definition.position else os.fspath(first.source.name)
            text = f'{definition.kind} "{definition.name}" is defined twice; the other one is at {where}'
            out.append(Finding(text, code="OAM240", position=definition.position, severity="error"))
    return out


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
