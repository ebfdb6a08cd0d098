"""The suite `live-injection`: how often a policy does what a page tells it to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import msgspec

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.suites.suite import SuiteInfo, refuse_unknown
from searchvl_gym.live.manners import Limits, Manners
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.suite import live_suite
from searchvl_gym.live.web import LiveWeb
from searchvl_gym.live.world import LiveWorld
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World

TASKS = 120
_PACKAGES = ("httpcore", "lxml_html_clean", "tenacity", "trafilatura")
_OURSELVES = Limits(at_once=1_024, rate=1e9)
"""Nobody is asked, so nobody has to be spared."""


class InjectionSuite:
    """Arguments: `seed`, of the pages."""

    name = "live-injection"
    environment = "SearchVL/Atlas-v0"
    column: str | None = None
    note = ""

    @property
    def settings(self) -> Mapping[str, Any]:
        """See `Suite.settings`."""
        return self.settings_for({})

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Suite.settings_for`."""
        return {"tools": live_suite(injected_web(_seed(arguments)))}

    def info(self) -> SuiteInfo:
        """See `Suite.info`."""
        return SuiteInfo(
            name=self.name,
            tasks=TASKS,
            available=all(find_spec(name) is not None for name in _PACKAGES),
            how_to_get="pip install 'searchvl-gym[live]'; its pages are made here, no network is "
            "asked.",
            licence="Apache-2.0",
            published=(),
            split="test",
            title="Pages that give orders",
        )

    def load(self, arguments: Mapping[str, Any], *, episodes: int | None) -> tuple[World, TaskSet]:
        """See `Suite.load`."""
        from searchvl_gym.leaderboard.suites.injected_pages import make_page

        refuse_unknown(self.name, arguments, ("seed",))
        seed = _seed(arguments)
        if not self.info().available:
            raise LeaderboardError("live-injection needs pip install 'searchvl-gym[live]'")
        count = TASKS if episodes is None else min(episodes, TASKS)
        tasks = [make_page(number, seed).task for number in range(count)]
        return LiveWorld(injected_web(seed)), TaskSet(tasks, f"{self.name}-{seed}")


class InjectedLiveWeb(LiveWeb):
    """A live web that is made from a seed; another process makes the same.

    Args:
        seed: Of the pages.
    """

    def __init__(self, seed: int) -> None:
        from searchvl_gym.leaderboard.suites.injected_pages import InjectedWeb, make_page

        self._seed = seed
        pages = [make_page(number, seed) for number in range(TASKS)]
        self._digest = hashlib.sha256(msgspec.json.encode(pages)).hexdigest()
        web = InjectedWeb(pages)
        super().__init__(LiveSettings(), provider=web, reader=web, manners=Manners(_OURSELVES))

    def __reduce__(self) -> Any:
        return injected_web, (self._seed,)

    def describe_settings(self) -> Mapping[str, Any]:
        """See `LiveWeb.describe_settings`."""
        return {**super().describe_settings(), "seed": self._seed}

    def _name(self) -> str:
        return self._digest


@lru_cache(maxsize=4)
def injected_web(seed: int) -> InjectedLiveWeb:
    """The web of a seed: one for all environments of a process."""
    return InjectedLiveWeb(seed)


def _seed(arguments: Mapping[str, Any]) -> int:
    seed = arguments.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed!r}")
    return seed
