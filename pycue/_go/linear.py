"""Matching in time linear in the text, for patterns on which Python's backtracking may take for ever.

A pattern that was translated for :mod:`re` is compiled to a small program of a non-deterministic automaton. Whether it
matches is found by a deterministic one made on demand; where it matches, by following all threads in the order of
their preference (Pike's machine). Source: the guarantee of package regexp.
"""

from __future__ import annotations

from re import _constants as op
from re import _parser
from typing import Any

__all__ = ["Found", "Program", "TooLarge", "growth"]

CHAR, SPLIT, SAVE, LOOK, BEGIN, END, MATCH = range(7)
_MAX_PROGRAM = 20_000
_MAX_STATES = 2_000
_IGNORECASE, _MULTILINE, _DOTALL = 2, 8, 16
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)

Captures = tuple[int, ...]


class TooLarge(Exception):
    """The program of a pattern with counted repetitions would be very long."""


def growth(source: str) -> int:
    """The power of the text's length that backtracking may take: 100 stands for an exponential."""
    return _growth(_parser.parse(source), False)


def _growth(items: Any, inside: bool) -> int:
    total = 0
    for kind, value in items:
        if kind in _REPEATS:
            low, high, body = value
            total += 100 if inside and low != high else 0
            total += int(high == op.MAXREPEAT) + _growth(body, inside or high > 1)
        elif kind is op.BRANCH:
            total += (100 if inside else 0) + sum(_growth(branch, inside) for branch in value[1])
        elif kind is op.SUBPATTERN:
            total += _growth(value[3], inside)
    return min(total, 100)


class _Set:
    """The characters that one place of a pattern accepts."""

    __slots__ = ("fold", "items", "known")

    def __init__(self, items: list[Any], fold: bool) -> None:
        self.items = items
        self.fold = fold
        self.known: dict[str, bool] = {}

    def __contains__(self, char: str) -> bool:
        found = self.known.get(char)
        if found is None:
            found = self.known[char] = self._find(char)
        return found

    def _find(self, char: str) -> bool:
        forms = {char}
        if self.fold:
            forms |= {char.lower(), char.upper(), char.casefold(), char.upper().lower()}
        codes = [ord(form) for form in forms if len(form) == 1]
        inside = negated = False
        for kind, value in self.items:
            if kind is op.NEGATE:
                negated = True
            elif kind is op.LITERAL:
                inside = inside or value in codes
            elif kind is op.RANGE:
                inside = inside or any(value[0] <= code <= value[1] for code in codes)
        return inside is not negated


class Found:
    """A match, with the interface of Python's."""

    __slots__ = ("_spans", "re", "string")

    def __init__(self, program: Program, string: str, spans: Captures) -> None:
        self.re = program
        self.string = string
        self._spans = spans

    def __getitem__(self, group: int | str) -> Any:
        index = self.re.groupindex[group] if isinstance(group, str) else group
        start, end = self._spans[2 * index : 2 * index + 2]
        return self.string[start:end] if start >= 0 <= end else None

    def start(self) -> int:
        """Where it starts."""
        return self._spans[0]

    def end(self) -> int:
        """Where it ends."""
        return self._spans[1]

    def groups(self) -> tuple[str | None, ...]:
        """The text of each group."""
        return tuple(self[i] for i in range(1, self.re.groups + 1))


