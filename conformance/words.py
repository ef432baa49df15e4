"""Words and variables of script lines."""

from __future__ import annotations

import re
import shlex

__all__ = ["Unsupported", "expand", "split_words"]


class Unsupported(Exception):
    """The script needs something that this runner does not have."""


def split_words(line: str, env: dict[str, str]) -> list[str]:
    """Words of a line: single quotes keep text, ``''`` inside them is a quote, ``#`` starts a comment."""
    words: list[str] = []
    word: str | None = None
    for quoted, bare, other in re.findall(r"'((?:[^']|'')*)'|([^ \t'#]+)|(.)", line):
        if other == "#":
            break
        if other == "'":
            raise Unsupported("unterminated quote: " + shlex.quote(line))
        if not other:
            word = (word or "") + (expand(bare, env) if bare else quoted.replace("''", "'"))
        elif word is not None:
            words.append(word)
            word = None
    return [*words, word] if word is not None else words


def expand(text: str, env: dict[str, str]) -> str:
    """Replace ``$NAME`` and ``${NAME}``; ``${NAME@R}`` gives the value as a quoted regular expression."""

    def value(m: re.Match[str]) -> str:
        name = m[1] or m[2]
        return re.escape(env.get(name[:-2], "")) if name.endswith("@R") else env.get(name, "")

    return re.sub(r"\$(?:\{([^}]*)\}|([A-Za-z0-9_]+))", value, text)
