"""Numbers behind names that had to be made unique, drawn as the official tool draws them.

It starts a PCG-DXSM generator (O'Neill's permuted congruential generator with 128 bits of state, as in Go's
math/rand/v2) from the same two numbers every time.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import MutableSet

__all__ = ["Draw"]

_SEED = 123 << 64 | 456
_FACTOR = 2549297995355413924 << 64 | 4865540595714422341
_INCREMENT = 6364136223846793005 << 64 | 1442695040888963407
_OUTPUT_FACTOR = 0xDA942042E4DD58B5
_MASK64 = (1 << 64) - 1
_MASK128 = (1 << 128) - 1


class Draw:
    """A sequence of pseudo-random numbers; every instance has the same."""

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state = _SEED

    def _next(self) -> int:
        """64 bits."""
        state = self._state = (self._state * _FACTOR + _INCREMENT) & _MASK128
        high, low = state >> 64, state & _MASK64
        high ^= high >> 32
        high = high * _OUTPUT_FACTOR & _MASK64
        high ^= high >> 48
        return high * (low | 1) & _MASK64

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit`` - 1; ``limit`` is at most 2**32."""
        if not limit & (limit - 1):
            return self._next() & (limit - 1)
        while True:
            product = (self._next() >> 32) * limit
            if product & 0xFFFFFFFF >= (1 << 32) % limit:
                return product >> 32

    def hexadecimal(self, base: str, taken: MutableSet[str], *, from_one: bool = False) -> str:
        """``base_`` and a number that makes a name not yet in ``taken``, which it is added to.

        The range grows by a digit with each one that is taken. ``from_one`` leaves out 0.
        """
        limit = 16
        while True:
            number = self.below(limit - 1) + 1 if from_one else self.below(limit)
            name = f"{base}_{number:X}"
            if name not in taken:
                taken.add(name)
                return name
            limit = min(limit << 4, 1 << 32)
