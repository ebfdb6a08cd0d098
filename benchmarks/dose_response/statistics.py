"""Intervals and a trend for paired runs: bootstrap over checkpoints, seeds and anchors.

A figure is a table of shape (checkpoints, seeds, tasks) of zeros and ones, one for each variant
and dose. Runs of two variants are paired: the same checkpoint, seed and tasks. All three are
samples, so all three are drawn with replacement, one level within the other: checkpoints, then
seeds within a checkpoint, then anchors, whose tasks stay together (Davison & Hinkley 1997,
chapter 3.8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000

Outcomes = npt.NDArray[np.float64]
"""Shape (checkpoints, seeds, tasks); NaN where a run is missing."""


@dataclass(frozen=True)
class Interval:
    """A mean and the middle 95 % of its bootstrap distribution."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's length."""
        return (self.high - self.low) / 2

    def __str__(self) -> str:
        """As it stands in tables."""
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def paired_difference(
    first: Outcomes,
    second: Outcomes,
    anchors: Sequence[int],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Interval:
    """The mean of `first − second` over what both have, with its interval.

    Args:
        first: Outcomes of one variant.
        second: Of the other, of the same shape.
        anchors: The anchor of each task.
        seed: Of the bootstrap.
        resamples: How often it draws.

    Raises:
        ValueError: When shapes do not fit or no run is in both.
    """
    if first.shape != second.shape or first.ndim != 3 or len(anchors) != first.shape[2]:
        raise ValueError(
            f"outcomes must have one shape (checkpoints, seeds, tasks) with an anchor a task; got "
            f"{first.shape}, {second.shape} and {len(anchors)} anchors"
        )
    mean = _mean(first - second)
    return _interval(mean, _resample(_by_anchor(first - second, anchors), seed, resamples))


def trend(
    differences: Mapping[float, Outcomes],
    anchors: Sequence[int],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Interval:
    """Slope of a difference over the dose: least squares through the doses' means.

    Checkpoints, seeds and anchors are drawn once for all doses, as they are shared by them.

    Args:
        differences: `full − vanilla` by dose, as share of fatal rollouts at the start; at least
            two doses.
        anchors: The anchor of each task.
        seed: Of the bootstrap.
        resamples: How often it draws.

    Returns:
        Change of the difference for a dose that is larger by 1.
    """
    doses = np.array(sorted(differences))
    if len(doses) < 2:
        raise ValueError(f"a trend needs two doses or more, got {len(doses)}")
    centred = doses - doses.mean()
    means = np.array([_mean(differences[dose]) for dose in doses])
    drawn = np.stack(
        [_resample(_by_anchor(differences[dose], anchors), seed, resamples) for dose in doses]
    )
    scale = float((centred**2).sum())
    return _interval(float(centred @ means) / scale, centred @ drawn / scale)


def _mean(outcomes: Outcomes) -> float:
    if np.isnan(outcomes).all():
        raise ValueError("no run is in both variants")
    return float(np.nanmean(outcomes))


def _by_anchor(outcomes: Outcomes, anchors: Sequence[int]) -> tuple[Outcomes, Outcomes]:
    """Sums and counts of shape (checkpoints, seeds, anchors)."""
    _, place = np.unique(np.asarray(anchors), return_inverse=True)
    groups = np.eye(place.max() + 1)[place]
    known = ~np.isnan(outcomes)
    return np.nan_to_num(outcomes) @ groups, known.astype(float) @ groups


def _resample(tables: tuple[Outcomes, Outcomes], seed: int, resamples: int) -> Outcomes:
    """Means of resampled tables: how often each run and each anchor was drawn is multinomial."""
    sums, counts = tables
    rng = np.random.default_rng(seed)
    present = counts.sum(axis=2) > 0
    able = np.flatnonzero(present.any(axis=1))
    often = rng.multinomial(len(able), np.full(len(able), 1 / len(able)), size=resamples)
    weight = np.zeros((resamples, *present.shape))
    for column, checkpoint in enumerate(able):
        runs = np.flatnonzero(present[checkpoint])
        # Each time a checkpoint is drawn, as many of its runs are drawn as it has.
        draws = rng.multinomial(often[:, column] * len(runs), np.full(len(runs), 1 / len(runs)))
        weight[:, checkpoint, runs] = draws / len(runs)
    anchors = sums.shape[2]
    pages = rng.multinomial(anchors, np.full(anchors, 1 / anchors), size=resamples)
    flat = weight.reshape(resamples, -1)
    total = (flat @ sums.reshape(-1, anchors) * pages).sum(axis=1)
    found: Outcomes = total / (flat @ counts.reshape(-1, anchors) * pages).sum(axis=1).clip(1e-12)
    return found


def _interval(mean: float, drawn: Outcomes) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(mean, float(low), float(high))
