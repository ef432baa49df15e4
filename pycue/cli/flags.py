"""Flags by hand, with the rules of the pflag package: ``--name=value``, ``-abc``, ``-n value``; ``--`` ends them."""

from __future__ import annotations

__all__ = ["BOOL", "COMMON", "GLOBAL", "LIST", "OUTPUT", "STRING", "Flag", "FlagSet", "UsageError", "Values"]

BOOL = "bool"
STRING = "string"
LIST = "stringArray"

Values = dict[str, object]

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))


class UsageError(Exception):
    """A wrong command line; the text is what the official command prints."""


class Flag:
    """One flag: long name, one-letter name or ``""``, type and default."""

    __slots__ = ("default", "name", "short", "type", "usage")

    def __init__(self, name: str, short: str, type: str, usage: str, default: object = None) -> None:
        self.name = name
        self.short = short
        self.type = type
        self.usage = usage
        self.default = default if default is not None else {BOOL: False, STRING: "", LIST: ()}[type]

    def label(self) -> str:
        """How messages about values name the flag."""
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"


GLOBAL = (
    Flag("all-errors", "E", BOOL, "print all available errors"),
    Flag("chdir", "C", STRING, "change working directory before running command (must be the first flag)"),
    Flag("ignore", "i", BOOL, "proceed in the presence of errors"),
    Flag("simplify", "s", BOOL, "simplify output"),
)

OUTPUT = (
    Flag("force", "f", BOOL, "force overwriting existing files"),
    Flag("out", "", STRING, "output format (run 'cue help filetypes' for more info)"),
    Flag(
        "outfile",
        "o",
        STRING,
        "filename or - for stdout with optional file prefix (run 'cue help filetypes' for more info)",
    ),
)

COMMON = (
    Flag("inject", "t", LIST, "set the value of a tagged field"),
    Flag("inject-vars", "T", BOOL, "inject system variables in tags"),
    Flag("list", "", BOOL, "concatenate multiple objects into a list"),
    Flag("merge", "", BOOL, "merge non-CUE files", True),
    Flag("name", "n", STRING, "regexp filter for non-CUE file names in directories"),
    Flag("package", "p", STRING, "package name for non-CUE files"),
    Flag("path", "l", LIST, "CUE expression for single path component (see 'cue help flags' for details)"),
    Flag("proto_enum", "", STRING, "mode for rendering enums (int|json)", "int"),
    Flag("proto_path", "I", LIST, "paths in which to search for imports"),
    Flag("schema", "d", STRING, "expression to select schema for evaluating values in non-CUE files"),
    Flag("with-context", "", BOOL, "import as object with contextual data (see 'cue help flags' for details)"),
)


class FlagSet:
    """The flags of one command."""

    __slots__ = ("flags", "long", "short")

    def __init__(self, *groups: tuple[Flag, ...]) -> None:
        self.flags = [flag for group in (*groups, GLOBAL) for flag in group]
        self.long = {flag.name: flag for flag in self.flags}
        self.short = {flag.short: flag for flag in self.flags if flag.short}

    def parse(self, argv: list[str], start: int = 0) -> tuple[Values, list[str]]:
        """Values by flag name (lists as tuples) and the remaining arguments.

        ``start`` is the number of arguments that stood before ``argv`` on the command line. Names of the flags that
        were given are under ``""`` as a set; ``help`` is true where help was asked for.

        Raises:
            UsageError: unknown flag, missing or malformed value.
        """
        values: Values = {flag.name: flag.default for flag in self.flags}
        given: set[str] = set()
        values[""] = given
        values["help"] = False
        rest: list[str] = []
        at = 0
        while at < len(argv):
            arg = argv[at]
            at += 1
            if arg == "--":
                rest += argv[at:]
                break
            if len(arg) < 2 or arg[0] != "-":
                rest.append(arg)
            elif arg[1] == "-":
                at = self._long(arg, argv, at, values, given, start)
            else:
                at = self._short(arg, argv, at, values, given, start)
        return values, rest

    def _long(self, arg: str, argv: list[str], at: int, values: Values, given: set[str], start: int) -> int:
        name, has_value, text = arg[2:].partition("=")
        if not name or name[0] == "-":
            raise UsageError(f"bad flag syntax: {arg}")
        flag = self.long.get(name)
        if flag is None:
            if name == "help":
                values["help"] = True
                return at
            raise UsageError(f"unknown flag: --{name}")
        if not has_value:
            if flag.type == BOOL:
                text = "true"
            elif at < len(argv):
                text, at = argv[at], at + 1
            else:
                raise UsageError(f"flag needs an argument: {arg}")
        self._set(flag, text, values, given, start == 0 and argv[0] is arg)
        return at

    def _short(self, arg: str, argv: list[str], at: int, values: Values, given: set[str], start: int) -> int:
        rest = arg[1:]
        while rest:
            left = rest
            letter, letters = rest[0], rest[1:]
            flag = self.short.get(letter)
            if flag is None:
                if letter == "h":
                    values["help"] = True
                    return at
                raise UsageError(f"unknown shorthand flag: {letter!r} in -{left}")
            if letters[:1] == "=" and len(letters) > 1:
                text, letters = letters[1:], ""
            elif flag.type == BOOL:
                text = "true"
            elif letters:
                text, letters = letters, ""
            elif at < len(argv):
                text, at = argv[at], at + 1
            else:
                raise UsageError(f"flag needs an argument: {letter!r} in -{left}")
            self._set(flag, text, values, given, start == 0 and argv[0] is arg and arg == "-C")
            rest = letters
        return at

    @staticmethod
    def _set(flag: Flag, text: str, values: Values, given: set[str], first: bool) -> None:
        given.add(flag.name)
        if flag.type == BOOL:
            if text not in _TRUE and text not in _FALSE:
                why = f'strconv.ParseBool: parsing "{text}": invalid syntax'
                raise UsageError(f'invalid argument "{text}" for "{flag.label()}" flag: {why}')
            values[flag.name] = text in _TRUE
        elif flag.type == LIST:
            values[flag.name] = (*values[flag.name], text)  # type: ignore[misc]
        elif flag.name == "chdir" and not first:
            raise UsageError(f'invalid argument "{text}" for "{flag.label()}" flag: must be the first argument')
        else:
            values[flag.name] = text
