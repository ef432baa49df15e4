"""Order of the fields of a definition, merged from the orders of the struct literals that declare them.

Every literal's labels are a chain. The first chain whose next label no other chain still has to name first gives the
next label; where all wait for each other, the first chain goes on. Source: behaviour of ``cue def``, whose counting
leaves out the last label of a chain.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.labels import AnyLabel

__all__ = ["merge_chains"]


def merge_chains(chains: Sequence[Sequence[AnyLabel]]) -> list[AnyLabel]:
    """All labels of the chains, each once."""
    if len(chains) == 1:
        return list(dict.fromkeys(chains[0]))
    waiting: dict[AnyLabel, int] = {}
    for chain in chains:
        for label in chain[1:]:
            waiting[label] = waiting.get(label, 0) + 1
    order: dict[AnyLabel, None] = {}
    at = [0] * len(chains)
    while True:
        index = _next_chain(chains, at, waiting, order)
        if index is None:
            return list(order)
        chain = chains[index]
        label = chain[at[index]]
        at[index] += 1
        left = len(chain) - at[index]
        if left > 1 and waiting.get(chain[at[index]], 0):
            waiting[chain[at[index]]] -= 1
        order[label] = None


def _next_chain(
    chains: Sequence[Sequence[AnyLabel]], at: list[int], waiting: dict[AnyLabel, int], order: dict[AnyLabel, None]
) -> int | None:
    """Which chain goes on; None at the end."""
    blocked: int | None = None
    for index, chain in enumerate(chains):
        if at[index] < len(chain):
            label = chain[at[index]]
            if label in order or not waiting.get(label):
                return index
            if blocked is None:
                blocked = index
    if blocked is not None:
        waiting[chains[blocked][at[blocked]]] = 0
    return blocked
