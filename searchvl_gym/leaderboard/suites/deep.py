"""The suites `atlas-deep-10`, `-20` and `-40`: by the median least number of tool calls.

Their test tasks are in the package, so that everybody plays the same ones; any other set is drawn,
and proved, when it is asked for. What can be asked for is in docs/deep.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from searchvl_gym.leaderboard.suites.packed import DEFAULTS, packed_tasks
from searchvl_gym.leaderboard.suites.suite import SuiteInfo, refuse_unknown
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.deep import deep_tasks
from searchvl_gym.world import World
from searchvl_gym.world.catalog import default_world

DISPERSION = 1.0
TASKS = 300


class DeepSuite:
    """Arguments: `size`, `split`, `world_seed` and `task_seed`.

    Args:
        depth: Least number of tool calls that its tasks are drawn for.
    """

    environment = "SearchVL/Atlas-v0"
    column: str | None = None
    note = ""

    def __init__(self, depth: int) -> None:
        self.name, self.depth = f"atlas-deep-{depth}", depth
        self.settings: Mapping[str, Any] = {"tools": "reading", "max_steps": max(50, 3 * depth)}

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Suite.settings_for`."""
        return self.settings

    def info(self) -> SuiteInfo:
        """See `Suite.info`."""
        return SuiteInfo(
            name=self.name,
            tasks=TASKS,
            available=True,
            how_to_get="Comes with the package; its spread-out world is built on first use.",
            licence="Apache-2.0",
            published=(),
            split="test",
            title=f"Atlas, tasks of {self.depth} calls and more",
        )

    def load(self, arguments: Mapping[str, Any], *, episodes: int | None) -> tuple[World, TaskSet]:
        """See `Suite.load`."""
        refuse_unknown(self.name, arguments, tuple(DEFAULTS))
        chosen = {**DEFAULTS, **arguments}
        count = TASKS if episodes is None else episodes
        world = default_world(chosen["size"], chosen["world_seed"], dispersion=DISPERSION)
        tasks = packed_tasks(self.name, chosen, world, count)
        if tasks is None:
            tasks = deep_tasks(
                world, split=chosen["split"], n=count, depth=self.depth, seed=chosen["task_seed"]
            )
        return world, tasks
