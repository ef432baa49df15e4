"""Pages of the documentation: their files are written, their commands run, and what they print is compared.

A line that is only ``…`` stands for anything.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

import oam.cli
import pycue.cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.S | re.M)
PROGRAMS = {"pycue": pycue.cli.main, "oam": oam.cli.main}


def commands(block: str) -> list[tuple[str, str]]:
    """Command and what it is said to print."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_happens(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, file, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if file:
            (tmp_path / file).write_text(text, encoding="utf-8")
        for command, wanted in commands(text) if kind == "console" else ():
            program, *words = shlex.split(command)
            PROGRAMS[program](words)
            printed = capfd.readouterr()
            pattern = ".*".join(map(re.escape, wanted.split("…\n")))
            assert re.fullmatch(pattern, printed.out + printed.err, re.S), printed.out + printed.err
            ran += 1
    assert ran
