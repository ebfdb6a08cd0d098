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
        for name in ("world_seed", "task_seed"):
            seed = chosen[name]
            if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
                raise ValueError(f"{name} must be a whole number of at least 0, got {seed!r}")
        if not isinstance(chosen["split"], str):
            raise ValueError(f"split must be a name, got {chosen['split']!r}")
        share = chosen["repair_share"]
        if isinstance(share, bool) or not isinstance(share, int | float):
            raise ValueError(f"repair_share must be a number from 0 to 1, got {share!r}")
        world = default_world(chosen["size"], chosen["world_seed"])
        tasks = sample_tasks(
            world,
            split=chosen["split"],
            n=episodes,
            seed=chosen["task_seed"],
            repair_share=chosen["repair_share"],
        )
        return world, tasks
