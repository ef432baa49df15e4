"""The tables that the driver runs, as generated or, where the grammar has changed since, as Lark makes them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.syntax.parser.actions import ACTIONS

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
    from pycue.syntax.parser import _tables as generated

    return Tables(generated.ROWS, generated.GOTOS, generated.RULES, generated.STARTS)
