"""Suites of the leaderboard by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from searchvl_gym.leaderboard.suites.adapter import packed_adapters, read_adapter
from searchvl_gym.leaderboard.suites.atlas import AtlasSuite, EarthSuite
from searchvl_gym.leaderboard.suites.benchmark import BenchmarkSuite
from searchvl_gym.leaderboard.suites.deep import DeepSuite
from searchvl_gym.leaderboard.suites.injection import InjectionSuite
from searchvl_gym.leaderboard.suites.perception import PerceptionSuite
from searchvl_gym.leaderboard.suites.suite import (
    PublishedResult,
    Suite,
    SuiteInfo,
    published_results,
)
from searchvl_gym.leaderboard.suites.unseen import UnseenSuite
from searchvl_gym.tasks.perception import HARD_SHARES, SHARES

OWN_SUITES: Mapping[str, Suite] = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            AtlasSuite("atlas-mini"),
            PerceptionSuite("atlas-perception", SHARES, (1, 2)),
            PerceptionSuite("atlas-hard", HARD_SHARES, (3, 4)),
            DeepSuite(10),
            DeepSuite(20),
            DeepSuite(40),
            AtlasSuite("atlas-faults", faults=True),
            UnseenSuite(),
            EarthSuite(),
            InjectionSuite(),
        )
    }
)
"""The suites of this project, whose worlds are built here."""


def list_suites(adapters: Sequence[Path] = ()) -> list[Suite]:
    """Every suite: our own, the benchmarks of the package, and those of more adapters.

    Args:
        adapters: TOML files; one with the name of another suite takes its place.

    Raises:
        LeaderboardError: When an adapter cannot be read.
    """
    found = dict(OWN_SUITES)
    for adapter in (*packed_adapters(), *map(read_adapter, adapters)):
        found[adapter.name] = BenchmarkSuite(adapter)
    return list(found.values())


def find_suite(name: str, adapters: Sequence[Path] = ()) -> Suite:
    """A suite by its name.

    Raises:
        ValueError: When there is none; lists those there are.
        LeaderboardError: When an adapter cannot be read.
    """
    suites = {suite.name: suite for suite in list_suites(adapters)}
    if name not in suites:
        raise ValueError(f"there is no suite {name!r}; available: {', '.join(suites)}")
    return suites[name]


__all__ = [
    "OWN_SUITES",
    "PublishedResult",
    "Suite",
    "SuiteInfo",
    "find_suite",
    "list_suites",
    "published_results",
]
