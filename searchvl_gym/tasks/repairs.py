"""Which damage goes with which tool, and how strong it is.

At these strengths most damaged pictures can still be read and found: a repair is a good habit
rather than a must. `docs/tasks.md` has the shares, and those at greater strengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchvl_gym.types import Degradation


@dataclass(frozen=True)
class Repair:
    """A kind of damage and its cure.

    Attributes:
        kind: Kind of `Degradation`.
        low: Least strength.
        high: Greatest strength.
        tools: Tools that undo it, in order.
    """

    kind: str
    low: float
    high: float
    tools: tuple[str, ...]


REPAIRS = (
    Repair("downsample", 3.0, 4.0, ("super_resolution",)),
    Repair("blur", 3.0, 4.0, ("sharpen",)),
    Repair("perspective", 0.18, 0.28, ("perspective_correct",)),
)
"""What tasks draw from, each with the same chance."""


def draw_repair(
    rng: np.random.Generator, repairs: Sequence[Repair] = REPAIRS
) -> tuple[Degradation, tuple[str, ...]]:
    """Draw a damage, one of `repairs`, and give the tools that undo it."""
    repair = repairs[int(rng.integers(len(repairs)))]
    strength = round(float(rng.uniform(repair.low, repair.high)), 2)
    return Degradation(repair.kind, strength, int(rng.integers(2**31))), repair.tools
