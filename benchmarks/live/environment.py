"""The environment on the local server, by an id that other processes can make as well.

`gymnasium.make("benchmarks.live.environment:SearchVL/LocalLive-v0", url=…, towns=…)`
"""

from __future__ import annotations

from typing import Any

import gymnasium
from gymnasium.envs.registration import register

import searchvl_gym  # noqa: F401  (registers the environment that is made here)
from benchmarks.live.local import QUICK, local_web
from benchmarks.live.sites import founded
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.web import LiveWeb
from searchvl_gym.types import Task

ENVIRONMENT = "benchmarks.live.environment:SearchVL/LocalLive-v0"
_WEBS: dict[tuple[str, LiveSettings], LiveWeb] = {}


def town_tasks(count: int) -> list[Task]:
    """Questions that the sites of the local server answer."""
    return [
        Task(
            f"town-{number}",
            f"When was Town {number} founded?",
            str(founded(number)),
            answer_kind="number",
        )
        for number in range(count)
    ]


def make_local(*, url: str, towns: int, split: str = "test", **settings: Any) -> Any:
    """The environment; all of a process share one web.

    Args:
        url: Of the local server.
        towns: How many tasks.
        split: As for every environment; there is only one here.
        **settings: Of `LiveSettings`, and of `SearchEnv`.
    """
    names = LiveSettings.__dataclass_fields__.keys()
    own = {name: settings.pop(name) for name in list(settings) if name in names}
    chosen = LiveSettings(**own)
    if (url, chosen) not in _WEBS:
        _WEBS[url, chosen] = local_web(url, chosen, limits=QUICK)
    return gymnasium.make(
        "SearchVL/Live-v0",
        tasks=town_tasks(towns),
        web=_WEBS[url, chosen],
        tools=settings.pop("tools", "perception"),
        split=split,
        **settings,
    ).unwrapped


register("SearchVL/LocalLive-v0", entry_point=make_local, order_enforce=False)
