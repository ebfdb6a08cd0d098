"""How the learning rate goes over a run, in imitation and in reinforcement learning alike."""

from __future__ import annotations

import math


def schedule(step: int, total: int, warm_up: float, stable: float = 0.0) -> float:
    """Share of the peak rate: a linear rise, the peak for a while, then a cosine down to 0.

    Args:
        step: 0-based update, or step of rollouts.
        total: How many there are.
        warm_up: Share of them in which the rate rises.
        stable: Share of them that then stay at the peak; 1 for no fall at all.

    >>> [round(schedule(step, 10, 0.2), 2) for step in (0, 1, 2, 6, 9)]
    [0.5, 1.0, 1.0, 0.5, 0.04]
    """
    rise = max(1, round(warm_up * total))
    if step < rise:
        return (step + 1) / rise
    fall = rise + round(stable * total)
    if step < fall:
        return 1.0
    return 0.5 * (1 + math.cos(math.pi * (step - fall) / max(1, total - fall)))