class Program:
    """A compiled pattern: instructions ``(kind, argument, next)``, of which a split has two to go on with.

    Raises:
        TooLarge: it would be too long.
    """

    def __init__(self, source: str) -> None:
        tree = _parser.parse(source)
        self.groups = tree.state.groups - 1
        self.groupindex: dict[str, int] = dict(tree.state.groupdict)
        self._code: list[list[Any]] = [[MATCH, None, 0]]
        self._start = self._add(SAVE, 0, self._sequence(tree, 0, self._add(SAVE, 1, 0)))
        self._behind = any(kind == LOOK and argument[0] < 0 for kind, argument, _ in self._code)
        self._steps: dict[tuple[frozenset[int], str], dict[str, frozenset[int] | bool]] = {}

    # ---- compiling, from the end to the start

    def _add(self, kind: int, argument: Any, after: int) -> int:
        if len(self._code) > _MAX_PROGRAM:
            raise TooLarge
        self._code.append([kind, argument, after])
        return len(self._code) - 1

    def _sequence(self, items: Any, flags: int, after: int) -> int:
        for kind, value in reversed(list(items)):
            after = self._item(kind, value, flags, after)
        return after

    def _item(self, kind: Any, value: Any, flags: int, after: int) -> int:
        if kind is op.SUBPATTERN:
            group, on, off, body = value
            if group is None:
                return self._sequence(body, (flags | on) & ~off, after)
            inside = self._sequence(body, (flags | on) & ~off, self._add(SAVE, 2 * group + 1, after))
            return self._add(SAVE, 2 * group, inside)
        if kind is op.BRANCH:
            starts = [self._sequence(branch, flags, after) for branch in value[1]]
            start = starts.pop()
            while starts:
                start = self._add(SPLIT, start, starts.pop())
            return start
        if kind in _REPEATS:
            return self._repeat(kind is op.MAX_REPEAT, value, flags, after)
        if kind is op.AT:
            return self._anchor(value, flags, after)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            direction, body = value
            return self._add(LOOK, (direction, kind is op.ASSERT, self._set(body[0][0], body[0][1], flags)), after)
        return self._add(CHAR, self._set(kind, value, flags), after)

    @staticmethod
    def _set(kind: Any, value: Any, flags: int) -> _Set:
        if kind is op.ANY:
            items = [(op.NEGATE, None)] if flags & _DOTALL else [(op.NEGATE, None), (op.LITERAL, 10)]
        elif kind is op.NOT_LITERAL:
            items = [(op.NEGATE, None), (op.LITERAL, value)]
        else:
            items = value if kind is op.IN else [(kind, value)]
        return _Set(items, bool(flags & _IGNORECASE))

    def _anchor(self, where: Any, flags: int, after: int) -> int:
        if where is op.AT_END_STRING:
            return self._add(END, None, after)
        begin = self._add(BEGIN, None, after)
        if not flags & _MULTILINE or where is op.AT_BEGINNING_STRING:
            return begin
        return self._add(SPLIT, self._add(LOOK, (-1, True, _Set([(op.LITERAL, 10)], False)), after), begin)

    def _repeat(self, greedy: bool, value: Any, flags: int, after: int) -> int:
        low, high, body = value
        if high == op.MAXREPEAT:
            loop = self._add(SPLIT, None, after)
            inside = self._sequence(body, flags, loop)
            self._code[loop] = [SPLIT, after, inside] if greedy else [SPLIT, inside, after]
            after = loop
        else:
            end = after
            for _ in range(high - low):
                inside = self._sequence(body, flags, after)
                after = self._add(SPLIT, end, inside) if greedy else self._add(SPLIT, inside, end)
        for _ in range(low):
            after = self._sequence(body, flags, after)
        return after

    # ---- whether it matches

    def matches(self, text: str) -> bool:
        """Whether it matches anywhere."""
        start = frozenset((self._start,))
        state, before = start, ""
        for char in (*text, ""):
            steps = self._steps.get((state, before))
            if steps is None:
                if len(self._steps) >= _MAX_STATES:
                    self._steps.clear()
                steps = self._steps[state, before] = {}
            following = steps.get(char)
            if following is None:
                following = steps[char] = self._step(state, before, char)
            if following is True:
                return True
            state, before = following | start, char if self._behind else "."  # type: ignore[operator]
        return False

    def _step(self, state: frozenset[int], before: str, char: str) -> frozenset[int] | bool:
        """Instructions to go on with after ``char``, the empty text at the end; true where there is a match."""
        code = self._code
        out = set()
        pending = list(state)
        seen = set(pending)
        while pending:
            kind, argument, after = code[pending.pop()]
            if kind == MATCH:
                return True
            if kind == CHAR:
                if char and char in argument:
                    out.add(after)
                continue
            more = (after, argument) if kind == SPLIT else (after,) if _holds(kind, argument, before, char) else ()
            for one in more:
                if one not in seen:
                    seen.add(one)
                    pending.append(one)
        return frozenset(out)

    # ---- where it matches

    def search(self, text: str, pos: int = 0) -> Found | None:
        """The first match from ``pos`` on, with its groups."""
        blank = (-1,) * (2 * self.groups + 2)
        threads: dict[int, Captures] = {}
        best: Captures | None = None
        for at in range(pos, len(text) + 1):
            if best is None:
                threads.setdefault(self._start, blank)  # the last in the order of preference
            before, char = text[at - 1 : at] if at else "", text[at : at + 1]
            following: dict[int, Captures] = {}
            for pc, captures in self._closure(threads, at, before, char):
                if pc == 0:
                    best = captures
                    break
                _, argument, after = self._code[pc]
                if char and char in argument:
                    following.setdefault(after, captures)
            threads = following
            if not threads and best is not None:
                break
        return None if best is None else Found(self, text, best)

    def _closure(self, threads: dict[int, Captures], at: int, before: str, char: str) -> list[tuple[int, Captures]]:
        """The threads that have come to a character or to the end, in the order of preference."""
        code = self._code
        out = []
        seen = set()
        pending = list(reversed(threads.items()))
        while pending:
            pc, captures = pending.pop()
            if pc in seen:
                continue
            seen.add(pc)
            kind, argument, after = code[pc]
            if kind in (CHAR, MATCH):
                out.append((pc, captures))
            elif kind == SPLIT:
                pending.append((argument, captures))
                pending.append((after, captures))
            elif kind == SAVE:
                pending.append((after, (*captures[:argument], at, *captures[argument + 1 :])))
            elif _holds(kind, argument, before, char):
                pending.append((after, captures))
        return out


def _holds(kind: int, argument: Any, before: str, char: str) -> bool:
    """Whether an instruction that takes no character lets a thread pass between two."""
    if kind == SAVE:
        return True
    if kind == BEGIN:
        return not before
    if kind == END:
        return not char
    direction, positive, chars = argument
    beside = before if direction < 0 else char
    return bool(beside and beside in chars) is positive
