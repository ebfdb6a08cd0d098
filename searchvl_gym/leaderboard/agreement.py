"""How far two judges agree on the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Two judges on the same answers.

    Attributes:
        items: Answers that both ruled on.
        both_right: Answers that both found right.
        first_only: Answers that only the first found right.
        second_only: Answers that only the second found right.
        both_wrong: Answers that both found wrong.
        kappa: Cohen's κ: 1 is full agreement, 0 what chance alone would give; None where chance
            alone agrees fully (both found everything right, or both everything wrong).
    """

    items: int
    both_right: int
    first_only: int
    second_only: int
    both_wrong: int
    kappa: float | None

    @property
    def observed(self) -> float:
        """Share of the answers on which they agree; 0 without any."""
        return (self.both_right + self.both_wrong) / self.items if self.items else 0.0


def agree(first: Sequence[bool | None], second: Sequence[bool | None]) -> Agreement:
    """Compare two judges; answers on which one of them said nothing are left out.

    Raises:
        ValueError: When the lengths differ.

    >>> agree([True, True, False, False, None], [True, False, False, False, True]).kappa
    0.5
    """
    pairs = [
        (one, other)
        for one, other in zip(first, second, strict=True)
        if one is not None and other is not None
    ]
    items = len(pairs)
    counts = {key: pairs.count(key) for key in ((True, True), (True, False), (False, True))}
    both_right, first_only, second_only = counts.values()
    both_wrong = items - both_right - first_only - second_only
    kappa = None
    if items:
        yes_first, yes_second = both_right + first_only, both_right + second_only
        # In whole numbers, so that full agreement by chance is seen exactly.
        by_chance = yes_first * yes_second + (items - yes_first) * (items - yes_second)
        if by_chance != items**2:
            agreed = (both_right + both_wrong) * items
            kappa = (agreed - by_chance) / (items**2 - by_chance)
    return Agreement(items, both_right, first_only, second_only, both_wrong, kappa)
