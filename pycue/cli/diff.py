"""Unified diffs anchored at lines that occur once in both texts, as Go's internal diff package prints them."""

from __future__ import annotations

from bisect import bisect_left

__all__ = ["unified"]

_CONTEXT = 3  # unchanged lines shown around a change


def unified(old: str, new: str, name: str) -> str:
    """Diff of two texts of a file, with a blank line at its end; ``""`` where they are equal."""
    if old == new:
        return ""
    x, y = _lines(old), _lines(new)
    out = [f"diff {name}.orig {name}\n--- {name}.orig\n+++ {name}\n"]
    for hunk in _hunks(_blocks(x, y)):
        x0, y0, x1, y1 = hunk[0][0], hunk[0][1], hunk[-1][2], hunk[-1][3]
        out.append(f"@@ -{x0 + 1},{x1 - x0} +{y0 + 1},{y1 - y0} @@\n")
        for i, j, k, m, same in hunk:
            if same:
                out.extend(f" {line}" for line in x[i:k])
            else:
                out.extend(f"-{line}" for line in x[i:k])
                out.extend(f"+{line}" for line in y[j:m])
    return "".join(out) + "\n"


def _lines(text: str) -> list[str]:
    lines = text.splitlines(True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines


def _blocks(x: list[str], y: list[str]) -> list[tuple[int, int, int, int, bool]]:
    """The texts as alternating equal and differing blocks: (start in x, in y, end in x, in y, whether equal)."""
    blocks = []
    at_x = at_y = 0
    for i, j in [(0, 0), *_anchors(x, y), (len(x), len(y))]:
        if i < at_x:
            continue
        start_x, start_y = i, j
        while start_x > at_x and start_y > at_y and x[start_x - 1] == y[start_y - 1]:
            start_x, start_y = start_x - 1, start_y - 1
        end_x, end_y = i, j
        while end_x < len(x) and end_y < len(y) and x[end_x] == y[end_y]:
            end_x, end_y = end_x + 1, end_y + 1
        if start_x > at_x or start_y > at_y:
            blocks.append((at_x, at_y, start_x, start_y, False))
        if end_x > start_x:
            blocks.append((start_x, start_y, end_x, end_y, True))
        at_x, at_y = end_x, end_y
    return blocks


def _anchors(x: list[str], y: list[str]) -> list[tuple[int, int]]:
    """The longest increasing run of pairs of lines that occur once on each side."""
    once = {line for line in _once(x) if line in _once(y)}
    in_y = {line: j for j, line in enumerate(y) if line in once}
    pairs = [(i, in_y[line]) for i, line in enumerate(x) if line in once]
    tails: list[int] = []  # smallest last j of a run of each length
    last: list[int] = []  # index of the pair that gives it
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(tails, j)
        before.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [j]
        last[length : length + 1] = [index]
    out = []
    index = last[-1] if last else -1
    while index >= 0:
        out.append(pairs[index])
        index = before[index]
    return out[::-1]


def _once(lines: list[str]) -> set[str]:
    seen: dict[str, int] = {}
    for line in lines:
        seen[line] = seen.get(line, 0) + 1
    return {line for line, count in seen.items() if count == 1}


def _hunks(blocks: list[tuple[int, int, int, int, bool]]) -> list[list[tuple[int, int, int, int, bool]]]:
    """Changes with their context; changes close to each other share a hunk."""
    hunks: list[list[tuple[int, int, int, int, bool]]] = []
    current: list[tuple[int, int, int, int, bool]] = []
    for number, (i, j, k, m, same) in enumerate(blocks):
        if not same:
            current.append((i, j, k, m, False))
            continue
        is_last = number == len(blocks) - 1
        if current and (is_last or k - i > 2 * _CONTEXT):
            size = min(_CONTEXT, k - i)
            current.append((i, j, i + size, j + size, True))
            hunks.append(current)
            current = []
            if is_last:
                break
            i, j = k - _CONTEXT, m - _CONTEXT
        elif not current:
            size = min(_CONTEXT, k - i)
            i, j = k - size, m - size
        if not is_last:
            current.append((i, j, k, m, True))
    if any(not same for *_, same in current):
        hunks.append(current)
    return hunks
