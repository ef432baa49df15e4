"""What is made ahead: ``python -m pycue.syntax.generate`` writes ``parser/_tables.py`` and ``_lexer.py``.

Lark computes the tables from the grammar; nothing else here knows Lark, and it is imported nowhere else. The scanner's
expression is compiled for the Python that runs this.
"""

from __future__ import annotations

from pycue.syntax.kinds import NAMES, TERMINALS

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["build_tables", "lexer_text", "main", "module_text"]

_STARTS = ("start", "expr")


def build_tables(grammar: str) -> dict[str, Any]:
    """Tables of a grammar text.

    ``rows[state][terminal]`` is 0 for an error, ``n + 1`` to go to state ``n``, ``-n`` to apply rule ``n - 1``;
    ``gotos`` maps ``state << 8 | nonterminal`` to a state; ``rules`` are (nonterminal, length, name of the action or
    ``""`` for a rule that passes its only part on); ``starts`` maps a start symbol to the states in which it begins and
    is complete.
    """
    from lark import Lark
    from lark.parsers.lalr_analysis import Shift

    # The lexer is never run; naming one keeps Lark from deriving a contextual one from terminals without patterns.
    lark = Lark(grammar, parser="lalr", start=list(_STARTS), lexer="basic", maybe_placeholders=False)
    table = lark.parser.parser._parse_table
    rules = sorted(lark.rules, key=lambda rule: (rule.origin.name, [part.name for part in rule.expansion]))
    rule_numbers = {rule: number for number, rule in enumerate(rules)}
    nonterminals = sorted({rule.origin.name for rule in rules})
    # Lark numbers states as its sets happen to be ordered; here they are numbered by how they are reached.
    order = [table.start_states[name] for name in _STARTS]
    numbers = {state: number for number, state in enumerate(order)}
    rows: list[tuple[int, ...]] = []
    gotos: dict[int, int] = {}
    for number, state in enumerate(order):  # grows while it is gone over
        row = [0] * len(NAMES)
        for name, (action, target) in sorted(table.states[state].items()):
            if action is not Shift:
                row[TERMINALS["EOF" if name == "$END" else name]] = -1 - rule_numbers[target]
                continue
            if target not in numbers:
                numbers[target] = len(order)
                order.append(target)
            if name in TERMINALS:
                row[TERMINALS[name]] = numbers[target] + 1
            elif name in nonterminals:
                gotos[number << 8 | nonterminals.index(name)] = numbers[target]
        rows.append(tuple(row))
    return {
        "rows": tuple(rows),
        "gotos": gotos,
        "rules": tuple((nonterminals.index(rule.origin.name), len(rule.expansion), _action(rule)) for rule in rules),
        "starts": {name: (numbers[table.start_states[name]], numbers[table.end_states[name]]) for name in _STARTS},
    }


def _action(rule: Any) -> str:
    if rule.alias:
        return str(rule.alias)
    if len(rule.expansion) != 1:
        raise ValueError(f"rule without an action: {rule}")
    return ""


def module_text(grammar: bytes) -> str:
    """The generated module's text for a grammar file's bytes."""
    from binascii import crc32
    from hashlib import sha256

    tables = build_tables(grammar.decode())
    lines = [
        '"""Made by ``python -m pycue.syntax.generate`` from grammar/cue.lark; not to be edited."""',
        "",
        "from __future__ import annotations",
        "",
        '__all__ = ["CHECKSUM", "COLUMNS", "DIGEST", "GOTOS", "ROWS", "RULES", "STARTS"]',
        "",
        "# fmt: off",
        f'DIGEST = "{sha256(grammar).hexdigest()}"  # SHA-256 of the grammar',
        f"CHECKSUM = {crc32(grammar)}  # CRC-32 of the same, which is there without an import that takes time",
        "STARTS = {" + ", ".join(f'"{name}": {states}' for name, states in tables["starts"].items()) + "}",
        f"COLUMNS = {len(NAMES)}",
        "",
        "# Numbers of 16 (ROWS) and 32 bits in hexadecimal, the low byte first: nothing is quicker to read.",
        *_wrapped("RULES", [str(part or "-") for rule in tables["rules"] for part in (*map(str, rule[:2]), rule[2])]),
        *_wrapped("GOTOS", _hexadecimal(number for pair in sorted(tables["gotos"].items()) for number in pair)),
        *_wrapped("ROWS", _hexadecimal((number for row in tables["rows"] for number in row), 2)),
    ]
    return "\n".join([*lines, ""])


def _hexadecimal(numbers: Iterable[int], width: int = 4) -> list[str]:
    """What :func:`pycue.syntax.patterns.numbers` reads; ``width`` is in bytes."""
    digits = b"".join((int(number) % (1 << 8 * width)).to_bytes(width, "little") for number in numbers).hex()
    return [digits[at : at + 120] for at in range(0, len(digits), 120)]


def _wrapped(name: str, words: list[str]) -> list[str]:
    """A text of words, in lines of at most 120 characters."""
    from textwrap import wrap

    return [f'{name} = """', *wrap(" ".join(words), 120, break_long_words=False, break_on_hyphens=False), '"""']


def lexer_text() -> str:
    """Text of the module that holds the scanner's expression, compiled for this Python."""
    import _sre  # type: ignore[import-not-found]
    import re
    import sys
    from binascii import crc32
    from re import _compiler  # type: ignore[attr-defined]

    from pycue.syntax.scanner import EXPRESSION

    pattern = re.compile(EXPRESSION, re.VERBOSE)
    code = _compiler._code(_compiler._parser.parse(EXPRESSION, re.VERBOSE), pattern.flags)
    lines = [
        '"""Made by ``python -m pycue.syntax.generate`` from the scanner\'s expression; not to be edited."""',
        "",
        "from __future__ import annotations",
        "",
        '__all__ = ["CHECKSUM", "CODE", "ENGINE", "FLAGS", "GROUPS"]',
        "",
        "# fmt: off",
        f'ENGINE = ("{sys.implementation.name}", {_sre.MAGIC}, {_sre.CODESIZE})  # what runs this code',
        f"CHECKSUM = {crc32(EXPRESSION.encode())}  # CRC-32 of the expression",
        f"FLAGS = {pattern.flags}",
        f"GROUPS = {pattern.groups}",
        *_wrapped("CODE", _hexadecimal(code)),
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Write both modules."""
    from pathlib import Path

    package = Path(__file__).parent
    grammar = package.parent.parent / "grammar" / "cue.lark"
    (package / "parser" / "_tables.py").write_text(module_text(grammar.read_bytes()))
    (package / "_lexer.py").write_text(lexer_text())


if __name__ == "__main__":
    main()
