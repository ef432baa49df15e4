import sys
from pathlib import Path

import pytest

from conformance.script import Script
from conformance.txtar import Archive
from conformance.words import Unsupported, split_words


def fake(argv: list[str]) -> int:
    """A command: ``echo TEXT`` prints, ``fail TEXT`` complains, ``cat`` copies stdin, ``boom`` raises."""
    if argv[0] == "boom":
        raise RuntimeError("boom")
    if argv[0] == "cat":
        sys.stdout.write(sys.stdin.read())
        return 0
    print(*argv[1:], file=sys.stderr if argv[0] == "fail" else sys.stdout)
    return int(argv[0] == "fail")


def run(text: str, folder: Path) -> list[tuple[str, str]]:
    script = Script(Archive.parse(text), folder, {"cue": fake}, timeout=5)
    return [(check.kind, check.result) for check in script.run()]


def test_a_check_holds_until_the_next_exec(tmp_path: Path) -> None:
    text = "exec cue echo hi\ncmp stdout want\n! stderr .\n! exec cue fail no\nstderr ^no$\n-- want --\nhi\n"
    assert run(text, tmp_path) == [("success", "pass"), ("error", "pass")]


def test_wrong_output_fails_and_wrong_stderr_is_less_bad(tmp_path: Path) -> None:
    text = "exec cue echo hi\ncmp stdout want\n! exec cue fail no\nstderr yes\nexec cue fail x\n-- want --\nho\n"
    assert run(text, tmp_path) == [("success", "fail"), ("error", "value-ok"), ("success", "fail")]


def test_exceptions_are_crashes(tmp_path: Path) -> None:
    assert run("exec cue boom\n", tmp_path) == [("success", "crash")]


def test_stdin_and_variables(tmp_path: Path) -> None:
    text = "env X=in\nstdin $X.txt\nexec cue cat\ncmpenv stdout want\n-- in.txt --\nfolder\n-- want --\nfolder\n"
    assert run(text, tmp_path) == [("success", "pass")]


def test_unknown_commands_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unsupported):
        run("teleport there\n", tmp_path)


def test_quoting() -> None:
    assert split_words("exec cue -e 'a b' 'it''s' # note", {}) == ["exec", "cue", "-e", "a b", "it's"]


def test_flags_can_be_left_out(tmp_path: Path) -> None:
    archive = Archive.parse("exec cue echo -d defs -f app -d more\nstdout '^-f app$'\n")
    script = Script(archive, tmp_path, {"cue": fake}, omit=("-d",))
    assert [check.result for check in script.run()] == ["pass"]


def test_separators_are_variables(tmp_path: Path) -> None:
    text = "exec cue echo a${/}b${:}c\ncmp stdout want\n-- want --\na/b:c\n"
    assert run(text, tmp_path) == [("success", "pass")]
