"""Policies on one suite beside each other: which differences are more than chance."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from searchvl_gym.leaderboard.statistics import Comparison, compare, holm

ALPHA = 0.05
"""Chance of any wrong claim among all comparisons of a suite."""


@dataclass(frozen=True)
class Played:
    """What one policy got right on a suite.

    Attributes:
        name: Of the policy.
        outcomes: By item, 1 for right and 0 for wrong; unscored items are left out.
        clusters: The group of each item; tasks from one page or picture.
        reference: Whether it knows more than an agent may (the oracle), so that it shows what can
            be reached and competes with nobody.
    """

    name: str
    outcomes: Mapping[Hashable, float]
    clusters: Mapping[Hashable, Hashable]
    reference: bool = False


@dataclass(frozen=True)
class Pair:
    """Two policies compared.

    Attributes:
        first: Name of the one.
        second: Name of the other.
        comparison: On the items that both were scored on.
        p_value: Adjusted for all comparisons of the suite (Holm).
    """

    first: str
    second: str
    comparison: Comparison
    p_value: float

    @property
    def significant(self) -> bool:
        """Whether the difference is more than chance."""
        return self.p_value <= ALPHA


def compare_all(played: Sequence[Played], *, seed: int = 0) -> list[Pair]:
    """Compare every two policies on the items that both were scored on.

    Args:
        played: The policies; two without a common item are not compared.
        seed: Of the resampling.
    """
    found: list[tuple[str, str, Comparison]] = []
    for one, other in itertools.combinations(played, 2):
        items = [item for item in one.outcomes if item in other.outcomes]
        if items:
            comparison = compare(
                [one.outcomes[item] for item in items],
                [other.outcomes[item] for item in items],
                [one.clusters[item] for item in items],
                seed=seed,
            )
            found.append((one.name, other.name, comparison))
    adjusted = holm([comparison.p_value for *_, comparison in found])
    return [Pair(*each, p_value) for each, p_value in zip(found, adjusted, strict=True)]


def find_best(played: Sequence[Played], pairs: Sequence[Pair]) -> str | None:
    """The policy that is better than each of its competitors by more than chance, if there is one.

    Args:
        played: The policies; references do not compete.
        pairs: From `compare_all`.
    """
    competing = {each.name for each in played if not each.reference}
    beaten = {name: set[str]() for name in competing}
    for pair in pairs:
        better, worse = pair.first, pair.second
        if pair.comparison.difference < 0:
            better, worse = worse, better
        if pair.significant and better in competing and worse in competing:
            beaten[better].add(worse)
    for name, others in beaten.items():
        if others and others == competing - {name}:
            return name
    return None
