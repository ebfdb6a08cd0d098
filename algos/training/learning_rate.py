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


def restarted(
    step: int, total: int, restart: int, again: float, warm_up: float, stable: float = 0.0
) -> float:
    """Share of the peak rate with a warm restart (Loshchilov & Hutter 2017, SGDR).

    Args:
        step: 0-based update.
        total: How many there are.
        restart: Update at which a second rise and fall begins; 0, or one beyond the end, for none.
        again: Peak of the second, as a share of the first.
        warm_up: See `schedule`; of each of the two.
        stable: See `schedule`; of each of the two.

    >>> [round(restarted(step, 6, 3, 0.5, 0.0), 2) for step in range(6)]
    [1.0, 1.0, 0.5, 0.5, 0.5, 0.25]
    """
    if not 0 < restart < total:
        return schedule(step, total, warm_up, stable)
    if step < restart:
        return schedule(step, restart, warm_up, stable)
    return again * schedule(step - restart, total - restart, warm_up, stable)
