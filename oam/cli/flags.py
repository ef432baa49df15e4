"""Command line flags with the rules of the pflag package: ``--name=value``, ``--name value``, ``-n value``, ``--``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from oam import records
from oam.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CLUSTER", "FORMAT", "Flag", "Help", "Parsed", "format_of", "parse"]


@records.frozen
class Flag:
    """One flag.

    Attributes:
        kind: ``bool``, ``string``, ``list``, or ``file``: a path that may be left out, which gives ``bare``; a word
            that follows is the path if it has a slash in it or is an existing file.
    """

    name: str
    short: str = ""
    kind: str = "string"
    default: str = ""
    bare: str = ""


CLUSTER = Flag("cluster", kind="file", bare="$KUBECONFIG")
"""The real cluster to work on."""

FORMAT = Flag("format", default="text")
"""How diagnostics are told: ``text``, ``json``, ``github`` or ``sarif``."""


class Help(Exception):
    """Somebody asked for ``--help``; ``text`` lists the flags."""

    def __init__(self, flags: Sequence[Flag]) -> None:
        super().__init__()
        lines = []
        for flag in flags:
            short = f"-{flag.short}, " if flag.short else "    "
            value = _VALUES[flag.kind]
            default = f"  (default {flag.default})" if flag.default and flag.kind == "string" else ""
            lines.append(f"  {short}--{flag.name}{value}{default}")
        self.text = "Flags:\n" + "\n".join(lines) + "\n"


@records.define
class Parsed:
    """Arguments of one command."""

    bools: dict[str, bool]
    strings: dict[str, str]
    lists: dict[str, list[str]]
    rest: list[str]


def parse(flags: Sequence[Flag], argv: Sequence[str]) -> Parsed:
    """Split arguments into flags and the rest.

    Raises:
        UsageError: unknown flag or missing value.
        Help: ``--help`` or ``-h`` is among the arguments.
    """
    out = Parsed(
        {flag.name: flag.default == "true" for flag in flags if flag.kind == "bool"},
        {flag.name: flag.default for flag in flags if flag.kind in ("string", "file")},
        {flag.name: [] for flag in flags if flag.kind == "list"},
        [],
    )
    long = {flag.name: flag for flag in flags}
    short = {flag.short: flag for flag in flags if flag.short}
    args = list(argv)
    while args:
        arg = args.pop(0)
        if arg == "--":
            out.rest += args
            break
        if arg in ("--help", "-h") and arg.lstrip("-") not in {*long, *short}:
            raise Help(flags)
        if len(arg) < 2 or arg[0] != "-":
            out.rest.append(arg)
            continue
        if arg.startswith("--"):
            name, equals, value = arg[2:].partition("=")
            flag = long.get(name)
            unknown = f"unknown flag: --{name}"
        else:
            flag = short.get(arg[1])
            value = arg[2:].removeprefix("=")
            equals = value
            unknown = f"unknown shorthand flag: '{arg[1]}' in {arg}"
        if flag is None:
            raise UsageError(unknown, code="oam.usage")
        if flag.kind == "bool":
            out.bools[flag.name] = value.lower() in ("1", "t", "true") if equals else True
            continue
        if not equals and flag.kind == "file":
            value = args.pop(0) if args and _is_path(args[0]) else flag.bare
        elif not equals:
            if not args:
                raise UsageError(f"flag needs an argument: {arg}", code="oam.usage")
            value = args.pop(0)
        if flag.kind == "list":
            out.lists[flag.name] += value.split(",")
        else:
            out.strings[flag.name] = value
    return out


def format_of(parsed: Parsed) -> str:
    """The value of :data:`FORMAT`.

    Raises:
        UsageError: there is no such format.
    """
    from oam.diagnostics import FORMATS, did_you_mean

    form = parsed.strings[FORMAT.name]
    if form not in FORMATS:
        hint = did_you_mean(form, FORMATS)
        raise UsageError(f'unknown format "{form}"; one of {", ".join(FORMATS)}', code="oam.usage", help=hint)
    return form


def _is_path(word: str) -> bool:
    return not word.startswith("-") and ("/" in word or os.path.isfile(word))


_VALUES = {"bool": "", "string": " string", "list": " strings", "file": " [file]"}
