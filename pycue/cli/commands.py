"""The commands that there are, and the flags of each."""

from __future__ import annotations

from pycue.cli.flags import BOOL, COMMON, LIST, OUTPUT, Flag, FlagSet

__all__ = ["COMMANDS", "flag_set"]

_EXPRESSION = Flag("expression", "e", LIST, "evaluate this expression only")
_ATTRIBUTES = Flag("show-attributes", "A", BOOL, "display field attributes")
_CONCRETE = Flag("concrete", "c", BOOL, "require the evaluation to be concrete")

# Command -> flags of its own, in addition to the global ones.
COMMANDS: dict[str, tuple[tuple[Flag, ...], ...]] = {
    "def": (
        (_EXPRESSION, _ATTRIBUTES, Flag("inline-imports", "", BOOL, "expand references to non-core imports")),
        OUTPUT,
        COMMON,
    ),
    "eval": (
        (
            _EXPRESSION,
            _ATTRIBUTES,
            _CONCRETE,
            Flag("all", "a", BOOL, "show optional and hidden fields"),
            Flag("show-hidden", "H", BOOL, "display hidden fields"),
            Flag("show-optional", "O", BOOL, "display optional fields"),
        ),
        OUTPUT,
        COMMON,
    ),
    "export": (
        (
            Flag("expression", "e", LIST, "export this expression only"),
            Flag("escape", "", BOOL, "use HTML escaping"),
        ),
        OUTPUT,
        COMMON,
    ),
    "fmt": (
        (
            Flag("check", "", BOOL, "exits with non-zero status if any files are not formatted"),
            Flag("diff", "d", BOOL, "display diffs instead of rewriting files"),
            Flag("files", "", BOOL, "treat arguments as paths to files or directories to recursively format"),
        ),
    ),
    "version": (),
    "vet": (
        (
            Flag(
                "concrete",
                "c",
                BOOL,
                "require the evaluation to be concrete, or set -c=false to allow incomplete values",
            ),
        ),
        COMMON,
    ),
}


def flag_set(command: str) -> FlagSet:
    """Flags of a command."""
    return FlagSet(*COMMANDS[command])
