"""Order of the fields of a definition, merged from the orders of the struct literals that declare them.

Every literal's labels are a chain. The first chain whose next label no other chain still has to name first gives the
next label; where all wait for each other, the first chain goes on. Source: behaviour of ``cue def``, whose counting
leaves out the last label of a chain.
"""

from __future__ import annotations

from heapq import heappop, heappush

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.labels import AnyLabel

__all__ = ["merge_chains"]


def merge_chains(chains: Sequence[Sequence[AnyLabel]]) -> list[AnyLabel]:
    """All labels of the chains, each once."""
    if len(chains) == 1:
        return list(dict.fromkeys(chains[0]))
    return _Merge(chains).run()


class _Merge:
    """``at`` is how far each chain is; those that may go on are ``ready``, others ``blocked`` by their next label."""

    def __init__(self, chains: Sequence[Sequence[AnyLabel]]) -> None:
        self.chains = chains
        self.at = [0] * len(chains)
        self.order: dict[AnyLabel, None] = {}
        self.waiting: dict[AnyLabel, int] = {}
        for chain in chains:
            for label in chain[1:]:
                self.waiting[label] = self.waiting.get(label, 0) + 1
        self.ready: list[int] = []
        self.blocked: dict[AnyLabel, list[int]] = {}
        for index in range(len(chains)):
            self._file(index)

    def run(self) -> list[AnyLabel]:
        first = 0  # chains before it are used up
        while True:
            if not self.ready:
                while first < len(self.chains) and self.at[first] == len(self.chains[first]):
                    first += 1
                if first == len(self.chains):
                    return list(self.order)
                self.waiting[self.chains[first][self.at[first]]] = 0
                self._release(self.chains[first][self.at[first]])
            self._advance(heappop(self.ready))

    def _advance(self, index: int) -> None:
        chain = self.chains[index]
        label = chain[self.at[index]]
        self.at[index] += 1
        left = len(chain) - self.at[index]
        if left > 1 and self.waiting.get(chain[self.at[index]], 0):
            self.waiting[chain[self.at[index]]] -= 1
            if not self.waiting[chain[self.at[index]]]:
                self._release(chain[self.at[index]])
        self.order[label] = None
        self._release(label)
        self._file(index)

    def _file(self, index: int) -> None:
        """Note whether a chain may go on."""
        if self.at[index] < len(self.chains[index]):
            label = self.chains[index][self.at[index]]
            if label in self.order or not self.waiting.get(label):
                heappush(self.ready, index)
            else:
                self.blocked.setdefault(label, []).append(index)

    def _release(self, label: AnyLabel) -> None:
        for index in self.blocked.pop(label, ()):
            heappush(self.ready, index)
