"""The suites whose tasks need eyes: `atlas-perception`, and `atlas-hard` with longer chains.

Their test tasks are in the package: to prove that each needs its tools takes many plays, so that
is done once. Any other set is drawn, and proved, when it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from searchvl_gym.leaderboard.suites.packed import DEFAULTS, PAGES, packed_file, packed_tasks
from searchvl_gym.leaderboard.suites.suite import SuiteInfo, refuse_unknown
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.perception import perception_tasks
from searchvl_gym.world import World
from searchvl_gym.world.catalog import default_world

VIEWS = 2
TASKS = 40
"""How many tasks are drawn where none are packed and no number is given."""


class PerceptionSuite:
    """Arguments: `size`, `split`, `world_seed` and `task_seed`.

    Args:
        name: What `--suite` says.
        families: What its tasks are of.
        hops: Numbers of facts that a question chains after its picture.
    """

    environment = "SearchVL/Atlas-v0"
    settings: Mapping[str, Any] = {"tools": "perception"}
    column: str | None = None
    note = ""

    def __init__(self, name: str, families: Collection[str], hops: tuple[int, ...]) -> None:
        self.name, self._families, self._hops = name, tuple(families), hops

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Suite.settings_for`."""
        return self.settings

    def info(self) -> SuiteInfo:
        """See `Suite.info`."""
        kept = packed_file(self.name)
        return SuiteInfo(
            name=self.name,
            tasks=len(TaskSet.load(kept)) if kept.exists() else TASKS,
            available=True,
            how_to_get="Comes with the package; its world of photographs is built on first use"
            + ("." if kept.exists() else ", and its tasks are drawn and proved."),
            licence="Apache-2.0",
            published=(),
            split="test",
            title="Atlas, tasks that need eyes"
            + (", longer chains" if min(self._hops) > 2 else ""),
        )

    def load(self, arguments: Mapping[str, Any], *, episodes: int | None) -> tuple[World, TaskSet]:
        """See `Suite.load`."""
        refuse_unknown(self.name, arguments, tuple(DEFAULTS))
        if episodes is None:
            kept = packed_file(self.name, arguments.get("size", PAGES))
            episodes = len(TaskSet.load(kept)) if kept.exists() else TASKS
        chosen = {**DEFAULTS, **arguments}
        world = default_world(chosen["size"], chosen["world_seed"], views=VIEWS)
        tasks = packed_tasks(self.name, chosen, world, episodes)
        if tasks is not None:
            return world, tasks
        return world, perception_tasks(
            world,
            split=chosen["split"],
            n=episodes,
            seed=chosen["task_seed"],
            families=self._families,
            hops=self._hops,
            miniature=chosen["size"] == "mini",
        )
