"""Intervals for measured shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RESAMPLES = 10_000
LEVEL = 0.95


def bootstrap_interval(
    outcomes: Sequence[float],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean.

    Args:
        outcomes: One number an episode, 1 for a right answer and 0 otherwise.
        seed: Of the resampling.
        resamples: How many samples with replacement are drawn.
        level: Coverage that the interval aims at, in (0, 1).

    Returns:
        Lower and upper end; when all outcomes are equal both are that value, which understates
        the uncertainty.

    Raises:
        ValueError: When there are no outcomes, or `resamples` or `level` is out of range.

    >>> bootstrap_interval([1.0, 1.0, 1.0])
    (1.0, 1.0)
    """
    if not len(outcomes):
        raise ValueError("there are no outcomes to resample")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, got {resamples}")
    values = np.asarray(outcomes, dtype=np.float64)
    rng = np.random.default_rng(seed)
    # In blocks, so that memory stays bounded for large sets.
    block = max(1, 2_000_000 // len(values))
    means: list[np.ndarray] = []
    for start in range(0, resamples, block):
        count = min(block, resamples - start)
        means.append(values[rng.integers(len(values), size=(count, len(values)))].mean(axis=1))
    tail = (1 - level) / 2
    low, high = np.quantile(np.concatenate(means), [tail, 1 - tail])
    return float(low), float(high)
