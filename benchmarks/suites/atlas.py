"""The suite on Atlas: tasks sampled from the typed graph of the world that ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from searchvl_gym.tasks import TaskSet, sample_tasks
from searchvl_gym.world import World
from searchvl_gym.world.catalog import default_world

_DEFAULTS: Mapping[str, Any] = {
    "size": "mini",
    "split": "test",
    "world_seed": 0,
    "task_seed": 0,
    "repair_share": 0.2,
}


class AtlasSuite:
    """Arguments: `size`, `split`, `world_seed`, `task_seed` and `repair_share`."""

    name = "atlas"
    environment = "SearchVL/Atlas-v0"
    column = None

    def load(self, arguments: Mapping[str, Any], *, episodes: int) -> tuple[World, TaskSet]:
        """See `Suite.load`."""
        unknown = sorted(arguments.keys() - _DEFAULTS.keys())
        if unknown:
            raise ValueError(
                f"suite atlas has no argument {', '.join(unknown)}; it has {', '.join(_DEFAULTS)}"
            )
        chosen = {**_DEFAULTS, **arguments}
        world = default_world(chosen["size"], chosen["world_seed"])
        tasks = sample_tasks(
            world,
            split=chosen["split"],
            n=episodes,
            seed=chosen["task_seed"],
            repair_share=chosen["repair_share"],
        )
        return world, tasks
