"""Suites of the leaderboard by name."""

from collections.abc import Mapping
from types import MappingProxyType

from benchmarks.suites.atlas import AtlasSuite
from benchmarks.suites.suite import Named, PublishedResult, Suite, parse_named, published_results

SUITES: Mapping[str, Suite] = MappingProxyType({suite.name: suite for suite in (AtlasSuite(),)})
"""Every suite; a new one is a class in a file of its own and an entry here."""


def find_suite(name: str) -> Suite:
    """A suite by its name.

    Raises:
        ValueError: When there is none; lists those there are.
    """
    if name not in SUITES:
        raise ValueError(f"there is no suite {name!r}; available: {', '.join(SUITES)}")
    return SUITES[name]


__all__ = [
    "SUITES",
    "Named",
    "PublishedResult",
    "Suite",
    "find_suite",
    "parse_named",
    "published_results",
]
