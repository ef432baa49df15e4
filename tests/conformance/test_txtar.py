from conformance.txtar import Archive


def test_files_follow_the_script() -> None:
    archive = Archive.parse("exec cue export in.cue\n-- in.cue --\na: 1\n-- empty --\n-- last --\nno newline")
    assert archive.script == "exec cue export in.cue\n"
    assert archive.files == {"in.cue": "a: 1\n", "empty": "", "last": "no newline\n"}


def test_format_and_parse_are_inverse() -> None:
    text = "# note\nexec cue eval -\n-- a/b.cue --\nx: 1\n-- want/1 --\nx: 1\n"
    assert Archive.parse(text).format() == text
