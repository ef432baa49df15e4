"""The LALR driver: runs Lark's tables over the scanner's lists."""

from __future__ import annotations

from pycue.syntax.ast import Attribute, BasicLit, Ident
from pycue.syntax.kinds import (
    ATTR,
    COMMA,
    CONSTANT,
    EOF,
    FIRST_KEYWORD,
    FIRST_SPELLED,
    LITERAL,
    PREAMBLE,
    WORD,
)
from pycue.syntax.parser.actions import Rejected
from pycue.syntax.parser.tables import tables

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.syntax.scanner import Tokens

__all__ = ["literal_kind", "run"]

_DEEP = 10_000  # parts that wait for their end: fewer than this mean that nothing is nested as deeply


def run(tokens: Tokens, start: str) -> tuple[Any, bool]:  # long: one loop, calls would cost more than all the rest
    """What the start symbol's action builds, or None if the tokens are no sentence of the grammar; is it deeply nested?

    Rules that pass their only part on are skipped: ``after`` remembers, by state below, nonterminal and next terminal,
    the state that they lead to.
    """
    table = tables()
    rows, gotos, rules, after = table.rows, table.gotos, table.rules, table.after
    state, last = table.starts[start]
    states = [state]
    values: list[Any] = []
    row = rows[state]
    deep = False
    try:
        for kind, text, position in zip(tokens.kinds, tokens.texts, tokens.positions, strict=True):
            while True:
                action = row[kind]
                if action > 0:
                    if kind <= WORD:
                        values.append(Ident(position, text))
                    elif COMMA <= kind < FIRST_SPELLED:
                        values.append(position)
                        if len(states) > _DEEP:
                            deep = True
                    elif kind >= FIRST_SPELLED:
                        values.append((position, text))
                        if len(states) > _DEEP:
                            deep = True
                    elif kind in (LITERAL, CONSTANT):
                        values.append(BasicLit(position, literal_kind(text), text))
                    elif kind in (ATTR, PREAMBLE):
                        values.append(Attribute(position, text))
                    else:
                        values.append(BasicLit(position, "STRING", text))
                        if len(states) > _DEEP:
                            deep = True
                    state = action - 1
                    states.append(state)
                    row = rows[state]
                    break
                if action == 0:
                    if kind < FIRST_KEYWORD or not row[WORD]:
                        if kind == EOF and state == last:
                            return values[-1], deep
                        return None, deep
                    kind = WORD
                    continue
                symbol, length, build = rules[~action]
                if build is not None:
                    if length == 3:
                        last_value = values.pop()
                        middle = values.pop()
                        values[-1] = build(values[-1], middle, last_value)
                        del states[-3:]
                    elif length == 1:
                        values[-1] = build(values[-1])
                        del states[-1]
                    elif length == 0:
                        values.append(build())
                    else:
                        parts = values[-length:]
                        del values[-length:]
                        values.append(build(*parts))
                        del states[-length:]
                else:
                    del states[-1]
                below = states[-1]
                key = (below << 8 | symbol) << 8 | kind
                found = after.get(key)
                if found is None:
                    state = gotos[below << 8 | symbol]
                    # follow the rules that pass their only part on as far as they go
                    while (action := rows[state][kind]) < 0 and rules[~action][2] is None:
                        state = gotos[below << 8 | rules[~action][0]]
                    after[key] = found = state
                state = found
                states.append(state)
                row = rows[state]
    except Rejected:
        pass
    return None, deep


def literal_kind(text: str) -> str:
    """Kind of the :class:`BasicLit` of a number, ``true``, ``false`` or ``null``."""
    first = text[0]
    if first > "9":
        return text.upper()
    if text.isdigit() or text[-1] in "KMGTPi":
        return "INT"
    if text[1:2] in ("x", "X", "o", "b", "B"):
        return "INT"
    return "FLOAT" if "." in text or "e" in text or "E" in text else "INT"
