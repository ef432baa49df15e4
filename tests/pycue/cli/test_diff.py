from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pycue.cli.diff import unified


def test_layout() -> None:
    old = "".join(f"{c}\n" for c in "abcdefghij")
    new = old.replace("b\n", "B\n").replace("j\n", "j")
    assert unified(old, new, "f") == (
        "diff f.orig f\n--- f.orig\n+++ f\n"
        "@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n"
        "@@ -7,4 +7,4 @@\n g\n h\n i\n-j\n+j\n\\ No newline at end of file\n\n"
    )


def test_of_repeated_lines_the_last_goes() -> None:
    assert unified("a\n\n\nb\n", "a\n\nb\n", "f").endswith("@@ -1,4 +1,3 @@\n a\n \n-\n b\n\n")


_texts = st.lists(st.sampled_from("abcd"), max_size=30).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(_texts, _texts)
def test_a_diff_leads_from_one_text_to_the_other(old: str, new: str) -> None:
    lines = old.splitlines(True)
    out: list[str] = []
    at = 0
    for line in unified(old, new, "f").splitlines(True)[3:-1]:
        if line.startswith("@@"):
            start = int(line[4:].split(",")[0]) - 1
            out += lines[at:start]
            at = start
        elif line[0] == " ":
            assert lines[at] == line[1:]
            out.append(line[1:])
            at += 1
        elif line[0] == "-":
            assert lines[at] == line[1:]
            at += 1
        else:
            out.append(line[1:])
    assert "".join(out + lines[at:]) == new
