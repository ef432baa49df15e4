"""Programs made of recorded ones: they parse, are the same for the same seed, and differ from what they are made of."""

import re
from pathlib import Path

from conformance.mutate import Mutator, programs
from pycue.source import Source
from pycue.syntax.parser import parse_file

ARCHIVE = """exec cue export in.cue
-- in.cue --
import "strings"

a: b & {c: 1}
b: {c: int, d?: string}
e: strings.ToUpper("x")
for i, x in [1, 2] {"f\\(i)": x}
-- other.cue --
import "example.com/x"

a: x.y
-- broken.cue --
a: {
-- want/out.cue --
a: 1
"""


def texts(folder: Path) -> list[str]:
    (folder / "case.txtar").write_text(ARCHIVE)
    return programs([folder])


def test_only_inputs_that_stand_alone_are_taken(tmp_path: Path) -> None:
    (text,) = texts(tmp_path)
    assert "strings.ToUpper" in text
    assert programs([tmp_path / "case.txtar"]) == [text]


def test_programs_parse_and_use_what_they_import(tmp_path: Path) -> None:
    mutator = Mutator(7, texts(tmp_path))
    made = [mutator.program() for _ in range(200)]
    for text in made:
        parse_file(Source("in.cue", text))
        assert 'import "strings"' not in text or re.search(r"\bstrings\b", text.replace('"strings"', ""))
    assert len(set(made)) > 150


def test_one_seed_gives_one_sequence(tmp_path: Path) -> None:
    found = texts(tmp_path)
    first, second = Mutator(3, found), Mutator(3, found)
    assert [first.program() for _ in range(20)] == [second.program() for _ in range(20)]
