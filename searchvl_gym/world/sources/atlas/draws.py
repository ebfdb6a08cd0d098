"""Random draws of one purpose: a fast stream that depends on a key only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")

_BLOCK = 128


class Draws:
    """A stream of draws from a key such as `(seed, entity, purpose)`.

    The same key gives the same stream in every process and order of work, which is what makes
    every page independent of all the others. Uniform numbers are made in blocks, because one
    call of numpy costs more than the draw itself.

    Args:
        key: Numbers of at least 0.

    >>> Draws(1, 2).below(100) == Draws(1, 2).below(100)
    True
    """

    def __init__(self, *key: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(key))
        self._block: list[float] = []

    def uniform(self) -> float:
        """A number in [0, 1)."""
        if not self._block:
            self._block = self._generator.random(_BLOCK).tolist()
            self._block.reverse()
        return self._block.pop()

    def below(self, end: int) -> int:
        """A whole number from 0 to `end - 1`."""
        return int(self.uniform() * end)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True with a probability of `share`."""
        return self.uniform() < share

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[int(self.uniform() * len(items))]

    def skewed(self, items: Sequence[Item], power: float = 2.5) -> Item:
        """One of the items, the first ones much more often.

        The share of item `i` of `n` falls like `(i / n) ** (1 / power - 1)`: a heavy tail.
        """
        return items[int(self.uniform() ** power * len(items))]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different items at most, in random order."""
        rest = list(items)
        for position in range(min(count, len(rest))):
            other = self.between(position, len(rest) - 1)
            rest[position], rest[other] = rest[other], rest[position]
        return rest[:count]

    def spread(self, low: float, high: float) -> float:
        """A number between `low` and `high`, even on the scale of logarithms."""
        return float(low * (high / low) ** self.uniform())
