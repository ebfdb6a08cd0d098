"""What a share of right answers is worth: intervals, and comparisons on the same items.

Items that share a picture are no independent evidence, so everything here takes their clusters.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
RESAMPLES = 9_999

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """A share of right answers and how well it is known.

    Attributes:
        value: Mean outcome, 0 to 1.
        low: Lower end of the interval.
        high: Upper end.
        items: Number of outcomes.
        clusters: Number of independent groups among them.
        effective: Number of independent outcomes that would tell as much.
    """

    value: float
    low: float
    high: float
    items: int
    clusters: int
    effective: float


@dataclass(frozen=True)
class Comparison:
    """Two policies on the same items.

    Attributes:
        items: Items that both were scored on.
        clusters: Independent groups among them.
        first_only: Items that only the first got right.
        second_only: Items that only the second got right.
        difference: Share of the first minus that of the second.
        low: Lower end of the interval of the difference, by a paired bootstrap over clusters.
        high: Upper end.
        p_value: Two-sided, of no difference.
        test: `mcnemar` (exact), or `sign_flip` (permutation of whole clusters) where items share
            a cluster.
    """

    items: int
    clusters: int
    first_only: int
    second_only: int
    difference: float
    low: float
    high: float
    p_value: float
    test: str


def share_interval(
    outcomes: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
) -> Share:
    """A share with its exact interval.

    Clopper and Pearson's interval on the effective number of outcomes (Korn and Graubard 1998):
    the number that independent outcomes would need for the variance seen between clusters, and
    less for few clusters. It never claims more than independent outcomes would allow, nor less
    than one outcome a cluster would; where all outcomes are equal, which tells nothing of the
    variance, the latter is taken.

    Args:
        outcomes: 1 for a right answer, 0 for a wrong one.
        clusters: The group of each outcome; None when each is a group of its own.
        level: Coverage, in (0, 1).

    Raises:
        ValueError: When there are no outcomes, one is neither 0 nor 1, the lengths differ, or
            `level` is out of range.

    >>> share = share_interval([1.0] * 60)
    >>> (share.value, round(share.low, 4), share.high)
    (1.0, 0.9404, 1.0)
    """
    from scipy.stats import beta

    _check_level(level)
    values, groups = _read(outcomes, clusters)
    mean = float(np.mean(values))
    effective = _effective_items(values, groups, mean, level)
    right, tail = mean * effective, (1 - level) / 2
    low = float(beta.ppf(tail, right, effective - right + 1)) if mean > 0 else 0.0
    high = float(beta.isf(tail, right + 1, effective - right)) if mean < 1 else 1.0
    return Share(mean, low, high, len(values), int(np.max(groups)) + 1, effective)


def compare(
    first: Sequence[float],
    second: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    seed: int = 0,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Comparison:
    """Compare two policies item by item.

    Args:
        first: Outcomes of the first, 1 or 0.
        second: Those of the second, in the same order of items.
        clusters: The group of each item; None when each is a group of its own.
        seed: Of the resampling.
        level: Coverage of the interval, in (0, 1).
        resamples: Resamples of the bootstrap, and most permutations of the test.

    Raises:
        ValueError: As for `share_interval`; also when the lengths of both differ.

    >>> compare([1.0] * 8 + [0.0] * 4, [0.0] * 12).p_value
    0.0078125
    """
    from scipy.stats import binomtest

    _check_level(level)
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, got {resamples}")
    if len(first) != len(second):
        raise ValueError(f"{len(first)} outcomes cannot be paired with {len(second)}")
    one, groups = _read(first, clusters)
    other, _ = _read(second, clusters)
    gains = one - other
    won, lost = int(np.sum(gains > 0)), int(np.sum(gains < 0))
    sizes = np.bincount(groups).astype(np.float64)
    totals = np.asarray(np.bincount(groups, weights=gains), dtype=np.float64)
    low, high = _bootstrap(totals, sizes, seed, level, resamples)
    if np.max(sizes) == 1:
        test = "mcnemar"
        p_value = float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
    else:
        test, p_value = "sign_flip", _sign_flip(totals, seed, resamples)
    return Comparison(
        items=len(gains),
        clusters=len(sizes),
        first_only=won,
        second_only=lost,
        difference=float(np.mean(gains)),
        low=low,
        high=high,
        p_value=p_value,
        test=test,
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted for having made all these comparisons at once (Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def _effective_items(
    values: Numbers, groups: npt.NDArray[np.int64], mean: float, level: float
) -> float:
    from scipy.stats import norm, t

    items = len(values)
    sizes = np.bincount(groups).astype(np.float64)
    if len(sizes) == items:
        return float(items)
    fewest = items**2 / float(np.sum(sizes**2))
    if mean in (0.0, 1.0) or len(sizes) == 1:
        return fewest
    residuals = np.asarray(np.bincount(groups, weights=values - mean), dtype=np.float64)
    count = len(sizes)
    variance = count / (count - 1) * float(np.sum(residuals**2)) / items**2
    seen = mean * (1 - mean) / variance if variance else math.inf
    tail = (1 - level) / 2
    # The variance itself is estimated from few clusters: Student's quantile in place of Gauss's.
    few = float(norm.isf(tail) / t.isf(tail, count - 1)) ** 2
    return min(float(items), max(fewest, seen * few))


def _bootstrap(
    totals: Numbers, sizes: Numbers, seed: int, level: float, resamples: int
) -> tuple[float, float]:
    """Percentile interval of the mean gain; whole clusters are drawn."""
    from scipy.stats import bootstrap

    if len(totals) == 1:
        return -1.0, 1.0  # one cluster alone says nothing of the others
    done = bootstrap(
        (totals, sizes),
        lambda total, size, axis: np.sum(total, axis=axis) / np.sum(size, axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=resamples,
        batch=_batch(totals),
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return float(done.confidence_interval.low), float(done.confidence_interval.high)


def _sign_flip(totals: Numbers, seed: int, resamples: int) -> float:
    """Two-sided permutation test of no difference: policies change places in whole clusters."""
    from scipy.stats import permutation_test

    moved = totals[totals != 0]  # the others are the same whichever way round
    if len(moved) < 2:
        return 1.0  # of one cluster alone either sign is as likely
    done = permutation_test(
        (moved, np.zeros_like(moved)),
        lambda one, other, axis: np.sum(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        batch=_batch(moved),
        rng=np.random.default_rng(seed),
    )
    return float(done.pvalue)


def _batch(clusters: Numbers) -> int:
    """Resamples at a time, so that memory stays bounded for large sets."""
    return max(1, 2_000_000 // len(clusters))


def _read(
    outcomes: Sequence[float], clusters: Sequence[Hashable] | None
) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """The outcomes, and a number for the cluster of each."""
    values = np.asarray(outcomes, dtype=np.float64)
    if not len(values):
        raise ValueError("there are no outcomes")
    if not bool(np.all((values == 0) | (values == 1))):
        raise ValueError("every outcome must be 0 or 1")
    if clusters is None:
        return values, np.arange(len(values))
    if len(clusters) != len(values):
        raise ValueError(f"{len(values)} outcomes need as many clusters, got {len(clusters)}")
    numbers: dict[Hashable, int] = {}
    groups = [numbers.setdefault(cluster, len(numbers)) for cluster in clusters]
    return values, np.asarray(groups, dtype=np.int64)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
