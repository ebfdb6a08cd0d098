"""`SearchVL/AtlasEndless-v0`: every seed plays in a world of its own kin, without end.

Episode `n` plays task `n mod e` of world `n // e`, where `e` is `episodes_per_world` and the world
follows from its number. The next worlds are made in the background while one plays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from searchvl_gym.env import SearchEnv
from searchvl_gym.tasks.endless import EndlessTasks
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world.many.endless import EndlessWorlds

EPISODES_PER_WORLD = 16


class EndlessEnv(SearchEnv):
    """`SearchEnv` in worlds that follow from the seed.

    Args:
        size: Pages of a world (60 or more), or a name of a size.
        episodes_per_world: How many episodes play in each world.
        ahead: How many of the next worlds are made ahead.
        workers: Processes that make them.
        disk_budget: Bytes that they may take in the cache; the least used are deleted.
        stride: By how much a reset without a seed counts on; the number of environments that play
            side by side.
        worlds: Shared with other environments, instead of the five above.
        split: What the tasks are called.
        **settings: Everything else that `SearchEnv` takes, but `world` and `tasks`.

    Raises:
        ValueError: When an argument is out of range.
    """

    def __init__(
        self,
        *,
        size: int | str = 80,
        episodes_per_world: int = EPISODES_PER_WORLD,
        ahead: int = 3,
        workers: int = 2,
        disk_budget: int = 2 << 30,
        stride: int = 1,
        worlds: EndlessWorlds | None = None,
        split: str = "train",
        **settings: Any,
    ) -> None:
        if stride < 1:
            raise ValueError(f"stride must be at least 1, got {stride}")
        refused = sorted({"world", "tasks"} & settings.keys())
        if refused:
            raise ValueError(
                f"{' and '.join(refused)} cannot be given: worlds and tasks follow from the seed; "
                "use SearchVL/World-v0"
            )
        if worlds is None:
            worlds = EndlessWorlds(size, ahead=ahead, workers=workers, disk_budget=disk_budget)
        super().__init__(worlds, None, split=split, **settings)
        self._stride, self._number = stride, -1
        self._tasks = self._endless = EndlessTasks(worlds, split=split, each=episodes_per_world)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: Number of the episode: its world, its task and its faults. Without one it is that
                of the last episode and `stride`; before any it is drawn.
            options: `{"task": n}` plays the task of another number with the faults of this seed.

        Raises:
            ValueError: For an unknown option or task.
            WorldError: When the world cannot be made, e.g. because the disk is full; the episode
                that ran before is left as it was.
        """
        if seed is None:
            before = self._number
            seed = before + self._stride if before >= 0 else int(self.np_random.integers(2**31))
        chosen = dict(options or {})
        if chosen.get("task") is None:
            chosen["task"] = int(seed)
        began = super().reset(seed=int(seed), options=chosen)
        self._number = int(seed)
        place = chosen["task"]
        if isinstance(place, (int, np.integer)):
            self._endless.prepare_after(int(place), self._stride)
        return began


class EndlessVectorEnv(SearchVectorEnv):
    """Many endless environments side by side: they share the worlds and what makes them.

    Args:
        num_envs: How many.
        size: See `EndlessEnv`.
        ahead: See `EndlessEnv`.
        makers: Processes that make worlds (`workers` of `EndlessEnv`).
        disk_budget: See `EndlessEnv`.
        **settings: Those of `SearchVectorEnv` and the others of `EndlessEnv`.

    Raises:
        ValueError: When an argument is out of range.
    """

    _kind = EndlessEnv

    def __init__(
        self,
        num_envs: int = 1,
        *,
        size: int | str = 80,
        ahead: int = 3,
        makers: int = 2,
        disk_budget: int = 2 << 30,
        **settings: Any,
    ) -> None:
        self._worlds = EndlessWorlds(size, ahead=ahead, workers=makers, disk_budget=disk_budget)
        super().__init__(num_envs, **settings)

    def _share(self, settings: dict[str, Any]) -> None:
        settings |= {"worlds": self._worlds, "stride": self.num_envs}
