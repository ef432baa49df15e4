"""The catalogue of codes holds what there is."""

from __future__ import annotations

import re
from pathlib import Path

from oam.diagnostics import RULES

ROOT = Path(__file__).resolve().parents[3]
NUMBERED = {code for code in RULES if code.startswith("OAM")}


def codes(folder: str) -> set[str]:
    texts = [path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py") if path.name != "catalogue.py"]
    return {code for text in texts for code in re.findall(r"\bOAM\d{3}\b", text)}


def test_every_code_is_in_the_catalogue_and_used() -> None:
    assert codes("oam") == NUMBERED


def test_every_code_has_a_test() -> None:
    assert codes("tests") >= NUMBERED


def test_the_page_lists_them() -> None:
    page = (ROOT / "docs" / "diagnostics.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (OAM\d+) \| (\w+)", page, re.M))
    assert rows == {code: RULES[code].severity for code in sorted(NUMBERED)}
