"""The tables that the driver runs, as generated or, where the grammar has changed since, as Lark makes them now."""

from __future__ import annotations

from pycue.syntax.parser.actions import ACTIONS
from pycue.syntax.patterns import numbers

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

__all__ = ["Tables", "tables"]


class Tables:
    """See :func:`pycue.syntax.generate.build_tables`; ``rules`` have their actions in place of names.

    ``after`` is filled while parsing; it has at most one entry for each state, nonterminal and terminal.
    """

    __slots__ = ("after", "gotos", "rows", "rules", "starts")

    def __init__(
        self,
        rows: tuple[tuple[int, ...], ...],
        gotos: dict[int, int],
        rules: Iterable[tuple[int, int, str]],
        starts: dict[str, tuple[int, int]],
    ) -> None:
        self.rows = rows
        self.gotos = gotos
        self.rules: list[tuple[int, int, Callable[..., Any] | None]] = [
            (symbol, length, ACTIONS[name] if name else None) for symbol, length, name in rules
        ]
        self.starts = starts
        self.after: dict[int, int] = {}


_cache: list[Tables] = []


def tables() -> Tables:
    """The tables of the grammar."""
    if not _cache:
        _cache.append(_load())
    return _cache[0]


def _load() -> Tables:
    from binascii import crc32

    grammar = _grammar()
    try:
        from pycue.syntax.parser import _tables as made
    except ImportError:
        if grammar is None:
            raise
    else:
        if grammar is None or crc32(grammar) == made.CHECKSUM:
            return _read(made.ROWS, made.GOTOS, made.RULES, made.COLUMNS, made.STARTS)
    from pycue.syntax.generate import build_tables

    built = build_tables(grammar.decode())
    return Tables(built["rows"], built["gotos"], built["rules"], built["starts"])


def _read(rows: str, gotos: str, rules: str, columns: int, starts: dict[str, tuple[int, int]]) -> Tables:
    """Tables from the texts that the generator writes them in."""
    actions = tuple(numbers(rows, "h"))
    pairs = iter(numbers(gotos, "i"))
    words = iter(rules.split())
    return Tables(
        tuple(actions[at : at + columns] for at in range(0, len(actions), columns)),
        dict(zip(pairs, pairs, strict=True)),
        [(int(symbol), int(length), name.strip("-")) for symbol, length, name in zip(words, words, words, strict=True)],
        starts,
    )


def _grammar() -> bytes | None:
    """The grammar of the checkout that this package lies in, or of the installed package; None if there is none."""
    package = __file__.replace("\\", "/").rpartition("/syntax/")[0]
    for path in (package.rpartition("/")[0] + "/grammar/cue.lark", package + "/_grammar/cue.lark"):
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            continue
    return None
