"""Help: what each command does, its flags in the official layout, and the words for an unknown command."""

from __future__ import annotations

from pycue.cli.commands import COMMANDS, flag_set
from pycue.cli.flags import BOOL, GLOBAL, LIST, FlagSet

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pycue.cli.console import Console
    from pycue.cli.flags import Flag

__all__ = ["command_help", "flag_table", "run", "unknown_command"]

_ABOUT = {
    "def": "print consolidated definitions",
    "eval": "evaluate and print a configuration",
    "export": "output data in a standard format",
    "fmt": "formats CUE configuration files",
    "version": "print the CUE version and build information",
    "vet": "validate data",
}

_OVERVIEW = """pycue evaluates, validates and formats configurations in the CUE language.

Available Commands:
{commands}

Use "pycue help [command]" for more information about a command.
"""

_LONG = {
    "def": """Print the schema of a configuration as one file: fields keep their constraints, definitions,
references, defaults and comments. Nothing is printed where validation fails.
""",
    "eval": """Evaluate a configuration and print the result as CUE. What is not concrete stays an expression;
optional and hidden fields show with -a. Nothing is printed where validation fails, unless -i is given.

Examples:

  # Two values of a file, each under a comment that names it
  pycue eval config.cue -e server.port -e server.host
""",
    "export": """Evaluate a configuration and write the result as data. Every value must be concrete: what is not
is reported and nothing is written.

The flag --out takes cue, json, yaml, toml, text or binary; -o names a file whose extension decides.

Examples:

  # The package in this directory as JSON
  pycue export

  # One value of a package and a data file together, as YAML
  pycue export ./app values.json -e deployment --out yaml
""",
    "fmt": """Rewrite CUE files in the standard format; "-" formats standard input to standard output.

Examples:

  # Name the files that are not formatted, and change none
  pycue fmt --check ./...

  # All CUE files below a directory, whatever package they belong to
  pycue fmt --files .
""",
    "version": "Print the versions of the command, of the language and of Python.\n",
    "vet": """Validate CUE, and data files against it. Silent on success.

Regular fields have to be concrete; -c=false lets them stay open, -c shows which are.
With data files each of their documents is checked against the configuration, or with -d against one value of it.

Examples:

  pycue vet -c=false ./...
  pycue vet -d '#Deployment' schema.cue deployment.yaml
""",
}


def run(before: list[str], after: list[str], console: Console) -> int:
    """``pycue``, ``pycue help``, ``pycue help COMMAND``."""
    FlagSet().parse(before)
    _, topics = FlagSet().parse(after)
    if not topics:
        console.write(_overview())
        return 0
    if len(topics) > 1 or topics[0] not in COMMANDS:
        console.error(f"Unknown help topic: {' '.join(topics)}\n")
        return 1
    console.write(command_help(topics[0]))
    return 0


def _overview() -> str:
    return _OVERVIEW.format(commands="\n".join(f"  {name:<11} {about}" for name, about in _ABOUT.items()))


def command_help(name: str) -> str:
    """Help text of one command."""
    inputs = "" if name == "version" else " [inputs]"
    usage = f"Usage:\n  pycue {name} [flags]{inputs}\n"
    own = [flag for flag in flag_set(name).flags if flag not in GLOBAL]
    tables = f"\nFlags:\n{flag_table(own)}" if own else ""
    return f"{_LONG[name]}\n{usage}{tables}\nGlobal Flags:\n{flag_table(GLOBAL)}"


def flag_table(flags: Iterable[Flag]) -> str:
    """Flags by name, one line each, usages aligned."""
    rows = []
    for flag in sorted(flags, key=lambda flag: flag.name):
        short = f"-{flag.short}, " if flag.short else "    "
        kind = "" if flag.type == BOOL else " stringArray" if flag.type == LIST else " string"
        usage = flag.usage
        if flag.default is True:
            usage += " (default true)"
        elif flag.default and flag.type not in (BOOL, LIST):
            usage += f' (default "{flag.default}")'
        rows.append((f"  {short}--{flag.name}{kind}", usage))
    width = max(len(left) for left, _ in rows)
    return "".join(f"{left:<{width}}   {usage}\n" for left, usage in rows)


def unknown_command(name: str) -> str:
    """Message for a command that does not exist, with the likely ones."""
    near = [
        known for known in sorted(COMMANDS) if _distance(name.lower(), known) <= 2 or known.startswith(name.lower())
    ]
    hint = "".join(f"\t{known}\n" for known in near)
    text = f'unknown command "{name}" for "cue"\n'
    return f"{text}\nDid you mean this?\n{hint}" if near else text.rstrip("\n")


def _distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]
