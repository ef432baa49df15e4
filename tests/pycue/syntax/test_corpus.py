"""What the official command was recorded to accept parses: our own cases, and the larger collection if it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.txtar import Archive
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax.parser import parse_file

ROOT = Path(__file__).parents[3]
FOLDERS = (ROOT / "conformance" / "cases", ROOT.parent / "shared" / "conformance")
# a command that succeeds on files that it names, or on the standard input named before it
COMMAND = re.compile(r"^(?:stdin (\S+)\n)?exec (?:cue|pycue|vela|oam) (?:export|eval|def|fmt|vet) (.*)$", re.MULTILINE)


def accepted(folder: Path) -> Iterator[tuple[str, str]]:
    """(name, text) of the files that commands of a folder's scripts succeed on."""
    for path in sorted(folder.rglob("*.txtar")):
        archive = Archive.parse(path.read_text(encoding="utf-8", errors="surrogateescape"))
        names: set[str] = set()
        for match in COMMAND.finditer(archive.script):
            words = match[2].split()
            names.update(word.removeprefix("./") for word in words if word.endswith(".cue"))
            if match[1] and words[-1:] == ["-"]:
                names.add(match[1])
        for name in sorted(names & archive.files.keys()):
            if name.endswith(".cue"):
                yield f"{path.relative_to(folder)}:{name}", archive.files[name]


@pytest.mark.parametrize("folder", FOLDERS, ids=["own", "collection"])
def test_accepted_texts_parse(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    refused: list[str] = []
    count = 0
    for name, text in accepted(folder):
        count += 1
        try:
            parse_file(Source(name, text))
        except CueSyntaxError as error:
            refused.append(f"{name}: {error}")
    assert count > 100
    assert not refused, "\n".join(refused)
