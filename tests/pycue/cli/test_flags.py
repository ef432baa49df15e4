from __future__ import annotations

import pytest

from pycue.cli.commands import COMMANDS, flag_set
from pycue.cli.flags import UsageError


def parse(command: str, *argv: str) -> tuple[dict[str, object], list[str]]:
    return flag_set(command).parse(list(argv))


def test_values_in_all_spellings() -> None:
    values, rest = parse(
        "export", "-e", "a", "-eb", "-e=c", "--expression=d", "--expression", "e", "x.cue", "--out=yaml"
    )
    assert values["expression"] == ("a", "b", "c", "d", "e")
    assert values["out"] == "yaml"
    assert rest == ["x.cue"]


def test_grouped_booleans_and_a_value_at_the_end() -> None:
    values, rest = parse("eval", "-acHe", "x", "f.cue")
    assert [values[name] for name in ("all", "concrete", "show-hidden", "show-optional")] == [True, True, True, False]
    assert values["expression"] == ("x",)
    assert rest == ["f.cue"]


def test_a_boolean_takes_its_value_only_after_an_equals_sign() -> None:
    values, rest = parse("vet", "-c=false", "true")
    assert values["concrete"] is False
    assert "concrete" in values[""]  # type: ignore[operator]
    assert rest == ["true"]


def test_two_dashes_end_the_flags() -> None:
    assert parse("export", "--", "-e", "a")[1] == ["-e", "a"]


def test_a_single_dash_is_an_argument() -> None:
    assert parse("export", "-")[1] == ["-"]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--foo"], "unknown flag: --foo"),
        (["-q"], "unknown shorthand flag: 'q' in -q"),
        (["-sxe"], "unknown shorthand flag: 'x' in -xe"),
        (["-s="], "unknown shorthand flag: '=' in -="),
        (["--out"], "flag needs an argument: --out"),
        (["-se"], "flag needs an argument: 'e' in -e"),
        (["---x"], "bad flag syntax: ---x"),
        (["--list=x"], 'invalid argument "x" for "--list" flag: strconv.ParseBool: parsing "x": invalid syntax'),
        (["-f=x"], 'invalid argument "x" for "-f, --force" flag: strconv.ParseBool: parsing "x": invalid syntax'),
        (["-s", "-C", "/"], 'invalid argument "/" for "-C, --chdir" flag: must be the first argument'),
    ],
)
def test_faults(argv: list[str], message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse("export", *argv)
    assert str(error.value) == message


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_flag_is_declared_twice(command: str) -> None:
    flags = flag_set(command).flags
    assert len({flag.name for flag in flags}) == len(flags)
    shorts = [flag.short for flag in flags if flag.short]
    assert len(set(shorts)) == len(shorts)
